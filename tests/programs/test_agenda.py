from datetime import date, timedelta

import pytest

from programs.agenda import Place, place_of

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
