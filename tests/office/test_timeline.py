"""Where a referral's dates stand on their line."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.timeline import APART, timeline

ORDERED = date(2026, 1, 1)
TODAY = date(2026, 3, 2)


def days(number: int) -> date:
    return ORDERED + timedelta(days=number)


def test_each_date_by_its_share_of_the_time() -> None:
    drawn = timeline([("Ordered", days(0)), ("Complete by", days(50)), ("Proof due", days(100))], today=days(25))

    assert drawn is not None
    assert [(stop.label, stop.percent, stop.state) for stop in drawn.stops] == [
        ("Ordered", 0, "past"),
        ("Complete by", 50, "ahead"),
        ("Proof due", 100, "ahead"),
    ]
    assert drawn.today == 25


def test_dates_of_one_day_are_one_stop() -> None:
    drawn = timeline([("Ordered", days(0)), ("Received", days(0)), ("Proof due", days(9))], today=days(0))

    assert drawn is not None
    assert [(stop.label, stop.on) for stop in drawn.stops] == [("Ordered, received", days(0)), ("Proof due", days(9))]
    assert drawn.today == 0


@pytest.mark.parametrize("dates", [[], [("Received", days(0))], [("Ordered", days(3)), ("Received", days(3))]])
def test_one_day_is_no_line(dates: list[tuple[str, date]]) -> None:
    assert timeline(dates, today=TODAY) is None


def test_what_has_passed_and_still_binds_is_late() -> None:
    dates = [("Ordered", days(0)), ("Enroll by", days(10)), ("Start by", days(30)), ("Proof due", days(90))]
    drawn = timeline(dates, today=TODAY, unmet={"Start by", "Proof due"})

    assert drawn is not None
    assert [stop.state for stop in drawn.stops] == ["past", "past", "late", "ahead"]


def test_on_its_own_day_nothing_is_late() -> None:
    drawn = timeline([("Ordered", days(0)), ("Proof due", TODAY)], today=TODAY, unmet={"Proof due"})

    assert drawn is not None
    assert ([stop.state for stop in drawn.stops], drawn.today) == (["past", "ahead"], 100)


def test_after_the_last_date_the_line_goes_on_to_today() -> None:
    drawn = timeline([("Ordered", days(0)), ("Proof due", days(50))], today=days(100), unmet={"Proof due"})

    assert drawn is not None
    assert ([(stop.percent, stop.state) for stop in drawn.stops], drawn.today) == ([(0, "past"), (50, "late")], 100)


def test_before_the_first_date_today_isnt_on_it() -> None:
    drawn = timeline([("Ordered", days(5)), ("Proof due", days(50))], today=days(0))

    assert drawn is not None
    assert drawn.today is None


def test_crowded_stops_move_apart() -> None:
    dates = [("Ordered", days(0)), ("Received", days(1)), ("Complete by", days(99)), ("Proof due", days(100))]
    drawn = timeline(dates, today=days(50))

    assert drawn is not None
    assert [stop.percent for stop in drawn.stops] == [0, APART, 100 - APART, 100]
    assert drawn.today == 50


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), min_size=2, max_size=10, unique=True),
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
)
def test_whatever_the_dates_stops_keep_their_order_and_today_its_place(on: list[date], today: date) -> None:
    drawn = timeline([(str(one), one) for one in on], today=today)

    assert drawn is not None
    places = [stop.percent for stop in drawn.stops]
    assert [stop.on for stop in drawn.stops] == sorted(on)
    assert all(0 <= place <= 100 for place in places)
    assert all(right - left >= APART - 0.02 for left, right in pairwise(places))
    if drawn.today is not None:
        before = [stop.percent for stop in drawn.stops if stop.on <= today]
        after = [stop.percent for stop in drawn.stops if stop.on >= today]
        assert max(before) <= drawn.today <= min(after, default=100)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (-1, "Today is before ordered."),
        (0, "Today is between ordered and complete by."),
        (49, "Today is between ordered and complete by."),
        (50, "Today is between complete by and proof due."),
        (100, "All of these have come."),
    ],
)
def test_where_today_is_in_words(on: int, said: str) -> None:
    drawn = timeline([("Ordered", days(0)), ("Complete by", days(50)), ("Proof due", days(100))], today=days(on))

    assert drawn is not None
    assert drawn.where(days(on)) == said
