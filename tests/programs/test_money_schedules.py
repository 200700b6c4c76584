"""What the program charges: a version at a time, whole, and never for days whose books are closed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.refusal import Refusal
from programs.actions import money
from programs.actions.money import BooksClosed, LaterOneStands, NotAnAmount, SharesDoNotAddUp, StepsIncomplete
from programs.models import FeeSchedule
from tests.factories.programs import ProgramFactory
from tests.programs.treasury import FUNDS, SCALE, Treasury, noon
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
LAST = (None, Decimal(900))


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def test_a_version_is_kept_with_its_steps_and_its_shares(treasury: Treasury) -> None:
    before = len(told())

    made = treasury.set_fees(DAY, less_a_dependent=Decimal("150.50"))

    made.refresh_from_db()
    assert (made.program, made.version, made.begins_on) == (treasury.program, 2, DAY)
    assert (made.less_a_dependent, made.made_at, made.made_by) == (Decimal("150.50"), noon(DAY), treasury.by)
    assert sorted(map(str, made.steps.values_list("income_up_to", "amount"))) == sorted(
        str((upto and upto.quantize(Decimal("0.01")), fee.quantize(Decimal("0.01")))) for upto, fee in SCALE
    )
    assert list(made.shares.order_by("id").values_list("fund", "percent")) == FUNDS
    assert told(after=before) == [(f"user:{treasury.by.pk}", "fees.set", f"programs.FeeSchedule:{made.pk}")]


def test_versions_are_counted_by_program(treasury: Treasury) -> None:
    said: dict[str, Any] = {"steps": SCALE, "shares": FUNDS, "by": treasury.by, "now": noon(DAY)}

    assert money.new_schedule(program=ProgramFactory(), begins_on=DAY, **said).version == 1


def test_of_two_that_begin_on_one_day_the_later_version_rules(treasury: Treasury) -> None:
    treasury.set_fees(DAY)
    mended = treasury.set_fees(DAY)

    assert FeeSchedule.objects.on(treasury.program, DAY) == mended


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        pytest.param(StepsIncomplete, {"steps": [(Decimal(2000), Decimal(0))]}, id="no last step"),
        pytest.param(StepsIncomplete, {"steps": [LAST, LAST]}, id="two last steps"),
        pytest.param(StepsIncomplete, {"steps": []}, id="no step"),
        pytest.param(
            StepsIncomplete,
            {"steps": [(Decimal(9), Decimal(1)), (Decimal(9), Decimal(2)), LAST]},
            id="one income twice",
        ),
        pytest.param(NotAnAmount, {"steps": [(None, Decimal("-0.01"))]}, id="a fee below nothing"),
        pytest.param(NotAnAmount, {"steps": [(None, Decimal("0.001"))]}, id="a part of a cent"),
        pytest.param(NotAnAmount, {"less_a_dependent": Decimal(-1)}, id="dependents who cost"),
        pytest.param(SharesDoNotAddUp, {"shares": [("Education", Decimal("99.99"))]}, id="not a hundred"),
        pytest.param(SharesDoNotAddUp, {"shares": []}, id="no fund"),
        pytest.param(SharesDoNotAddUp, {"shares": [("A", Decimal(50)), (" a", Decimal(50))]}, id="one fund twice"),
        pytest.param(SharesDoNotAddUp, {"shares": [(" ", Decimal(100))]}, id="a fund without a name"),
        pytest.param(SharesDoNotAddUp, {"shares": [("A", Decimal(101)), ("B", Decimal(-1))]}, id="below nothing"),
        pytest.param(
            SharesDoNotAddUp, {"shares": [("A", Decimal("33.335")), ("B", Decimal("66.665"))]}, id="three decimals"
        ),
    ],
)
def test_a_schedule_that_is_not_whole_is_refused(
    treasury: Treasury, refusal: type[Refusal], said: dict[str, Any]
) -> None:
    refuses(refusal, treasury.set_fees, begins_on=DAY, **said)


def test_it_begins_after_what_is_closed(treasury: Treasury) -> None:
    money.close_books(program=treasury.program, month=date(2026, 2, 1), by=treasury.by, now=noon(DAY))

    refuses(BooksClosed, treasury.set_fees, begins_on=date(2026, 2, 28))

    assert treasury.set_fees(date(2026, 3, 1)).version == 2


def test_it_never_gives_way_to_one_that_stands(treasury: Treasury) -> None:
    """The one that begins later would rule from its day on, and nobody would be told."""
    treasury.set_fees(date(2026, 4, 1))
    refused = refuses(LaterOneStands, treasury.set_fees, begins_on=DAY)
    assert str(refused).startswith("Version 2 begins on April 1, 2026 and would rule from then on.")
    assert FeeSchedule.objects.on(treasury.program, DAY) == treasury.schedule
    assert treasury.set_fees(date(2026, 4, 1)).version == 3
