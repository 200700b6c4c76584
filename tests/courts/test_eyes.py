"""The rule of four eyes, as a table."""

from datetime import date, timedelta

import pytest

from courts.eyes import WHY_NOT, Looked, Ruling, ruling

DANA, RUTH, MARCUS = 1, 2, 3
TODAY = date(2026, 3, 25)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("authors", "others", "first_on", "expected"),
    [
        pytest.param({MARCUS}, True, None, Ruling.ENOUGH, id="another recorded it"),
        pytest.param({MARCUS}, False, None, Ruling.ENOUGH, id="another recorded it, and she is alone in the office"),
        pytest.param({DANA, MARCUS}, True, None, Ruling.ENOUGH, id="she and another recorded it"),
        pytest.param(set(), True, None, Ruling.ENOUGH, id="it rests on no record"),
        pytest.param({DANA}, True, None, Ruling.ANOTHER_PERSON, id="she alone, and there is somebody else"),
        pytest.param({DANA}, True, YESTERDAY, Ruling.ANOTHER_PERSON, id="a night doesn't help where somebody else is"),
        pytest.param({DANA}, False, None, Ruling.LOOK_FIRST, id="she alone everywhere, not looked yet"),
        pytest.param({DANA}, False, TODAY, Ruling.AFTER_A_NIGHT, id="looked today"),
        pytest.param({DANA}, False, YESTERDAY, Ruling.ENOUGH, id="looked yesterday"),
        pytest.param({DANA}, False, TODAY - timedelta(days=30), Ruling.ENOUGH, id="looked a month ago"),
    ],
)
def test_who_may_issue(authors: set[int], others: bool, first_on: date | None, expected: Ruling):
    looked = Looked(authors=authors, by=DANA, others=others, first_on=first_on, today=TODAY)
    assert ruling(looked) is expected


def test_each_refusal_says_what_to_do():
    assert WHY_NOT.keys() == set(Ruling) - {Ruling.ENOUGH}
    assert all(sentence.endswith("issue it.") for sentence in WHY_NOT.values())
