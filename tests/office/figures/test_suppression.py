"""What leaves: no cell under ten, none that subtraction gives. The checks solve the equations anew, by brute force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.figures.definitions import BY_CODE
from office.figures.earlier import AlreadyWithheld, given_away
from office.figures.kinds import Cell, Dimension, Row, Section, Table
from office.figures.linear import determined
from office.figures.places import Place
from office.figures.suppression import LEAST, Sheet, withheld
from office.figures.together import Published

CODES = ("begun", "completed", "left", "still_in")
FIGURES = tuple(BY_CODE[code] for code in CODES)


def table_of(rows: Sequence[tuple[int, ...]], by: Dimension = Dimension.COURT, keys: list[str] | None = None) -> Table:
    """Of enrollments begun: completed, left, still in; a man stands in one row."""

    def row(key: str, parts: tuple[int, ...]) -> Row:
        whole = sum(parts)
        shares = tuple(Cell(part, whole, part, whole - part) for part in parts)
        return Row(key or "All", key, (Cell(whole, None, whole), *shares))

    total = tuple(map(sum, zip(*rows, strict=True)))
    named = keys or [str(number) for number in range(1, len(rows) + 1)]
    return Table(Section.FINISHING, by, FIGURES, tuple(map(row, named, rows)), row("", total), apart=True)


def shown(table: Table) -> list[list[Any]]:
    return [[cell.value for cell in row.cells] for row in (*table.rows, table.total)]


def test_a_table_of_many_is_left_as_it_is():
    table = table_of([(20, 15, 12), (30, 11, 14)])
    assert withheld(table) == table


def test_few_are_withheld_and_so_is_what_would_give_them_away():
    # 3 of 40 left: without the smallest of the others, subtraction would say so.
    assert shown(withheld(table_of([(25, 3, 12), (30, 20, 20)]))) == [
        [40, 25, None, None],
        [70, 30, None, None],
        [110, 55, 23, 32],
    ]


def test_nobody_is_few_where_it_tells_of_each_but_a_group_without_anybody_tells_of_nobody():
    told = shown(withheld(table_of([(0, 20, 20), (0, 0, 0), (20, 20, 20)])))
    assert (told[0][1], told[1]) == (None, [0, 0, 0, 0])


def test_two_withheld_cells_that_are_few_together_take_a_third_with_them():
    told = withheld(table_of([(60, 60, 60), (3, 60, 60), (4, 60, 60)]))
    assert [row[1] for row in shown(told)] == [None, None, None, 67]


def test_a_withheld_cell_keeps_nothing_to_work_it_out_from():
    (cell,) = set(withheld(table_of([(1, 1, 1)])).rows[0].cells)
    assert cell == Cell(None, withheld=True)


def test_the_work_of_the_program_may_be_all_on_time_but_never_one_late():
    on_time = BY_CODE["on_time"]
    due = BY_CODE["reports_due"]
    for late, wanted in ((0, (40, 40)), (1, (40, None))):
        row = Row("All", "", (Cell(40, None, 30), Cell(40 - late, 40, 30, late)))
        table = Table(Section.REPORTS, Dimension.TOTAL, (due, on_time), (), row)
        assert tuple(cell.value for cell in withheld(table).total.cells) == wanted


def sheet(*rows: tuple[int, ...]) -> Sheet:
    return Sheet([table_of(rows)], LEAST)


def place(row: int, column: int) -> Place:
    """The row 0 is the total."""
    return (CODES[column], "court", str(row)) if row else (CODES[column], "", "")


MANY = (60, 70, 80)


@pytest.mark.parametrize(
    ("risky", "with_it"),
    [
        # Each of its sums would give the one: in each the smallest goes, and with two in a row and two in a column
        # the fourth corner.
        pytest.param([(1, 1)], [(1, 2), (2, 1), (2, 2)], id="one"),
        pytest.param([(1, 1), (1, 2)], [(2, 1), (2, 2)], id="two in a row"),
        # By themselves no row and no column gives a single one.
        pytest.param([(1, 1), (1, 2), (2, 1), (2, 2)], [], id="four corners"),
    ],
)
def test_what_is_withheld_takes_the_smallest_that_would_give_it_away(risky: Any, with_it: Any) -> None:
    """Whatever the reason why it is withheld, and before anything is measured against what left earlier."""
    wanted = {place(*one) for one in (*risky, *with_it)}
    assert sheet(MANY, MANY, (90, 90, 90)).hidden({place(*one) for one in risky}) == wanted


def test_what_is_known_from_elsewhere_hides_nothing() -> None:
    """Withheld here and known by what left earlier, a cell is as good as shown: another one must go with the first."""
    hidden = {place(1, 1), place(1, 2), place(2, 1), place(2, 2)}
    assert sheet(MANY, MANY, (90, 90, 90)).hidden(hidden, {place(2, 2)}) > hidden


def test_what_only_all_sums_together_give_takes_more_with_it() -> None:
    """No sum by itself has a single one that could still be hidden; solved at once they give all who completed."""
    total, row = [place(0, column) for column in range(4)], [place(1, column) for column in range(4)]
    risky = {*total[1:], *row[2:]}
    assert sheet((80, 60, 60)).hidden(risky, {row[1]}) == {*total, *row}


few = st.integers(0, 30)
random_rows = st.lists(st.tuples(few, few, few), min_size=1, max_size=5)


@given(random_rows)
def test_no_cell_that_shows_is_of_fewer_than_ten(rows):
    for row in shown(withheld(table_of(rows))):
        assert all(value is None or value >= 10 or row[0] == 0 for value in row)


@given(random_rows)
def test_nothing_that_is_withheld_follows_from_what_shows(rows):
    table = table_of(rows)
    hidden = [[value is None for value in row] for row in shown(withheld(table))]
    names = {(r, c) for r, row in enumerate(hidden) for c, gone in enumerate(row) if gone}
    last = len(rows)
    sums = [[(last, c)] + [(r, c) for r in range(last)] for c in range(4)]
    sums += [[(r, 0), (r, 1), (r, 2), (r, 3)] for r in range(last + 1)]
    told = [{place: 1 if n == 0 else -1 for n, place in enumerate(one) if place in names} for one in sums]
    assert determined(one for one in told if one) == set()
    for one in sums:
        gone = [place for place in one[1:] if place in names]
        if gone and one[0] not in names:
            assert sum(shown_of(table, place) for place in gone) >= 10


def shown_of(table: Table, place: tuple[int, int]) -> int:
    return shown(table)[place[0]][place[1]] or 0


@given(st.lists(st.dictionaries(st.integers(0, 3), st.sampled_from([-1, 1]), min_size=1), max_size=4), st.data())
def test_an_unknown_is_given_away_when_all_small_solutions_agree_on_it(equations, data):
    """By brute force: a direction that changes the unknown and leaves each equation as it is."""
    unknowns = sorted({one for equation in equations for one in equation})
    free = set()
    for step in product(range(-4, 5), repeat=len(unknowns)):
        at = dict(zip(unknowns, step, strict=True))
        if all(sum(by * at[one] for one, by in equation.items()) == 0 for equation in equations):
            free |= {one for one in unknowns if at[one]}
    assert determined(equations) == set(unknowns) - free


def published(begins: date, ends: date, *rows: tuple[int, ...]) -> Published:
    return Published(begins, ends, (table_of(list(rows)),))


FIRST = (date(2026, 1, 1), date(2026, 3, 31))
SECOND = (date(2026, 4, 1), date(2026, 6, 30))
HALF = (date(2026, 1, 1), date(2026, 6, 30))


def given_of(told: Published) -> list[Any]:
    return [cell.value for cell in told.tables[0].total.cells]


def test_a_half_year_does_not_give_away_a_quarter_by_subtraction():
    first = published(*FIRST, (30, 20, 20))
    assert given_of(given_away(published(*HALF, (33, 40, 40)), [first]))[1] is None
    assert given_of(given_away(published(*HALF, (50, 40, 40)), [first])) == [130, 50, 40, 40]


def test_nor_does_a_quarter_that_fills_a_half_year():
    half, first = published(*HALF, (33, 40, 40)), published(*FIRST, (30, 20, 20))
    assert given_of(given_away(first, [half]))[1] is None


def test_a_period_that_meets_no_other_is_left_as_it_is():
    second = published(*SECOND, (30, 20, 20))
    assert given_away(second, [published(*FIRST, (50, 40, 40))]) == second


def test_what_was_withheld_then_is_not_told_by_subtraction_now():
    first = published(*FIRST, (30, 20, 20))
    cells = first.tables[0].total.cells
    kept = replace(first.tables[0].total, cells=(cells[0], Cell(None, withheld=True), *cells[2:]))
    row = replace(first.tables[0].rows[0], cells=kept.cells)
    before = replace(first, tables=(replace(first.tables[0], total=kept, rows=(row,)),))
    second = published(*SECOND, (30, 20, 20))
    assert given_of(given_away(published(*HALF, (60, 40, 40)), [before, second]))[1] is None


def test_a_table_by_months_is_as_many_periods():
    months = Published(
        *FIRST,
        (table_of([(20, 20, 20), (20, 20, 20), (4, 20, 20)], Dimension.MONTH, ["2026-01", "2026-02", "2026-03"]),),
    )
    two = published(date(2026, 1, 1), date(2026, 2, 28), (40, 40, 40))
    told = given_away(months, [two])
    assert told.tables[0].total.cells[1].value is None


def test_a_month_of_a_table_meets_the_period_that_begins_there():
    """April has three: what leaves of February to April tells so with what left of February and March, each a row."""
    rows = [(20, 20, 20), (20, 20, 20), (20, 20, 20)]
    months = Published(*FIRST, (table_of(rows, Dimension.MONTH, ["2026-01", "2026-02", "2026-03"]),))
    for april, wanted in ((3, None), (30, 70)):
        new = published(date(2026, 2, 1), date(2026, 4, 30), (40 + april, 60, 60))
        assert given_of(given_away(new, [months]))[1] == wanted


def test_what_is_withheld_already_is_not_handed_in_for_a_count():
    first = published(*FIRST, (3, 20, 20))
    with pytest.raises(AlreadyWithheld):
        given_away(replace(first, tables=(withheld(first.tables[0]),)), [])


@given(st.lists(random_rows.filter(lambda rows: len(rows) == 1), min_size=4, max_size=4), st.permutations(range(6)))
def test_whatever_leaves_in_whatever_order_no_stretch_of_few_can_be_worked_out(quarters, order):
    starts = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)]
    spans = [(0, 1), (1, 2), (0, 2), (2, 4), (0, 4), (1, 4)]
    left: list[Published] = []
    for number in order:
        a, b = spans[number]
        rows = [tuple(map(sum, zip(*(quarters[q][0] for q in range(a, b)), strict=True)))]
        new = published(starts[a], date.fromordinal(starts[b].toordinal() - 1), *rows)
        left.append(given_away(new, left))
    for column in range(1, 4):
        told = [spans[number] for number, one in zip(order, left, strict=True) if given_of(one)[column] is not None]
        for a, b in product(range(5), repeat=2):
            if a < b and joined(told, a, b):
                inside = sum(quarters[q][0][column - 1] for q in range(a, b))
                whole = sum(sum(quarters[q][0]) for q in range(a, b))
                assert whole == 0 or inside >= 10


def joined(spans: list[tuple[int, int]], a: int, b: int) -> bool:
    reached = {a}
    while more := {y for x, y in (*spans, *((y, x) for x, y in spans)) if x in reached} - reached:
        reached |= more
    return b in reached
