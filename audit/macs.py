"""The arithmetic of the audit trail, without Django: one MAC an event, one chained digest a seal."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

# Made once: `json.dumps` makes one anew each time that it is told anything but the usual.
_written = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode


def event_mac(
    key: bytes,
    *,
    at: datetime,
    actor: str,
    verb: str,
    record: str,
    origin: str,
    key_id: str,
    personal: bytes | None,
    facts: Any,
) -> str:
    """HMAC-SHA256 over everything the event says; personal values as ciphertext, so that it outlives their key."""
    said = [
        at.astimezone(UTC).isoformat(),
        actor,
        verb,
        record,
        origin,
        key_id,
        None if personal is None else hashlib.sha256(personal).hexdigest(),
        facts,
    ]
    return _mac(key, _written(said))


def seal_digest(key: bytes, *, number: int, previous: str, events: Iterable[tuple[int, str]]) -> str:
    """Chains a seal's events (id, MAC), in the order of their ids, onto the seal before it."""
    digest = hmac.new(key, f"{number}:{previous}".encode(), hashlib.sha256)
    for event, mac in events:
        digest.update(f"|{event}:{mac}".encode())
    return digest.hexdigest()


def _mac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
