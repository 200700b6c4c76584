import logging
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core import clock
from messaging.claims import claim, hand_back, holds_long_enough, settle
from messaging.gateways import TextNotSent, TextRefused
from messaging.looking import Halt, Ready, look_again
from messaging.models import Channel, Message, State
from messaging.outbox import ROWS_AT_ONCE, insert
from messaging.post import MaybeSent, Post
from messaging.registry import UnknownKind, kind
from messaging.retries import gives_up, is_permanent, is_servers, wait_after, wait_after_interruption

logger = logging.getLogger(__name__)

SEND_AT_MOST = 2_000
# A text is claimed alone: one that was in hand when a worker died is never sent again, begun or not.
CLAIM_AT_ONCE = {Channel.EMAIL: 20, Channel.TEXT: 1}
# So many in a row that a server did not take, and the rest waits for the next minute.
ENOUGH_TROUBLE = 3


# --- Planning


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


# --- Sending


@dataclass(frozen=True, slots=True)
class Counts:
    sent: int = 0
    skipped: int = 0
    missed: int = 0
    put_off: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0


def send_due(*, now: datetime, limit: int = SEND_AT_MOST) -> Counts:
    """Send what is due at `now`. Outside any transaction; as many at once as there are workers."""
    post, outcomes = Post(), Counter[str]()
    try:
        for channel in CLAIM_AT_ONCE:
            _Run(channel, now, post, outcomes).until(limit)
    finally:
        post.hang_up()
    return Counts(**outcomes)


@dataclass(slots=True)
class _Run:
    """One worker's way through what is due on one channel."""

    channel: Channel
    now: datetime
    post: Post
    outcomes: Counter[str]
    began: datetime = field(default_factory=clock.now)
    trouble: int = 0

    def until(self, limit: int) -> None:
        while (room := limit - self.outcomes.total()) > 0 and self.trouble < ENOUGH_TROUBLE:
            batch = claim(channel=self.channel, now=self.time(), at_most=min(room, CLAIM_AT_ONCE[self.channel]))
            if not batch:
                return
            self._work_off(batch)

    def _work_off(self, batch: list[Message]) -> None:
        for place, message in enumerate(batch):
            if self.trouble >= ENOUGH_TROUBLE or not holds_long_enough(message):
                return hand_back(batch[place:])
            self.outcomes[self._deal_with(message, self.time())] += 1
        return None

    def time(self) -> datetime:
        """A slow server must not make us send what has expired meanwhile."""
        return self.now + (clock.now() - self.began)

    def _deal_with(self, message: Message, now: datetime) -> str:
        try:
            found = look_again(message, now=now)
            if isinstance(found, Halt):
                return _halt(message, found)
            provider_id = self.post.hand_over(message, found)
        except Exception as error:  # whatever it is: one message must not hold up the others
            outcome = _after(error, message, now)
            logger.warning("message %s: %s (%s)", message.pk, outcome, type(error).__name__)
            self.trouble += isinstance(error, MaybeSent | TextNotSent) or is_servers(error)
            self.post.hang_up()
            return outcome
        self.trouble = 0
        return _sent(message, found, provider_id, now)


def _halt(message: Message, halt: Halt) -> str:
    if halt.try_at is None:
        settle(message, state=halt.state, reason=halt.reason)
        return str(halt.state)
    settle(message, state=State.QUEUED, try_at=halt.try_at, attempts=message.attempts - 1)
    return "put_off"


def _sent(message: Message, ready: Ready, provider_id: str, now: datetime) -> str:
    said = {"address": ready.address, "subject": ready.rendered.subject, "body": ready.rendered.kept}
    if not settle(message, state=State.SENT, sent_at=now, provider_id=provider_id, reason="", **said):
        logger.warning("message %s: sent after its lease had ended", message.pk)
    return "sent"


def _after(error: Exception, message: Message, now: datetime) -> str:
    """Pushes the message ahead before anybody hears of the error: it can't be the first one for ever."""
    reason = type(error).__name__
    if isinstance(error, MaybeSent):
        settle(message, state=State.UNKNOWN, reason=str(error))
        return "unknown"
    refused = isinstance(error, TextRefused) or is_permanent(error)
    if refused or gives_up(message.attempts, required=_is_required(message)):
        settle(message, state=State.FAILED, reason=reason)
        return "failed"
    settle(message, state=State.QUEUED, try_at=now + wait_after(message.attempts), reason=reason)
    return "retried"


def _is_required(message: Message) -> bool:
    try:
        return kind(message.kind).required
    except UnknownKind:
        # Planned by a newer release than this worker's; the newer one will know.
        return True


# --- Sweeping


def sweep(*, now: datetime) -> int:
    """Take back what a worker held beyond its lease; returns how many. An e-mail goes again, a text never."""
    expired = Message.objects.lease_expired(clock.now())
    free = {"claim": None, "lease_until": None}
    taken = expired.filter(channel=Channel.TEXT).update(state=State.UNKNOWN, reason="interrupted", **free)
    for attempts in set(expired.values_list("attempts", flat=True)):
        again = now + wait_after_interruption(attempts)
        taken += expired.filter(attempts=attempts).update(state=State.QUEUED, try_at=again, **free)
    return taken
