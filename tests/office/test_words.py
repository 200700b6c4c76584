from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from office import words


@pytest.fixture(autouse=True)
def in_seattle(now: datetime) -> Iterator[None]:
    """Noon UTC is four in the morning there, of the same Tuesday."""
    with timezone.override("America/Los_Angeles"):
        yield


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 3, 3), "Tue, Mar 3"),
        (date(2027, 1, 8), "Fri, Jan 8, 2027"),
        (None, "–"),
    ],
    ids=["this year", "another year", "none"],
)
def test_days(on: date | None, said: str) -> None:
    assert words.day(on) == said


def test_moments_by_the_clock_on_the_wall() -> None:
    assert words.moment(datetime(2026, 3, 11, 1, tzinfo=UTC)) == "Tue, Mar 10, 6:00 pm"
    assert words.moment(None) == "–"


def test_today_is_the_offices_day() -> None:
    assert words.today() == date(2026, 3, 3)
    assert words.local_day(datetime(2026, 3, 4, 5, tzinfo=UTC)) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 3, 3), "today"),
        (date(2026, 3, 4), "tomorrow"),
        (date(2026, 3, 12), "in 9 days"),
        (date(2026, 3, 2), "1 day late"),
        (date(2026, 3, 1), "2 days late"),
    ],
    ids=["today", "tomorrow", "ahead", "yesterday", "late"],
)
def test_spans(on: date, said: str) -> None:
    assert words.span(on) == said


def test_a_birthday_has_no_weekday() -> None:
    assert words.born(date(1984, 7, 19)) == "Jul 19, 1984"
    assert words.born(None) == "–"


def test_languages_by_name_where_it_is_known() -> None:
    assert [words.language(code) for code in ("en", "es", "so")] == ["English", "Spanish", "Somali"]


def test_stored_words() -> None:
    assert words.plain("on_hold") == "On hold"
    assert words.plain("referral.accepted") == "Referral accepted"
