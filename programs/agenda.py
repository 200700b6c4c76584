"""Where in a facilitator's list an evening stands."""

from datetime import date, timedelta
from enum import StrEnum

DAYS_AHEAD = 7
MONTHS_BACK = 3


class Place(StrEnum):
    TODAY = "today"
    NOT_LOGGED = "not_logged"
    NEXT = "next"
    PAST = "past"
    LATER = "later"


def place_of(on: date, today: date, *, planned: bool) -> Place:
    """`planned`: neither held nor canceled, so that whatever has gone by still has to be logged."""
    if on == today:
        return Place.TODAY
    if on < today:
        return Place.NOT_LOGGED if planned else Place.PAST
    return Place.NEXT if on <= today + timedelta(days=DAYS_AHEAD) else Place.LATER
