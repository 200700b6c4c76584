"""An encrypted note, to bare Fernet; turning the keys of a hundred thousand people, to a bare loop."""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection

from bench.imports import throw_away_database
from bench.row import Row, at_most
from core import clock
from participants.models import Note
from vault.models import Key
from vault.rotation import turn, under_older

PEOPLE = int(os.environ.get("BENCH_KEYS", "100000"))
NOTES, ROUNDS, TURNS, AT_ONCE = 2_000, 7, 3, 1_000
TEXT = "He came ten minutes late, and asked whether the Thursday group has a place. " * 5


def rows() -> list[Row]:
    with TemporaryDirectory() as folder, throw_away_database(Path(folder)):
        ours, bare = _note()
        turned, loop = _turning()
    return [
        at_most(3, "an encrypted note: ms written and read, to bare Fernet", ours=ours * 1000, reference=bare * 1000),
        at_most(2, f"turning the keys of {PEOPLE:,} people: s, to a bare loop", ours=turned, reference=loop),
    ]


def _note() -> tuple[float, float]:
    """By the field, as a row is saved and read; and by Fernet alone. In turn, so that a busy moment falls on both."""
    key = Key.new(Key.Kind.PERSON, now=clock.now())
    bare = Fernet(Fernet.generate_key())
    field: Any = Note._meta.get_field("text")
    holder: Any = _Holder(key)

    def ours() -> None:
        holder.__dict__["text"] = TEXT
        token = field.pre_save(holder, True)
        assert field.reveal(holder, token) == TEXT

    def theirs() -> None:
        assert bare.decrypt(bare.encrypt(TEXT.encode())).decode() == TEXT

    taken = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken)


class _Holder:
    """A row of a note's shape, without its database."""

    def __init__(self, key: Key) -> None:
        self.participant = self
        self.key = key


def _seconds(what: Callable[[], None]) -> float:
    start = perf_counter()
    for _ in range(NOTES):
        what()
    return (perf_counter() - start) / NOTES


def _turning() -> tuple[float, float]:
    """In turn, and the least of each: what else the machine does only ever adds."""
    made = (Key.new(Key.Kind.PERSON, now=clock.now()) for _ in range(PEOPLE))
    while some := list(islice(made, AT_ONCE)):
        Key.objects.bulk_create(some)
    taken = [(_turned_in(_ours), _turned_in(_bare_loop)) for _ in range(TURNS)]
    return min(one for one, _ in taken), min(other for _, other in taken)


def _turned_in(turning: Callable[[], int]) -> float:
    """Seconds, under one more master key."""
    with _another_master():
        start = perf_counter()
        assert turning() == PEOPLE, "all of them"
        return perf_counter() - start


def _ours() -> int:
    """With the look at its end whether all were turned."""
    done = list(turn())[-1]
    assert not under_older(), "all of them"
    return done.anew


@contextmanager
def _another_master() -> Iterator[None]:
    """It stays: what was turned stands under it."""
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_MASTER_KEYS]
    yield


def _bare_loop() -> int:
    """Unwrap with the one, wrap with the other, one statement a thousand; nothing is looked at, nothing is compared."""
    new, old = (Fernet(key) for key in settings.VAULT_MASTER_KEYS[:2])
    done = 0
    with connection.cursor() as cursor, connection.cursor() as writing:
        cursor.execute("SELECT id, wrapped FROM vault_key")
        while some := cursor.fetchmany(AT_ONCE):
            pairs = [(key, new.encrypt(old.decrypt(bytes(wrapped)))) for key, wrapped in some]
            table, values = _as_table(pairs)
            writing.execute(
                f"UPDATE vault_key SET wrapped = new.column2 FROM {table} WHERE vault_key.id = new.column1", values
            )
            done += writing.rowcount
    return done


def _as_table(pairs: list[tuple[Any, bytes]]) -> tuple[str, list[Any]]:
    """What each database takes fastest."""
    if connection.vendor == "postgresql":
        columns = [list(column) for column in zip(*pairs, strict=True)]
        return "unnest(%s::uuid[], %s::bytea[]) AS new (column1, column2)", columns
    return f"(VALUES {', '.join(['(%s, %s)'] * len(pairs))}) AS new", [value for pair in pairs for value in pair]
