"""What goes: proposed by the house when its time is over, or by an order; approved twice; then carried out at once."""

from datetime import date, datetime

from django.db import transaction

from accounts.actors import Actor, person
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from courts.actions import disposed
from courts.actions.imports import hold_lists
from courts.actions.locks import locked
from courts.models import Court, Referral, Submission
from courts.moves import OVER
from participants.locks import lock_another, lock_person
from participants.models import Participant
from records import forgetting
from records.actions.holds import WhyMissing, administrator
from records.due import still_due
from records.kinds import ALONE_AFTER, BY_ORDER, Basis
from records.models import Disposal, LegalHold


class WrongCourt(Refusal):
    pass


class NotAnOrder(Refusal):
    pass


class StillOpen(Refusal):
    pass


class ProposedBefore(Refusal):
    pass


class Held(Refusal):
    """A legal hold stands."""


class NeedsAnother(Refusal):
    """Who approved first doesn't approve again so soon."""


class NotDue(Refusal):
    """It was proposed by its age, and isn't old enough any more."""


class Settled(Refusal):
    """It went, or was refused, meanwhile."""


def propose(
    *,
    referral: Referral | None = None,
    participant: Participant | None = None,
    submission: Submission | None = None,
    basis: Basis,
    ordered_on: date | None = None,
    court: Court | None = None,
    by: Actor,
    now: datetime,
) -> Disposal:
    """One of the three; its rules were looked at by the caller."""
    made = Disposal.objects.create(
        referral=referral, participant=participant, submission=submission, basis=basis, ordered_on=ordered_on,
        court=court, proposed_at=now, proposed_by=person(by),
    )  # fmt: skip
    record(by=by, now=now, verb="disposal.proposed", on=made, facts=_facts(made))
    return made


@transaction.atomic
def note_order(
    *, referral: Referral, basis: Basis, ordered_on: date, court: Court, by: User, now: datetime
) -> Disposal:
    """An order to vacate, to seal or to expunge, as the court sent it. What waited by its age alone is replaced.

    Raises NotYours, NotAnOrder, WrongCourt, StillOpen, ProposedBefore, Settled.
    """
    administrator(by)
    if basis not in BY_ORDER:
        raise NotAnOrder("Say whether the court ordered to vacate, to seal or to expunge.")
    if ordered_on > now.astimezone(referral.zone).date():
        raise NotAnOrder("The order's date is still to come. Write the date that stands on the order.")
    referral = locked(referral)
    _check_order(referral, court)
    waiting = Disposal.objects.open().filter(referral=referral).first()
    if waiting is not None and waiting.basis != Basis.RETENTION:
        raise ProposedBefore("An order about this case is noted already. Approve or refuse that one first.")
    if waiting is not None:
        it_stays(waiting, "An order of the court takes its place", by, now)
    return propose(referral=referral, basis=basis, ordered_on=ordered_on, court=court, by=by, now=now)


def _check_order(referral: Referral, court: Court) -> None:
    if referral.key.destroyed_at is not None:
        raise Settled("This case has been disposed of already. Nothing more is kept about it.")
    if referral.court_id != court.pk:
        raise WrongCourt(
            "This case isn't filed at the court that made the order. Look at the case number on the order, and note "
            "it at the case of that court."
        )
    if referral.state not in OVER:
        raise StillOpen("This case is still open. Close it first, as the order says, for example as dismissed.")


@transaction.atomic
def approve(*, disposal: Disposal, by: User, now: datetime) -> bool:
    """True: it was the second time, and it is gone now. The second is another administrator.

    An office that has one administrator confirms again after seven days (ALONE_AFTER).
    Raises NotYours, Settled, Held, StillOpen, NotDue, NeedsAnother, Elsewhere, and what forgetting raises;
    nothing goes then.
    """
    administrator(by)
    # In the order in which whoever puts two files together takes them: lists, then the man.
    hold_lists()
    disposal = _held(disposal)
    check_free(disposal)
    _check_time(disposal, now)
    if disposal.first_at is None:
        disposal.first_at, disposal.first_by = now, by
        disposal.save(update_fields=["first_at", "first_by"])
        record(by=by, now=now, verb="disposal.approved", on=disposal, facts=_facts(disposal))
        return False
    _another_or_later(disposal, by, now)
    disposal.second_at, disposal.second_by, disposal.done_at = now, by, now
    _carry_out(disposal, by, now)
    disposal.save(update_fields=["second_at", "second_by", "done_at"])
    record(by=by, now=now, verb="disposal.done", on=disposal, facts=_facts(disposal))
    return True


@transaction.atomic
def refuse(*, disposal: Disposal, why: str, by: User, now: datetime) -> None:
    """It stays. Raises NotYours, WhyMissing, Settled."""
    administrator(by)
    if not why.strip():
        raise WhyMissing("Say why it stays, without naming him: the next one who looks reads it.")
    it_stays(_held(disposal), why.strip()[:200], by, now)


def check_free(disposal: Disposal) -> None:
    """Raises Held, AskedFor."""
    if LegalHold.objects.on(disposal).exists():
        raise Held("A legal hold stands: nothing of this goes until it is lifted. Nothing was destroyed.")
    if disposal.man is not None:
        forgetting.check_asked_for(disposal.man.himself)


def _check_time(disposal: Disposal, now: datetime) -> None:
    referral = disposal.referral
    if referral is not None and referral.state not in OVER:
        raise StillOpen("This case was opened again meanwhile. It stays; nothing was destroyed.")
    if disposal.basis == Basis.RETENTION and not still_due(disposal, now):
        raise NotDue("This isn't due any more: it is kept longer now. Decide that it stays; nothing was destroyed.")


def _held(disposal: Disposal) -> Disposal:
    """As it stands now, under the man's lock: holds are placed under the same. Raises Settled, Elsewhere."""
    man = disposal.man
    if man is not None:
        held = lock_person(man.himself.pk)
        if held.merged_into_id is not None:
            lock_another(held.merged_into_id, held=held.pk)
    now = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if now.done_at is not None:
        raise Settled("This has been disposed of already.")
    if now.refused_at is not None:
        raise Settled("Somebody decided that this stays. Look at it again before you do more.")
    return now


def _another_or_later(disposal: Disposal, by: User, now: datetime) -> None:
    assert disposal.first_at is not None, "it was approved once"
    if by.pk != disposal.first_by_id:
        return
    if _others(by):
        raise NeedsAnother("You approved this already. Another administrator confirms it.")
    ready = disposal.first_at + ALONE_AFTER
    if now < ready:
        raise NeedsAnother(
            f"You approved this on {disposal.first_at:%B %-d}. You are the only administrator: confirm it again from "
            f"{ready:%B %-d} on."
        )


def _others(by: User) -> bool:
    others = User.objects.filter(is_active=True).exclude(pk=by.pk)
    return others.filter(grants__role=Role.ADMINISTRATOR, grants__ended_at=None).exists()


def _carry_out(disposal: Disposal, by: User, now: datetime) -> None:
    if disposal.referral is not None:
        if disposal.basis in BY_ORDER:
            disposed.keep_out(disposal.referral, now=now)
        forgetting.forget_referral(disposal.referral, by=by, now=now)
    elif disposal.participant is not None:
        # As whom he is locked: his other file, where he was here twice, would be a lock out of order.
        forgetting.forget_person(disposal.participant.himself, by=by, now=now)
    elif disposal.submission is not None:
        forgetting.forget_submission(disposal.submission, by=by, now=now)


def it_stays(disposal: Disposal, why: str, by: User, now: datetime) -> None:
    """On an open one that the caller has locked."""
    disposal.refused_at, disposal.refused_by, disposal.refused_why = now, by, why
    disposal.save(update_fields=["refused_at", "refused_by", "refused_why"])
    record(by=by, now=now, verb="disposal.refused", on=disposal, facts=_facts(disposal))


def _facts(disposal: Disposal) -> dict[str, object]:
    return {
        "basis": disposal.basis,
        "referral": disposal.referral_id,
        "participant": disposal.participant_id,
        "submission": disposal.submission_id,
    }
