"""Where a person is signed in: the sessions that still stand, as their owner sees them."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import salted_hmac

from accounts import staying
from accounts.devices import ADDRESS, AGENT
from accounts.models import User


class Place(NamedTuple):
    """`handle` names it in a form: a session's own key would open it."""

    handle: str
    browser: str
    address: str
    since: datetime | None
    seen: datetime | None


def places_of(user: User, now: datetime) -> list[Place]:
    """The one used last first; without those that were left so long that they are over."""
    found = [(one.pk, one.get_decoded()) for one in sessions_of(user, now)]
    standing = [_place(key, said) for key, said in found if not staying.is_over(said, now)]
    return sorted(standing, key=lambda place: (place.seen or now, place.handle), reverse=True)


def sessions_of(user: User, now: datetime) -> list[Session]:
    """A session's person stands inside it, so each that is still valid is read: as many as people worked today."""
    return [one for one in Session.objects.filter(expire_date__gt=now) if _is_of(one, user)]


def handle(session_key: str) -> str:
    return salted_hmac("accounts.places", session_key, algorithm="sha256").hexdigest()[:32]


def _is_of(session: Session, user: User) -> bool:
    return str(session.get_decoded().get(SESSION_KEY, "")) == str(user.pk)


def _place(key: str, said: staying.Session) -> Place:
    browser, address = said.get(AGENT, "An unknown browser"), said.get(ADDRESS, "")
    return Place(handle(key), browser, address, _at(said.get(staying.BEGAN)), _at(said.get(staying.SEEN)))


def _at(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None
