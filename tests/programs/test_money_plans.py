"""By which days he pays: all that he owes, one plan at a time."""

from datetime import date
from decimal import Decimal

import pytest

from programs.actions import money
from programs.actions.money import NotAnAmount, NothingOwed, NotThatDay, PlanDoesNotAddUp
from programs.fees import Due, FeeState
from programs.models import Enrollment, PaymentPlan
from tests.programs.treasury import Treasury, noon
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


@pytest.fixture
def his(treasury: Treasury) -> Enrollment:
    return treasury.owing(DAY)


def plan(treasury: Treasury, his: Enrollment, *installments: tuple[date, int]) -> PaymentPlan:
    return treasury.plan(his, DAY, *(installments or ((MAY, 400), (APRIL, 500))))


def test_a_plan_is_kept_by_its_days(treasury: Treasury, his: Enrollment) -> None:
    before = len(told())

    made = plan(treasury, his)

    assert (made.enrollment, made.made_by, made.ended_at) == (his, treasury.by, None)
    assert money.due_of(his) == [Due(APRIL, Decimal(500)), Due(MAY, Decimal(400))]
    verbs = [verb for _, verb, _ in told(after=before)]
    assert verbs == ["plan.made", "requirement.met", "enrollment.reassessed"]
    assert money.standing_of(his, today=APRIL).state is FeeState.ON_PLAN
    assert money.standing_of(his, today=date(2026, 4, 2)).state is FeeState.BEHIND


def test_another_plan_ends_the_one_before(treasury: Treasury, his: Enrollment) -> None:
    first = plan(treasury, his)
    treasury.pay(his, 500, DAY)

    second = plan(treasury, his, (DAY, 400))

    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (noon(DAY), treasury.by)
    assert second.ended_at is None
    assert money.due_of(his) == [Due(DAY, Decimal(400))]


def test_an_ended_plan_leaves_what_he_owes(treasury: Treasury, his: Enrollment) -> None:
    made = plan(treasury, his)

    money.end_plan(plan=made, by=treasury.by, now=noon(APRIL))

    made.refresh_from_db()
    assert (made.ended_at, made.ended_by) == (noon(APRIL), treasury.by)
    assert money.due_of(his) is None
    assert (money.standing_of(his, today=DAY).state, money.standing_of(his, today=DAY).owed) == (
        FeeState.OPEN,
        Decimal(900),
    )
    with nothing_written():
        money.end_plan(plan=made, by=treasury.by, now=noon(MAY))


@pytest.mark.parametrize(
    ("refusal", "installments"),
    [
        pytest.param(PlanDoesNotAddUp, [(APRIL, 899)], id="a dollar less"),
        pytest.param(PlanDoesNotAddUp, [(APRIL, 901)], id="a dollar more"),
        pytest.param(NotThatDay, [(APRIL, 500), (APRIL, 400)], id="two on one day"),
        pytest.param(NotThatDay, [(date(2026, 3, 2), 900)], id="yesterday"),
        pytest.param(NotAnAmount, [(APRIL, 900), (MAY, 0)], id="an installment of nothing"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    treasury: Treasury, his: Enrollment, refusal: type[money.NotAnAmount], installments: list[tuple[date, int]]
) -> None:
    planned = [(due_on, Decimal(amount)) for due_on, amount in installments]

    refuses(refusal, money.plan_payments, enrollment=his, installments=planned, by=treasury.by, now=noon(DAY))


def test_a_plan_of_no_installments_does_not_add_up(treasury: Treasury, his: Enrollment) -> None:
    refusal = refuses(
        PlanDoesNotAddUp, money.plan_payments, enrollment=his, installments=[], by=treasury.by, now=noon(DAY)
    )

    assert str(refusal) == "He owes $900.00, and the plan comes to $0.00. Make them the same."


def test_where_nothing_is_owed_nothing_is_planned(treasury: Treasury, his: Enrollment) -> None:
    treasury.pay(his, 900, DAY)

    refuses(NothingOwed, money.plan_payments, enrollment=his, installments=[], by=treasury.by, now=noon(DAY))
