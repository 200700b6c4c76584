"""What a calendar program reads: times, and nothing else."""

from datetime import UTC, datetime

from icalendar import Calendar

from programs.calendar import Evening, written
from tests.factories.clock import NOW

# Six in the evening in Seattle, the week before the clocks go forward and the week after.
WINTER = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SUMMER = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


def read(content: bytes) -> list[dict[str, object]]:
    return [
        {name: getattr(value, "dt", value) for name, value in event.items()}
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]


def test_an_evening_is_a_title_and_a_time() -> None:
    assert read(written([Evening("a@b", WINTER, 120)], now=NOW)) == [
        {
            "UID": "a@b",
            "DTSTAMP": NOW,
            "DTSTART": WINTER,
            "DTEND": datetime(2026, 3, 4, 4, 0, tzinfo=UTC),
            "SUMMARY": "Appointment",
            "CLASS": "PRIVATE",
        }
    ]


def test_it_is_at_its_instant_whatever_the_clocks_do() -> None:
    content = written([Evening("a@b", WINTER, 120), Evening("c@d", SUMMER, 90)], now=NOW).decode()

    lines = [line for line in content.splitlines() if line.startswith(("DTSTART", "DTEND"))]
    assert lines == [
        "DTSTART:20260304T020000Z",
        "DTEND:20260304T040000Z",
        "DTSTART:20260311T010000Z",
        "DTEND:20260311T023000Z",
    ]


def test_without_evenings_it_is_a_calendar_all_the_same() -> None:
    assert written([], now=NOW) == (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Appointments//EN\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
    )
