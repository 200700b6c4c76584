"""Groups of whom nothing may be told, as one: "Others". No Django.

That there is somebody at a small court, or of a rare language, is told by its name alone. So outside no group has a
name that has no number to tell; and where several are enough people together, their sum is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from office.figures.kinds import MEDIANS, TIMES, Cell, Dimension, Figure, Row, Table, Unit

LABEL = "Others"
SUM = "others:"
NOT_TOLD = Cell(None, withheld=True)
Named = dict[Dimension, set[str]]


def members(key: str) -> tuple[str, ...]:
    """Whose sum a row is, by its key; none: it is a group itself."""
    return tuple(key.removeprefix(SUM).split(",")) if key.startswith(SUM) else ()


def named(tables: Iterable[Table]) -> Named:
    """By what they are broken down into, the groups of which some table tells a number."""
    found: Named = defaultdict(set)
    for table in tables:
        found[table.dimension] |= {row.key for row in table.rows if any(cell.value for cell in row.cells)}
    return found


def common(one: Named, other: Named) -> Named:
    """Those of whom both tell."""
    return {by: groups & other.get(by, set()) for by, groups in one.items()}


def with_sums(counted: Sequence[Table], told: Named) -> list[Table]:
    """`counted`, and in each table whose rows add up one more row: the sum of those that are not told by name."""
    return [_with_sum(table, told.get(table.dimension, set())) for table in counted]


def _with_sum(table: Table, told: set[str]) -> Table:
    small = [row for row in table.rows if row.key not in told]
    several = len([row for row in small if any(cell.people for cell in row.cells)]) > 1
    if table.dimension in TIMES or not table.apart or not several:
        return table
    columns = enumerate(table.figures)
    cells = tuple(_sum(figure, table, column, [row.cells[column] for row in small]) for column, figure in columns)
    key = SUM + ",".join(row.key for row in small)
    return replace(table, rows=(*table.rows, Row(LABEL, key, cells)))


def _sum(figure: Figure, table: Table, column: int, cells: list[Cell]) -> Cell:
    """Of medians there is no sum: nobody stands behind it who could be told of."""
    of = sum(cell.of or 0 for cell in cells)
    if figure.unit in MEDIANS:
        return Cell(None, of=of)
    value = sum(cell.value or 0 for cell in cells)
    people = _at_least("people", table, column, cells)
    if figure.unit != Unit.PERCENT:
        return Cell(value, None, people)
    return Cell(value, of, people, _at_least("rest", table, column, cells))


def _at_least(whom: str, table: Table, column: int, cells: list[Cell]) -> int:
    """So many men at the least, though one may stand in two rows: as often as that is so in the whole table."""
    often = sum(_men(whom, row.cells[column]) for row in table.rows) - _men(whom, table.total.cells[column])
    return max(sum(_men(whom, cell) for cell in cells) - max(often, 0), 0)


def _men(whom: str, cell: Cell) -> int:
    return (cell.people if whom == "people" else cell.rest) or 0


def summed_up(tables: Iterable[Table]) -> set[tuple[str, str, str]]:
    """By figure, dimension and key: of groups whose sum is told nothing else is."""
    return {
        (figure.code, table.dimension.value, key)
        for table in tables
        for row in table.rows
        for key in members(row.key)
        for figure in table.figures
    }


def as_told(tables: Sequence[Table]) -> list[Table]:
    """As one reads them outside: no group by its name that has nothing to tell."""
    told = named(tables)
    return [_as_told(table, told[table.dimension]) for table in tables]


def _as_told(table: Table, told: set[str]) -> Table:
    if table.dimension in TIMES:
        return table
    shown = [row for row in table.rows if row.key in told and not members(row.key)]
    return replace(table, rows=(*shown, *_others(table, [row for row in table.rows if row.key not in told])))


def _others(table: Table, unnamed: list[Row]) -> Iterator[Row]:
    """One row or none. A sum is told where it is that of all who have no name here."""
    sums = [row for row in table.rows if members(row.key)]
    summed = {key for row in sums for key in members(row.key)}
    groups = [row for row in unnamed if not members(row.key) and any(cell.withheld for cell in row.cells)]
    if sums and {row.key for row in groups} <= summed:
        yield sums[0]
    elif groups or sums:
        yield Row(LABEL, LABEL, tuple(NOT_TOLD for _ in table.figures))
