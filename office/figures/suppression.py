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

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from office.figures.kinds import MEDIANS, Cell, Figure, Table, Unit
from office.figures.linear import determined
from office.figures.others import summed_up
from office.figures.places import (
    Equation,
    Place,
    by_family,
    cells_of,
    equations,
    is_share,
    number,
    whole_of,
    without,
)

LEAST = 10


def withheld(table: Table, least: int = LEAST) -> Table:
    """The same table; a withheld cell has `withheld` and no value, denominator or people."""
    return all_withheld([table], least)[0]


def all_withheld(tables: Iterable[Table], least: int = LEAST) -> list[Table]:
    """`withheld` over all at once: also what tables of two sections, or by two dimensions, tell of one another."""
    told = list(tables)
    hidden = [Sheet(its, least).hidden() for its in by_family(told).values()]
    return without(told, set().union(*hidden))


class Sheet:
    """Tables that leave together, of one family of figures."""

    def __init__(self, tables: Sequence[Table], least: int) -> None:
        self.least = least
        self.cells = dict(cells_of(tables))
        self.figures = {figure.code: figure for table in tables for figure in table.figures}
        self.equations = list(equations(tables, self.cells))
        self._few = {place for place, cell in self.cells.items() if cell.withheld} | summed_up(tables)
        self._few |= {place for place, cell in self.cells.items() if _is_few(self.figures[place[0]], cell, least)}
        self._few |= {place for place, cell in self.cells.items() if _is_almost_all(place, cell, self.cells, least)}
        self._parts: dict[Place, list[Place]] = defaultdict(list)
        for place in self.cells:
            self._parts[whole_of(place)].append(place)

    def hidden(self, risky: Collection[Place] = (), known: Collection[Place] = ()) -> set[Place]:
        """The places to withhold. `risky`: those withheld for another reason already; `known`: who kept what left
        earlier works these out, withheld or not."""
        hidden = self._few.union(risky)
        while more := self._dependent(hidden) or _given_away(self, hidden, frozenset(known)):
            hidden |= more
        return hidden

    def _dependent(self, hidden: set[Place]) -> set[Place]:
        """2: what it is a part of is withheld."""
        return {part for place in hidden for part in self._parts.get(place, ()) if part not in hidden}


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
    whole = cells.get(whole_of(place))
    if whole is None or is_share(place[0]):
        return False
    return 0 < number(whole_of(place)[0], whole) - number(place[0], cell) < least


# --- 3: differences


def _given_away(sheet: Sheet, hidden: set[Place], known: frozenset[Place]) -> set[Place]:
    """The next cells to withhold; none: nothing is given away any more."""
    unknown, fixed, more = hidden - known, hidden | known, set[Place]()
    for equation in sheet.equations:
        if _is_open(equation, sheet, unknown) and (one := _smallest(equation, sheet.cells, fixed)):
            more.add(one)
            unknown.add(one)
            fixed.add(one)
    if more:
        return more
    rows = [_signs(equation, unknown) for equation in sheet.equations]
    for place in sorted(determined(row for row in rows if row)):
        for equation in sheet.equations:
            if place in equation.places and (one := _smallest(equation, sheet.cells, fixed)):
                return {one}
    return set()


def _is_open(equation: Equation, sheet: Sheet, unknown: set[Place]) -> bool:
    """Whether it gives one withheld cell, or so few people in several."""
    its = [place for place in equation.places if place in unknown]
    if len(its) < 2 or equation.whole in its:
        return len(its) == 1
    return sum(sheet.cells[place].people for place in its) < sheet.least


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
