"""The days on which a court is closed: its state's holidays, and what the office wrote down beside them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache

from django.db.models import Q

from courts.models import Closure, Referral
from programs import schedule

# By court; None and a state: all of that state's.
_Closed = Mapping[tuple[int | None, str], frozenset[date]]
_at_hand: ContextVar[_Closed | None] = ContextVar("closures", default=None)


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    return frozenset(schedule.state_holidays(state, (year - 1, year, year + 1)))


def holidays_of(referral: Referral, day: date) -> frozenset[date]:
    """The days on which its court is closed, in that day's year and the ones beside it."""
    state = referral.court.state if referral.court else referral.program.state
    return _holidays(state, day.year) | _closed(referral.court_id, state)


@contextmanager
def closures_at_hand() -> Iterator[None]:
    """Within it they are asked for once, for all courts: for whoever goes through many cases."""
    if _at_hand.get() is not None:
        yield
        return
    found: dict[tuple[int | None, str], set[date]] = {}
    for court, state, on in Closure.objects.filter(ended_at=None).values_list("court", "state", "on"):
        found.setdefault((court, "" if court else state), set()).add(on)
    token = _at_hand.set({place: frozenset(days) for place, days in found.items()})
    try:
        yield
    finally:
        _at_hand.reset(token)


def _closed(court: int | None, state: str) -> frozenset[date]:
    at_hand = _at_hand.get()
    if at_hand is not None:
        own = at_hand.get((court, ""), frozenset()) if court else frozenset()
        return own | at_hand.get((None, state), frozenset())
    its = Q(court=None, state=state) | Q(court=court, court__isnull=False)
    return frozenset(Closure.objects.filter(its, ended_at=None).values_list("on", flat=True))
