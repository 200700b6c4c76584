"""Business days from one day to another, by a court's calendar."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from courts.deadlines import is_business_day
from courts.models import Closure
from programs.schedule import state_holidays


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    return frozenset(state_holidays(state, (year,)))


class Calendars:
    """The closures are asked for once, for all courts; what was worked out is remembered."""

    def __init__(self) -> None:
        self._closed: dict[tuple[int, str], set[date]] = defaultdict(set)
        for court, state, on in Closure.objects.filter(ended_at=None).values_list("court", "state", "on"):
            self._closed[court or 0, "" if court else state].add(on)
        self._known: dict[tuple[int, str, date, date], int] = {}

    def days(self, court: int, state: str, begins: date, ends: date) -> int:
        """The first day isn't counted, the last one is; `court` 0: none, the state's calendar alone."""
        asked = court, state, begins, ends
        if asked not in self._known:
            later = (begins + timedelta(days=n) for n in range(1, (ends - begins).days + 1))
            self._known[asked] = sum(self._is_open(court, state, day) for day in later)
        return self._known[asked]

    def _is_open(self, court: int, state: str, day: date) -> bool:
        closed = day in self._closed[0, state] or (court and day in self._closed[court, ""])
        return not closed and is_business_day(day, _holidays(state, day.year))


def median(times: Mapping[int, int]) -> Decimal | int | None:
    """`times`: how often each number of days came. None: it never did."""
    counted = Counter(times)
    many = counted.total()
    if not many:
        return None
    low, high = _at(counted, (many - 1) // 2), _at(counted, many // 2)
    return low if low == high else Decimal(low + high) / 2


def _at(counted: Counter[int], place: int) -> int:
    """Of all of them in order, the one there; the first is 0."""
    for days in sorted(counted):
        if place < counted[days]:
            return days
        place -= counted[days]
    raise IndexError(place)
