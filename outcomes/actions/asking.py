"""Asking him: over the tablet or on paper by somebody who is with him, later by a link that is sent."""

import hmac
import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.refusal import Refusal
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel
from outcomes.actions import tickets
from outcomes.actions.codes import agreed, code_of, new_code
from outcomes.actions.instruments import ensure_shipped
from outcomes.actions.locks import hold
from outcomes.actions.sheets import pin
from outcomes.kinds import OPEN_FOR, Moment, Purpose, State, Way
from outcomes.models import Agreement, Asking, FollowUpDue, Subject, Ticket
from outcomes.sealing import seal
from programs.models import Enrollment, Mark

BY = Task("outcomes.plan")
QUESTIONS = "questions"
# Not at night, and not when the reminders go.
HOUR = time(11)
# Then once more, if nobody has begun.
AGAIN = timedelta(days=10)
# A sheet of paper that isn't typed in by then is thrown away.
PAPER_LASTS = timedelta(days=14)
# Of each hand-out; then the tablet shows nothing until it is handed out again.
TABLET_LASTS = timedelta(minutes=30)


class NotToAsk(Refusal):
    """He said no, it was done, or its time isn't now."""


@transaction.atomic
def hand(*, enrollment: Enrollment, moment: Moment, way: Way, by: User, now: datetime) -> Ticket:
    """A tablet or a sheet of paper for him, now; what was out before opens nothing any more.

    Raises NotToAsk.
    """
    enrollment = hold(enrollment)
    if moment not in to_hand(enrollment, now=now):
        raise NotToAsk("There is nothing to ask him now. He has answered, has said no, or its time is over.")
    ensure_shipped(enrollment.program, now=now)
    asking = _asking(enrollment, moment, _today(enrollment, now))
    code = code_of(enrollment) or new_code(enrollment, now=now)
    if way is Way.PAPER:
        # What is printed is what will be typed in, whatever is put to use meanwhile.
        pin(asking, Subject.objects.get(pk=code), now=now)
    lasts = TABLET_LASTS if way is Way.TABLET else PAPER_LASTS
    return _out(asking, tickets.make(asking, way, code, expires_at=now + lasts, by=by), by=by, now=now)


def to_hand(enrollment: Enrollment, *, now: datetime) -> list[Moment]:
    """What he may be asked in person today: at intake, after the last week, and what was asked of him by a link."""
    askings = {one.moment: one for one in Asking.objects.filter(enrollment=enrollment)}
    begun = Mark.objects.came().filter(enrollment=enrollment).exists()
    return may_hand(enrollment, askings, Agreement.objects.newest(enrollment), begun=begun, now=now)


def may_hand(
    enrollment: Enrollment, askings: Mapping[str, Asking], said: Mapping[str, bool], *, begun: bool, now: datetime
) -> list[Moment]:
    """As `to_hand`, of what is at hand already: it asks no database. `said`: as `Agreement.objects.newest` has it.

    `begun`: he was at a session. What he would say of before is colored by then.
    """
    if said.get(Purpose.STATISTICS) is False or enrollment.participant.key.destroyed_at is not None:
        return []
    today = _today(enrollment, now)
    first = askings.get(Moment.INTAKE)
    times = {
        Moment.INTAKE: enrollment.closed_at is None and not begun,
        # Only who answered before makes a pair; nobody else is asked for nothing.
        Moment.AFTER: first is not None
        and first.state == State.DONE
        and enrollment.state in (Enrollment.State.SEATED, Enrollment.State.FINISHED),
    }
    new = [moment for moment, may in times.items() if may and moment not in askings]
    out = [Moment(moment) for moment, one in askings.items() if _is_open(one, today)]
    return [moment for moment in Moment if moment in {*new, *out}]


def _is_open(asking: Asking, today: date) -> bool:
    return asking.state in (State.PLANNED, State.HANDED) and asking.closes_on >= today


@transaction.atomic
def send_next(*, enrollment: Enrollment, moment: Moment, due_on: date, now: datetime) -> bool:
    """What comes after his program: he is asked by a link, if he agreed to that, answered at intake and can be reached;
    and somebody is to say whether a new arrest is known. Whether anything new is out now.

    He isn't asked, nor anybody about him, who didn't agree to be counted, or to whose code nothing leads any more.
    """
    enrollment = hold(enrollment)
    code = code_of(enrollment)
    if code is None or not agreed(enrollment, Purpose.STATISTICS):
        return False
    is_new = _to_be_noted(enrollment, moment, due_on, code)
    first = Asking.objects.first_done().filter(enrollment=enrollment)
    if not agreed(enrollment, Purpose.FOLLOW_UP) or not first.exists():
        return is_new
    asking = _asking(enrollment, moment, due_on)
    channel = reachable_by([enrollment.participant_id]).get(enrollment.participant_id)
    out = Ticket.objects.just_out(now).filter(asking=asking)
    if channel is None or not _is_open(asking, _today(enrollment, now)) or out.exists():
        return is_new
    ends = datetime.combine(asking.closes_on + timedelta(days=1), time.min, enrollment.program.zone)
    ticket = tickets.make(asking, Way.LINK, code, expires_at=ends, by=None)
    plan(_messages(_out(asking, ticket, by=BY, now=now), channel, now), now=now)
    return True


def _to_be_noted(enrollment: Enrollment, moment: Moment, due_on: date, code: uuid.UUID) -> bool:
    """Whether a new arrest is known: asked for once."""
    if moment not in (Moment.SIX, Moment.TWELVE):
        return False
    said = {"due_on": due_on, "sealed": seal(str(code), by=secret_of(enrollment, moment))}
    return FollowUpDue.objects.get_or_create(enrollment=enrollment, moment=moment, defaults=said)[1]


def secret_of(enrollment: Enrollment, moment: Moment) -> str:
    """By which the installation itself seals a code, for somebody to say something about and nobody to read.

    It waits for months, so it is made of the key that is never turned.
    """
    said = f"follow-up {enrollment.pk}:{moment}"
    return hmac.digest(settings.FINGERPRINT_KEY.encode(), said.encode(), "sha256").hex()


def _messages(ticket: Ticket, channel: Channel, now: datetime) -> list[Planned]:
    asking, enrollment = ticket.asking, ticket.asking.enrollment
    first = datetime.combine(max(asking.due_on, _today(enrollment, now)), HOUR, enrollment.program.zone)
    return [
        Planned(
            # By the link: of one that was put in its place nothing more is sent.
            key=f"{QUESTIONS}:{ticket.pk}:{number}",
            kind=QUESTIONS,
            channel=channel,
            about=name_of(asking),
            participant_id=enrollment.participant_id,
            language=enrollment.participant.language,
            due_at=due_at,
            expires_at=ticket.expires_at,
        )
        for number, due_at in enumerate((first, first + AGAIN))
        if due_at < ticket.expires_at
    ]


def _out(asking: Asking, ticket: Ticket, *, by: Actor, now: datetime) -> Ticket:
    asking.state = State.HANDED
    asking.save(update_fields=["state"])
    facts = {"moment": asking.moment, "way": ticket.way}
    record(by=by, now=now, verb="asking.handed", on=asking.enrollment, facts=facts)
    return ticket


def _asking(enrollment: Enrollment, moment: Moment, due_on: date) -> Asking:
    closes_on = due_on + timedelta(days=OPEN_FOR[moment])
    said = {"due_on": due_on, "closes_on": closes_on}
    return Asking.objects.get_or_create(enrollment=enrollment, moment=moment, defaults=said)[0]


def _today(enrollment: Enrollment, now: datetime) -> date:
    return now.astimezone(enrollment.program.zone).date()
