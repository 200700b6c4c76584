"""What may leave, measured against what left earlier: periods that overlap or fill one another. No Django."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from office.figures.kinds import TIMES, Cell, Dimension, Row, Section, Table
from office.figures.others import members
from office.figures.places import Place, by_family, cells_of, without
from office.figures.stretches import Way, is_reached, stretches
from office.figures.suppression import LEAST, Sheet
from office.figures.together import Published, Together, tells, way_of


class AlreadyWithheld(ValueError):
    """A mistake of whoever calls: nobody reads it on a page."""


def given_away(new: Published, earlier: Iterable[Published], least: int = LEAST) -> Published:
    """`new` without what subtraction from what left earlier would reveal, of periods that overlap or fill one another.

    A period is a way from its first day to the day after its last. Ways that meet give the number of each stretch
    between two of their days: it must be nobody or ten people, and none that was withheld then.

    `new` has the counts themselves: what was withheld already would be taken for a number that isn't known, and takes
    others with it. Raises AlreadyWithheld.
    """
    if any(cell.withheld for _, cell in cells_of(new.tables)):
        raise AlreadyWithheld("Hand in the tables as they were counted; what is withheld alone is worked out here.")
    *before, whole = _with_absent([*earlier, new])
    risky, known = _against(whole, before, least)
    families = _families(new, whole, before, least)
    hidden = set[Place]().union(*(one.withheld(risky, known) for one in families))
    return replace(new, tables=tuple(without(new.tables, hidden)))


class _Family:
    """Figures that say nothing of any others, as `new` has them; and what all that left tells of them."""

    def __init__(self, new: Published, together: Together, least: int) -> None:
        self._sheet, self._together = Sheet(new.tables, least), together
        self._nearest = _Nearest(self._sheet.cells)

    def withheld(self, risky: set[Place], known: set[Place]) -> set[Place]:
        """The places to withhold. Those that are `risky` tell of few by themselves; those `known` left already."""
        places = self._sheet.cells.keys()
        risky, known = risky & places, known & places
        while True:
            hidden = self._sheet.hidden(risky, known - risky)
            near = (self._nearest(told, hidden) for told in self._together.follows(hidden))
            more = {one for one in near if one is not None}
            if not more:
                return hidden
            risky |= more


def _families(new: Published, whole: Published, before: Sequence[Published], least: int) -> Iterator[_Family]:
    pieces = [by_family(one.tables) for one in (new, *before, whole)]
    for name in pieces[0]:
        its, *earlier, last = (replace(one, tables=tuple(piece.get(name, ())))
                               for one, piece in zip((new, *before, whole), pieces, strict=True))  # fmt: skip
        yield _Family(its, Together(earlier, last, least), least)


class _Nearest:
    """Of what shows, the cell that is closest to what would be told; None: nothing shows any more."""

    def __init__(self, cells: Mapping[Place, Cell]) -> None:
        some = [place for place, cell in cells.items() if cell.value is not None]
        # The smallest one first, nobody last.
        self._all = sorted(some, key=lambda place: (not cells[place].people, cells[place].people, place))
        self._in_row: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        self._of_figure: dict[str, list[Place]] = defaultdict(list)
        for place in self._all:
            self._in_row[place[1:]].append(place)
            self._of_figure[place[0]].append(place)

    def __call__(self, told: Place, hidden: Collection[Place]) -> Place | None:
        """Itself, else one of its row, else one of its figure, else any."""
        row, figure = self._in_row[told[1:]], self._of_figure[told[0]]
        itself = [told] if told in row else []
        return next((place for place in chain(itself, row, figure, self._all) if place not in hidden), None)


def _against(new: Published, earlier: Iterable[Published], least: int) -> tuple[set[Place], set[Place]]:
    """Which places tell of a stretch of few; and which are known already by what left earlier."""
    shown: dict[Place, list[Way]] = defaultdict(list)
    kept_back: dict[Place, set[tuple[date, date]]] = defaultdict(set)
    for published in earlier:
        for place, cell in cells_of(published.tables):
            at, way = way_of(published, place, cell)
            if cell.withheld:
                kept_back[at].add((way.begins, way.stops))
            elif cell.value is not None:
                shown[at].append(way)
    risky, known = set[Place](), set[Place]()
    figures = {figure.code: figure for table in new.tables for figure in table.figures}
    for place, cell in cells_of(new.tables):
        at, way = way_of(new, place, cell)
        if is_reached(way, shown[at]):
            known.add(place)
        if any(tells(figures[place[0]], one, least) or (one.begins, one.stops) in kept_back[at]
               for one in stretches(way, shown[at])):  # fmt: skip
            risky.add(place)
    return risky, known


def _with_absent(published: Sequence[Published]) -> list[Published]:
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
