from datetime import date, timedelta

import pytest

from programs.agenda import Place, months_before, place_of

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days", "planned", "place"),
    [
        (0, True, Place.TODAY),
        (0, False, Place.TODAY),
        (-1, True, Place.NOT_LOGGED),
        (-400, True, Place.NOT_LOGGED),
        (-1, False, Place.PAST),
        (1, True, Place.NEXT),
        (1, False, Place.NEXT),
        (7, True, Place.NEXT),
        (8, True, Place.LATER),
    ],
)
def test_where_an_evening_stands(days: int, planned: bool, place: Place) -> None:
    assert place_of(TODAY + timedelta(days=days), TODAY, planned=planned) == place


@pytest.mark.parametrize(
    ("month", "months", "earlier"),
    [
        (date(2026, 3, 1), 3, date(2025, 12, 1)),
        (date(2026, 4, 1), 3, date(2026, 1, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2026, 1, 1), 12, date(2025, 1, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_before(month: date, months: int, earlier: date) -> None:
    assert months_before(month, months) == earlier
