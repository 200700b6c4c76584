"""What is typed about money, and what is worked out from it."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from office.forms.dollars import Dollars
from office.forms.fees import read_share, read_step, step_line
from office.forms.money import FORTNIGHTLY, MONTHLY, WEEKLY, as_lines, installments, read_line
from programs.fees import Step

FIRST = date(2026, 1, 31)
CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("150", "150"), ("$1,450.00", "1450.00"), (" 0.01 ", "0.01")],
    ids=["plain", "as written on a check", "a cent"],
)
def test_dollars(typed: str, read: str) -> None:
    assert Dollars().clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["", "0", "-5", "1.005", "ten", "NaN"])
def test_no_dollars(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        Dollars().clean(typed)


@pytest.mark.parametrize(
    ("often", "days"),
    [
        (MONTHLY, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
        (FORTNIGHTLY, [date(2026, 1, 31), date(2026, 2, 14), date(2026, 2, 28)]),
        (WEEKLY, [date(2026, 1, 31), date(2026, 2, 7), date(2026, 2, 14)]),
    ],
)
def test_installments(often: str, days: list[date]) -> None:
    found = installments(Decimal(400), Decimal(150), FIRST, often)

    assert found == list(zip(days, [Decimal(150), Decimal(150), Decimal(100)], strict=True))


@given(owes=CENTS, each=CENTS, often=st.sampled_from([MONTHLY, FORTNIGHTLY, WEEKLY]))
def test_they_add_up_or_are_as_many_as_there_may_be(owes: Decimal, each: Decimal, often: str) -> None:
    found = installments(owes, each, FIRST, often)

    assert sum(amount for _, amount in found) == min(owes, each * 60)
    assert [on for on, _ in found] == sorted({on for on, _ in found})


@given(owes=CENTS, each=st.integers(100, 5000).map(Decimal))
def test_what_stands_on_the_page_is_read_back(owes: Decimal, each: Decimal) -> None:
    found = installments(owes, each, FIRST, MONTHLY)

    assert [read_line(line) for line in as_lines(found).splitlines()] == found


@pytest.mark.parametrize("line", ["4/7/2026", "150.00", "soon 150", "4/7/2026 -5", "13/40/2026 150"])
def test_a_line_that_is_no_installment(line: str) -> None:
    with pytest.raises(forms.ValidationError, match="is no installment"):
        read_line(line)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("up to 1,500: 300", Step(Decimal(1500), Decimal(300))),
        ("$1500.50 $0", Step(Decimal("1500.50"), Decimal(0))),
        ("above: 900", Step(None, Decimal(900))),
        ("whoever has more pays 900.00", Step(None, Decimal(900))),
    ],
)
def test_a_step(line: str, step: Step) -> None:
    assert read_step(line) == step
    assert read_step(step_line(step)) == step


@pytest.mark.parametrize("line", ["900", "above", "1 2 3"])
def test_no_step(line: str) -> None:
    with pytest.raises(forms.ValidationError, match="is no step"):
        read_step(line)


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Survivor services: 40 %", ("Survivor services", Decimal(40))),
        ("Fund 7 33.34%", ("Fund 7", Decimal("33.34"))),
        ("Enforcement, 20", ("Enforcement", Decimal(20))),
    ],
)
def test_a_share(line: str, share: tuple[str, Decimal]) -> None:
    assert read_share(line) == share


@pytest.mark.parametrize("line", ["40 %", "Survivors", "Fund 1.234 %"])
def test_no_share(line: str) -> None:
    with pytest.raises(forms.ValidationError, match="is no share"):
        read_share(line)
