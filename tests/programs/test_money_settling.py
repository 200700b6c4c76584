"""Whether his fee keeps him from completing: only where a policy asks, and never while he is on a plan."""

from datetime import date
from typing import Any

import pytest

from programs.actions import enrollments, money
from programs.kinds import RequirementKind, Standing
from programs.models import Enrollment
from tests.factories.programs import MarkFactory, RequirementFactory
from tests.programs.scene import scene
from tests.programs.treasury import Treasury, noon
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 3, 3), date(2026, 3, 9)
APRIL = date(2026, 4, 1)


@pytest.fixture
def treasury() -> Treasury:
    """Where completion asks for the fee."""
    return Treasury(scene(policy={"requires": [RequirementKind.INTAKE, RequirementKind.FEE]}))


@pytest.fixture
def his(treasury: Treasury) -> Enrollment:
    return treasury.owing(DAY)


def met_on(his: Enrollment) -> date | None:
    return his.requirements.filter(kind=RequirementKind.FEE).values_list("met_on", flat=True).first()


def test_assessed_it_is_open(his: Enrollment) -> None:
    assert met_on(his) is None


@pytest.mark.parametrize("how", ["paid", "waived", "planned"])
def test_it_is_met_on_the_day_it_is_settled_waived_or_planned(treasury: Treasury, his: Enrollment, how: str) -> None:
    before = len(told())

    if how == "paid":
        treasury.pay(his, 900, LATER)
    elif how == "waived":
        treasury.waive(his, 900, LATER)
    else:
        treasury.plan(his, LATER, (APRIL, 900))

    assert met_on(his) == LATER
    verbs = [verb for _, verb, _ in told(after=before)]
    assert [verb for verb in verbs if verb.startswith(("requirement", "enrollment"))] == [
        "requirement.met",
        "enrollment.reassessed",
    ]


def test_a_part_leaves_it_open(treasury: Treasury, his: Enrollment) -> None:
    treasury.pay(his, 899, LATER)

    assert met_on(his) is None


def test_a_scale_that_asks_for_nothing_meets_it_at_once(treasury: Treasury) -> None:
    assert met_on(treasury.owing(DAY, income=0)) == DAY


def test_a_payment_taken_back_opens_it_again(treasury: Treasury, his: Enrollment) -> None:
    entry = treasury.pay(his, 900, DAY)
    before = len(told())

    treasury.reverse(entry, LATER)

    assert met_on(his) is None
    assert [verb for _, verb, _ in told(after=before)][1:] == ["requirement.open_again", "enrollment.reassessed"]


def test_an_ended_plan_opens_it_again_and_one_that_fell_behind_does_not(treasury: Treasury, his: Enrollment) -> None:
    plan = treasury.plan(his, DAY, (APRIL, 900))

    treasury.pay(his, 1, date(2026, 6, 1))
    assert met_on(his) == DAY

    money.end_plan(plan=plan, by=treasury.by, now=noon(date(2026, 6, 1)))
    assert met_on(his) is None


def test_what_was_noted_by_hand_stays_until_the_first_line(treasury: Treasury) -> None:
    his = treasury.running.waiting()
    RequirementFactory(enrollment=his, kind=RequirementKind.FEE)

    money.settle(enrollment=his, by=treasury.by, now=noon(LATER))
    assert met_on(his) == DAY

    treasury.assess(his, LATER)
    assert met_on(his) is None


def test_beside_a_ledger_nothing_is_noted_by_hand(treasury: Treasury, his: Enrollment) -> None:
    """A word that the fee is settled would let him complete while he owes it."""
    said: dict[str, Any] = {"enrollment": his, "kind": RequirementKind.FEE, "on": DAY}
    said |= {"by": treasury.by, "now": noon(DAY)}

    refuses(enrollments.LedgerSays, enrollments.meet_requirement, **said)
    assert met_on(his) is None

    treasury.reverse(his.fee_entries.get(), DAY)
    enrollments.meet_requirement(**said)
    assert met_on(his) == DAY


def test_what_the_ledger_met_is_noted_by_hand_without_a_change(treasury: Treasury, his: Enrollment) -> None:
    treasury.pay(his, 900, DAY)

    with nothing_written():
        enrollments.meet_requirement(
            enrollment=his, kind=RequirementKind.FEE, on=LATER, by=treasury.by, now=noon(LATER)
        )

    assert met_on(his) == DAY


def test_once_it_is_over_it_stays_as_it_was_until_it_is_reopened(treasury: Treasury, his: Enrollment) -> None:
    enrollments.end(enrollment=his, why=Enrollment.Ended.DISCHARGED, by=treasury.by, now=noon(DAY))

    treasury.pay(his, 900, LATER)
    his.refresh_from_db()
    assert met_on(his) is None

    enrollments.reopen(enrollment=his, by=treasury.by, now=noon(APRIL))
    assert met_on(his) == APRIL


def test_where_no_policy_asks_for_it_nothing_is_found_anew() -> None:
    treasury = Treasury()
    his = treasury.running.seated()
    treasury.assess(his, DAY)
    changes = his.standing_changes.count()

    treasury.pay(his, 900, DAY)

    assert met_on(his) == DAY
    assert his.standing_changes.count() == changes


def test_he_completes_with_the_last_dollar() -> None:
    asking: dict[str, object] = {"requires": [RequirementKind.INTAKE, RequirementKind.FEE]}
    treasury = Treasury(scene(weeks=1, policy=asking))
    his, week = treasury.running.seated(), treasury.running.session(1)
    MarkFactory(enrollment=his, session=week)
    treasury.assess(his, LATER)
    after = week.on

    found = []
    for step in (lambda: treasury.pay(his, 899, after), lambda: treasury.pay(his, 1, after)):
        entry = step()
        his.refresh_from_db()
        found.append(his.standing)
    treasury.reverse(entry, after)
    his.refresh_from_db()

    assert [*found, his.standing] == [Standing.ON_TRACK, Standing.COMPLETED, Standing.REQUIREMENTS_OPEN]
