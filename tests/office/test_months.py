"""Months of the books."""

from datetime import date

import pytest

from office import months


@pytest.mark.parametrize(
    ("month", "after", "before", "last"),
    [
        (date(2026, 1, 1), date(2026, 2, 1), date(2025, 12, 1), date(2026, 1, 31)),
        (date(2028, 2, 1), date(2028, 3, 1), date(2028, 1, 1), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 1, 1), date(2026, 11, 1), date(2026, 12, 31)),
    ],
    ids=["january", "leap february", "december"],
)
def test_its_neighbors_and_its_end(month: date, after: date, before: date, last: date) -> None:
    assert (months.after(month), months.before(month), months.last_day(month)) == (after, before, last)


@pytest.mark.parametrize(
    ("today", "over"),
    [(date(2026, 3, 31), False), (date(2026, 4, 1), True)],
    ids=["its last day", "the day after"],
)
def test_over(today: date, *, over: bool) -> None:
    assert months.is_over(date(2026, 3, 1), today) is over


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 4, 4), date(2026, 2, 1)),
        (date(2026, 4, 5), date(2026, 3, 1)),
        (date(2026, 1, 4), date(2025, 11, 1)),
        (date(2026, 1, 5), date(2025, 12, 1)),
    ],
)
def test_which_should_be_closed(today: date, month: date) -> None:
    assert months.due_to_close(today) == month


@pytest.mark.parametrize(
    ("first", "closed", "month"),
    [
        (None, None, None),
        (date(2026, 3, 17), None, date(2026, 3, 1)),
        (date(2026, 3, 17), date(2026, 12, 1), date(2027, 1, 1)),
    ],
    ids=["nothing yet", "the first", "the one after"],
)
def test_which_is_next(first: date | None, closed: date | None, month: date | None) -> None:
    assert months.to_close(first, closed) == month


def test_a_year() -> None:
    found = months.of_year(2026)

    assert (found[0], found[-1], len(found)) == (date(2026, 1, 1), date(2026, 12, 1), 12)
    assert months.span_of_year(2026) == (date(2026, 1, 1), date(2026, 12, 31))
    assert months.named(found[2]) == "March 2026"
