"""Tables of figures as CSV and XLSX: a row each, a share and a median with what they are of beside them."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from office.exporting import BOM, harmless
from office.figures.kinds import MEDIANS, Cell, Figure, Row, Table, Unit
from office.figures.saying import WITHHELD

Line = list[str | int | Decimal]
# What stands after the tables: what its sheet is called, and its lines.
Block = tuple[str, Sequence[Sequence[str | int | float | Decimal]]]
# A sheet's name takes 31 letters.
NAME = 31


def as_csv(tables: Sequence[Table], head: str, more: Sequence[Block] = ()) -> str:
    """`head`: the first line, which says of what they are and whether they may leave."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([head])
    for its in (*(lines(table) for table in tables), *(its for _title, its in more)):
        writer.writerow([])
        writer.writerows([[_harmless(one) for one in line] for line in its])
    return BOM + out.getvalue()


def as_xlsx(tables: Sequence[Table], head: str, more: Sequence[Block] = ()) -> bytes:
    """A sheet for each table and block."""
    book = Workbook(write_only=True)
    for name, its in (*((title(table), lines(table)) for table in tables), *more):
        sheet = book.create_sheet(name[:NAME])
        sheet.append([head])
        for line in its:
            sheet.append([_harmless(one) for one in line])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def title(table: Table) -> str:
    return f"{table.section.label} {table.dimension.label.lower()}"


def lines(table: Table) -> Iterator[Line]:
    yield [title(table), *(head for figure in table.figures for head in _heads(figure))]
    for row in table.rows:
        yield _line(table, row, row.label)
    yield _line(table, table.total, "In total")


def _heads(figure: Figure) -> list[str]:
    return [figure.title, f"{figure.title}: of"] if _has_two(figure) else [figure.title]


def _has_two(figure: Figure) -> bool:
    return figure.unit == Unit.PERCENT or figure.unit in MEDIANS


def _line(table: Table, row: Row, label: str) -> Line:
    pairs = zip(table.figures, row.cells, strict=True)
    return [label, *(value for figure, cell in pairs for value in _values(figure, cell))]


def _values(figure: Figure, cell: Cell) -> Line:
    if cell.withheld:
        return [WITHHELD] * (2 if _has_two(figure) else 1)
    shown: Line = ["" if cell.value is None else cell.value]
    return [*shown, "" if cell.of is None else cell.of] if _has_two(figure) else shown


def _harmless(value: Any) -> Any:
    """A number stays one, also below zero; whatever somebody typed is words."""
    return harmless(value) if isinstance(value, str) else value
