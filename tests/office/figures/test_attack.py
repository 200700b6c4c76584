"""Whoever keeps all that left tries to work out a small number: each report's cells are equations, solved at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from office.figures.earlier import given_away
from office.figures.kinds import Dimension, Table
from office.figures.linear import determined
from office.figures.suppression import all_withheld
from office.figures.together import Published
from tests.office.figures.test_suppression import CODES, table_of

STARTS = (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1))
# Each as the quarters it spans.
SPANS = ((0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3))
COURTS = 3
# By quarter, by court: how many completed, left, are still in.
Quarters = Sequence[Sequence[tuple[int, int, int]]]
# A figure of one court, or of all (-1), in one report or in one quarter.
Unknown = tuple[Any, ...]


def counted(quarters: Quarters, a: int, b: int) -> Published:
    courts = [tuple(map(sum, zip(*(quarters[q][c] for q in range(a, b)), strict=True))) for c in range(COURTS)]
    return Published(STARTS[a], STARTS[b] - timedelta(days=1), (table_of(courts, Dimension.COURT),))


def cells(table: Table) -> Iterator[tuple[tuple[int, int], Any]]:
    for place, row in enumerate((*table.rows, table.total)):
        for column, cell in enumerate(row.cells):
            yield (place if place < COURTS else -1, column), cell


def equations(left: Mapping[tuple[int, int], Published]) -> Iterator[dict[Unknown, int]]:
    """Of what isn't shown; a number that is shown is known, and falls out."""
    for quarter in range(len(STARTS) - 1):
        for court in (*range(COURTS), -1):
            yield {(quarter, court, 0): 1, **{(quarter, court, column): -1 for column in range(1, len(CODES))}}
        for column in range(len(CODES)):
            yield {(quarter, -1, column): 1, **{(quarter, court, column): -1 for court in range(COURTS)}}
    for (a, b), published in left.items():
        for (court, column), cell in cells(published.tables[0]):
            its = {(quarter, court, column): 1 for quarter in range(a, b)}
            yield its if not cell.withheld else {**its, ("report", a, b, court, column): -1}


def worked_out(left: Mapping[tuple[int, int], Published], quarters: Quarters) -> list[tuple[Unknown, int]]:
    """Numbers of one to nine, and none of a group of some, that follow from all that left."""
    found = []
    for one in determined(equations(left)):
        *spanned, court, column = one
        a, b = spanned[1:] if spanned[0] == "report" else (spanned[0], spanned[0] + 1)
        number, whole = (value_of(quarters, a, b, court, at) for at in (column, 0))
        if 0 < number < 10 or (number == 0 and whole):
            found.append((one, number))
    return found


def value_of(quarters: Quarters, a: int, b: int, court: int, column: int) -> int:
    cell = dict(cells(counted(quarters, a, b).tables[0]))[court, column]
    return int(cell.value)


numbers = st.one_of(st.integers(0, 12), st.integers(0, 60))
worlds = st.lists(
    st.lists(st.tuples(numbers, numbers, numbers), min_size=COURTS, max_size=COURTS), min_size=3, max_size=3
)


@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(worlds, st.permutations(SPANS))
def test_nothing_small_follows_from_all_reports_together(quarters: Quarters, order: list[tuple[int, int]]) -> None:
    left: dict[tuple[int, int], Published] = {}
    for a, b in order:
        left[a, b] = given_away(counted(quarters, a, b), left.values())
    assert worked_out(left, quarters) == []


def test_what_only_all_of_them_together_told() -> None:
    """Hypothesis found it: four reports, and an hour's algebra."""
    quarters = [
        [(0, 0, 0), (8, 10, 0), (0, 0, 0)],
        [(10, 0, 0), (2, 0, 0), (0, 10, 10)],
        [(0, 0, 10), (0, 0, 0), (0, 10, 0)],
    ]
    left: dict[tuple[int, int], Published] = {}
    for a, b in ((2, 3), (0, 2), (0, 1), (1, 2), (1, 3), (0, 3)):
        left[a, b] = given_away(counted(quarters, a, b), left.values())
    assert worked_out(left, quarters) == []


def test_the_attack_finds_what_reports_give_away_that_know_nothing_of_each_other() -> None:
    quarters = [[(20, 20, 20)] * 3, [(20, 20, 20), (20, 3, 20), (20, 20, 20)], [(20, 20, 20)] * 3]
    left = {}
    for a, b in ((0, 1), (0, 2)):
        one = counted(quarters, a, b)
        left[a, b] = Published(one.begins, one.ends, tuple(all_withheld(one.tables)))
    assert ((1, 1, 2), 3) in worked_out(left, quarters)
