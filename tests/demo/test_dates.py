from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts.lists import Row
from demo.dates import STATE, STORY, ZONE, around, at, shifted
from programs import schedule

pytestmark = pytest.mark.pure
any_moment = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def evenings(first: date) -> list[date]:
    holidays = schedule.state_holidays(STATE, range(first.year, first.year + 2))
    return schedule.dates(first, first.weekday(), 10, holidays)


@given(any_moment)
def test_whenever_it_is_shown_its_last_third_is_now(now: datetime) -> None:
    today, dates = now.astimezone(ZONE).date(), around(now)
    held = {name: [day for day in evenings(first) if day < today] for name, first in dates.first_nights.items()}

    assert len({first.weekday() for first in dates.first_nights.values()}) == 3
    assert dates.begins.weekday() == 0
    assert min(dates.first_nights.values()) >= dates.begins + timedelta(days=7)
    assert dates.begins < today - timedelta(weeks=10)
    assert len(held["A"]) in (7, 8)
    assert len(held["C"]) == 10
    assert timedelta(days=9) <= today - held["C"][-1] <= timedelta(days=26)
    assert dates.snow == evenings(dates.first_nights["B"])[5]
    assert dates.left_open == held["B"][-1] == evenings(dates.first_nights["B"])[9]


@pytest.mark.parametrize("day", [date(2026, 11, 24) + timedelta(days=n) for n in range(7)], ids=lambda day: f"{day:%a}")
def test_tonight_there_is_a_session_unless_it_is_a_holiday(day: date) -> None:
    nights = around(at(day, 12)).first_nights

    is_thanksgiving = day in (date(2026, 11, 26), date(2026, 11, 27))
    assert (evenings(nights["A"])[7] == day) is not is_thanksgiving
    assert {name for name, first in nights.items() if name != "A" and first.weekday() > 4} == set()


def test_late_in_the_evening_it_is_still_that_day_in_seattle() -> None:
    assert around(datetime(2026, 12, 2, 6, 30, tzinfo=UTC)) == around(at(date(2026, 12, 1), 22, 30))


def test_a_row_is_moved_by_whole_days_and_nothing_else_of_it() -> None:
    row = Row(
        line=2,
        raw={},
        last_name="Oakes",
        date_of_birth=date(1984, 7, 19),
        complete_by=date(2026, 5, 15),
        hearing_at=datetime(2026, 5, 27, 13, 30),  # noqa: DTZ001
    )

    moved = shifted(row, by=timedelta(weeks=2))
    changed = {f.name: getattr(moved, f.name) for f in fields(Row) if getattr(moved, f.name) != getattr(row, f.name)}
    assert changed == {
        "complete_by": date(2026, 5, 29),
        "hearing_at": datetime(2026, 6, 10, 13, 30),  # noqa: DTZ001
    }


def test_the_story_is_told_as_it_was_written() -> None:
    assert (STORY.until, STORY.left_open, STORY.held_back) == (None, None, frozenset())
    assert STORY.day(165) == date(2026, 6, 19)
