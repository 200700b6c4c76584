"""One day of a program: what meets, what was canceled, and who is still to be called about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from audit.actions import record
from core import clock
from office import restrictions
from office.site import office
from office.subjects import rows
from office.subjects import session as session_title
from participants.kinds import ContactKind
from participants.models import ContactPoint
from programs import schedule
from programs.actions.changes import calls_about
from programs.models import Enrollment, Program, Session


@dataclass(frozen=True, slots=True)
class Call:
    enrollment: Enrollment
    numbers: list[str]


@dataclass(frozen=True, slots=True)
class Evening:
    session: Session
    title: str
    calls: list[Call]


def day(request: HttpRequest, pk: int, on: str) -> HttpResponse:
    program = get_object_or_404(Program, pk=pk)
    that_day = _date(on)
    assert isinstance(request.user, User), "the office lets nobody else in"
    # Names and numbers of several men at once: the look is at the day.
    record(by=request.user, now=clock.now(), verb="day.looked_at", on=program, facts={"on": that_day.isoformat()})
    evenings = _evenings(program, that_day)
    calls = sum(len(one.calls) for one in evenings)
    said = {"program": program, "on": that_day, "evenings": evenings, "calls": calls}
    return render(request, "office/day.html", office.each_context(request) | said)


def _date(on: str) -> date:
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise Http404 from None


def _evenings(program: Program, on: date) -> list[Evening]:
    start, end = (schedule.instant(each, time(), program.zone) for each in (on, on + timedelta(days=1)))
    that_day = rows(Session).filter(program=program, starts_at__gte=start, starts_at__lt=end)
    sessions = that_day.order_by("starts_at", "id")
    to_call = {session.pk: _visible(whom) for session, whom in calls_about(sessions, now=clock.now())}
    numbers = _safe_numbers(man for whom in to_call.values() for man in whom)
    return [
        Evening(
            session,
            session_title(session),
            [Call(man, numbers.get(man.participant_id, [])) for man in to_call.get(session.pk, [])],
        )
        for session in sessions
    ]


def _visible(men: list[Enrollment]) -> list[Enrollment]:
    return restrictions.visible(men, lambda man: man.participant_id)


def _safe_numbers(men: Iterable[Enrollment]) -> dict[int, list[str]]:
    people = [man.participant_id for man in men]
    points = ContactPoint.objects.safe().filter(kind=ContactKind.PHONE, participant__in=people)
    numbers: dict[int, list[str]] = {}
    for point in points.order_by("-safe_at", "-id"):
        numbers.setdefault(point.participant_id, []).append(point.value)
    return numbers
