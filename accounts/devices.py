"""The browsers from which people sign in: a new one is told of by mail, and one that is known isn't kept out by others.

A browser is known by a cookie of chance that is given when somebody has signed in there, whoever it was; several may
share one.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import agents, trail
from accounts.models import Device, User, hashed

# In the session: what its owner sees in the list of places where one is signed in.
ADDRESS, AGENT = "address", "agent"


class Browser(NamedTuple):
    """`token`: empty, where nobody has signed in yet."""

    token: str
    address: str
    agent: str


def browser(request: HttpRequest, address: str) -> Browser:
    said = request.headers.get("User-Agent", "")[:300]
    return Browser(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), address, said)


@transaction.atomic
def note(*, user: User, at: Browser, now: datetime) -> bool:
    """Somebody has signed in there. Whether it is new to them: never the very first one, to which they were invited."""
    Device.objects.filter(user=user, last_at__lt=_forgotten(now)).delete()
    theirs = Device.objects.filter(user=user)
    if theirs.by_token(at.token).update(address=at.address, agent=at.agent, last_at=now):
        return False
    is_new = theirs.exists()
    Device.objects.create(
        user=user, token_hash=hashed(at.token), address=at.address, agent=at.agent, first_at=now, last_at=now
    )
    if is_new:
        trail.tell(by=user, now=now, verb="user.new_device", on=user)
    return is_new


def is_known(*, email: str, at: Browser, now: datetime) -> tuple[bool, bool]:
    """Whether this person signed in with this very browser before, and whether from this address."""
    found = Device.objects.known(email=email, token=at.token, address=at.address, since=_forgotten(now))
    rows = list(found.values_list("token_hash", "address"))
    return any(one == hashed(at.token) for one, _ in rows), any(one == at.address for _, one in rows)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def remember(request: HttpRequest, at: Browser) -> None:
    request.session[ADDRESS], request.session[AGENT] = at.address, agents.in_words(at.agent)


def set_cookie(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=settings.DEVICE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _forgotten(now: datetime) -> datetime:
    return now - timedelta(seconds=settings.DEVICE_COOKIE_AGE)
