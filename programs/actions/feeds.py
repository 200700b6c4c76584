"""The address by which a calendar program reads a facilitator's evenings. It is a key: only its hash is kept."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.actors import Actor, Task
from accounts.models import RoleGrant, User, hashed
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from programs.calendar import Evening
from programs.models import CalendarFeed, Session

BACK, AHEAD = timedelta(days=30), timedelta(days=120)


class NoFacilitator(Refusal):
    pass


@transaction.atomic
def make_feed(*, by: User, now: datetime) -> str:
    """Their own; an earlier address is gone. Returns the token, shown now or never. Raises NoFacilitator."""
    if not by.grants.current().filter(role=Role.FACILITATOR).exists():
        raise NoFacilitator("A calendar address is for whoever leads sessions. Ask the administrator for that role.")
    token = secrets.token_urlsafe(32)
    said = {"token_hash": hashed(token), "made_at": now}
    feed, _ = CalendarFeed.objects.update_or_create(user=by, defaults=said)
    record(by=by, now=now, verb="calendar_feed.made", on=feed)
    return token


@transaction.atomic
def end_feed(*, user: User, by: Actor, now: datetime) -> bool:
    """False: there was none."""
    feed = CalendarFeed.objects.select_for_update().filter(user=user).first()
    if feed is None:
        return False
    record(by=by, now=now, verb="calendar_feed.ended", on=feed)
    feed.delete()
    return True


def end_orphaned(*, now: datetime) -> int:
    """Of those who may not sign in any more, or lead nothing any more: it doesn't come back with them."""
    leaders = RoleGrant.objects.current().filter(role=Role.FACILITATOR, user__is_active=True)
    orphaned = CalendarFeed.objects.exclude(user__in=leaders.values("user")).select_related("user")
    return sum(end_feed(user=feed.user, by=Task("programs.plan"), now=now) for feed in orphaned)


def reader(token: str) -> User | None:
    """Whose evenings it shows. None: unknown, or its owner may not read them any more, which looks the same."""
    feed = CalendarFeed.objects.filter(token_hash=hashed(token), user__is_active=True).select_related("user").first()
    return feed.user if feed and Role.FACILITATOR in feed.user.roles else None


def evenings_of(user: User, *, now: datetime) -> list[Evening]:
    """Those that they lead, as long as the cohort is open; also of an office's person no others."""
    led = Session.objects.standing().led_by(user).filter(cohort__closed_at=None)
    near = led.filter(starts_at__gte=now - BACK, starts_at__lt=now + AHEAD)
    return [Evening(_uid(session), session.starts_at, session.minutes) for session in near]


def _uid(session: Session) -> str:
    return f"{salted_hmac('programs.feeds', str(session.pk), algorithm='sha256').hexdigest()[:32]}@appointments"
