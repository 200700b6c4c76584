from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts.moves import Closing, State
from courts.outlook import ENDED, STANDS, Next, next_of, status

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("state", "closing", "said"),
    [
        (State.RECEIVED, "", "Received, not yet decided"),
        (State.ACCEPTED, "", "Accepted"),
        (State.ENROLLED, "", "Enrolled"),
        (State.ON_HOLD, "", "On hold"),
        (State.DECLINED, "", "Not accepted"),
        (State.CLOSED, Closing.COMPLETED, "Completed"),
        (State.CLOSED, Closing.DISMISSED, "Case dismissed"),
        # Nobody reads of a death in a list.
        (State.CLOSED, Closing.DIED, "Closed"),
    ],
)
def test_says_where_a_referral_stands(state: State, closing: str, said: str) -> None:
    assert status(state, closing) == said


def test_every_state_has_words() -> None:
    assert {*STANDS} == {*State}


def test_every_reason_but_a_death_has_words() -> None:
    assert {*Closing} - {*ENDED} == {Closing.DIED}


def test_the_earliest_that_is_not_over_comes_next_todays_too() -> None:
    dates = [("Hearing", date(2026, 5, 1)), ("Enroll by", date(2026, 3, 9)), ("Start by", TODAY), ("Proof due", None)]
    assert next_of(dates, today=TODAY) == Next(TODAY, "Start by")


def test_of_two_on_one_day_the_first_named_comes() -> None:
    assert next_of([("Hearing", TODAY), ("Proof due", TODAY)], today=TODAY) == Next(TODAY, "Hearing")


def test_nothing_comes_when_all_is_over() -> None:
    assert next_of([("Hearing", date.min), ("Proof due", None)], today=TODAY) is None


@given(st.lists(st.one_of(st.none(), st.dates())), st.dates())
def test_what_comes_is_never_over_and_nothing_lies_before_it(days: list[date | None], today: date) -> None:
    found = next_of((("A date", day) for day in days), today=today)
    ahead = [day for day in days if day and day >= today]
    assert (found.on if found else None) == min(ahead, default=None)
