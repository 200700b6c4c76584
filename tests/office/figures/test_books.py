"""The numbers' Money section says what the books say of the same days, whatever was entered, and taken back since."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.refusal import Refusal
from courts.actions import memos
from courts.models import Imposed
from courts.moves import Closing, State
from office.figures.counting import tables
from office.figures.kinds import Dimension, Section
from programs import books
from programs.models import Enrollment, FeeEntry
from tests.factories.courts import ReferralFactory
from tests.programs.treasury import Treasury, noon

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 1, 1), date(2026, 3, 31)
JANUARY, FEBRUARY, MARCH = (date(2026, month, 20) for month in (1, 2, 3))
TODAY = date(2026, 7, 1)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def in_figures(treasury: Treasury, by: Dimension) -> dict[str, list[Decimal]]:
    """By group, "" for the total: assessed, collected, waived."""
    told = next(one for one in tables(treasury.program, *QUARTER, by, today=TODAY) if one.section is Section.MONEY)
    assert [figure.code for figure in told.figures] == ["assessed", "collected", "waived"]
    found: dict[str, list[Decimal]] = {}
    for row in (*told.rows, told.total):
        found["" if row is told.total else row.key] = [Decimal(str(cell.value)) for cell in row.cells]
    return found


def in_books(one: books.Books) -> list[Decimal]:
    return [one.assessed, one.collected, one.waived]


def agree(treasury: Treasury) -> None:
    whole = in_books(books.totals(treasury.program, *QUARTER))
    months = in_figures(treasury, Dimension.MONTH)
    assert months[""] == whole
    told = books.by_month(treasury.program, *QUARTER)
    assert {key: row for key, row in months.items() if key and any(row)} == {
        f"{month:%Y-%m}": in_books(one) for month, one in told.items() if any(in_books(one))
    }


def test_a_line_taken_back_in_a_later_month_counts_there(treasury: Treasury) -> None:
    his, other = treasury.owing(JANUARY), treasury.owing(JANUARY, 3000)
    paid = treasury.pay(his, "300.01", JANUARY)
    treasury.waive(other, 450, FEBRUARY)
    treasury.refund(his, "100.01", FEBRUARY)
    treasury.reverse(his.fee_entries.get(kind="refunded"), MARCH)
    treasury.reverse(paid, MARCH)

    assert in_figures(treasury, Dimension.MONTH) == {
        "2026-01": [Decimal(1350), Decimal("300.01"), 0],
        "2026-02": [0, Decimal("-100.01"), 450],
        "2026-03": [0, Decimal("-200.00"), 0],
        "": [1350, 0, 450],
    }
    agree(treasury)


def test_what_was_paid_counts_though_the_case_was_entered_by_mistake(treasury: Treasury) -> None:
    """The bank has it, and so have the books."""
    his = treasury.owing(JANUARY)
    treasury.pay(his, 300, JANUARY)
    closed = {"state": State.CLOSED, "closing": Closing.BY_MISTAKE, "closed_at": noon(FEBRUARY)}
    ReferralFactory(program=treasury.program, participant=his.participant, enrollment=his, **closed)

    assert [in_figures(treasury, by)[""] for by in Dimension] == [[900, 300, 0]] * len(Dimension)
    agree(treasury)


def test_the_empty_one_of_two_that_were_put_together_counts_with_what_it_took(treasury: Treasury) -> None:
    his = treasury.owing(JANUARY)
    treasury.reverse(treasury.pay(his, 300, JANUARY), FEBRUARY)
    Enrollment.objects.filter(pk=his.pk).update(
        state=Enrollment.State.ENDED, ended_why=Enrollment.Ended.NO_REFERRAL_LEFT, closed_at=noon(MARCH)
    )

    assert in_figures(treasury, Dimension.MONTH)["2026-01"] == [900, 300, 0]
    agree(treasury)


def test_what_a_court_imposed_is_in_neither(treasury: Treasury) -> None:
    his = treasury.owing(JANUARY)
    referral = ReferralFactory(program=treasury.program, participant=his.participant, enrollment=his)

    memos.note_imposed(
        referral=referral, kind=Imposed.Kind.FINE, amount=Decimal(2501), by=treasury.by, now=noon(FEBRUARY)
    )

    assert in_figures(treasury, Dimension.TOTAL) == {"": [900, 0, 0]}
    agree(treasury)


class Undone(Exception):
    pass


entered = st.lists(
    st.tuples(
        st.sampled_from(["pay", "refund", "waive", "reverse", "assess"]),
        st.integers(0, 1),
        st.decimals(min_value="0.01", max_value="499.99", places=2),
        st.integers(0, 25),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entered)
def test_whatever_is_entered(treasury: Treasury, entered: list[tuple[str, int, Decimal, int]]) -> None:
    try:
        with transaction.atomic():
            _enter(treasury, entered)
            agree(treasury)
            raise Undone
    except Undone:
        pass


def _enter(treasury: Treasury, entered: list[tuple[str, int, Decimal, int]]) -> None:
    day = date(2026, 1, 5)
    men = [treasury.owing(day), treasury.owing(day, 3000)]
    for what, who, amount, later in entered:
        day += timedelta(days=later)
        try:
            _act(treasury, men[who], what, amount, day)
        except Refusal:
            continue


def _act(treasury: Treasury, his: Enrollment, what: str, amount: Decimal, day: date) -> None:
    if what == "reverse":
        left = list(FeeEntry.objects.of(his).filter(reverses=None, reversed_by=None))
        if left:
            treasury.reverse(left[int(amount) % len(left)], day)
    elif what == "assess":
        treasury.assess(his, day)
    else:
        getattr(treasury, what)(his, str(amount), day)
