"""A referral's dates on a line, from the order to the day on which proof is due, with today on it. Pure geometry.

Where a stop stands is a percentage of the line. Stops that would cover each other move apart; then today still stands
between the two between which it falls.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

# Of the line: on the narrowest phone a stop's circle and its number need so much.
APART = 8.0


@dataclass(frozen=True, slots=True)
class Stop:
    on: date
    labels: tuple[str, ...]
    percent: float
    state: str

    @property
    def label(self) -> str:
        first, *others = self.labels
        return ", ".join([first, *map(_small, others)])


@dataclass(frozen=True, slots=True)
class Timeline:
    """`today`: None before the first stop."""

    stops: list[Stop]
    today: float | None

    def where(self, today: date) -> str:
        """In words, for who doesn't see the line."""
        before = [stop.label for stop in self.stops if stop.on <= today]
        after = [stop.label for stop in self.stops if stop.on > today]
        if not before:
            return f"Today is before {_small(after[0])}."
        return f"Today is between {_small(before[-1])} and {_small(after[0])}." if after else "All of these have come."


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def timeline(dates: Iterable[tuple[str, date]], *, today: date, unmet: Collection[str] = ()) -> Timeline | None:
    """`unmet`: labels of dates that still bind; such a one is late once it has passed. None: one date is no line."""
    days = {on: tuple(label for label, _ in some) for on, some in groupby(_sorted(dates), key=lambda one: one[1])}
    if len(days) < 2:
        return None
    ordered = list(days)
    end = max(ordered[-1], today)
    true = [_share(on, ordered[0], end) for on in ordered]
    places = _apart(true)
    stops = [
        Stop(on, days[on], place, _state(on, days[on], today, unmet))
        for on, place in zip(ordered, places, strict=True)
    ]  # fmt: skip
    return Timeline(stops, _today(today, ordered, places))


def _sorted(dates: Iterable[tuple[str, date]]) -> list[tuple[str, date]]:
    return sorted(dates, key=lambda one: one[1])


def _share(on: date, start: date, end: date) -> float:
    return 100 * (on - start).days / (end - start).days


def _apart(places: list[float]) -> list[float]:
    """At least APART from each other and within the line; with as many stops as fit, which are twelve."""
    found = list(places)
    for index in range(1, len(found)):
        found[index] = max(found[index], found[index - 1] + APART)
    limit = 100.0
    for index in reversed(range(len(found))):
        found[index] = min(found[index], limit)
        limit = found[index] - APART
    return [round(place, 2) for place in found]


def _state(on: date, labels: tuple[str, ...], today: date, unmet: Collection[str]) -> str:
    if on >= today:
        return "ahead"
    return "late" if any(label in unmet for label in labels) else "past"


def _today(today: date, days: list[date], places: list[float]) -> float | None:
    if today < days[0]:
        return None
    if today > days[-1]:
        return 100.0
    for (start, end), (left, right) in zip(pairwise(days), pairwise(places), strict=True):
        if start <= today <= end:
            return round(left + (right - left) * (today - start).days / (end - start).days, 2)
    raise AssertionError("a day between the first and the last falls between two of them")
