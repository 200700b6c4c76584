"""This week's evenings, those that nobody closed, and whom to call about one that was canceled or moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from office import restrictions, words
from office.subjects import page, rows, session
from office.today import Line
from office.waiting.making import AT_MOST, about, how_many, rest
from programs.actions.changes import LASTS, calls_about
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Seat, Session

# So long after its end a session may stay open until the office sees it.
LEFT_OPEN = timedelta(hours=48)
CAME = (MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY)


@dataclass(frozen=True, slots=True)
class Evenings:
    """Read in one question: `week` in the order of time, `left_open` the oldest first."""

    week: list[Session]
    left_open: list[Session]
    of: int


def met(*, now: datetime, today: date) -> Evenings:
    """Of this week, Monday to Sunday by the office's calendar, with who came and whose seats are taken."""
    monday = timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time()))
    this_week = Q(starts_at__gte=monday, starts_at__lt=monday + timedelta(days=7))
    begun = rows(Session).filter(state=Session.State.PLANNED, starts_at__lte=now - LEFT_OPEN).order_by("starts_at")
    # Each by its own index: with OR between them all sessions would be read.
    these = Session.objects.filter(this_week).order_by().values("pk")
    oldest = Session.objects.filter(pk__in=begun.values("pk")[:AT_MOST]).order_by().values("pk")
    wanted = rows(Session).filter(pk__one_of=these.union(oldest, all=True))
    found = list(wanted.annotate(of=how_many(begun), **_counts()).order_by("starts_at", "id"))
    week = [one for one in found if monday <= one.starts_at < monday + timedelta(days=7)]
    left_open = [one for one in found if one.state == Session.State.PLANNED and one.ends_at + LEFT_OPEN <= now]
    return Evenings(week, left_open, found[0].of or 0 if found else 0)


def _counts() -> dict[str, Any]:
    came = Mark.objects.filter(session=OuterRef("pk"), superseded_by=None, kind__in=CAME)
    seats = Seat.objects.filter(cohort=OuterRef("cohort"), to_on=None)
    return {"came": _count(came, "session"), "seated": _count(seats, "cohort")}


def _count(found: QuerySet[Any], by: str) -> Subquery:
    counted = found.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def lines(evenings: Evenings, now: datetime) -> list[Line]:
    url = reverse("office:programs_session_changelist") + "?state__exact=planned"
    return [
        *map(_not_closed, evenings.left_open),
        *rest(evenings.of, "not_closed", "Sessions that nobody closed", url),
        *_to_call(now),
    ]


def _not_closed(one: Session) -> Line:
    """Its leader was reminded a day before."""
    return about(
        "not_closed",
        one,
        what="Session not closed",
        whom=session(one),
        due_on=words.local_day(one.starts_at),
        button="Open the session",
        url=page(one),
    )


def _to_call(now: datetime) -> Iterator[Line]:
    """Sessions that were canceled or moved, where somebody has no safe way to be told."""
    # What is told of a session is told while it is to come, or within a week after it.
    near = rows(Session).filter(starts_at__gt=now - 2 * LASTS)
    for one, called in calls_about(near, now=now):
        whom: list[Enrollment] = restrictions.visible(called, lambda each: each.participant_id)
        if whom:
            yield _call(one, whom, now)


def _call(one: Session, whom: list[Enrollment], now: datetime) -> Line:
    people = "1 person" if len(whom) == 1 else f"{len(whom)} people"
    changed = "session canceled" if one.state == Session.State.CANCELED else "session changed"
    return about(
        "call",
        one,
        what=f"Call {people}: {changed}",
        whom=session(one),
        why=", ".join(enrollment.participant.called for enrollment in whom),
        due_on=words.local_day(now),
        button="Open the session",
        url=reverse("sessions:roster", args=[one.pk]),
    )
