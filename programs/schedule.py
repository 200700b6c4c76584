"""On which days and at which instants a cohort meets."""

from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

from core.refusal import Refusal
from programs.wording import english_date

# Weeks without a free day in a row, after which there is no schedule.
_PATIENCE = 53
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NoPossibleDay(Refusal):
    pass


class UnknownState(Refusal):
    pass


def dates(start: date, weekday: int, count: int, days_off: Container[date]) -> list[date]:
    """So many days, one a week, from `start` on, without the days off. Monday is 0.

    Raises NoPossibleDay.
    """
    if not 0 <= weekday <= 6:
        raise NoPossibleDay("Choose a weekday from Monday to Sunday.")
    if count < 1:
        raise NoPossibleDay("A cohort needs at least one session.")
    day = start + timedelta(days=(weekday - start.weekday()) % 7)
    found: list[date] = []
    while len(found) < count:
        day = _free_day(day, days_off)
        found.append(day)
        day += timedelta(weeks=1)
    return found


def moved_on(days: Sequence[date], first: date, days_off: Container[date]) -> list[date]:
    """`days`, in their order, with the first one put on `first` and the others as many days later, or earlier.

    Those that would fall on a day off go on by whole weeks, and those behind them too where they would be met;
    what shared a day shares the new one. Raises NoPossibleDay.
    """
    by, found = first - days[0], [first]
    for before, day in pairwise(days):
        if day == before:
            found.append(found[-1])
            continue
        moved = day + by
        while moved <= found[-1]:
            moved += timedelta(weeks=1)
        found.append(_free_day(moved, days_off))
    return found


def after(day: date, weekday: int, days_off: Container[date]) -> date:
    """The next such weekday that is free. Raises NoPossibleDay."""
    return dates(day + timedelta(days=1), weekday, 1, days_off)[0]


def wall(start: datetime, usual: time, zone: ZoneInfo) -> time:
    """The time on the wall, as it was meant: the usual one, also in a night in which the clock skips it."""
    local = start.astimezone(zone)
    return usual if instant(local.date(), usual, zone) == start else local.time()


def _free_day(day: date, days_off: Container[date]) -> date:
    for weeks in range(_PATIENCE):
        if (free := day + timedelta(weeks=weeks)) not in days_off:
            return free
    raise NoPossibleDay(
        f"Every {_WEEKDAYS[day.weekday()]} for a year from {english_date(day)} is a day off. "
        "Choose another weekday, or take out some days off."
    )


def starts(days: Iterable[date], at: time, zone: ZoneInfo) -> list[datetime]:
    """The same time by the clock on the wall, summer and winter."""
    return [instant(day, at, zone) for day in days]


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When that time is in that place.

    A time that the clock skips: the first instant after the gap. A time that comes twice: the earlier one.
    """
    wall = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    if _exists(wall):
        return wall
    # Read by the offset after the gap, a skipped time lies before it; by the offset before, behind it.
    before, after = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.astimezone(zone)


def _exists(wall: datetime) -> bool:
    """Whether the clock on that wall ever shows this time."""
    back = wall.astimezone(UTC).astimezone(wall.tzinfo)
    return back.replace(tzinfo=None) == wall.replace(tzinfo=None)


def states() -> list[str]:
    """Those whose holidays are known, by their two letters."""
    return sorted(holidays.country_holidays("US").subdivisions)


def state_holidays(state: str, years: Sequence[int]) -> dict[date, str]:
    """The holidays that a state keeps, observed days among them. Raises UnknownState."""
    try:
        return dict(holidays.country_holidays("US", subdiv=state.upper(), years=years, language="en_US"))
    except NotImplementedError:
        raise UnknownState(f'"{state}" is no state of the United States. Use its two letters, as in WA.') from None
