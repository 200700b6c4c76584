"""What was said, proved after the words are gone; and the list of what was sent, for whoever must show it."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from messaging.models import Channel, Message, Outcome, State


def said_hash(address: str, subject: str, body: str) -> str:
    """Keyed: without our key nobody can try out which words, or whose address, give this hash."""
    said = json.dumps([address, subject, body], ensure_ascii=True, separators=(",", ":"))
    return hmac.new(settings.FINGERPRINT_KEY.encode(), f"message {said}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a proof tells of it. `to` is "" where nobody knows it any more."""

    id: int
    kind: str
    channel: str
    to: str
    planned_at: datetime
    due_at: datetime
    sent_at: datetime | None
    became: str
    why: str
    outcome_at: datetime | None
    wording: int
    hash: str


def line(message: Message) -> Line:
    """Reads the contact point: select it along."""
    point = message.contact_point
    return Line(
        id=message.pk,
        kind=message.kind,
        channel=message.channel,
        to=message.address or (point.value if point else ""),
        planned_at=message.planned_at,
        due_at=message.due_at,
        sent_at=message.sent_at,
        became=became(message),
        why=message.outcome_why or message.reason,
        outcome_at=message.outcome_at,
        wording=message.wording,
        hash=message.said_hash,
    )


_WAITING = {
    State.QUEUED: "Waiting to go",
    State.SENDING: "Going just now",
    State.FAILED: "Not sent",
    State.SKIPPED: "Not sent",
    State.MISSED: "Not sent: its time was over",
    State.UNKNOWN: "Not known whether it went",
}
_ACCEPTED = {
    Channel.EMAIL: "Sent; the mail server took it",
    Channel.TEXT: "Sent; the provider took it",
    Channel.LETTER: "Sent; went to the post",
}


def became(message: Message) -> str:
    """What became of it, and no more than is known: taken by a server is not yet read by anybody."""
    if message.outcome == Outcome.DELIVERED:
        return "Delivered"
    if message.outcome == Outcome.NOT_DELIVERED:
        return "Came back" if message.channel == Channel.LETTER else "Not delivered"
    if message.state == State.SENT:
        return _ACCEPTED[Channel(message.channel)]
    if message.channel == Channel.LETTER and message.state == State.QUEUED:
        return "Printed; not yet at the post" if message.printed_at else "Waiting for the printer"
    return _WAITING[State(message.state)]
