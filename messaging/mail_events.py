"""What an e-mail provider tells by django-anymail about a mail that it took: delivered, bounced, refused."""

import warnings
from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.conf import settings
from django.urls import URLPattern

from core import clock
from messaging.actions.outcomes import bounced, by_provider, note_outcome
from participants.kinds import Unreachable

DELIVERED, FAILED = "delivered", "failed"
# For good: a mailbox that is full for now is "deferred", and the provider goes on trying.
CLOSED = {"bounced": Unreachable.BOUNCED, "rejected": Unreachable.REFUSED, "complained": Unreachable.REFUSED}


def listen() -> None:
    tracking.connect(heard, dispatch_uid="messaging.mail_events")


def heard(sender: Any, event: AnymailTrackingEvent, **_: Any) -> None:
    """Opened and clicked are none of our business, and never asked for."""
    message = by_provider(str(event.message_id or ""))
    if message is None:
        return
    if why := CLOSED.get(event.event_type):
        bounced(message=message, why=why, now=clock.now())
    elif event.event_type in (DELIVERED, FAILED):
        note_outcome(message=message, delivered=event.event_type == DELIVERED, now=clock.now())


def urls() -> list[URLPattern]:
    """Of the one provider that is named, and only what tells of mails that went. Where anybody could, nobody tells."""
    return [one for one in _named() if is_guarded(one)]


def deaf() -> bool:
    """A provider is named, and what it tells isn't heard: nobody could know that it comes from there."""
    return any(not is_guarded(one) for one in _named())


def _named() -> list[URLPattern]:
    if not settings.MAIL_PROVIDER:
        return []
    from anymail.urls import urlpatterns as theirs

    wanted = f"{settings.MAIL_PROVIDER}_tracking_webhook"
    return [one for one in theirs if isinstance(one, URLPattern) and one.name == wanted]


def is_guarded(pattern: URLPattern) -> bool:
    """It checks a signature of theirs, or a secret of ours. Without either django-anymail warns, and lets all in."""
    view: Any = pattern.callback
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = view.view_class(**view.view_initkwargs)
    return bool(made.basic_auth) or not made.warn_if_no_basic_auth
