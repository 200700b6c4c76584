"""What all ledgers come to: whatever is entered, sums by kind, by fund, by month and by age agree to the cent."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.refusal import Refusal
from programs import books
from programs.actions import money
from programs.fees import NOTHING, Aging, Due, FeeState, Sums, balance
from programs.models import Enrollment, FeeEntry
from tests.factories.money import FeeEntryFactory, FeeScheduleFactory
from tests.programs.treasury import Treasury, noon

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        read()
    return len(found)


# --- whatever is entered


class Undone(Exception):
    pass


steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay", "pay", "refund", "waive", "reverse", "assess", "fees"]),
        st.integers(0, 2),
        st.decimals(min_value="0.01", max_value="999.99", places=2),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=14,
)


def act(treasury: Treasury, men: list[Enrollment], what: str, who: int, amount: Decimal, day: date) -> None:
    his = men[who]
    if what == "fees":
        third = [("A", Decimal("33.33")), ("B", Decimal("33.33")), ("C", Decimal("33.34"))]
        treasury.set_fees(day, shares=third)
    elif what == "reverse":
        left = FeeEntry.objects.of(his).filter(reverses=None, reversed_by=None)
        entry = left[int(amount) % len(left)] if left else None
        if entry:
            treasury.reverse(entry, day)
    elif what == "assess":
        treasury.assess(his, day, int(amount * 10))
    elif what == "pay":
        treasury.pay(his, str(amount), day, more_is_right=True)
    else:
        getattr(treasury, what)(his, str(amount), day)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_sums_agree_to_the_cent(treasury: Treasury, entered: list[tuple[str, int, Decimal, int]]) -> None:
    try:
        with transaction.atomic():
            _enter_and_compare(treasury, entered)
            raise Undone
    except Undone:
        pass


def _enter_and_compare(treasury: Treasury, entered: list[tuple[str, int, Decimal, int]]) -> None:
    day = date(2026, 1, 5)
    men = [treasury.owing(day) for _ in range(3)]
    for what, who, amount, later in entered:
        day += timedelta(days=later)
        try:
            act(treasury, men, what, who, amount, day)
        except Refusal:
            continue
    program, (begins, ends) = treasury.program, YEAR
    found = books.totals(program, begins, ends)
    told = list(books.lines(program, begins, ends))

    ledgers = [books.ledger(his) for his in men]
    assert found.balance == sum((one[-1].balance for one in ledgers), NOTHING)
    assert found.balance == sum((balance(FeeEntry.objects.of(his).lines()) for his in men), NOTHING)
    assert found.collected == sum(found.by_fund.values(), NOTHING) == sum((one.amount for one in told), NOTHING)
    for fund, amount in found.by_fund.items():
        assert amount == sum((one.by_fund.get(fund, NOTHING) for one in told), NOTHING)
    months = books.by_month(program, begins, ends)
    assert books.together(months.values()) == found
    for month, one in months.items():
        assert books.totals(program, month, books.last_of_month(month)) == one
    assert sum((one.aging.owed for one in books.aging_rows(program, day)), NOTHING) == sum(
        (max(one[-1].balance, NOTHING) for one in ledgers), NOTHING
    )
    assert all(value == value.quantize(Decimal("0.01")) for value in (*found.sums, *found.by_fund.values()))


# --- one ledger


def test_a_ledger_runs_from_its_first_line_to_what_is_owed(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 300, DAY)
    treasury.waive(his, 100, DAY)
    treasury.refund(his, 50, DAY)

    assert [(one.entry.kind, one.balance) for one in books.ledger(his)] == [
        ("assessed", Decimal(900)),
        ("paid", Decimal(600)),
        ("waived", Decimal(500)),
        ("refunded", Decimal(550)),
    ]


# --- over days


def test_totals_are_of_these_days_and_of_this_program(treasury: Treasury) -> None:
    his = treasury.owing(date(2026, 3, 31))
    first = treasury.pay(his, 100, date(2026, 3, 31))
    treasury.pay(his, 200, date(2026, 4, 1))
    treasury.reverse(first, date(2026, 4, 30))
    treasury.pay(his, 400, date(2026, 5, 1))
    FeeEntryFactory(paid=True, on=date(2026, 4, 2))

    april = books.totals(treasury.program, date(2026, 4, 1), date(2026, 4, 30))

    assert april.sums == Sums(paid=Decimal(100))
    assert april.by_fund == {"Survivor services": 40, "Education": 20, "Enforcement": 40}
    assert list(books.by_month(treasury.program, *YEAR)) == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]


def test_each_line_is_shared_by_its_own_schedule(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 100, DAY)
    treasury.set_fees(date(2026, 3, 4), shares=[("Education", Decimal(100))])
    treasury.pay(his, 50, date(2026, 3, 4))

    found = books.totals(treasury.program, *YEAR)

    assert found.by_fund == {"Survivor services": 40, "Education": 70, "Enforcement": 40}


def test_a_month_is_shared_as_one_sum_and_its_lines_by_what_came_in_so_far(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    for _ in range(3):
        treasury.pay(his, "0.01", DAY)

    told = list(books.lines(treasury.program, *YEAR))

    assert books.totals(treasury.program, *YEAR).by_fund == dict.fromkeys(
        ["Education", "Enforcement", "Survivor services"], Decimal("0.01")
    )
    assert [one.amount for one in told] == [0, Decimal("0.01"), Decimal("0.01"), Decimal("0.01")]
    assert told[0].by_fund == {}
    assert [sum(one.by_fund.values()) for one in told[1:]] == [Decimal("0.01")] * 3


def test_a_schedule_without_funds_still_adds_up() -> None:
    entry = FeeEntryFactory(paid=True, schedule=FeeScheduleFactory())

    assert books.totals(entry.program, *YEAR).by_fund == {books.NO_FUND: entry.amount}


def test_without_a_line_it_is_nothing(treasury: Treasury) -> None:
    assert books.totals(treasury.program, *YEAR) == books.Books(Sums(), {})


# --- who owes


def test_whoever_is_owed_for_longest_comes_first(treasury: Treasury) -> None:
    late, planned, fresh = (treasury.owing(date(2026, month, 3)) for month in (1, 1, 3))
    treasury.pay(treasury.owing(DAY), 900, DAY)
    treasury.pay(planned, 300, DAY)
    treasury.plan(planned, DAY, (date(2026, 3, 3), 200), (date(2026, 5, 1), 400))
    treasury.waive(late, 100, DAY)
    Treasury().owing(DAY)

    rows = books.aging_rows(treasury.program, date(2026, 3, 10))

    assert [(one.enrollment, one.standing.state, one.aging, one.oldest_due_on, one.next_due) for one in rows] == [
        (late, FeeState.OPEN, Aging(up_to_60=Decimal(800)), date(2026, 2, 2), None),
        (
            planned,
            FeeState.BEHIND,
            Aging(not_due=Decimal(400), up_to_30=Decimal(200)),
            date(2026, 3, 3),
            Due(date(2026, 5, 1), Decimal(400)),
        ),
        (fresh, FeeState.OPEN, Aging(not_due=Decimal(900)), date(2026, 4, 2), Due(date(2026, 4, 2), Decimal(900))),
    ]


def test_only_those_whose_files_one_may_open(treasury: Treasury) -> None:
    one, _ = treasury.owing(DAY), treasury.owing(DAY)

    rows = books.aging_rows(treasury.program, DAY, among=Enrollment.objects.filter(pk=one.pk))

    assert [row.enrollment for row in rows] == [one]


@pytest.mark.parametrize("men", [1, 3])
def test_it_asks_as_often_for_one_as_for_many(treasury: Treasury, men: int) -> None:
    for _ in range(men):
        his = treasury.owing(DAY)
        treasury.plan(his, DAY, (DAY, 500), (date(2026, 5, 1), 400))
        treasury.reverse(treasury.pay(his, 10, DAY), DAY)

    def read_all() -> list[Any]:
        return [row.enrollment.participant.legal_name for row in books.aging_rows(treasury.program, DAY)]

    assert queries(read_all) == 4
    assert queries(lambda: books.totals(treasury.program, *YEAR)) == 2
    assert queries(lambda: list(books.lines(treasury.program, *YEAR))) == 2


# --- what is closed


def test_what_is_closed_and_what_comes_next(treasury: Treasury) -> None:
    assert (books.closed_through(treasury.program), books.next_to_close(treasury.program)) == (None, None)
    treasury.owing(date(2026, 2, 9))
    assert books.next_to_close(treasury.program) == date(2026, 2, 1)

    money.close_books(program=treasury.program, month=date(2026, 2, 9), by=treasury.by, now=noon(DAY))

    assert books.closed_through(treasury.program) == date(2026, 2, 28)
    assert books.next_to_close(treasury.program) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 1, 30), date(2026, 1, 31)),
    ],
    ids=["December", "leap year", "January"],
)
def test_the_last_day_of_a_month(day: date, last: date) -> None:
    assert books.last_of_month(day) == last
