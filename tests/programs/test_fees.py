"""What a man owes, since when, and by whose shares: rules that need no database."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.fees import (
    CENT,
    NOTHING,
    Aging,
    Due,
    FeeStanding,
    FeeState,
    Filled,
    Line,
    Step,
    Sums,
    aging,
    balance,
    dollars,
    fee_by_scale,
    fee_standing,
    filled,
    is_assessed,
    on_plan,
    shares,
    still_open,
    sums,
)
from programs.kinds import EntryKind

DAY = date(2026, 3, 3)
SCALE = [Step(Decimal(4000), Decimal(600)), Step(None, Decimal(900)), Step(Decimal(2000), Decimal(300))]
FUNDS = [("Survivor services", Decimal(40)), ("Education", Decimal(20)), ("Enforcement", Decimal(40))]
PLAN = [Due(date(2026, 5, 1), Decimal(300)), Due(date(2026, 4, 1), Decimal(300)), Due(date(2026, 6, 1), Decimal(300))]

amounts = st.decimals(min_value="0.01", max_value="5000", places=2)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def line(kind: EntryKind, amount: int | str, on: date = DAY, of: EntryKind | None = None) -> Line:
    return Line(kind, Decimal(amount), on, of)


def assessed(amount: int | str = 900, on: date = DAY) -> Line:
    return line(EntryKind.ASSESSED, amount, on)


def paid(amount: int | str, on: date = DAY) -> Line:
    return line(EntryKind.PAID, amount, on)


def taken_back(one: Line, on: date = DAY) -> Line:
    return Line(EntryKind.REVERSED, one.amount, on, one.kind)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Any lines, and some of them taken back."""
    kinds = st.sampled_from([EntryKind.ASSESSED, EntryKind.PAID, EntryKind.WAIVED, EntryKind.REFUNDED])
    lines = draw(st.lists(st.tuples(kinds, amounts, days).map(lambda told: Line(*told)), max_size=8))
    back = [one for one in lines if draw(st.booleans())]
    return [*lines, *(taken_back(one, draw(days)) for one in back)]


splits = st.lists(st.integers(1, 5000), min_size=1, max_size=6).map(
    lambda weights: [(f"Fund {n}", percent) for n, percent in enumerate(_hundred(weights)) if percent]
)


def _hundred(weights: Sequence[int]) -> list[Decimal]:
    """Percents of two decimals that make a hundred."""
    whole = [Decimal(10000 * weight // sum(weights)) / 100 for weight in weights]
    return [*whole[:-1], 100 - sum(whole[:-1], Decimal(0))]


# --- the scale


@pytest.mark.parametrize(
    ("income", "dependents", "fee"),
    [
        pytest.param("0", 0, 300, id="nothing"),
        pytest.param("2000", 0, 300, id="just at a step"),
        pytest.param("2000.01", 0, 600, id="a cent above it"),
        pytest.param("4000.01", 0, 900, id="above all"),
        pytest.param("4000.01", 1, 600, id="with somebody who lives on it"),
        pytest.param("100", 9, 300, id="more left out than there is"),
        pytest.param(None, 3, 900, id="not told"),
    ],
)
def test_the_scale_is_read_by_what_is_left_of_the_income(income: str | None, dependents: int, fee: int) -> None:
    told = Decimal(income) if income is not None else None

    step = fee_by_scale(SCALE, income=told, dependents=dependents, less_a_dependent=Decimal(500))

    assert step.amount == fee


# --- sums


def test_what_is_taken_back_counts_the_other_way_in_the_sum_of_its_kind() -> None:
    lines = [assessed(), paid(300), paid(200), line(EntryKind.WAIVED, 100), line(EntryKind.REFUNDED, 50)]

    found = sums([*lines, taken_back(paid(200))])

    assert found == Sums(Decimal(900), Decimal(300), Decimal(100), Decimal(50))
    assert (found.collected, found.balance) == (Decimal(250), Decimal(550))


def test_who_paid_more_than_he_owed_is_owed_the_rest() -> None:
    assert balance([assessed(100), paid(130)]) == Decimal(-30)


@given(ledgers())
def test_the_balance_is_what_the_lines_add_up_to(lines: list[Line]) -> None:
    assert balance(lines) == sum((one.owes for one in lines), NOTHING)
    assert sums(lines).collected == sum((one.collects for one in lines), NOTHING)


@given(ledgers(), ledgers())
def test_sums_of_two_ledgers_are_the_sum_of_both(one: list[Line], other: list[Line]) -> None:
    assert tuple(sums([*one, *other])) == tuple(a + b for a, b in zip(sums(one), sums(other), strict=True))


@given(ledgers())
def test_all_taken_back_is_nothing(lines: list[Line]) -> None:
    first = [one for one in lines if one.kind is not EntryKind.REVERSED]

    assert sums([*first, *map(taken_back, first)]) == Sums()


# --- shares


@pytest.mark.parametrize(
    ("amount", "by_fund"),
    [
        pytest.param("100", ["40.00", "20.00", "40.00"], id="even"),
        pytest.param("0.01", ["0.01", "0.00", "0.00"], id="one cent"),
        pytest.param("0.03", ["0.01", "0.01", "0.01"], id="three cents"),
        pytest.param("33.33", ["13.33", "6.67", "13.33"], id="the most cut off gets it"),
        pytest.param("-33.33", ["-13.33", "-6.67", "-13.33"], id="given back"),
        pytest.param("0", ["0.00", "0.00", "0.00"], id="nothing"),
    ],
)
def test_shares_are_by_the_cent(amount: str, by_fund: list[str]) -> None:
    found = shares(Decimal(amount), FUNDS)

    assert list(found) == [fund for fund, _ in FUNDS]
    assert list(found.values()) == [Decimal(one) for one in by_fund]


@given(st.decimals(min_value="-9999999.99", max_value="9999999.99", places=2), splits)
def test_shares_add_up_and_none_is_a_cent_off(amount: Decimal, parts: list[tuple[str, Decimal]]) -> None:
    found = shares(amount, parts)

    assert sum(found.values(), NOTHING) == amount
    assert all(abs(found[fund] - amount * percent / 100) < CENT for fund, percent in parts)
    assert all(part == part.quantize(CENT) for part in found.values())


# --- since when


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [(-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_without_a_plan_it_is_due_thirty_days_after_it_was_assessed(days_late: int, bucket: int) -> None:
    today = DAY + timedelta(days=30 + days_late)

    found = aging([], [assessed(), paid(100)], today)

    assert found == Aging(*[Decimal(800) if n == bucket else NOTHING for n in range(5)])


def test_payments_fill_the_oldest_installment_first() -> None:
    assert filled(PLAN, Decimal(450)) == [
        Filled(date(2026, 4, 1), Decimal(300), NOTHING),
        Filled(date(2026, 5, 1), Decimal(300), Decimal(150)),
        Filled(date(2026, 6, 1), Decimal(300), Decimal(300)),
    ]


def test_by_a_plan_each_part_is_as_old_as_its_day() -> None:
    found = aging(PLAN, [assessed(), paid(100)], date(2026, 5, 20))

    assert found == Aging(not_due=Decimal(300), up_to_30=Decimal(300), up_to_60=Decimal(200))
    assert (found.owed, found.late) == (Decimal(800), Decimal(500))


def test_what_a_plan_knows_nothing_of_is_as_old_as_the_fee() -> None:
    """A payment from before the plan bounced."""
    before = paid(300, DAY)
    lines = [assessed(1200), before, taken_back(before, date(2026, 4, 10))]

    assert still_open(PLAN, lines) == [
        Due(date(2026, 4, 1), Decimal(300)),
        Due(DAY + timedelta(days=30), Decimal(300)),
        Due(date(2026, 5, 1), Decimal(300)),
        Due(date(2026, 6, 1), Decimal(300)),
    ]


@given(ledgers(), st.lists(st.builds(Due, days, amounts), max_size=5), days)
def test_whatever_he_owes_is_of_some_age(lines: list[Line], plan: list[Due], today: date) -> None:
    assert aging(plan, lines, today).owed == max(balance(lines), NOTHING)


# --- how it stands


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        pytest.param([], FeeState.NOT_ASSESSED, id="nothing"),
        pytest.param([assessed(), taken_back(assessed())], FeeState.NOT_ASSESSED, id="taken back"),
        pytest.param([paid(50)], FeeState.NOT_ASSESSED, id="paid before it was assessed"),
        pytest.param([assessed()], FeeState.OPEN, id="open"),
        pytest.param([assessed(), paid(900)], FeeState.PAID, id="paid"),
        pytest.param([assessed(), paid(950)], FeeState.PAID, id="paid more"),
        pytest.param([assessed(), line(EntryKind.WAIVED, 900)], FeeState.WAIVED, id="waived"),
        pytest.param([assessed(), paid(400), line(EntryKind.WAIVED, 500)], FeeState.SETTLED, id="some of both"),
        pytest.param([assessed(0)], FeeState.SETTLED, id="the scale asked for nothing"),
        pytest.param(
            [assessed(), paid(100), line(EntryKind.WAIVED, 900), line(EntryKind.REFUNDED, 100)],
            FeeState.WAIVED,
            id="waived, and given back what he had paid",
        ),
    ],
)
def test_how_it_stands_without_a_plan(lines: list[Line], state: FeeState) -> None:
    assert fee_standing(None, lines, DAY).state is state


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        pytest.param(date(2026, 4, 1), FeeStanding(FeeState.ON_PLAN, Decimal(800)), id="due today"),
        pytest.param(date(2026, 4, 2), FeeStanding(FeeState.BEHIND, Decimal(800), Decimal(200)), id="a day late"),
    ],
)
def test_a_plan_falls_behind_the_day_after(today: date, standing: FeeStanding) -> None:
    lines = [assessed(), paid(100)]

    assert fee_standing(PLAN, lines, today) == on_plan(PLAN, lines, today) == standing


def test_a_plan_that_is_paid_is_a_fee_that_is_paid() -> None:
    assert fee_standing(PLAN, [assessed(), paid(900)], date(2027, 1, 1)) == FeeStanding(FeeState.PAID)


def test_only_an_open_fee_without_a_plan_or_none_at_all_keeps_him() -> None:
    assert [state for state in FeeState if not FeeStanding(state).is_met] == [FeeState.NOT_ASSESSED, FeeState.OPEN]


def test_assessed_again_after_it_was_taken_back_it_is_assessed() -> None:
    assert is_assessed([assessed(), taken_back(assessed()), assessed(300)])


@pytest.mark.parametrize(
    ("amount", "said"), [("1234.5", "$1,234.50"), ("0", "$0.00"), ("-30", "-$30.00")], ids=["owed", "none", "credit"]
)
def test_dollars_are_said_to_the_cent(amount: str, said: str) -> None:
    assert dollars(Decimal(amount)) == said
