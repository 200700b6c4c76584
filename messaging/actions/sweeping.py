from datetime import datetime

from django.db.models import F

from core import clock
from messaging.models import Channel, Message, MessageQuerySet, State
from messaging.retries import wait_after_interruption

# Once it was in hand it may have gone, and nobody's phone rings twice.
GOES_ONCE = (Channel.TEXT,)
FREE = {"claim": None, "lease_until": None}


def sweep(*, now: datetime) -> int:
    """Take back what a worker held beyond its lease; returns how many. An e-mail goes again, a text never."""
    expired = Message.objects.lease_expired(clock.now())
    taken = expired.filter(channel__in=GOES_ONCE).update(state=State.UNKNOWN, reason="interrupted", **FREE)
    for claim in set(expired.values_list("claim", flat=True)):
        taken += _take_back(expired.filter(claim=claim), now)
    return taken


def miss_letters(*, now: datetime) -> int:
    """Those that nobody printed in time; how many."""
    waiting = Message.objects.letters_to_print(now).filter(printed_at=None, expires_at__lte=now)
    return waiting.order_by().update(state=State.MISSED, reason="nobody printed it")


def _take_back(held: MessageQuerySet, now: datetime) -> int:
    """A worker takes its messages in order: only the first that it still held can have been in its hands."""
    in_hand = held.order_by("try_at", "id").first()
    if in_hand is None:
        return 0
    again = now + wait_after_interruption(in_hand.attempts)
    taken = held.filter(pk=in_hand.pk).update(state=State.QUEUED, try_at=again, **FREE)
    return taken + held.update(state=State.QUEUED, attempts=F("attempts") - 1, **FREE)
