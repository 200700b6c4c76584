"""Which unknowns do linear equations give away, and what are they? No Django."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Self, TypeVar

Unknown = TypeVar("Unknown", bound=Hashable)
# Stands in an equation for the number 1: what is known of it.
ONE = None
_Row = dict[Any, int]


def determined(equations: Iterable[Mapping[Unknown, int]]) -> set[Unknown]:
    """Those that have one value only, whatever the right-hand sides; each equation is coefficients by unknown."""
    return set(solved(equations))


def solved(equations: Iterable[Mapping[Any, Any]]) -> dict[Any, Fraction]:
    """By unknown its value; each equation is coefficients by unknown, and by ONE a number, that together are zero."""
    return Solving(equations).values()


class Solving:
    """By Gauss and Jordan, exactly: an unknown is given away if at the end a row has nothing but it.

    An equation that contradicts those before it says nothing.
    """

    def __init__(self, equations: Iterable[Mapping[Any, Any]] = ()) -> None:
        # Each by its pivot, which stands in no other, in whole numbers. A row is replaced and never changed, so that a
        # copy may have the same one.
        self.rows: dict[Any, _Row] = {}
        # By unknown, in which rows it stands beside their pivots.
        self.holders: dict[Any, set[Any]] = defaultdict(set)
        for equation in equations:
            self.add(equation)

    def copy(self) -> Self:
        made = type(self)()
        made.rows = dict(self.rows)
        made.holders.update((one, set(held)) for one, held in self.holders.items() if held)
        return made

    def add(self, equation: Mapping[Any, Any]) -> None:
        row = _in_whole_numbers(equation)
        for pivot in [one for one in row if one in self.rows]:
            row = _less(row, self.rows[pivot], pivot)
        # The one that stands in the fewest rows makes the fewest new.
        pivot = min((one for one in row if one is not ONE), key=self._rows_with, default=ONE)
        if pivot is ONE:
            return
        for held in self.holders.pop(pivot, ()):
            self._put(held, _less(self.rows[held], row, pivot))
        self._put(pivot, row)

    def values(self) -> dict[Any, Fraction]:
        told = ((pivot, row) for pivot, row in self.rows.items() if len(row) == 1 or (len(row) == 2 and ONE in row))
        return {pivot: Fraction(-row.get(ONE, 0), row[pivot]) for pivot, row in told}

    def _rows_with(self, unknown: Any) -> int:
        return len(self.holders.get(unknown, ()))

    def _put(self, pivot: Any, row: _Row) -> None:
        before = self.rows.get(pivot, {})
        for gone in before.keys() - row.keys():
            self.holders[gone].discard(pivot)
        for new in row.keys() - before.keys() - {pivot, ONE}:
            self.holders[new].add(pivot)
        self.rows[pivot] = row


def _in_whole_numbers(equation: Mapping[Any, Any]) -> _Row:
    if all(type(by) is int for by in equation.values()):
        return {one: by for one, by in equation.items() if by}
    exact = {one: Fraction(by) for one, by in equation.items() if by}
    times = lcm(*(by.denominator for by in exact.values()))
    return {one: int(by * times) for one, by in exact.items()}


def _less(row: _Row, other: _Row, pivot: Any) -> _Row:
    """So much of the other that nothing of the pivot is left."""
    common = gcd(row[pivot], other[pivot])
    keep, times = other[pivot] // common, row[pivot] // common
    if keep < 0:
        keep, times = -keep, -times
    left = dict(row) if keep == 1 else {one: keep * by for one, by in row.items()}
    for one, by in other.items():
        if now := left.get(one, 0) - times * by:
            left[one] = now
        else:
            left.pop(one, None)
    if keep != 1 and (shared := gcd(*left.values())) > 1:
        left = {one: by // shared for one, by in left.items()}
    return left
