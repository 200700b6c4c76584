"""Groups of whom nothing may be told, put together: whose sum is told, and of how many men at the least."""

import pytest

from office.figures.definitions import BY_CODE
from office.figures.kinds import Cell, Dimension, Row, Section, Table
from office.figures.others import as_told, common, members, named, with_sums

FIGURES = (BY_CODE["referred"], BY_CODE["accepted"], BY_CODE["tried_days"])
KEYS = "abc"


def row(label: str, key: str, rows: int, men: int, accepted: int, accepted_men: int, rest_men: int) -> Row:
    share = Cell(accepted, rows, accepted_men, rest_men)
    return Row(label, key, (Cell(rows, None, men), share, Cell(5, rows, men)))


def table(*rows: Row, total: Row, apart: bool = True) -> Table:
    return Table(Section.REFERRALS, Dimension.COURT, FIGURES, rows, total, apart=apart)


# One man of Renton's is at Kent as well: 14 + 8 + 4 men in the rows, 25 in total.
COURTS = table(
    row("Kent", "a", 20, 14, 10, 9, 6), row("Renton", "b", 8, 8, 6, 6, 2), row("Burien", "c", 4, 4, 1, 1, 3),
    total=row("All", "", 32, 25, 17, 15, 11),
)  # fmt: skip


def summed(by_court: Table, *told: str) -> Row | None:
    found = with_sums([by_court], {Dimension.COURT: set(told)})[0].rows
    return next((one for one in found if members(one.key)), None)


def test_men_who_stand_in_two_rows_are_not_counted_twice() -> None:
    """Whoever stands in two rows may stand in the two that are put together: of 12 there are at least 11."""
    others = summed(COURTS, "a")

    assert others == Row("Others", "others:b,c", (
        Cell(12, None, 11),
        # Accepted: 9 + 6 + 1 men in the rows, 15 in total. Not accepted: 6 + 2 + 3, and 11.
        Cell(7, 12, 6, 5),
        Cell(None, of=12),
    ))  # fmt: skip


def test_where_more_stand_in_two_rows_than_there_are_in_the_sum_it_is_of_nobody_for_sure() -> None:
    many = table(*COURTS.rows, total=row("All", "", 32, 12, 17, 15, 11))
    others = summed(many, "a")

    assert others is not None
    assert others.cells[0] == Cell(12, None, 0)


@pytest.mark.parametrize(
    ("by_court", "told"),
    [
        (COURTS, ("a", "b")),
        (table(*COURTS.rows, total=COURTS.total, apart=False), ("a",)),
    ],
    ids=["one alone is no sum", "rows that don't add up have none"],
)
def test_no_sum_is_made(by_court: Table, told: tuple[str, ...]) -> None:
    assert summed(by_court, *told) is None


def test_whoever_has_a_number_in_one_table_only_has_a_name_in_both_or_in_neither() -> None:
    assert common(named([COURTS]), {Dimension.COURT: {"a", "others:b,c"}}) == {Dimension.COURT: {"a"}}
    assert common(named([COURTS]), {}) == {Dimension.COURT: set()}


def test_outside_the_sum_takes_the_place_of_its_groups() -> None:
    gone = tuple(Cell(None, withheld=True) for _ in FIGURES)
    both = with_sums([COURTS], {Dimension.COURT: {"a"}})[0]
    kent, renton, burien, others = both.rows
    left = table(kent, Row(renton.label, "b", gone), Row(burien.label, "c", gone), others, total=COURTS.total)

    assert [one.label for one in as_told([left])[0].rows] == ["Kent", "Others"]
