"""He answers: on the program's tablet, behind a link, or on paper that somebody types in for him."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from outcomes.actions import tickets
from outcomes.actions.codes import destroy_link
from outcomes.actions.forgetting import forget_subject, note
from outcomes.actions.locks import hold
from outcomes.actions.sheets import Questions, hand_in, keep, questions
from outcomes.kinds import Purpose, State, Way
from outcomes.models import Agreement, Asking, Subject, Ticket
from outcomes.sealing import CannotOpen, opened
from outcomes.typists import works_on_his_case

BY = Task("outcomes.answering")
NOT_YOURS = "You work on this case. Give the sheet to somebody who doesn't, still folded."


class NotAllAsked(Refusal):
    """`first`: the place of the first one that was left out."""

    def __init__(self, sentence: str, first: int) -> None:
        super().__init__(sentence)
        self.first = first


class NotYourCase(Refusal):
    """Who works on his case doesn't see what he answered."""


def begin(*, token: str, now: datetime, secret: str = "") -> str:
    """The secret for his browser, as `tickets.take` has it. Raises UnknownTicket, TicketOver, TakenElsewhere."""
    secret = tickets.take(token=token, now=now, secret=secret)
    return _hide_earlier(token, secret, now)


def come_back(*, token: str, secret: str, now: datetime) -> str:
    """After a pause: what he answered before is kept, and isn't shown. Raises as `begin` does."""
    return _hide_earlier(token, secret, now)


@transaction.atomic
def _hide_earlier(token: str, secret: str, now: datetime) -> str:
    sitting = tickets.sitting(token=token, secret=secret, now=now)
    asked = questions(sitting.ticket.asking, sitting.subject)
    tickets.go_on(token=token, secret=secret, hidden=asked.answers.keys(), now=now)
    tickets.stay_open(sitting.ticket, now=now)
    return secret


def needs_asking(asking: Asking) -> bool:
    """Whether he hasn't said yet that his answers may be counted."""
    return Purpose.STATISTICS not in Agreement.objects.newest(asking.enrollment)


@transaction.atomic
def look(*, token: str, secret: str, now: datetime) -> tuple[tickets.Sitting, Questions]:
    """Where he is, and what he is asked. Nothing is written. Raises as `begin` does."""
    sitting = tickets.sitting(token=token, secret=secret, now=now)
    return sitting, questions(sitting.ticket.asking, sitting.subject)


@transaction.atomic
def agree(*, token: str, secret: str, statistics: bool, follow_up: bool, now: datetime) -> bool:
    """What he said to both questions; whether he goes on. A no ends it, and nothing under a code is left of him.

    Once he has said yes, a second tap says nothing new. Raises tickets.UnknownTicket, TicketOver, TakenElsewhere.
    """
    hold(tickets.find(token=token, now=now).asking.enrollment)
    sitting = tickets.sitting(token=token, secret=secret, now=now)
    if not needs_asking(sitting.ticket.asking):
        return True
    return _agreed(sitting.ticket, sitting.subject, statistics, follow_up, by=None, now=now)


def _agreed(
    ticket: Ticket, subject: Subject, statistics: bool, follow_up: bool, *, by: User | None, now: datetime
) -> bool:
    asking = ticket.asking
    said = {Purpose.STATISTICS: statistics, Purpose.FOLLOW_UP: statistics and follow_up}
    note(asking.enrollment, said, by=by or BY, now=now)
    if not statistics:
        _closed(asking, State.DECLINED, by=by or BY, now=now)
        tickets.use_up(ticket)
        forget_subject(subject, now=now)
        destroy_link(asking.enrollment, now=now, used=ticket)
    return statistics


@transaction.atomic
def save(*, token: str, secret: str, given: Mapping[int, int | None], now: datetime) -> Questions:
    """By place what he chose, None where he'd rather not say. The same again changes nothing.

    Raises outcomes.scoring.OutOfRange, and as `agree` does; nothing is kept then.
    """
    sitting = tickets.sitting(token=token, secret=secret, now=now)
    asking = sitting.ticket.asking
    asked = questions(asking, sitting.subject)
    keep(asked, given, asking=asking, subject=sitting.subject, now=now)
    tickets.stay_open(sitting.ticket, now=now)
    return questions(asking, sitting.subject)


@transaction.atomic
def finish(*, token: str, secret: str, now: datetime) -> None:
    """Handed in: it counts, and nobody opens it again. Raises NotAllAsked, and as `agree` does."""
    sitting = tickets.sitting(token=token, secret=secret, now=now)
    _finished(sitting.ticket, sitting.subject, by=BY, now=now)


def _finished(ticket: Ticket, subject: Subject, *, by: Actor, now: datetime) -> None:
    asked = questions(ticket.asking, subject)
    if not asked.is_whole:
        raise NotAllAsked(_("One question has no answer yet. Choose one, or “I'd rather not say”."), asked.next)
    hand_in(ticket.asking, subject, now=now)
    _closed(ticket.asking, State.DONE, by=by, now=now)
    tickets.use_up(ticket)


def _closed(asking: Asking, state: State, *, by: Actor, now: datetime) -> None:
    asking.state = state
    asking.save(update_fields=["state"])
    record(by=by, now=now, verb=f"asking.{state}", on=asking.enrollment, facts={"moment": asking.moment})


@transaction.atomic
def type_in(
    *,
    ticket: Ticket,
    code: str,
    agreement: tuple[bool, bool] | None,
    given: Mapping[int, int | None],
    by: User,
    now: datetime,
) -> None:
    """From his sheet of paper, all at once. `agreement`: to be counted, to be asked later; None: he said it before.

    Raises NotYourCase, NotAllAsked, outcomes.scoring.OutOfRange, tickets.TicketOver.
    """
    if works_on_his_case(by, ticket):
        raise NotYourCase(NOT_YOURS)
    said = Agreement.objects.newest(hold(ticket.asking.enrollment))
    secret = tickets.take(token=code, now=now)
    sitting = tickets.sitting(token=code, secret=secret, now=now)
    if agreement:
        statistics, follow_up = agreement
        # The sheet may be two weeks old: a no that he said since stands.
        follow_up = follow_up and said.get(Purpose.FOLLOW_UP, True)
        if not _agreed(sitting.ticket, sitting.subject, statistics, follow_up, by=by, now=now):
            return
    asked = questions(sitting.ticket.asking, sitting.subject)
    keep(asked, given, asking=sitting.ticket.asking, subject=sitting.subject, now=now)
    _finished(sitting.ticket, sitting.subject, by=by, now=now)


def paper(*, code: str, by: User, now: datetime) -> Ticket:
    """The sheet that has this code. Raises tickets.UnknownTicket, TicketOver, NotYourCase."""
    try:
        ticket = tickets.find(token=plain(code), now=now)
    except tickets.UnknownTicket:
        raise tickets.UnknownTicket("No sheet of paper has this code. Look at its top right corner.") from None
    if ticket.way != Way.PAPER:
        raise tickets.UnknownTicket("No sheet of paper has this code. Look at its top right corner.")
    if works_on_his_case(by, ticket):
        raise NotYourCase(NOT_YOURS)
    return ticket


def plain(code: str) -> str:
    """As it is kept, however somebody types it."""
    return "".join(code.lower().split()).replace("-", "")


def printed(*, ticket: Ticket, code: str) -> tuple[Subject, Questions]:
    """What stands on a sheet of paper, by its code; what was answered before on a tablet isn't told.

    Raises tickets.TicketOver.
    """
    try:
        said = opened(bytes(ticket.sealed), by=code)
    except CannotOpen:
        raise tickets.TicketOver("This sheet has been typed in already.") from None
    subject = Subject.objects.select_related("key", "program").get(pk=said["code"])
    return subject, Questions(questions(ticket.asking, subject).steps, {})
