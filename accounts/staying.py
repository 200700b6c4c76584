"""How long one stays signed in: while one works, for a working day at most, and as long as a page has to stay open.

It is kept in the session itself, in seconds. Nothing there: the session began before this was counted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

BEGAN, SEEN, STAYS = "began_at", "seen_at", "stays_until"
# Not at each tap: a session that is written at each request is one more row to wait for.
NOTED_EVERY = 60


Session = Mapping[str, Any]


def is_over(session: Session, now: datetime) -> bool:
    return left(session, now) < 0


def left(session: Session, now: datetime) -> float:
    """Seconds until whoever does nothing more is signed out; below 0: that moment has passed."""
    at = now.timestamp()
    idle = session.get(SEEN, at) + settings.IDLE_MINUTES * 60
    return float(max(min(idle, _day_ends(session, at)), session.get(STAYS, 0)) - at)


def can_be_longer(session: Session, now: datetime) -> bool:
    """Whether doing something moves that moment: not where the day's end is what comes first."""
    at = now.timestamp()
    return _day_ends(session, at) - at > left(session, now)


def _day_ends(session: Session, at: float) -> float:
    return float(session.get(BEGAN, at) + settings.SESSION_COOKIE_AGE)


def note_seen(request: HttpRequest, now: datetime, *, every: int = NOTED_EVERY) -> None:
    at, session = now.timestamp(), request.session
    session.setdefault(BEGAN, at)
    if at - session.get(SEEN, 0) >= every:
        session[SEEN] = at


def stay_until(request: HttpRequest, until: datetime) -> None:
    """Whatever was promised before stands: it is never shortened."""
    if until.timestamp() > request.session.get(STAYS, 0):
        request.session[STAYS] = until.timestamp()
