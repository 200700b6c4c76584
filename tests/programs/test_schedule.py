from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.schedule import (
    NoPossibleDay,
    UnknownState,
    after,
    dates,
    instant,
    moved_on,
    starts,
    state_holidays,
)
from programs.schedule import wall as meant

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
TUESDAY = 1
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)  # Sundays, at two in the morning


def test_the_first_day_is_on_or_after_the_start():
    assert dates(date(2026, 1, 6), TUESDAY, 2, ()) == [date(2026, 1, 6), date(2026, 1, 13)]
    assert dates(date(2026, 1, 7), TUESDAY, 2, ()) == [date(2026, 1, 13), date(2026, 1, 20)]


def test_holidays_and_chosen_days_off_are_left_out():
    days_off = state_holidays("WA", [2025, 2026]) | {date(2025, 11, 6): "retreat"}

    found = dates(date(2025, 11, 6), 3, 8, days_off)

    # Thanksgiving, Christmas and New Year's Day are Thursdays.
    assert found == [
        date(2025, 11, 13),
        date(2025, 11, 20),
        date(2025, 12, 4),
        date(2025, 12, 11),
        date(2025, 12, 18),
        date(2026, 1, 8),
        date(2026, 1, 15),
        date(2026, 1, 22),
    ]


class EveryDay:
    def __contains__(self, day: object) -> bool:
        return True


def test_no_possible_day_is_said():
    with pytest.raises(NoPossibleDay) as refused:
        dates(date(2026, 1, 6), TUESDAY, 10, EveryDay())

    assert str(refused.value) == (
        "Every Tuesday for a year from January 6, 2026 is a day off. Choose another weekday, or take out some days off."
    )


@pytest.mark.parametrize(
    ("weekday", "count", "message"),
    [
        (7, 10, "Choose a weekday from Monday to Sunday."),
        (-1, 10, "Choose a weekday from Monday to Sunday."),
        (1, 0, "A cohort needs at least one session."),
    ],
)
def test_impossible_schedules_are_refused(weekday, count, message):
    with pytest.raises(NoPossibleDay) as refused:
        dates(date(2026, 1, 6), weekday, count, ())

    assert str(refused.value) == message


some_days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(some_days, st.integers(0, 6), st.integers(1, 30), st.frozensets(some_days, max_size=30))
def test_any_schedule(start, weekday, count, days_off):
    found = dates(start, weekday, count, days_off)

    assert len(found) == count
    assert found == sorted(set(found))
    assert {day.weekday() for day in found} == {weekday}
    assert found[0] >= start
    assert not days_off.intersection(found)
    skipped = {
        day
        for week in range((found[-1] - start).days // 7 + 1)
        if (day := start + timedelta((weekday - start.weekday()) % 7, weeks=week)) < found[-1]
    } - set(found)
    assert skipped <= days_off


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        pytest.param(LOS_ANGELES, 2, 1, id="Los Angeles"),
        pytest.param(NEW_YORK, 23, 22, id="New York"),
        pytest.param(PHOENIX, 1, 1, id="Phoenix"),
    ],
)
@pytest.mark.parametrize("spring", [True, False])
def test_the_wall_clock_stays_where_it_is(zone, winter, summer, spring):
    change = SPRING if spring else FALL
    nights = [change - timedelta(days=1), change, change + timedelta(days=1)]

    found = starts(nights, time(18), zone)

    assert [one.replace(tzinfo=None) for one in found] == [datetime.combine(day, time(18)) for day in nights]
    before, after = (winter, summer) if spring else (summer, winter)
    assert [one.astimezone(UTC).hour for one in found] == [before, after, after]


@pytest.mark.parametrize("wall", [time(2), time(2, 0, 1), time(2, 30), time(2, 59, 59)])
@pytest.mark.parametrize(("zone", "offset"), [(LOS_ANGELES, 7), (NEW_YORK, 4)], ids=["Los Angeles", "New York"])
def test_a_skipped_time_becomes_the_first_instant_after_the_gap(zone, offset, wall):
    found = instant(SPRING, wall, zone)

    assert found.astimezone(UTC) == datetime(2026, 3, 8, 3 + offset, tzinfo=UTC)
    assert found.replace(tzinfo=None) == datetime.combine(SPRING, time(3))


@pytest.mark.parametrize(("zone", "offset"), [(LOS_ANGELES, 7), (NEW_YORK, 4)], ids=["Los Angeles", "New York"])
def test_a_time_that_comes_twice_is_the_earlier(zone, offset):
    for wall in (time(1, 30), time(1, 30, fold=1)):
        assert instant(FALL, wall, zone).astimezone(UTC) == datetime(2026, 11, 1, 1 + offset, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [SPRING, FALL])
@pytest.mark.parametrize("wall", [time(1, 30), time(2, 30)])
def test_phoenix_never_changes(day, wall):
    assert instant(day, wall, PHOENIX).astimezone(UTC) == datetime.combine(day, wall, tzinfo=UTC) + timedelta(hours=7)


def test_washingtons_holidays():
    found = state_holidays("wa", [2025])

    assert len(found) == 11
    assert found[date(2025, 11, 28)] == "Native American Heritage Day"


def test_observed_days_are_holidays_too():
    assert date(2026, 7, 3) in state_holidays("WA", [2026])


def test_an_unknown_state_is_said():
    with pytest.raises(UnknownState) as refused:
        state_holidays("ZZ", [2026])

    assert str(refused.value) == '"ZZ" is no state of the United States. Use its two letters, as in WA.'


# --- moved


def weekly(first, count):
    return [first + timedelta(weeks=week) for week in range(count)]


@pytest.mark.parametrize("by", [-3, 2, 7, 16], ids=["earlier", "two days", "a week", "two weeks and two days"])
def test_all_go_as_many_days_along(by):
    days = weekly(date(2026, 3, 10), 4)

    assert moved_on(days, days[0] + timedelta(days=by), ()) == [day + timedelta(days=by) for day in days]


def test_a_day_off_is_left_out_and_pushes_the_next():
    days = weekly(date(2026, 3, 10), 3)

    found = moved_on(days, date(2026, 3, 11), {date(2026, 3, 18)})

    assert found == [date(2026, 3, 11), date(2026, 3, 25), date(2026, 4, 1)]


def test_a_gap_takes_up_what_a_day_off_pushed():
    days = [date(2026, 3, 10), date(2026, 3, 17), date(2026, 4, 7)]

    assert moved_on(days, date(2026, 3, 11), {date(2026, 3, 18)}) == [
        date(2026, 3, 11),
        date(2026, 3, 25),
        date(2026, 4, 8),
    ]


def test_two_of_one_day_stay_together():
    day = date(2026, 3, 10)

    assert moved_on([day, day, day + timedelta(weeks=1)], date(2026, 3, 12), ()) == [
        date(2026, 3, 12),
        date(2026, 3, 12),
        date(2026, 3, 19),
    ]


@given(
    st.lists(st.integers(1, 21), max_size=12), some_days, st.integers(-30, 60), st.frozensets(some_days, max_size=30)
)
def test_any_move(gaps, first, by, days_off):
    days = [first]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))

    found = moved_on(days, first + timedelta(days=by), days_off)

    assert found[0] == first + timedelta(days=by)
    assert found == sorted(set(found))
    assert not days_off.intersection(found[1:])
    assert all(new >= day + timedelta(days=by) for day, new in zip(days, found, strict=True))
    assert all((new - day).days % 7 == by % 7 for day, new in zip(days, found, strict=True))


def test_the_next_free_one():
    assert after(date(2026, 3, 10), TUESDAY, ()) == date(2026, 3, 17)
    assert after(date(2026, 3, 9), TUESDAY, {date(2026, 3, 10)}) == date(2026, 3, 17)


@pytest.mark.parametrize("usual", [time(1, 30), time(2, 30), time(18)])
@pytest.mark.parametrize("zone", [LOS_ANGELES, NEW_YORK, PHOENIX], ids=["Los Angeles", "New York", "Phoenix"])
@pytest.mark.parametrize("night", [SPRING, FALL], ids=["spring", "fall"])
def test_a_time_is_remembered_as_it_was_meant(night, zone, usual):
    assert meant(instant(night, usual, zone), usual, zone) == usual
    assert meant(instant(night, time(5), zone), usual, zone) == time(5)
