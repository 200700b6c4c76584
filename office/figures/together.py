"""What all that left tells together, of one family of figures. No Django."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from office.figures.definitions import BY_CODE
from office.figures.kinds import TIMES, Cell, Dimension, Figure, Table, Unit
from office.figures.linear import ONE, Solving, solved
from office.figures.places import Equation, Place, cells_of, equations, is_share, number, whole_of
from office.figures.stretches import Way

EVENINGS = 10
# Of one place what isn't known: with the number of its report the number that is withheld there; with two days that
# of the days between them.
Unknown = tuple[Any, ...]
Terms = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """Tables as they left, of which days (both count)."""

    begins: date
    ends: date
    tables: tuple[Table, ...]


class Together:
    """What left before, and what is to leave: as equations of what isn't shown. Of each report its sums; and of each
    number that it is those of the stretches that its period is made of.

    Only what `new` withholds is another one from time to time: all else is written down and solved once.
    """

    def __init__(self, before: Sequence[Published], new: Published, least: int) -> None:
        self._least = least
        reports = [_Report(one, its) for its, one in enumerate([*before, new])]
        *earlier, self._new = reports
        # What they tell without `new`, and what stands in one of them, is told already.
        self._told: set[Unknown] = set(solved(_written(earlier, _Roads(earlier))))
        for one in earlier:
            self._told |= {one.stretch(place) for place in one.cells if place not in one.withheld}
        self._roads = _Roads(reports)
        self._solving = Solving(_written(earlier, self._roads))

    def follows(self, hidden: Collection[Place]) -> Iterator[Place]:
        """What `new` tells, if it withholds these, and the earlier ones alone didn't: what is withheld, or a stretch
        of few."""
        solving = self._solving.copy()
        for one in self._new.written(self._roads, hidden):
            solving.add(one)
        values = solving.values()
        shown = {self._new.stretch(place) for place in self._new.cells if place not in hidden}
        for unknown in values.keys() - self._told - shown:
            if len(unknown) == 2 or self._is_of_few(unknown, values):
                yield unknown[0]

    def _is_of_few(self, unknown: Unknown, values: dict[Unknown, Fraction]) -> bool:
        (code, *_), begins, stops = place, *_ = unknown
        # Of a stretch of dollars one doesn't know how many people stand behind it.
        if code not in BY_CODE or BY_CODE[code].unit == Unit.DOLLARS:
            return False
        value = values[unknown]
        whole = values.get((whole_of(place), begins, stops)) if is_share(code) else None
        rest = self._least * EVENINGS if whole is None else whole - value
        return tells(BY_CODE[code], Way(begins, stops, _decimal(value), _decimal(rest)), self._least)


class _Report:
    """One that left or is to leave; `number` is which one it is of all."""

    def __init__(self, published: Published, number_of_it: int) -> None:
        self.number = number_of_it
        found = list(cells_of(published.tables))
        self.cells = dict(found)
        self.withheld = {place for place, cell in self.cells.items() if cell.withheld}
        self.sums: list[Equation] = list(equations(published.tables, self.cells))
        # Each as often as it stands there.
        self.ways = [way_of(published, place, cell) for place, cell in found]
        self._stretches = {
            place: (road, way.begins, way.stops) for (place, _), (road, way) in zip(found, self.ways, strict=True)
        }
        self._values = {place: _exact(number(place[0], cell)) for place, cell in self.cells.items()}

    def stretch(self, place: Place) -> tuple[Place, date, date]:
        return self._stretches[place]

    def written(self, roads: "_Roads", hidden: Collection[Place]) -> Iterator[Terms]:
        for one in self.sums:
            yield self._summed(one, hidden)
        for place in self.cells:
            if between := roads.between(*self._stretches[place]):
                its = {(place, self.number): -1} if place in hidden else {ONE: -self._values[place]}
                yield its | dict.fromkeys(between, 1)

    def _summed(self, equation: Equation, hidden: Collection[Place]) -> Terms:
        """By what isn't shown its sign, and by ONE all that is."""
        found: Terms = defaultdict(int)
        for place in equation.places:
            sign = 1 if place is equation.whole else -1
            if place in hidden:
                found[place, self.number] += sign
            else:
                found[ONE] += sign * self._values[place]
        return found


class _Roads:
    """By place all days on which a period begins or stops of which a report has its number."""

    def __init__(self, reports: Sequence[_Report]) -> None:
        days: dict[Place, set[date]] = defaultdict(set)
        self._often: Counter[Place] = Counter()
        for report in reports:
            for road, way in report.ways:
                days[road] |= {way.begins, way.stops}
                self._often[road] += 1
        self._steps = {road: [(road, *two) for two in pairwise(sorted(its))] for road, its in days.items()}

    def between(self, road: Place, begins: date, stops: date) -> list[tuple[Place, date, date]]:
        """The stretches of that time; none: no other number is of this road."""
        if self._often[road] == 1:
            return []
        return [step for step in self._steps[road] if begins <= step[1] < stops]


def _written(reports: Sequence[_Report], roads: _Roads) -> Iterator[Terms]:
    for one in reports:
        yield from one.written(roads, one.withheld)


def way_of(published: Published, place: Place, cell: Cell) -> tuple[Place, Way]:
    """A month of a table by months, or a quarter, is a way of its own, on the road of the total."""
    code, dimension, key = place
    inside = number(code, cell)
    outside = (cell.of or 0) - (cell.value or 0) if is_share(code) else 0
    begins, stops = published.begins, published.ends + timedelta(days=1)
    if dimension not in TIMES:
        return place, Way(begins, stops, inside, outside, cell.people)
    first = date.fromisoformat(f"{key}-01")
    following = (first + timedelta(days=32 if dimension == Dimension.MONTH else 95)).replace(day=1)
    return (code, "", ""), Way(max(first, begins), min(following, stops), inside, outside, cell.people)


def tells(figure: Figure, stretch: Way, least: int) -> bool:
    """Whether what was worked out for a stretch is of too few."""
    inside, outside = abs(Decimal(stretch.inside)), abs(Decimal(stretch.outside))
    if figure.unit == Unit.DOLLARS:
        return inside > 0 and stretch.people < least
    # Of evenings a man has ten.
    enough = least * EVENINGS if figure.often else least
    if figure.unit != Unit.PERCENT:
        return 0 < inside < enough
    return bool(inside or outside) and any(
        those < enough and (those > 0 or figure.people) for those in (inside, outside)
    )


def _exact(told: Decimal | int) -> Fraction | int:
    return told if isinstance(told, int) else Fraction(told)


def _decimal(value: Fraction | int) -> Decimal:
    return Decimal(value.numerator) / value.denominator
