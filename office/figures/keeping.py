"""Figures as they left the program, as one JSON value: with their definitions, so that nothing is looked up later."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from office.figures.kinds import Cell, Dimension, Figure, Row, Section, Table, Unit

Kept = dict[str, Any]


def kept(tables: Sequence[Table], *, letterhead: Sequence[str], callback_number: str, program: str) -> Kept:
    """What is withheld is kept as that: no value, and nothing to work it out from."""
    head = {"lines": list(letterhead), "callback_number": callback_number}
    return {"program": program, "letterhead": head, "tables": [_table(one) for one in tables]}


def tables_of(figures: Kept) -> tuple[Table, ...]:
    return tuple(_table_of(one) for one in figures.get("tables", []))


def _table(table: Table) -> Kept:
    return {
        "section": table.section.value,
        "dimension": table.dimension.value,
        "apart": table.apart,
        "figures": [_figure(one) for one in table.figures],
        "rows": [_row(one) for one in table.rows],
        "total": _row(table.total),
    }


def _figure(figure: Figure) -> Kept:
    return {
        "code": figure.code,
        "title": figure.title,
        "unit": figure.unit.value,
        "counted": figure.counted,
        "denominator": figure.denominator,
        "people": figure.people,
        "part_of": figure.part_of,
        "often": figure.often,
        "section": figure.section.value,
        "also": figure.also.value if figure.also else None,
        "by": sorted(one.value for one in figure.by),
    }


def _row(row: Row) -> Kept:
    return {"label": row.label, "key": row.key, "cells": [_cell(one) for one in row.cells]}


def _cell(cell: Cell) -> Kept:
    if cell.withheld:
        return {"withheld": True}
    # As text, so that a day and a half stays one.
    value = str(cell.value) if isinstance(cell.value, Decimal) else cell.value
    return {"value": value, "of": cell.of, "people": cell.people, "rest": cell.rest}


def _table_of(told: Kept) -> Table:
    section = Section(told["section"])
    return Table(
        section=section,
        dimension=Dimension(told["dimension"]),
        figures=tuple(_figure_of(one) for one in told["figures"]),
        rows=tuple(_row_of(one) for one in told["rows"]),
        total=_row_of(told["total"]),
        apart=told["apart"],
    )


def _figure_of(told: Kept) -> Figure:
    by = frozenset(Dimension(one) for one in told["by"])
    section, also = Section(told["section"]), Section(told["also"]) if told["also"] else None
    return Figure(**{**told, "section": section, "also": also, "unit": Unit(told["unit"]), "by": by})


def _row_of(told: Kept) -> Row:
    return Row(told["label"], told["key"], tuple(_cell_of(one) for one in told["cells"]))


def _cell_of(told: Kept) -> Cell:
    if told.get("withheld"):
        return Cell(None, withheld=True)
    value = told["value"]
    return Cell(
        Decimal(value) if isinstance(value, str) else value, of=told["of"], people=told["people"], rest=told["rest"]
    )
