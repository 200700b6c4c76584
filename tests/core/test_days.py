"""Days and hours as a page says them, in English and in Spanish."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone, translation

from core.templatetags.days import day, hour, iso_day, moment, month

EVENING = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 17, 5, tzinfo=UTC)
PM, AM = "p.\N{NO-BREAK SPACE}m.", "a.\N{NO-BREAK SPACE}m."


@pytest.fixture(autouse=True)
def in_seattle() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False), timezone.override(ZoneInfo("America/Los_Angeles")):
        yield


def test_in_english() -> None:
    assert (day(EVENING), day(date(2025, 12, 24))) == ("Tue, Mar 3", "Wed, Dec 24, 2025")
    assert (hour(EVENING), hour(MORNING)) == ("7:00 pm", "9:05 am")
    assert (moment(MORNING), moment(datetime(2026, 3, 2, 17, 5, tzinfo=UTC))) == ("9:05 am", "Mon, Mar 2, 9:05 am")
    assert (month(date(2026, 3, 1)), iso_day("2026-03-03")) == ("March 2026", "Tue, Mar 3")


def test_in_spanish() -> None:
    with translation.override("es"):
        assert (day(EVENING), day(date(2025, 12, 24))) == ("mar, 3 de mar", "mié, 24 de dic de 2025")
        assert (hour(EVENING), hour(MORNING)) == (f"7:00\N{NO-BREAK SPACE}{PM}", f"9:05\N{NO-BREAK SPACE}{AM}")
        said = moment(datetime(2026, 3, 2, 17, 5, tzinfo=UTC))
        assert said == f"lun, 2 de mar, 9:05\N{NO-BREAK SPACE}{AM}"
        assert (month(date(2026, 3, 1)), iso_day("2026-03-03")) == ("Marzo de 2026", "mar, 3 de mar")
