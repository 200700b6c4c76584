from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from programs.offers import said_of, when_none_fits, why_not
from programs.placement import Bar, Barred, Offer, Placement
from tests.programs.test_placement import FIRST, evening, group

THERE = group()
IT = Offer(group=THERE, begins_on=FIRST, finishes_on=date(2026, 3, 31), in_hand=30, finish_by=date(2026, 4, 30))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "All that he needs is still to come there. Can finish on March 31, 2026, with 30 days in hand."),
        ({"in_hand": 1}, "All that he needs is still to come there. Can finish on March 31, 2026, with 1 day in hand."),
        (
            {"in_hand": None, "finish_by": None},
            "All that he needs is still to come there. Can finish on March 31, 2026; no date binds him.",
        ),
        (
            {"weeks": (1,), "makeups": (evening(9, 1, date(2026, 3, 12)),)},
            "Makes up week 1 elsewhere, on March 12, 2026. Can finish on March 31, 2026, with 30 days in hand.",
        ),
        (
            {
                "weeks": (1, 2, 4),
                "makeups": tuple(evening(n, n, date(2026, 3, 10 + n)) for n in (1, 2, 4)),
                "enroll_by": date(2026, 3, 6),
            },
            "Makes up weeks 1, 2 and 4 elsewhere, on March 11, 2026, March 12, 2026, March 14, 2026. "
            "Can finish on March 31, 2026, with 30 days in hand. "
            "It begins after March 6, 2026, by when the court wants him enrolled.",
        ),
    ],
)
def test_an_offer(said: dict[str, Any], words: str) -> None:
    assert said_of(replace(IT, **said)) == words


SENTENCES: dict[Bar, tuple[dict[str, Any], str]] = {
    Bar.OVER: ({}, "No evening of it is still to come."),
    Bar.NO_NEED: ({}, "He needs no session any more."),
    Bar.OTHER_LANGUAGE: ({}, "It is held in another language than his."),
    Bar.OTHER_WEEKDAY: ({}, "He can't come on that weekday."),
    Bar.KEPT_APART: ({}, "Someone he must be kept apart from is expected there."),
    Bar.TOO_LATE_TO_JOIN: (
        {"weeks": (1, 2)},
        "It has weeks 1 and 2 behind it: too late to join, by its policy.",
    ),
    Bar.FULL: ({}, "No seat is free."),
    Bar.NO_PLAN: ({"weeks": (1,)}, "It holds week 1 no more, and no other group with a free place does."),
    Bar.BEGINS_TOO_LATE: (
        {"on": FIRST, "by": date(2026, 3, 6)},
        "Its next evening is on March 10, 2026; he is to start by March 6, 2026.",
    ),
    Bar.ENDS_TOO_LATE: (
        {"on": date(2026, 3, 31), "by": date(2026, 4, 2), "days_in_hand": 7},
        "He could finish on March 31, 2026 at the earliest; he is to finish by April 2, 2026 with 7 days in hand.",
    ),
}


@pytest.mark.parametrize("bar", list(Bar))
def test_what_stands_in_the_way(bar: Bar) -> None:
    said, words = SENTENCES[bar]

    assert why_not(Barred(group=THERE, bar=bar, **said)) == words


@pytest.mark.parametrize(
    ("barred", "words"),
    [
        (
            Barred(group=THERE, bar=Bar.FULL, on=FIRST),
            "No place is free on March 10, 2026, for make-ups are booked there.",
        ),
        (Barred(group=THERE, bar=Bar.NO_PLAN), "The sessions left do not go together."),
        (
            Barred(group=THERE, bar=Bar.ENDS_TOO_LATE, on=FIRST, by=FIRST),
            "He could finish on March 10, 2026 at the earliest; he is to finish by March 10, 2026.",
        ),
    ],
)
def test_said_otherwise_where_it_is_otherwise(barred: Barred, words: str) -> None:
    assert why_not(barred) == words


def test_what_to_do_when_none_fits() -> None:
    assert when_none_fits(Placement(earliest=IT, ask_for=date(2026, 4, 7))) == (
        "In Cohort 1 he could finish on March 31, 2026: ask the court for time until April 7, 2026."
    )
    assert when_none_fits(Placement()) == (
        "No later date of the court would change that. Open a cohort, or free a seat."
    )
