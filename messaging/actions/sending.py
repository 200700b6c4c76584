import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from core import clock
from messaging.actions import rerouting
from messaging.addresses import point_at
from messaging.bounces import STOPPED
from messaging.claims import claim, hand_back, holds_long_enough, marked_lightly, settle, settle_late
from messaging.gateways import TextNotSent, TextRefused
from messaging.looking import Halt, Ready, look_again
from messaging.models import Channel, Message, State
from messaging.post import MaybeSent, Post
from messaging.proof import said_hash
from messaging.registry import UnknownKind, kind
from messaging.retries import gives_up, is_permanent, is_servers, wait_after

logger = logging.getLogger(__name__)

SEND_AT_MOST = 2_000
# A text is claimed alone: one that was in hand when a worker died is never sent again, begun or not.
# A letter is none of this: somebody prints it.
CLAIM_AT_ONCE = {Channel.EMAIL: 20, Channel.TEXT: 1}
# So many in a row that a server did not take, and the rest waits for the next minute.
ENOUGH_TROUBLE = 3


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
            with marked_lightly(channel):
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
        found: Ready | Halt | None = None
        try:
            found = look_again(message, now=now)
            if isinstance(found, Halt):
                return _halt(message, found, now)
            # Before it goes: once it is gone, nothing may come between it and its mark.
            said = _said(message, found)
            provider_id = self.post.hand_over(message, found)
        except Exception as error:  # whatever it is: one message must not hold up the others
            outcome = _after(error, message, found, now)
            logger.warning("message %s: %s (%s)", message.pk, outcome, type(error).__name__)
            self.trouble += isinstance(error, MaybeSent | TextNotSent) or is_servers(error)
            self.post.hang_up()
            return outcome
        self.trouble = 0
        return _sent(message, said, provider_id, now)


def _halt(message: Message, halt: Halt, now: datetime) -> str:
    if halt.try_at is None:
        with transaction.atomic():
            if settle(message, state=halt.state, reason=halt.reason):
                rerouting.closed(message, reason=halt.reason, now=now)
        return str(halt.state)
    settle(message, state=State.QUEUED, try_at=halt.try_at, attempts=message.attempts - 1)
    return "put_off"


def _said(message: Message, ready: Ready) -> dict[str, Any]:
    rendered = ready.rendered
    return {
        "address": ready.address,
        "subject": rendered.subject,
        "body": rendered.kept,
        "wording": rendered.wording,
        "said_hash": said_hash(ready.address, rendered.subject, rendered.body),
        "contact_point": point_at(message, ready.address),
    }


def _sent(message: Message, said: dict[str, Any], provider_id: str, now: datetime) -> str:
    gone = {"state": State.SENT, "sent_at": now, "provider_id": provider_id, "reason": "", **said}
    if not settle(message, **gone):
        logger.warning("message %s: sent after its lease had ended", message.pk)
        settle_late(message, **gone)
    return "sent"


def _after(error: Exception, message: Message, found: Ready | Halt | None, now: datetime) -> str:
    """Pushes the message ahead before anybody hears of the error: it can't be the first one for ever."""
    reason = " ".join(filter(None, [type(error).__name__, getattr(error, "code", "")]))
    where = {"contact_point": point_at(message, found.address)} if isinstance(found, Ready) else {}
    if isinstance(error, MaybeSent):
        settle(message, state=State.UNKNOWN, reason=str(error), **where)
        return "unknown"
    if _answered_there(error, message):
        settle(message, state=State.SKIPPED, reason="the provider answers STOP by itself", **where)
        return "skipped"
    refused = isinstance(error, TextRefused) or is_permanent(error)
    if refused or gives_up(message.attempts, required=_is_required(message)):
        with transaction.atomic():
            if settle(message, state=State.FAILED, reason=reason, **where):
                rerouting.refused(message, point=where.get("contact_point"), error=error, now=now)
        return "failed"
    settle(message, state=State.QUEUED, try_at=now + wait_after(message.attempts), reason=reason)
    return "retried"


def _answered_there(error: Exception, message: Message) -> bool:
    """Twilio confirms a plain STOP by itself and lets nothing more through: he was answered, and nothing failed."""
    return getattr(error, "code", "") == STOPPED and kind(message.kind).answers


def _is_required(message: Message) -> bool:
    try:
        return kind(message.kind).required
    except UnknownKind:
        # Planned by a newer release than this worker's; the newer one will know.
        return True
