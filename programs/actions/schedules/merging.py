"""A cohort with too few men goes on in another."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs.actions import enrollments
from programs.actions.schedules.changed import Merged
from programs.actions.schedules.changing import CohortOver, end_cohort, lock_cohort_to_end
from programs.actions.schedules.telling import News, settle
from programs.kinds import Change
from programs.models import Cohort, Enrollment, Session


class CannotMerge(Refusal):
    pass


@transaction.atomic
def merge(*, cohort: Cohort, into: Cohort, anyway: bool = False, by: User, now: datetime) -> Merged:
    """Everybody who sits in it moves to the other, by all the rules for a seat, or nobody does; it is over then.

    `anyway`: also past the last week in which one may join the other.

    Raises CohortOver, CannotMerge, NotLogged, and what `enrollments.transfer` raises, naming whom it is about.
    """
    coming = lock_cohort_to_end(cohort, now, into)
    locked, target = (Cohort.objects.select_related("program").get(pk=one.pk) for one in (cohort, into))
    _go_together(locked, target)
    men = list(
        Enrollment.objects.open()
        .filter(seats__cohort=locked, seats__to_on=None)
        .select_related("participant__key", "program")
        .order_by("pk")
    )
    for enrollment in men:
        _transfer(enrollment, target, anyway, by, now)
    ended = end_cohort(locked, coming, target, by, now)
    facts = {"into": target.pk, "men": len(men)}
    record(by=by, now=now, verb="cohort.merged", on=locked, facts=facts)
    to_call = {one.pk: one for one in [*ended.to_call, *_tell(men, target, by, now)]}
    return Merged(into=target, moved=men, canceled=ended.sessions, to_call=list(to_call.values()))


def _go_together(cohort: Cohort, into: Cohort) -> None:
    for one in (cohort, into):
        if one.closed_at is not None:
            raise CohortOver(f"{one.name} is over. Choose another cohort.")
    if cohort.pk == into.pk or cohort.program_id != into.program_id:
        raise CannotMerge("It can be merged only into another cohort of its program. Choose one.")
    if cohort.language != into.language:
        raise CannotMerge(f"{into.name} is held in another language. Choose another cohort.")
    if cohort.curriculum_id != into.curriculum_id:
        raise CannotMerge(f"{into.name} follows another curriculum: their weeks wouldn't count. Choose another.")


def _transfer(enrollment: Enrollment, into: Cohort, anyway: bool, by: User, now: datetime) -> None:
    try:
        enrollments.transfer(enrollment=enrollment, cohort=into, anyway=anyway, by=by, now=now)
    except Refusal as refusal:
        raise type(refusal)(f"{enrollment.participant.called}: {refusal} Nobody was moved.") from None


def _tell(men: list[Enrollment], into: Cohort, by: User, now: datetime) -> list[Enrollment]:
    """They come on another evening from now on."""
    first: Session | None = into.sessions.from_now(now).select_related("program").first()
    news = [News(first, Change.MOVED, men)] if first else []
    changed = list(into.sessions.from_now(now))
    return settle(news, {man.pk: man for man in men}, changed=changed, by=by, now=now)
