from datetime import date, timedelta
from typing import Any

import pytest

from office.today import Line, by_urgency, seen_by

TODAY = date(2026, 3, 3)


def line(what: str, days: int | None = None, *, waits: int = 0, **said: Any) -> Line:
    due = None if days is None else TODAY + timedelta(days=days)
    return Line(what=what, button="Open", url="/", due_on=due, since=TODAY - timedelta(days=waits), **said)


def order(*lines: Line) -> list[str]:
    return [one.what for one in by_urgency(lines, TODAY)]


def test_the_most_urgent_first() -> None:
    lines = [
        line("in a week", 7),
        line("waits", waits=2),
        line("today", 0),
        line("failed", broken=True),
        line("a day late", -1),
        line("long late", -9),
        line("tomorrow", 1),
        line("waits long", waits=9),
    ]

    assert order(*lines) == [
        "long late",
        "a day late",
        "failed",
        "today",
        "waits long",
        "waits",
        "tomorrow",
        "in a week",
    ]


def test_alike_ones_stand_by_name() -> None:
    assert order(line("b", 1, whom="Tamura"), line("a", 1, whom="Penhale")) == ["a", "b"]


def test_nothing_is_nothing() -> None:
    assert by_urgency([], TODAY) == []


@pytest.mark.parametrize(
    ("one", "word", "tone"),
    [
        (line("x", -1), "1 day late", "late"),
        (line("x", -12), "12 days late", "late"),
        (line("x", 0), "Today", "attention"),
        (line("x", 1), "Tomorrow", "quiet"),
        (line("x", 5), "In 5 days", "quiet"),
        (line("x"), "New", "quiet"),
        (line("x", waits=1), "For 1 day", "quiet"),
        (line("x", waits=30), "For 30 days", "quiet"),
        (line("x", waits=3, broken=True), "For 3 days", "late"),
        (Line(what="x", button="Open", url="/"), "New", "quiet"),
    ],
    ids=["yesterday", "late", "today", "tomorrow", "soon", "new", "a day", "a month", "broken", "no date at all"],
)
def test_each_says_when(one: Line, word: str, tone: str) -> None:
    assert (one.when(TODAY), one.tone(TODAY)) == (word, tone)


@pytest.mark.parametrize(("roles", "seen"), [({"administrator"}, ["anybody's", "theirs"]), ({"other"}, ["anybody's"])])
def test_what_one_alone_can_do_is_seen_by_nobody_else(roles: set[str], seen: list[str]) -> None:
    lines = [line("anybody's"), line("theirs", only="administrator")]

    assert [one.what for one in seen_by(lines, roles)] == seen
