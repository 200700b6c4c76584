from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.quiet import sendable_at

ZONES = [ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")]
START = datetime(2025, 1, 1, tzinfo=UTC)
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("change", [SPRING, FALL], ids=["spring", "fall"])
@pytest.mark.parametrize(
    ("days", "wall", "sent_days", "sent_wall"),
    [
        pytest.param(-1, time(20), 0, time(9), id="eight in the evening, across the night"),
        pytest.param(-1, time(23, 59, 59), 0, time(9), id="before midnight, across the night"),
        pytest.param(0, time(0), 0, time(9), id="midnight"),
        pytest.param(0, time(1, 30), 0, time(9), id="an hour that comes twice in the fall"),
        pytest.param(0, time(1, 30, fold=1), 0, time(9), id="and its second time"),
        pytest.param(0, time(3), 0, time(9), id="after the change"),
        pytest.param(0, time(8, 59, 59), 0, time(9), id="a second early"),
        pytest.param(0, time(9), 0, time(9), id="nine"),
        pytest.param(0, time(19, 59, 59), 0, time(19, 59, 59), id="a second before eight"),
        pytest.param(0, time(20), 1, time(9), id="eight in the evening"),
    ],
)
def test_on_both_nights_of_the_change(zone, change, days, wall, sent_days, sent_wall):
    now = datetime.combine(change + timedelta(days), wall, tzinfo=zone).astimezone(UTC)

    sent = sendable_at(now, zone)

    assert sent.astimezone(zone).replace(tzinfo=None) == datetime.combine(change + timedelta(sent_days), sent_wall)


@pytest.mark.parametrize(
    ("zone", "spring", "fall"),
    [(ZONES[0], 12, 14), (ZONES[1], 12, 14), (ZONES[2], 13, 13)],
    ids=["Los Angeles", "New York", "Phoenix"],
)
def test_the_night_of_the_change_is_an_hour_shorter_or_longer(zone, spring, fall):
    for change, hours in ((SPRING, spring), (FALL, fall)):
        evening = datetime.combine(change - timedelta(1), time(20), tzinfo=zone).astimezone(UTC)
        assert sendable_at(evening, zone) - evening == timedelta(hours=hours)


def test_by_day_it_is_now_itself():
    now = datetime(2026, 3, 3, 19, tzinfo=UTC)

    assert sendable_at(now, ZONES[0]) is now


def test_a_day_that_the_calendar_skips():
    samoa = ZoneInfo("Pacific/Apia")
    evening = datetime(2011, 12, 29, 21, tzinfo=samoa).astimezone(UTC)

    assert sendable_at(evening, samoa) == datetime(2011, 12, 31, 9, tzinfo=samoa)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        sendable_at(datetime(2026, 3, 3, 12), ZONES[0])  # noqa: DTZ001


@given(
    st.integers(0, 3 * 366 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.sampled_from(ZONES),
)
def test_always_by_day_and_soon(now, zone):
    sent = sendable_at(now, zone)

    assert time(9) <= sent.astimezone(zone).time() < time(20)
    assert timedelta(0) <= sent - now <= timedelta(hours=14)
    assert sendable_at(sent, zone) is sent
