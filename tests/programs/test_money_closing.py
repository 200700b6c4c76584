"""A month is closed once it is over, in its order, and what it came to is kept."""

from datetime import date
from decimal import Decimal

import pytest

from programs import books
from programs.actions import money
from programs.actions.money import NotInOrder, NotYetOver
from programs.models import BooksClosing
from tests.programs.treasury import Treasury, noon
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
DAY = date(2026, 4, 5)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def close(treasury: Treasury, month: date, day: date = DAY) -> BooksClosing:
    return money.close_books(program=treasury.program, month=month, by=treasury.by, now=noon(day))


def test_what_it_came_to_is_kept(treasury: Treasury) -> None:
    his = treasury.owing(date(2026, 2, 3))
    treasury.pay(his, "100.01", date(2026, 2, 3))
    treasury.pay(his, 50, date(2026, 3, 3))
    before = len(told())

    closing = close(treasury, date(2026, 2, 17))

    closing.refresh_from_db()
    assert (closing.month, closing.at, closing.by) == (FEBRUARY, noon(DAY), treasury.by)
    assert closing.totals == {
        "assessed": "900.00",
        "paid": "100.01",
        "waived": "0.00",
        "refunded": "0.00",
        "collected": "100.01",
        "by_fund": {"Education": "20.00", "Enforcement": "40.00", "Survivor services": "40.01"},
    }
    assert told(after=before) == [(f"user:{treasury.by.pk}", "books.closed", f"programs.BooksClosing:{closing.pk}")]


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2026, 3, 31)], ids=["in it", "on its last day"])
def test_a_month_that_is_not_over_stays_open(treasury: Treasury, day: date) -> None:
    refuses(NotYetOver, close, treasury=treasury, month=MARCH, day=day)

    assert close(treasury, MARCH, date(2026, 4, 1)).month == MARCH


def test_months_are_closed_in_their_order(treasury: Treasury) -> None:
    treasury.owing(date(2026, 1, 20))

    refusal = refuses(NotInOrder, close, treasury=treasury, month=FEBRUARY)

    assert str(refusal) == "Close January 2026 first: months are closed in their order."
    assert [close(treasury, month).month for month in (JANUARY, FEBRUARY, MARCH)] == [JANUARY, FEBRUARY, MARCH]


def test_the_first_may_lie_before_any_line_and_binds_those_after(treasury: Treasury) -> None:
    treasury.owing(date(2026, 3, 20))
    close(treasury, JANUARY)

    refuses(NotInOrder, close, treasury=treasury, month=MARCH)
    refuses(NotInOrder, close, treasury=treasury, month=date(2025, 12, 1))

    assert close(treasury, FEBRUARY).month == FEBRUARY


def test_a_month_that_is_closed_stays_as_it_was(treasury: Treasury) -> None:
    first = close(treasury, FEBRUARY)

    with nothing_written():
        assert close(treasury, FEBRUARY) == first


def test_a_year_is_closed_and_comes_to_what_its_months_came_to(treasury: Treasury) -> None:
    for month in range(1, 13):
        his = treasury.owing(date(2026, month, 3), 3000)
        treasury.pay(his, f"{month * 7}.{month:02}", date(2026, month, 9))
    late = date(2027, 1, 4)

    closings = [close(treasury, date(2026, month, 1), late) for month in range(1, 13)]

    year = books.totals(treasury.program, date(2026, 1, 1), date(2026, 12, 31))
    assert sum(Decimal(one.totals["collected"]) for one in closings) == year.collected == Decimal("546.78")
    for fund, amount in year.by_fund.items():
        assert sum(Decimal(one.totals["by_fund"][fund]) for one in closings) == amount
    assert books.next_to_close(treasury.program) == date(2027, 1, 1)


def test_a_closed_year_stays_and_what_is_taken_back_later_stands_in_the_next() -> None:
    """Two schedules, the second from the middle of a month on; thirds that no cent divides."""
    treasury = Treasury(begins_on=date(2026, 1, 9))
    thirds = [("A", Decimal("33.33")), ("B", Decimal("33.33")), ("C", Decimal("33.34"))]
    treasury.set_fees(date(2026, 3, 17), shares=thirds)
    men = [treasury.owing(date(2026, 1, 12)) for _ in range(3)]
    days = [date(2026, month, day) for month in range(1, 13) for day in (12, 16, 17)]
    paid = [treasury.pay(his, "16.67", day) for day, his in zip(days, men * 12, strict=True)]
    for month in range(1, 13):
        close(treasury, date(2026, month, 1), date(2027, 1, 2))
    year, later = (date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 1, 31))
    closed = books.totals(treasury.program, *year)

    for entry in (paid[0], paid[7], paid[35]):
        treasury.reverse(entry, date(2027, 1, 5))

    kept = list(BooksClosing.objects.values_list("totals", flat=True))
    assert books.totals(treasury.program, *year) == closed
    assert closed.collected == 36 * Decimal("16.67") == sum(Decimal(one["collected"]) for one in kept)
    assert closed.collected == sum(closed.by_fund.values())
    for fund, amount in closed.by_fund.items():
        assert amount == sum(Decimal(one["by_fund"].get(fund, "0")) for one in kept)
    corrected = books.totals(treasury.program, *later)
    assert (corrected.paid, sum(corrected.by_fund.values())) == (Decimal("-50.01"), Decimal("-50.01"))
    assert closed.balance + corrected.balance == sum(books.ledger(his)[-1].balance for his in men)
