"""Where each number of some tables stands, and what makes up what. No Django.

A place is a figure, and the dimension and the key of its row; of a total both are "". One that stands in two tables is
one place.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from office.figures.definitions import BY_CODE, FAMILIES, MORE_PARTS, PARTS
from office.figures.kinds import MEDIANS, Cell, Row, Table, Unit
from office.figures.others import members

Place = tuple[str, str, str]
WITHHELD = Cell(None, withheld=True)


@dataclass(frozen=True, slots=True)
class Equation:
    """A whole and all that it is made of."""

    whole: Place
    parts: tuple[Place, ...]
    places: tuple[Place, ...]


def made_of(whole: Place, parts: tuple[Place, ...]) -> Equation:
    return Equation(whole, parts, (whole, *parts))


def cells_of(tables: Iterable[Table]) -> Iterator[tuple[Place, Cell]]:
    for table in tables:
        for row, at in _rows(table):
            for figure, cell in zip(table.figures, row.cells, strict=True):
                yield (figure.code, *at), cell


def _rows(table: Table) -> Iterator[tuple[Row, tuple[str, str]]]:
    yield table.total, ("", "")
    for row in table.rows:
        yield row, (table.dimension.value, row.key)


def without(tables: Iterable[Table], hidden: Collection[Place]) -> list[Table]:
    """The same tables; a withheld cell has `withheld` and no value, denominator or people."""

    def cleared(table: Table, row: Row, at: tuple[str, str]) -> Row:
        pairs = zip(table.figures, row.cells, strict=True)
        return replace(row, cells=tuple(WITHHELD if (one.code, *at) in hidden else cell for one, cell in pairs))

    def whole(table: Table) -> Table:
        total, *rows = (cleared(table, row, at) for row, at in _rows(table))
        return replace(table, rows=tuple(rows), total=total)

    return [whole(table) for table in tables]


def equations(tables: Iterable[Table], cells: Collection[Place]) -> Iterator[Equation]:
    """Rows make up their total or a sum of some; parts make up their whole, in each row and in total."""
    for table in tables:
        by = table.dimension.value
        groups = [row.key for row in table.rows if not members(row.key)]
        wholes = [("", "", groups), *((by, row.key, members(row.key)) for row in table.rows)]
        for (dimension, key, its), figure in product([one for one in wholes if one[2]], table.figures):
            yield made_of((figure.code, dimension, key), tuple((figure.code, by, part) for part in its))
    there = set(cells)
    for at in sorted({place[1:] for place in there}):
        for whole, parts in (*PARTS.items(), *MORE_PARTS):
            places = tuple((part, *at) for part in parts)
            if (whole, *at) in there and there.issuperset(places):
                yield made_of((whole, *at), places)


def by_family(tables: Sequence[Table]) -> dict[str, list[Table]]:
    """The same tables in pieces: no number of one says anything of a number of another."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        columns: dict[str, list[int]] = {}
        for column, figure in enumerate(table.figures):
            columns.setdefault(FAMILIES.get(figure.code, figure.code), []).append(column)
        for name, its in columns.items():
            found.setdefault(name, []).append(_columns(table, its))
    return found


def _columns(table: Table, its: list[int]) -> Table:
    def few(row: Row) -> Row:
        return replace(row, cells=tuple(row.cells[column] for column in its))

    figures = tuple(table.figures[column] for column in its)
    return replace(table, figures=figures, rows=tuple(map(few, table.rows)), total=few(table.total))


def whole_of(place: Place) -> Place:
    """What it is a part of."""
    figure = BY_CODE.get(place[0])
    return (figure.part_of if figure else "", *place[1:])


def is_share(code: str) -> bool:
    return code in BY_CODE and BY_CODE[code].unit == Unit.PERCENT


def number(code: str, cell: Cell) -> Decimal | int:
    """How many are in it: of a median, those that it is of."""
    is_median = code in BY_CODE and BY_CODE[code].unit in MEDIANS
    return (cell.of if is_median else cell.value) or 0
