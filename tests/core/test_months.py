from datetime import date

import pytest

from core.months import months_before


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        pytest.param(date(2026, 3, 3), 84, date(2019, 3, 3), id="seven years"),
        pytest.param(date(2024, 2, 29), 12, date(2023, 2, 28), id="from a leap day"),
        pytest.param(date(2026, 3, 31), 1, date(2026, 2, 28), id="no such day"),
        pytest.param(date(2026, 1, 15), 1, date(2025, 12, 15), id="over the year"),
        pytest.param(date(2026, 12, 15), 12, date(2025, 12, 15), id="december"),
        pytest.param(date(2026, 4, 1), 3, date(2026, 1, 1), id="first of a year"),
        pytest.param(date(2026, 12, 1), 0, date(2026, 12, 1), id="none"),
    ],
)
def test_months_before(day: date, months: int, wanted: date) -> None:
    assert months_before(day, months) == wanted
