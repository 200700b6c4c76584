import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from messaging.models import Channel
from messaging.outbox import ROWS_AT_ONCE, insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is to be said. `key` tells it from everything else: a second plan with it changes nothing."""

    key: str
    kind: str
    channel: Channel
    about: str
    due_at: datetime
    expires_at: datetime | None = None
    participant_id: int | None = None
    user_id: int | None = None
    language: str = "en"


@transaction.atomic
def plan(messages: Iterable[Planned], *, now: datetime) -> int:
    """Returns how many are new.

    By hand, since on SQLite bulk_create(ignore_conflicts=True) would also swallow a CHECK or a NOT NULL that fails.
    """
    left, new = iter(messages), 0
    while batch := list(islice(left, ROWS_AT_ONCE[connection.vendor])):
        new += insert([_row(message, now) for message in batch])
    return new


def _row(message: Planned, now: datetime) -> tuple[Any, ...]:
    adapt = connection.ops.adapt_datetimefield_value
    due_at, expires_at = adapt(message.due_at), adapt(message.expires_at)
    message_id = f"<{uuid.uuid4().hex}@{settings.NEUTRAL_DOMAIN}>"
    return (
        message.key,
        message.kind,
        str(message.channel),
        message.about,
        message.participant_id,
        message.user_id,
        message.language,
        adapt(now),
        due_at,
        expires_at,
        due_at,
        message_id,
    )
