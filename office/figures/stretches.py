"""Numbers of periods that left before, and what they give for the stretches between their days. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """From its first day to the day after its last. `outside`: of a share, what isn't in it."""

    begins: date
    stops: date
    inside: Decimal | int
    outside: Decimal | int = 0
    people: int = 0


def is_reached(way: Way, others: Iterable[Way]) -> bool:
    """Whether the others give its number already."""
    return way.stops in _sums(way.begins, others)


def stretches(way: Way, others: Iterable[Way]) -> Iterator[Way]:
    """What becomes known by it, beside its own number; where that was known already, by how much it is another now."""
    others = list(others)
    before = _sums(way.begins, others)
    if way.stops in before:
        yield _joined(way, before[way.stops], way.begins, way.stops, -1)
        return
    behind = _sums(way.stops, others)
    for begins, back in before.items():
        for stops, on in behind.items():
            if (begins, stops) != (way.begins, way.stops):
                stretch = _joined(_joined(way, back, begins, stops, -1), on, begins, stops, 1)
                yield stretch if begins < stops else _joined(Way(stops, begins, 0), stretch, stops, begins, -1)


def _sums(start: date, others: Iterable[Way]) -> dict[date, Way]:
    """From the day to each day that can be reached, by whole periods, forward and backward."""
    roads: dict[date, list[tuple[date, Way, int]]] = defaultdict(list)
    for one in others:
        roads[one.begins].append((one.stops, one, 1))
        roads[one.stops].append((one.begins, one, -1))
    found, ahead = {start: Way(start, start, 0)}, [start]
    while ahead:
        day = ahead.pop()
        for other, way, sign in roads[day]:
            if other not in found:
                found[other] = _joined(found[day], way, start, other, sign)
                ahead.append(other)
    return found


def _joined(one: Way, other: Way, begins: date, stops: date, sign: int) -> Way:
    return Way(
        begins,
        stops,
        one.inside + sign * other.inside,
        one.outside + sign * other.outside,
        one.people + sign * other.people,
    )
