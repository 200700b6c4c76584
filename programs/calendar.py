"""Evenings as a calendar program reads them: when and how long. Whoever looks over a shoulder learns nothing else."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from icalendar import Calendar
from icalendar import Event as Entry

TITLE = "Appointment"


class Evening(NamedTuple):
    """`uid`: the same at each reading, and telling nothing."""

    uid: str
    starts_at: datetime
    minutes: int


def written(evenings: Iterable[Evening], *, now: datetime) -> bytes:
    """As iCalendar, in UTC: each calendar shows its own clock, also when that changes between two evenings."""
    calendar = Calendar()
    calendar.add("prodid", "-//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for evening in evenings:
        calendar.add_component(_entry(evening, now))
    return bytes(calendar.to_ical())


def _entry(evening: Evening, now: datetime) -> Entry:
    start = evening.starts_at.astimezone(UTC)
    entry = Entry()
    entry.add("uid", evening.uid)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", start)
    entry.add("dtend", start + timedelta(minutes=evening.minutes))
    entry.add("summary", TITLE)
    entry.add("class", "PRIVATE")
    return entry
