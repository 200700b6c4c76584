"""When the play is set: in the winter of 2026, as written, or so that its last third is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from courts.lists import Row
from programs import schedule

ZONE = ZoneInfo("America/Los_Angeles")
STATE = "WA"
WEEKS = 10
MOVED = ("ordered_on", "received_on", "enroll_by", "start_by", "complete_by", "proof_due_by", "hearing_at")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass(frozen=True, slots=True)
class Dates:
    """`begins` is a Monday; `until`: the real now, at which a demonstration breaks off. None: it is played out."""

    begins: date
    first_nights: Mapping[str, date]
    # The evening of Cohort B on which it snows.
    snow: date
    until: datetime | None = None
    # A cohort's evening without all of its marks.
    left_open: date | None = None
    # Men of these last names are not in the first list.
    held_back: frozenset[str] = frozenset()

    def day(self, number: int) -> date:
        """The first day is 0."""
        return self.begins + timedelta(days=number)


STORY = Dates(
    begins=date(2026, 1, 5),
    first_nights={"A": date(2026, 1, 12), "B": date(2026, 1, 13), "C": date(2026, 1, 14)},
    snow=date(2026, 2, 17),
)
NEWCOMERS = frozenset({"Hutchens", "Stavros", "Pacheco"})


def around(now: datetime) -> Dates:
    """Tonight Cohort A meets for the eighth time, last night B for the ninth; C was through nine days ago.

    B and C keep their weekends, and never meet on the same evening: who plays all of them is in one place at a time.
    """
    today = now.astimezone(ZONE).date()
    last_night = _workday(today - timedelta(days=1))
    c_on = _workday(today - timedelta(days=9))
    c_on -= timedelta(days=c_on.weekday() == last_night.weekday())
    # The snow moves B's sixth evening behind its last one, so that last night was its tenth by the calendar.
    nights = {
        "A": _nights(8, today),
        "B": _nights(10, last_night),
        "C": _nights(WEEKS, c_on),
    }
    first_nights = {name: days[0] for name, days in nights.items()}
    earliest = min(first_nights.values())
    return Dates(
        begins=earliest - timedelta(days=earliest.weekday() + 7),
        first_nights=first_nights,
        snow=nights["B"][5],
        until=now,
        left_open=nights["B"][-1],
        held_back=NEWCOMERS,
    )


def _workday(day: date) -> date:
    """That day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _nights(number: int, on: date) -> list[date]:
    """A cohort's evenings, of which so many are over on that day; with the next one if that day is free."""
    holidays = schedule.state_holidays(STATE, range(on.year - 1, on.year + 2))
    first = on - timedelta(weeks=number - 1)
    while (days := schedule.dates(first, first.weekday(), number, holidays))[-1] > on:
        first -= timedelta(weeks=1)
    return days


def shifted(row: Row, *, by: timedelta) -> Row:
    moved = {name: value + by for name in MOVED if (value := getattr(row, name)) is not None}
    return replace(row, **moved)
