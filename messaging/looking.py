"""The look at a message just before it goes: what held when it was planned may hold no longer."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from messaging.addresses import agreed_to_texts
from messaging.gateways import gateway
from messaging.guarding import words_in
from messaging.models import Channel, Message, State
from messaging.quiet import sendable_at
from messaging.registry import Kind, Rendered, kind

# By morning it would have been too late.
QUIET_HOURS = "quiet hours"


@dataclass(frozen=True, slots=True)
class Ready:
    address: str
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Halt:
    """It doesn't go: for good, or (queued) not before `try_at`."""

    state: State
    reason: str = ""
    try_at: datetime | None = None


def look_again(message: Message, *, now: datetime) -> Ready | Halt:
    if _goes_to_another_file(message):
        return Halt(State.QUEUED, try_at=now)
    its_kind = kind(message.kind)
    found = _wanted(message, its_kind, now) or _waits(message, its_kind, now) or _prepared(message, its_kind, now)
    if isinstance(found, Halt) and found.state == State.SKIPPED and _is_anothers_by_now(message):
        return Halt(State.QUEUED, try_at=now)
    return found


def _goes_to_another_file(message: Message) -> bool:
    """Planned while his file was being put to another one, which couldn't see it yet: it is that man's."""
    man = message.participant
    if man is None or man.merged_into_id is None:
        return False
    Message.objects.filter(pk=message.pk, participant=man).update(participant=man.merged_into_id)
    return True


def _is_anothers_by_now(message: Message) -> bool:
    """Two files were put together, or taken apart, while it was in hand: what held of the one says nothing."""
    his = message.participant_id
    return his is not None and not Message.objects.filter(pk=message.pk, participant=his).exists()


def _wanted(message: Message, its_kind: Kind, now: datetime) -> Halt | None:
    if message.expires_at and message.expires_at <= now:
        return Halt(State.MISSED)
    reason = its_kind.still_wanted(message, now)
    return Halt(State.SKIPPED, reason) if reason else None


def _waits(message: Message, its_kind: Kind, now: datetime) -> Halt | None:
    """Nobody's phone rings at night; what would then be too late is missed, and says so."""
    if message.participant is None or its_kind.asked_for or message.channel == Channel.LETTER:
        return None
    morning = sendable_at(now, ZoneInfo(message.participant.time_zone))
    if morning <= now:
        return None
    if message.expires_at and message.expires_at <= morning:
        return Halt(State.MISSED, QUIET_HOURS)
    return Halt(State.QUEUED, try_at=morning)


def _prepared(message: Message, its_kind: Kind, now: datetime) -> Ready | Halt:
    address = its_kind.address(message, now)
    if not address:
        return Halt(State.SKIPPED, "no safe contact point" if message.participant_id else "no address")
    if _needs_consent(message) and gateway().deaf():
        return Halt(State.SKIPPED, "texts can't be answered")
    if _needs_consent(message) and not its_kind.answers and not agreed_to_texts(message.participant_id or 0, address):
        return Halt(State.SKIPPED, "no consent to texts")
    rendered = its_kind.render(message, now)
    named = (attached.name for attached in rendered.attachments)
    if message.participant_id and words_in(" | ".join((rendered.subject, rendered.sender, rendered.body, *named))):
        return Halt(State.FAILED, "gives something away")
    return Ready(address, rendered)


def _needs_consent(message: Message) -> bool:
    return message.channel == Channel.TEXT and message.participant_id is not None
