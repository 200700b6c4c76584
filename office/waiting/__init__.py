"""Finds what waits for a person: a module a noun, and one question to the database a kind or a few."""

from collections.abc import Sequence
from datetime import date, datetime

from office.today import Line
from office.waiting import deliveries, enrollments, evenings, notices, proposals, referrals, reports, signing
from office.waiting.dates import due_soon
from office.waiting.evenings import Evenings, met

__all__ = ["Evenings", "lines", "met"]


def lines(*, now: datetime, today: date, week: Evenings | None = None) -> list[Line]:
    """Of all kinds, in no order. `week`: this week's evenings and the open ones, where they are at hand already."""
    due = due_soon(today)
    # These take their own dates out of what is due; the rest are lines of their own.
    found: list[Line] = [*proposals.lines(due), *reports.lines(due, now), *enrollments.lines(due, today)]
    rest: Sequence[Sequence[Line]] = (
        deliveries.lines(),
        referrals.lines(today),
        notices.lines(now=now, today=today),
        evenings.lines(week or met(now=now, today=today), now),
        signing.lines(now),
        due.lines(),
    )
    return [*found, *(line for some in rest for line in some)]
