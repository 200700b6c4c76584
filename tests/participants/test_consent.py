from datetime import UTC, datetime, timedelta

import pytest

from participants.consent import ConsentEvent, may_text

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
PHONE, OTHER = 1, 2


def event(number: int, *, given: bool, hours: int = 0, point: int = PHONE) -> ConsentEvent:
    return ConsentEvent(id=number, contact_point=point, given=given, at=NOON + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("events", "allowed"),
    [
        pytest.param([], False, id="silence is a no"),
        pytest.param([event(1, given=True)], True, id="given"),
        pytest.param([event(1, given=False)], False, id="revoked"),
        pytest.param([event(1, given=True), event(2, given=False, hours=1)], False, id="given, then revoked"),
        pytest.param([event(1, given=False), event(2, given=True, hours=1)], True, id="revoked, then given"),
        pytest.param([event(2, given=False, hours=1), event(1, given=True)], False, id="in any order"),
        pytest.param([event(2, given=True), event(3, given=False)], False, id="same time: recorded later"),
        pytest.param([event(3, given=True), event(2, given=False)], True, id="same time: recorded later, given"),
        pytest.param(
            [event(1, given=False, hours=1), event(2, given=True)],
            False,
            id="recorded later, but said earlier",
        ),
        pytest.param([event(1, given=True, point=OTHER)], False, id="another number"),
        pytest.param(
            [event(1, given=True), event(2, given=False, hours=1, point=OTHER)],
            True,
            id="STOP from another number",
        ),
    ],
)
def test_the_newest_word_counts(events, allowed):
    assert may_text(events, PHONE) is allowed


def test_the_events_may_be_read_once_only():
    assert may_text(iter([event(1, given=True)]), PHONE)
