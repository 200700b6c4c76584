"""Claiming by conditional update: a message is in one worker's hands till its lease ends, in real time."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from core import clock
from messaging.models import Channel, Message, State


def lease() -> timedelta:
    return timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)


def claim(*, channel: Channel, now: datetime, at_most: int) -> list[Message]:
    """The most urgent ones that nobody holds. Empty: none is due, or others are at them.

    Durable: a claim that isn't committed before the message goes would let another worker send it too.
    """
    token = uuid.uuid4()
    held = {"state": State.SENDING, "claim": token, "lease_until": clock.now() + lease()}
    with transaction.atomic(durable=True):
        _wait_for_the_disk()
        ids = list(_free(channel, now).values_list("pk", flat=True)[:at_most])
        Message.objects.filter(pk__in=ids, state=State.QUEUED).update(attempts=F("attempts") + 1, **held)
    mine = Message.objects.filter(pk__in=ids, claim=token)
    return list(mine.select_related("participant", "user").order_by("try_at", "id"))


@contextmanager
def marked_lightly(channel: Channel) -> Iterator[None]:
    """What becomes of e-mails is written without waiting for the disk, on PostgreSQL: a third of the time goes there.

    When its machine loses power, the last marks are lost, and such an e-mail goes again with its Message-ID, as when
    a worker is killed before it marks. A text must not go again: each of its marks waits, as each claim does.
    """
    if channel != Channel.EMAIL or connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        # A connection that was lost took the setting with it.
        if connection.connection and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


def _wait_for_the_disk() -> None:
    """In this transaction, whatever holds around it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")


def _free(channel: Channel, now: datetime) -> Any:
    # SQLite lets one writer in from the transaction's first statement on; it has no rows to skip.
    skip = connection.features.has_select_for_update_skip_locked
    return Message.objects.due(now).filter(channel=channel).select_for_update(skip_locked=skip)


def holds_long_enough(message: Message) -> bool:
    """Half the lease is left: enough for a server that answers each step late."""
    return bool(message.lease_until and message.lease_until - clock.now() >= lease() / 2)


def settle(message: Message, **changes: Any) -> bool:
    """Write what became of it and let it go. False: the lease had ended, and it was taken back."""
    held = Message.objects.filter(pk=message.pk, state=State.SENDING, claim=message.claim)
    return bool(held.update(claim=None, lease_until=None, **changes))


def settle_late(message: Message, **changes: Any) -> bool:
    """It went after all: so it isn't sent again, or left to a person to look up. False: another is at it by now."""
    taken_back = Message.objects.filter(pk=message.pk, state__in=[State.QUEUED, State.UNKNOWN])
    return bool(taken_back.update(**changes))


def hand_back(messages: Iterable[Message]) -> None:
    """Those that were claimed and not looked at."""
    for message in messages:
        settle(message, state=State.QUEUED, attempts=message.attempts - 1)
