"""The sentences that an offer and what stands in its way become, in English. For the office only."""

from collections.abc import Callable, Sequence

from programs.placement import Bar, Barred, Offer, Placement
from programs.wording import english_date


def said_of(offer: Offer) -> str:
    """Why it fits, and what it asks of him."""
    parts = [_makeups(offer), _end(offer)]
    if offer.enroll_by:
        parts.append(f"It begins after {english_date(offer.enroll_by)}, by when the court wants him enrolled.")
    return " ".join(filter(None, parts))


def _makeups(offer: Offer) -> str:
    if not offer.weeks:
        return "All that he needs is still to come there."
    days = ", ".join(english_date(one.on) for one in offer.makeups)
    return f"Makes up {_weeks(offer.weeks)} elsewhere, on {days}."


def _end(offer: Offer) -> str:
    if offer.in_hand is None:
        return f"Can finish on {english_date(offer.finishes_on)}; no date binds him."
    return f"Can finish on {english_date(offer.finishes_on)}, with {_days(offer.in_hand)} in hand."


def _weeks(weeks: Sequence[int]) -> str:
    words = [str(week) for week in weeks]
    listed = " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"week {listed}" if len(words) == 1 else f"weeks {listed}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _full(barred: Barred) -> str:
    if barred.on is None:
        return "No seat is free."
    return f"No place is free on {english_date(barred.on)}, for make-ups are booked there."


def _no_plan(barred: Barred) -> str:
    if not barred.weeks:
        return "The sessions left do not go together."
    return f"It holds {_weeks(barred.weeks)} no more, and no other group with a free place does."


def _too_late(barred: Barred) -> str:
    ends, by = barred.on and english_date(barred.on), barred.by and english_date(barred.by)
    hand = f" with {_days(barred.days_in_hand)} in hand" if barred.days_in_hand else ""
    return f"He could finish on {ends} at the earliest; he is to finish by {by}{hand}."


_BARRED: dict[Bar, Callable[[Barred], str]] = {
    Bar.OVER: lambda barred: "No evening of it is still to come.",
    Bar.NO_NEED: lambda barred: "He needs no session any more.",
    Bar.OTHER_LANGUAGE: lambda barred: "It is held in another language than his.",
    Bar.OTHER_WEEKDAY: lambda barred: "He can't come on that weekday.",
    Bar.KEPT_APART: lambda barred: "Someone he must be kept apart from is expected there.",
    Bar.TOO_LATE_TO_JOIN: lambda barred: f"It has {_weeks(barred.weeks)} behind it: too late to join, by its policy.",
    Bar.FULL: _full,
    Bar.NO_PLAN: _no_plan,
    Bar.BEGINS_TOO_LATE: lambda barred: (
        f"Its next evening is on {barred.on and english_date(barred.on)}; "
        f"he is to start by {barred.by and english_date(barred.by)}."
    ),
    Bar.ENDS_TOO_LATE: _too_late,
}


def why_not(barred: Barred) -> str:
    return _BARRED[barred.bar](barred)


def when_none_fits(found: Placement) -> str:
    """What could be done instead."""
    if found.earliest is None or found.ask_for is None:
        return "No later date of the court would change that. Open a cohort, or free a seat."
    until = english_date(found.ask_for)
    return (
        f"In {found.earliest.group.name} he could finish on "
        f"{english_date(found.earliest.finishes_on)}: ask the court for time until {until}."
    )
