"""How long one stays signed in: while one works, for a working day at most, and as long as a page has to stay open.

It is kept in the session itself, in seconds. Nothing there: the session began before this was counted.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

BEGAN, SEEN, STAYS = "began_at", "seen_at", "stays_until"
# Not at each tap: a session that is written at each request is one more row to wait for.
NOTED_EVERY = 60


def is_over(request: HttpRequest, now: datetime) -> bool:
    at, session = now.timestamp(), request.session
    if at <= session.get(STAYS, 0):
        return False
    idle, worked = at - session.get(SEEN, at), at - session.get(BEGAN, at)
    return bool(idle > settings.IDLE_MINUTES * 60 or worked > settings.SESSION_COOKIE_AGE)


def note_seen(request: HttpRequest, now: datetime) -> None:
    at, session = now.timestamp(), request.session
    session.setdefault(BEGAN, at)
    if at - session.get(SEEN, 0) >= NOTED_EVERY:
        session[SEEN] = at


def stay_until(request: HttpRequest, until: datetime) -> None:
    """Whatever was promised before stands: it is never shortened."""
    if until.timestamp() > request.session.get(STAYS, 0):
        request.session[STAYS] = until.timestamp()
