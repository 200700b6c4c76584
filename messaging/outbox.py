"""The outbox's own INSERT, for both databases: what has its key already is passed over, all else must hold."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_FILLED = {
    "key": "text",
    "kind": "text",
    "channel": "text",
    "about": "text",
    "participant_id": "bigint",
    "user_id": "bigint",
    "language": "text",
    "planned_at": "timestamptz",
    "due_at": "timestamptz",
    "expires_at": "timestamptz",
    "try_at": "timestamptz",
    "message_id": "text",
}
_FIXED = {
    "state": "'queued'",
    "reason": "''",
    "attempts": "0",
    "provider_id": "''",
    "address": "''",
    "subject": "''",
    "body": "''",
    "wording": "0",
    "said_hash": "''",
    "outcome": "''",
    "outcome_why": "''",
}
_INTO = f"INSERT INTO messaging_message ({', '.join(_FILLED | _FIXED)})"
_FIXED_VALUES = ", ".join(_FIXED.values())
_UNLESS_KNOWN = "ON CONFLICT (key) DO NOTHING"
_ROW = f"({', '.join(['%s'] * len(_FILLED))}, {_FIXED_VALUES})"
_ARRAYS = ", ".join(f"%s::{kind}[]" for kind in _FILLED.values())
# Put together from the constants above, nothing else.
_FROM_ARRAYS = f"{_INTO} SELECT planned.*, {_FIXED_VALUES} FROM unnest({_ARRAYS}) AS planned {_UNLESS_KNOWN}"  # noqa: S608
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in _FILLED.items())
_TABLE = f"CREATE TEMPORARY TABLE planned_messages ({_COLUMNS}) ON COMMIT DROP"
_COPY = "COPY planned_messages FROM STDIN"
_FROM_TABLE = f"{_INTO} SELECT planned.*, {_FIXED_VALUES} FROM planned_messages AS planned {_UNLESS_KNOWN}"  # noqa: S608
# From so many rows on, a table is worth being made.
_MANY = 1_000

# SQLite takes 999 values a statement by Django's count.
ROWS_AT_ONCE = {"sqlite": 999 // len(_FILLED), "postgresql": 5_000}


def insert(rows: Sequence[Sequence[Any]]) -> int:
    """Rows of the filled columns, at most ROWS_AT_ONCE; returns how many are new."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= _MANY:
            return _copied(cursor, rows)
        if connection.vendor == "postgresql":
            # An array a column: the statement is one and the same, and read twice as fast as one of many rows.
            cursor.execute(_FROM_ARRAYS, [list(column) for column in zip(*rows, strict=True)])
        else:
            many = f"{_INTO} VALUES {', '.join([_ROW] * len(rows))} {_UNLESS_KNOWN}"
            cursor.execute(many, [value for row in rows for value in row])
        return int(cursor.rowcount)


def _copied(cursor: Any, rows: Sequence[Sequence[Any]]) -> int:
    """By way of a table of this transaction's own, which is the fastest way in."""
    cursor.execute(_TABLE)
    # Django leaves this call to the driver, with the driver's own errors.
    with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(_FROM_TABLE)
    new = int(cursor.rowcount)
    cursor.execute("DROP TABLE planned_messages")
    return new
