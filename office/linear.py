"""Which unknowns do linear equations give away? No Django."""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

Unknown = TypeVar("Unknown", bound=Hashable)


def determined(equations: Iterable[Mapping[Unknown, int]]) -> set[Unknown]:
    """Those that have one value only, whatever the right-hand sides; each equation is coefficients by unknown.

    By Gauss and Jordan, exactly: an unknown is given away if at the end a row has nothing but it.
    """
    rows: dict[Any, dict[Any, Fraction]] = {}
    for equation in equations:
        row = _reduced({one: Fraction(by) for one, by in equation.items() if by}, rows)
        if not row:
            continue
        pivot = min(row, key=repr)
        row = {one: by / row[pivot] for one, by in row.items()}
        for other in rows.values():
            _subtract(other, row, pivot)
        rows[pivot] = row
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _reduced(row: dict[Any, Fraction], rows: Mapping[Any, dict[Any, Fraction]]) -> dict[Any, Fraction]:
    for pivot in [one for one in row if one in rows]:
        _subtract(row, rows[pivot], pivot)
    return row


def _subtract(row: dict[Any, Fraction], other: Mapping[Any, Fraction], pivot: Any) -> None:
    """Until nothing of the pivot is left in `row`."""
    by = row.get(pivot)
    if not by:
        return
    for one, times in other.items():
        left = row.get(one, Fraction(0)) - by * times
        if left:
            row[one] = left
        else:
            row.pop(one, None)
