"""Who was accepted and hasn't been called or has no intake, and who waits for a seat."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from courts.deadlines import DeadlineKind, add_business_days
from office import words
from office.doing import find
from office.subjects import home, rows
from office.today import Line
from office.waiting.dates import Due
from office.waiting.making import about, gathered, more
from participants.kinds import AppointmentKind
from participants.models import Appointment, Participant, tried
from programs.models import Enrollment

MET_BY_SITTING = (DeadlineKind.ENROLL_BY, DeadlineKind.START_BY)
# Working days after which a man whom nobody tried to reach is the most urgent of those who wait for an intake.
UNTRIED = 3


def lines(due: Due, today: date) -> list[Line]:
    kinds = {"intake": _without_intake(), "seat": _without_seat()}
    open_ones = rows(Enrollment).annotate(tried=tried("participant", since="opened_at"))
    found = sorted(gathered(open_ones, kinds), key=_order)
    url = reverse("office:programs_enrollment_changelist")
    return [
        *(_seat(one, due) if one.state == Enrollment.State.WAITING else _intake(one, today) for one in found),
        *more(found, "intake", "No intake planned", f"{url}?state__exact=intake"),
        *more(found, "seat", "Need a seat", f"{url}?state__exact=waiting"),
    ]


def _order(one: Enrollment) -> Any:
    return one.finish_by or date.max, one.opened_at


def _without_intake() -> QuerySet[Enrollment]:
    planned = Appointment.objects.planned().filter(participant=OuterRef("participant"), kind=AppointmentKind.INTAKE)
    new: QuerySet[Enrollment] = rows(Enrollment).filter(~Exists(planned), state=Enrollment.State.INTAKE, silent=False)
    return new.order_by("opened_at")


def _without_seat() -> QuerySet[Enrollment]:
    waiting: QuerySet[Enrollment] = rows(Enrollment).filter(Q(state=Enrollment.State.WAITING), silent=False)
    return waiting.order_by(F("finish_by").asc(nulls_last=True), "opened_at")


def _intake(one: Enrollment, today: date) -> Line:
    since = words.local_day(one.opened_at)
    if not one.tried and add_business_days(since, UNTRIED, frozenset()) <= today:  # type: ignore[attr-defined]
        return _untried(one, since)
    return about(
        "intake",
        one,
        what="No intake planned",
        why="Accepted, and nobody has given him a time.",
        since=since,
        button="Open the case",
        url=home(one),
    )


def _untried(one: Enrollment, since: date) -> Line:
    deed = find(str(Participant._meta.model_name), "contact")
    assert deed is not None, "the contact log has its button"
    return about(
        "intake",
        one,
        what="No contact yet",
        why=f"Accepted on {words.day(since)}, and nobody has tried to reach him.",
        since=since,
        button=deed.label,
        url=deed.url(one.participant),
        broken=True,
    )


def _seat(one: Enrollment, due: Due) -> Line:
    """With the day by which the court wants him seated, where it set one that is near."""
    return about(
        "seat",
        one,
        what="Needs a seat",
        why=f"To finish by {words.day(one.finish_by)}." if one.finish_by else "No date binds him.",
        due_on=due.take_of_enrollment(one.pk, *MET_BY_SITTING),
        since=words.local_day(one.opened_at),
        button="Place him",
        url=reverse("office:place", args=[one.pk]),
    )
