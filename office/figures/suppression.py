"""What may leave the program: no cell under ten people, and none that a difference gives away. No Django.

A cell is withheld when

1. fewer than ten people stand behind it, or fewer than ten of its denominator stand outside of it. Nobody at all is
   fewer than ten as well, where a figure says something about the men: "none of these twelve completed" tells of each.
   A plain count of nobody shows: there is nobody of whom it tells. So does "all reports on time": it tells of the
   program's work;
2. its denominator is withheld;
3. without it, what is withheld could be worked out: from a total and the other rows, from parts that make up a whole,
   or from both at once; or the withheld ones together, which such a difference gives, are fewer than ten people.

By the third rule the smallest of the cells that would give it away is withheld, again and again, until nothing does.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from office.figures.definitions import BY_CODE, MORE_PARTS, PARTS
from office.figures.kinds import MEDIANS, TIMES, Cell, Dimension, Figure, Row, Section, Table, Unit
from office.figures.linear import ONE, determined, solved
from office.figures.others import members, summed_up
from office.figures.stretches import Way, is_reached, stretches

LEAST = 10
EVENINGS = 10
WITHHELD = Cell(None, withheld=True)
# A figure, the dimension and the key of its row; of a total both are "".
Place = tuple[str, str, str]


class AlreadyWithheld(ValueError):
    """A mistake of whoever calls: nobody reads it on a page."""


@dataclass(frozen=True, slots=True)
class Published:
    """Tables as they left, of which days (both count)."""

    begins: date
    ends: date
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """A whole and all that it is made of."""

    whole: Place
    parts: tuple[Place, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.whole, *self.parts)


def withheld(table: Table, least: int = LEAST) -> Table:
    """The same table; a withheld cell has `withheld` and no value, denominator or people."""
    return all_withheld([table], least)[0]


def all_withheld(tables: Iterable[Table], least: int = LEAST) -> list[Table]:
    """`withheld` over all at once: also what tables of two sections, or by two dimensions, tell of one another."""
    told = list(tables)
    return _without(told, _hidden(told, least, set()))


def _hidden(tables: list[Table], least: int, hidden: set[Place], known: Collection[Place] = ()) -> set[Place]:
    """The places to withhold. `hidden`: those withheld for another reason already; `known`: who kept what left
    earlier works these out, withheld or not."""
    cells = dict(_cells(tables))
    figures = {figure.code: figure for table in tables for figure in table.figures}
    hidden = hidden | {place for place, cell in cells.items() if cell.withheld} | summed_up(tables)
    hidden |= {place for place, cell in cells.items() if _is_few(figures[place[0]], cell, least)}
    hidden |= {place for place, cell in cells.items() if _is_almost_all(place, cell, cells, least)}
    equations = list(_equations(tables, cells))
    while more := _dependent(cells, hidden) or _given_away(equations, cells, hidden, frozenset(known), least):
        hidden |= more
    return hidden


def _cells(tables: Iterable[Table]) -> Iterator[tuple[Place, Cell]]:
    for table in tables:
        for row, at in _rows(table):
            for figure, cell in zip(table.figures, row.cells, strict=True):
                yield (figure.code, *at), cell


def _rows(table: Table) -> Iterator[tuple[Row, tuple[str, str]]]:
    yield table.total, ("", "")
    for row in table.rows:
        yield row, (table.dimension.value, row.key)


def _without(tables: list[Table], hidden: set[Place]) -> list[Table]:
    def cleared(table: Table, row: Row, at: tuple[str, str]) -> Row:
        pairs = zip(table.figures, row.cells, strict=True)
        return replace(row, cells=tuple(WITHHELD if (one.code, *at) in hidden else cell for one, cell in pairs))

    def whole(table: Table) -> Table:
        total, *rows = (cleared(table, row, at) for row, at in _rows(table))
        return replace(table, rows=tuple(rows), total=total)

    return [whole(table) for table in tables]


# --- 1: few people


def _is_few(figure: Figure, cell: Cell, least: int) -> bool:
    if figure.unit in MEDIANS:
        return bool(cell.of) and cell.people < least
    if figure.unit != Unit.PERCENT:
        return 0 < cell.people < least
    # Nothing to be a share of tells of nobody.
    return bool(cell.of) and (_too_few(figure, cell.people, least) or _too_few(figure, cell.rest or 0, least))


def _too_few(figure: Figure, people: int, least: int) -> bool:
    return people < least and (people > 0 or figure.people)


def _is_almost_all(place: Place, cell: Cell, cells: dict[Place, Cell], least: int) -> bool:
    """Whether fewer than ten of those that it is a part of are missing; of a share, `rest` says so."""
    whole = cells.get(_whole(place))
    if whole is None or _is_share(place[0]):
        return False
    return 0 < _number(_whole(place)[0], whole) - _number(place[0], cell) < least


# --- 2: what it is a part of is withheld


def _dependent(cells: dict[Place, Cell], hidden: set[Place]) -> set[Place]:
    return {place for place in cells.keys() - hidden if _whole(place) in hidden}


def _whole(place: Place) -> Place:
    figure = BY_CODE.get(place[0])
    return (figure.part_of if figure else "", *place[1:])


# --- 3: differences


def _equations(tables: list[Table], cells: dict[Place, Cell]) -> Iterator[Equation]:
    """Rows make up their total or a sum of some; parts make up their whole, in each row and in total."""
    for table in tables:
        by = table.dimension.value
        groups = [row.key for row in table.rows if not members(row.key)]
        wholes = [("", "", groups), *((by, row.key, members(row.key)) for row in table.rows)]
        for (dimension, key, its), figure in product([one for one in wholes if one[2]], table.figures):
            yield Equation((figure.code, dimension, key), tuple((figure.code, by, part) for part in its))
    for at in sorted({place[1:] for place in cells}):
        for whole, parts in (*PARTS.items(), *MORE_PARTS):
            places = tuple((part, *at) for part in parts)
            if (whole, *at) in cells and cells.keys() >= set(places):
                yield Equation((whole, *at), places)


def _given_away(
    equations: list[Equation], cells: dict[Place, Cell], hidden: set[Place], known: frozenset[Place], least: int
) -> set[Place]:
    """The next cells to withhold; none: nothing is given away any more."""
    unknown, fixed, more = hidden - known, hidden | known, set[Place]()
    for equation in equations:
        if _is_open(equation, cells, unknown, least) and (one := _smallest(equation, cells, fixed)):
            more.add(one)
            unknown.add(one)
            fixed.add(one)
    if more:
        return more
    rows = [_signs(equation, unknown) for equation in equations]
    for place in sorted(determined(row for row in rows if row)):
        for equation in equations:
            if place in equation.places and (one := _smallest(equation, cells, fixed)):
                return {one}
    return set()


def _is_open(equation: Equation, cells: dict[Place, Cell], unknown: set[Place], least: int) -> bool:
    """Whether it gives one withheld cell, or so few people in several."""
    its = [place for place in equation.places if place in unknown]
    if len(its) < 2 or equation.whole in its:
        return len(its) == 1
    return sum(cells[place].people for place in its) < least


def _smallest(equation: Equation, cells: dict[Place, Cell], fixed: set[Place]) -> Place | None:
    """Of its parts that show, the one that costs least; where none shows, the whole. None: nothing is left."""
    free = [place for place in equation.places if place not in fixed]
    parts = [place for place in free if place != equation.whole]
    return min(
        [place for place in parts if cells[place].people] or parts or free,
        key=lambda place: (cells[place].people, place),
        default=None,
    )


def _signs(equation: Equation, unknown: set[Place]) -> dict[Place, int]:
    """What isn't known of it: the whole with +1, its parts with -1."""
    found: dict[Place, int] = defaultdict(int)
    for sign, places in ((1, (equation.whole,)), (-1, equation.parts)):
        for place in places:
            if place in unknown:
                found[place] += sign
    return {place: sign for place, sign in found.items() if sign}


# --- Over time


def given_away(new: Published, earlier: Iterable[Published], least: int = LEAST) -> Published:
    """`new` without what subtraction from what left earlier would reveal, of periods that overlap or fill one another.

    A period is a way from its first day to the day after its last. Ways that meet give the number of each stretch
    between two of their days: it must be nobody or ten people, and none that was withheld then.

    `new` has the counts themselves: what was withheld already would be taken for a number that isn't known, and takes
    others with it. Raises AlreadyWithheld.
    """
    if any(cell.withheld for _, cell in _cells(new.tables)):
        raise AlreadyWithheld("Hand in the tables as they were counted; what is withheld alone is worked out here.")
    before = list(earlier)
    *before, whole = _with_absent([*before, new])
    risky, known = _against(whole, before, least)
    risky &= dict(_cells(new.tables)).keys()
    told = solved(_jointly(before)).keys()
    while True:
        hidden = _hidden(list(new.tables), least, risky, known - risky)
        left = replace(new, tables=tuple(_without(list(new.tables), hidden)))
        *_, whole = _with_absent([*before, left])
        more = {_nearest(one, new, hidden) for one in _followed(before, whole, told, least)}
        if not more - {None}:
            return left
        risky |= {one for one in more if one is not None}


def _against(new: Published, earlier: Iterable[Published], least: int) -> tuple[set[Place], set[Place]]:
    """Which places tell of a stretch of few; and which are known already by what left earlier."""
    shown: dict[Place, list[Way]] = defaultdict(list)
    kept_back: dict[Place, set[tuple[date, date]]] = defaultdict(set)
    for published in earlier:
        for place, cell in _cells(published.tables):
            at, way = _way(published, place, cell)
            if cell.withheld:
                kept_back[at].add((way.begins, way.stops))
            elif cell.value is not None:
                shown[at].append(way)
    risky, known = set[Place](), set[Place]()
    figures = {figure.code: figure for table in new.tables for figure in table.figures}
    for place, cell in _cells(new.tables):
        at, way = _way(new, place, cell)
        if is_reached(way, shown[at]):
            known.add(place)
        if any(_tells(figures[place[0]], one, least) or (one.begins, one.stops) in kept_back[at]
               for one in stretches(way, shown[at])):  # fmt: skip
            risky.add(place)
    return risky, known


def _with_absent(published: list[Published]) -> list[Published]:
    """A group that stands in one table and not in the other: there it is nobody, and whoever reads both knows it."""
    groups: dict[tuple[Section, Dimension], dict[str, str]] = defaultdict(dict)
    for one in published:
        for table in one.tables:
            if table.dimension not in TIMES:
                there = {row.key: row.label for row in table.rows if not members(row.key)}
                groups[table.section, table.dimension] |= there

    def whole(table: Table) -> Table:
        there = {row.key for row in table.rows}
        away = groups[table.section, table.dimension].items()
        none = tuple(Cell(0, of=0, rest=0) for _ in table.figures)
        return replace(table, rows=(*table.rows, *(Row(name, key, none) for key, name in away if key not in there)))

    return [replace(one, tables=tuple(map(whole, one.tables))) for one in published]


def _jointly(published: Sequence[Published]) -> Iterator[dict[Any, Any]]:
    """What all of these tell together, as equations of what isn't shown: of each report its sums, and of each number
    that it is those of the stretches that its period is made of."""
    days: dict[Place, set[date]] = defaultdict(set)
    ways: Counter[Place] = Counter()
    for one in published:
        for place, cell in _cells(one.tables):
            road, way = _way(one, place, cell)
            days[road] |= {way.begins, way.stops}
            ways[road] += 1
    for number, one in enumerate(published):
        cells = dict(_cells(one.tables))
        for equation in _equations(list(one.tables), cells):
            yield _summed([(1, equation.whole), *((-1, part) for part in equation.parts)], cells, number)
        for place, cell in cells.items():
            road, way = _way(one, place, cell)
            if ways[road] == 1:
                continue
            yield {
                **_summed([(-1, place)], cells, number),
                **{(road, *two): 1 for two in pairwise(sorted(days[road])) if way.begins <= two[0] < way.stops},
            }


def _summed(signed: Iterable[tuple[int, Place]], cells: dict[Place, Cell], number: int) -> dict[Any, Any]:
    """By what isn't shown its sign, and by ONE all that is."""
    found: dict[Any, Any] = defaultdict(int)
    for sign, place in signed:
        cell = cells[place]
        if cell.withheld:
            found[place, number] += sign
        else:
            found[ONE] += sign * Fraction(_number(place[0], cell))
    return found


def _followed(earlier: list[Published], new: Published, told: Collection[Any], least: int) -> Iterator[Place]:
    """What `new` tells together with the earlier ones, and they alone didn't: what is withheld, or a stretch of few."""
    values = solved(_jointly([*earlier, new]))
    open_to_all = set(told)
    for published in (*earlier, new):
        shown = ((place, cell) for place, cell in _cells(published.tables) if not cell.withheld)
        for road, way in (_way(published, place, cell) for place, cell in shown):
            open_to_all.add((road, way.begins, way.stops))
    for one, value in values.items():
        if one in open_to_all:
            continue
        if len(one) == 2:
            yield one[0]
        elif one[0][0] in BY_CODE and BY_CODE[one[0][0]].unit != Unit.DOLLARS:
            # Of a stretch of dollars one doesn't know how many people stand behind it.
            place, begins, stops = one
            whole = values.get((_whole(place), begins, stops)) if _is_share(place[0]) else None
            rest = least * EVENINGS if whole is None else whole - value
            if _tells(BY_CODE[place[0]], Way(begins, stops, _decimal(value), _decimal(rest)), least):
                yield place


def _decimal(value: Fraction | int) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _nearest(told: Place, new: Published, hidden: set[Place]) -> Place | None:
    """Of what `new` still shows, the cell that is closest to what would be told; None: it shows nothing any more."""
    free = [(place, cell) for place, cell in _cells(new.tables) if place not in hidden and cell.value is not None]
    return min(
        free,
        key=lambda one: (one[0] != told, one[0][1:] != told[1:], one[0][0] != told[0], not one[1].people,
                         one[1].people, one[0]),
        default=(None, None),
    )[0]  # fmt: skip


def _way(published: Published, place: Place, cell: Cell) -> tuple[Place, Way]:
    """A month of a table by months, or a quarter, is a way of its own, on the road of the total."""
    code, dimension, key = place
    inside = _number(code, cell)
    outside = (cell.of or 0) - (cell.value or 0) if _is_share(code) else 0
    begins, stops = published.begins, published.ends + timedelta(days=1)
    if dimension not in TIMES:
        return place, Way(begins, stops, inside, outside, cell.people)
    first = date.fromisoformat(f"{key}-01")
    following = (first + timedelta(days=32 if dimension == Dimension.MONTH else 95)).replace(day=1)
    return (code, "", ""), Way(max(first, begins), min(following, stops), inside, outside, cell.people)


def _is_share(code: str) -> bool:
    return code in BY_CODE and BY_CODE[code].unit == Unit.PERCENT


def _number(code: str, cell: Cell) -> Decimal | int:
    """How many are in it: of a median, those that it is of."""
    is_median = code in BY_CODE and BY_CODE[code].unit in MEDIANS
    return (cell.of if is_median else cell.value) or 0


def _tells(figure: Figure, stretch: Way, least: int) -> bool:
    """Whether what was worked out for a stretch is of too few."""
    inside, outside = abs(Decimal(stretch.inside)), abs(Decimal(stretch.outside))
    if figure.unit == Unit.DOLLARS:
        return inside > 0 and stretch.people < least
    # Of evenings a man has ten.
    enough = least * EVENINGS if figure.often else least
    if figure.unit != Unit.PERCENT:
        return 0 < inside < enough
    return bool(inside or outside) and any(
        number < enough and (number > 0 or figure.people) for number in (inside, outside)
    )
