"""What the figures take from dates that shrink to their month: counted once more while the days still stand."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Min, Q
from django.db.models.functions import TruncDate

from courts.models import Deadline, Referral
from participants.kinds import ContactResult
from participants.models import ContactAttempt
from programs.kinds import RequirementKind
from programs.models import Requirement, Seat
from records.models import DeadlineRemains, Remains


def keep(referral: Referral) -> bool:
    """False: they stand already, and the days of the dates are gone."""
    last = _last(referral)
    if last.pk != referral.pk:
        # The case that it became at another court goes on, and came on this day.
        Remains.objects.get_or_create(referral=last, defaults={"came_on": _came(last)})
    kept, _ = Remains.objects.get_or_create(referral=referral)
    if kept.shrunk:
        return False
    came = kept.came_on or _came(referral)
    for name, on in _days(referral, came).items():
        setattr(kept, name, (on - came).days if on else None)
    kept.shrunk, kept.came_on = True, kept.came_on and kept.came_on.replace(day=1)
    kept.save()
    _keep_deadlines(referral)
    return True


def _last(referral: Referral) -> Referral:
    while referral.moved_to is not None:
        referral = referral.moved_to
    return referral


def _came(referral: Referral) -> date:
    """On which day it came first, at whichever court."""
    while (before := Referral.objects.filter(moved_to=referral).first()) is not None:
        referral = before
    return referral.received_on


def _days(referral: Referral, came: date) -> dict[str, date | None]:
    """By figure the day that it counts to; as `office.figures.sources.referrals` asks for them."""
    man, enrollment = referral.participant_id, referral.enrollment_id
    tries = ContactAttempt.objects.filter(Q(participant=man) | Q(participant__merged_into=man))
    tries = tries.annotate(on=TruncDate("at", tzinfo=referral.program.zone)).filter(on__gte=came)
    intake = Requirement.objects.filter(enrollment=enrollment, kind=RequirementKind.INTAKE, met_on__gte=came)
    seat = Seat.objects.filter(enrollment=enrollment).aggregate(first=Min("from_on"))["first"]
    return {
        "tried_days": tries.aggregate(first=Min("on"))["first"],
        "reached_days": tries.filter(result=ContactResult.REACHED).aggregate(first=Min("on"))["first"],
        "intake_days": intake.aggregate(first=Min("met_on"))["first"],
        "seat_days": seat if seat is not None and seat >= came else None,
    }


def _keep_deadlines(referral: Referral) -> None:
    met = Deadline.objects.filter(referral=referral, state=Deadline.State.MET)
    zone: ZoneInfo = referral.zone
    DeadlineRemains.objects.bulk_create(
        DeadlineRemains(deadline=one, in_time=one.settled_at.astimezone(zone).date() <= one.due_on)
        for one in met
        if one.settled_at is not None
    )
