"""Placing a man as the courts bind him: their dates, and what is asked of them where no cohort fits."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.refusal import Refusal
from courts import deadlines as rules
from courts.actions.deadlines import dates_of
from courts.actions.proposals import FOLLOWED, propose
from courts.kinds import ReferralKind
from courts.models import Referral
from courts.steps import ReportKind
from participants.locks import lock_person
from programs.actions.placement import Wishes, placement_of
from programs.actions.standing import assessment_of, facts_of
from programs.models import Enrollment
from programs.placement import Placement
from programs.reasons import Code, Reason


class SomethingFits(Refusal):
    pass


class NothingToAsk(Refusal):
    pass


def placement_for(enrollment: Enrollment, *, wishes: Wishes, now: datetime) -> Placement:
    """With the days by which his courts want him enrolled and begun: of several the soonest."""
    referrals = list(_running(enrollment))
    bound = replace(
        wishes,
        enroll_by=_soonest(one.enroll_by for one in referrals),
        start_by=_soonest(one.start_by for one in referrals),
    )
    return placement_of(enrollment, wishes=bound, now=now)


def _running(enrollment: Enrollment) -> Iterable[Referral]:
    running = Referral.objects.filter(enrollment=enrollment, state__in=FOLLOWED).order_by("id")
    return running.select_related("court", "program", "key")


def _soonest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


@transaction.atomic
def ask_for_more_time(*, enrollment: Enrollment, wishes: Wishes, by: User, now: datetime) -> date:
    """Propose it for each referral whose own date is too soon; returns the date to ask for.

    It is a proposal like those that Onus makes: once he can finish in time after all, it goes by itself, unless
    somebody has opened it. Raises SomethingFits, NothingToAsk, and of `proposals` InReview.
    """
    lock_person(enrollment.participant_id)
    found = placement_for(enrollment, wishes=wishes, now=now)
    if found.offers:
        name = found.offers[0].group.name
        raise SomethingFits(f"{name} lets him finish in time. Seat him there, or say why it won't do.")
    asked = [one for one in _running(enrollment) if _is_asked(one, found)]
    if found.ask_for is None or not asked:
        raise NothingToAsk("No later date of a court would help. Open a cohort, or free a seat.")
    facts = _facts(enrollment, found, now)
    for referral in asked:
        propose(referral=referral, kind=ReportKind.MORE_TIME, facts=facts, by=by, now=now)
    return found.ask_for


def _is_asked(referral: Referral, found: Placement) -> bool:
    """Its own dates are too soon for what would fit best."""
    if referral.kind == ReferralKind.SELF or found.earliest is None or found.ask_for is None:
        return False
    finish_by, start_by = rules.finish_by([dates_of(referral, ())]), referral.start_by
    ends_late = finish_by is not None and finish_by < found.ask_for
    return ends_late or (start_by is not None and start_by < found.earliest.begins_on)


def _facts(enrollment: Enrollment, found: Placement, now: datetime) -> dict[str, Any]:
    """As a reassessment's, but with the day that a seat would give him, and the one to ask for."""
    assert found.earliest is not None, "something is asked for"
    ends_on, ask_for = found.earliest.finishes_on, found.ask_for
    assessment = assessment_of(enrollment, today=now.astimezone(enrollment.program.zone).date())
    cannot = Reason(code=Code.CANNOT_FINISH, on=ends_on, by=enrollment.finish_by)
    by_itself = (Code.CANNOT_FINISH, Code.ON_TRACK, Code.NEEDS_MAKEUPS)
    others = [reason for reason in assessment.reasons if reason.code not in by_itself]
    told = {
        "finishes_on": ends_on.isoformat(),
        "reasons": [one.facts() for one in (cannot, *others)],
        "ask_for": ask_for and ask_for.isoformat(),
        "begins_on": found.earliest.begins_on.isoformat(),
        "cohort": found.earliest.group.cohort,
    }
    return facts_of(assessment) | told
