"""Which unknowns do linear equations give away, and what are they? No Django."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

Unknown = TypeVar("Unknown", bound=Hashable)
# Stands in an equation for the number 1: what is known of it.
ONE = None


def determined(equations: Iterable[Mapping[Unknown, int]]) -> set[Unknown]:
    """Those that have one value only, whatever the right-hand sides; each equation is coefficients by unknown."""
    return set(solved(equations))


def solved(equations: Iterable[Mapping[Any, Any]]) -> dict[Any, Fraction]:
    """By unknown its value; each equation is coefficients by unknown, and by ONE a number, that together are zero.

    By Gauss and Jordan, exactly: an unknown is given away if at the end a row has nothing but it. An equation that
    contradicts those before it says nothing.
    """
    rows: dict[Any, dict[Any, Fraction]] = {}
    # By unknown, in which rows it stands, each by its pivot.
    holders: dict[Any, set[Any]] = defaultdict(set)
    for equation in equations:
        row = _reduced({one: Fraction(by) for one, by in equation.items() if by}, rows)
        pivot = min((one for one in row if one is not ONE), key=repr, default=ONE)
        if pivot is ONE:
            continue
        row = {one: by / row[pivot] for one, by in row.items()}
        for held in list(holders[pivot]):
            other = rows[held]
            before = set(other)
            _subtract(other, row, pivot)
            for gone in before - set(other):
                holders[gone].discard(held)
            for new in set(other) - before:
                holders[new].add(held)
        rows[pivot] = row
        for one in row:
            holders[one].add(pivot)
    return {pivot: -row.get(ONE, Fraction(0)) for pivot, row in rows.items() if row.keys() <= {pivot, ONE}}


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
