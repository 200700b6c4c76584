"""Turning the master key while the site runs: each living key is unwrapped with the older and wrapped with the newest.

Nothing that was written under a person's key changes. It may be stopped and begun again at any time: what stands under
the newest already is only looked at.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection

AT_ONCE = 1_000
MAC, SIGNING_HALF = 32, 16


@dataclass(frozen=True, slots=True)
class Turned:
    """How many were looked at, wrapped anew, and could not be opened by any master key that is here."""

    seen: int = 0
    anew: int = 0
    lost: int = 0


class Wrapping:
    """The master keys as they stand in the environment, the newest first."""

    def __init__(self, masters: Sequence[str]) -> None:
        self._newest = Fernet(masters[0])
        self._older = MultiFernet([Fernet(key) for key in masters[1:]]) if masters[1:] else None
        self._signing = base64.urlsafe_b64decode(masters[0])[:SIGNING_HALF]

    def is_newest(self, token: bytes) -> bool:
        """By the token's own MAC; a fifth of the time that opening it takes."""
        try:
            raw = base64.urlsafe_b64decode(token)
        except binascii.Error:
            return False
        return hmac.compare_digest(hmac.digest(self._signing, raw[:-MAC], "sha256"), raw[-MAC:])

    def anew(self, token: bytes) -> bytes | None:
        """None: none of the older master keys opens it."""
        try:
            return self._newest.encrypt(self._older.decrypt(token)) if self._older else None
        except InvalidToken:
            return None


def is_newest(token: bytes) -> bool:
    """Whether it stands under the newest master key."""
    return Wrapping(settings.VAULT_MASTER_KEYS).is_newest(token)


def turn(*, at_once: int = AT_ONCE) -> Iterator[Turned]:
    """After each batch, how far it is. Each is one statement of its own, so that nobody waits for longer than that."""
    wrapping, done, last = Wrapping(settings.VAULT_MASTER_KEYS), Turned(), None
    while batch := _after(last, at_once):
        pairs = [(key, wrapped, wrapping.anew(wrapped)) for key, wrapped in batch]
        turned = [(key, was, new) for key, was, new in pairs if new is not None]
        # Most often all were under an older one: only what none of those opens is asked whether it is the newest's.
        lost = sum(new is None and not wrapping.is_newest(was) for _, was, new in pairs)
        done = Turned(done.seen + len(batch), done.anew + _write(turned), done.lost + lost)
        last = batch[-1][0]
        yield done


def under_older(*, at_once: int = 10 * AT_ONCE) -> int:
    """How many living keys the newest master key doesn't open."""
    wrapping, last, older = Wrapping(settings.VAULT_MASTER_KEYS), None, 0
    while batch := _after(last, at_once):
        older += sum(not wrapping.is_newest(wrapped) for _, wrapped in batch)
        last = batch[-1][0]
    return older


def _after(last: Any, at_once: int) -> list[tuple[Any, bytes]]:
    """Where each row is, and what it holds. Ids as text: making UUIDs of them takes as long as unwrapping.

    On SQLite a row's place in the file, and in that order: by id, a thousand lie on as many pages, and each of those
    is written whole. VACUUM may move them meanwhile; what was passed over is found by `under_older`.
    """
    # The column's whole name: `id` alone would mean the text, which no index has in order.
    place, told = ("vault_key.id", "vault_key.id::text") if _on_postgresql() else ("rowid", "rowid")
    rest, where = ("", []) if last is None else (f" AND {place} > %s", [last])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {told}, wrapped FROM vault_key "  # noqa: S608
            f"WHERE length(wrapped) > 0{rest} ORDER BY {place} LIMIT %s",
            [*where, at_once],
        )
        return [(row, bytes(wrapped)) for row, wrapped in cursor.fetchall()]


def _write(turned: list[tuple[Any, bytes, bytes]]) -> int:
    """Only where it still stands as it was read: of a key that was destroyed meanwhile nothing does."""
    if not turned:
        return 0
    values: list[Any]
    if _on_postgresql():
        place, values = "id", [list(column) for column in zip(*turned, strict=True)]
        new = "unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS turned (column1, column2, column3)"
    else:
        place, values = "rowid", [value for one in turned for value in one]
        new = f"(VALUES {', '.join(['(%s, %s, %s)'] * len(turned))}) AS turned"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE vault_key SET wrapped = turned.column3 FROM {new} "  # noqa: S608  no value in it
            f"WHERE vault_key.{place} = turned.column1 AND vault_key.wrapped = turned.column2",
            values,
        )
        return int(cursor.rowcount)


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"
