"""What the audit trail costs: writing with it to writing without, sealing beside sixteen writers, reading all of it.

Without: every function of `audit.actions` that makes or saves an event is exchanged for one that does nothing.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.db import connection, transaction

from accounts import trail
from accounts.actors import Task
from accounts.models import User
from audit import actions
from audit.models import Event
from audit.verification import verify
from bench import imports, postgres
from bench.row import Row, at_least, at_most
from core import clock
from participants.actions import write_note
from participants.models import Participant

REFERRALS = int(os.environ.get("BENCH_AUDIT_REFERRALS", "10000"))
NOTES, AT_A_TIME = int(os.environ.get("BENCH_AUDIT_NOTES", "500")), 50
EVENTS = int(os.environ.get("BENCH_AUDIT_EVENTS", "1000000"))
FEW = EVENTS // 100
THREADS, EACH = 16, int(os.environ.get("BENCH_AUDIT_EACH", "500"))
ROUNDS = 3
# In production it seals once a minute.
SEALS_EVERY_SECONDS = 0.25
DATABASE = "onus_bench_audit"
BY = Task("bench")


def rows() -> list[Row]:
    with TemporaryDirectory() as folder:
        imported, bare = _importing(Path(folder))
        noted, bare_note = _noting(Path(folder))
        few, many, took = _peaks(Path(folder))
    sealed, unsealed = _beside_a_sealer()
    print(f"audit: {sealed:,.0f} events a second by {THREADS} threads beside a sealer", file=sys.stderr)
    return [
        at_most(1.5, f"audit: s to import {REFERRALS:,} referrals, to without", ours=imported, reference=bare),
        at_most(1.3, "audit: ms for a note, to without", ours=noted, reference=bare_note),
        at_least(0.8, f"audit: events/s of {THREADS} threads, to unsealed", ours=sealed, reference=unsealed),
        at_most(1.05, f"audit: MB to verify {EVENTS:,} ({took:.0f} s), to {FEW:,}", ours=many, reference=few),
    ]


# --- With the trail and without


@contextmanager
def without_the_trail() -> Iterator[None]:
    """Wherever a module has one of these by name, as each does that imported it."""
    instead: dict[Any, Callable[..., Any]] = {
        actions.record: _nothing, actions.record_all: _nothing, actions.event: _unsaved,
    }  # fmt: skip
    held = [
        (module, name, value)
        for module in list(sys.modules.values())
        for name, value in list(vars(module).items())
        if callable(value) and any(value is one for one in instead)
    ]
    for module, name, value in held:
        setattr(module, name, instead[value])
    trail.recorded_by(_nothing)
    try:
        yield
    finally:
        trail.recorded_by(actions.record)
        for module, name, value in held:
            setattr(module, name, value)


def _nothing(*args: Any, **said: Any) -> None:
    return None


class _Unsaved:
    def save(self, **said: Any) -> None:
        return None


def _unsaved(**said: Any) -> _Unsaved:
    return _Unsaved()


def _importing(folder: Path) -> tuple[float, float]:
    """Seconds, each into an empty database; the quickest of the rounds."""
    path = imports.write_list(folder / "list.csv", REFERRALS)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_import(folder, path, events=True))
        with without_the_trail():
            bare.append(_import(folder, path, events=False))
    return min(ours), min(bare)


def _import(folder: Path, path: Path, *, events: bool) -> float:
    with imports.throw_away_database(folder):
        start = time.perf_counter()
        imports.imported(path)
        took = time.perf_counter() - start
        assert Event.objects.exists() is events
    return took


def _noting(folder: Path) -> tuple[float, float]:
    """Milliseconds of the smallest action there is, one row in a transaction of its own; some at a time, by turns.

    Not one at a time: exchanging the functions empties the processor's caches, and whatever comes next pays for it.
    """
    ours, bare = [], []
    with imports.throw_away_database(folder):
        imports.imported(imports.write_list(folder / "one.csv", 1))
        man, by = Participant.objects.get(), User.objects.create_user("bench@example.org", name="Bench")
        for _ in range(0, NOTES, AT_A_TIME):
            ours += _notes(man, by)
            with without_the_trail():
                bare += _notes(man, by)
    return median(ours), median(bare)


def _notes(man: Participant, by: User) -> list[float]:
    """The first one warms it up."""
    return [_note(man, by) for _ in range(AT_A_TIME + 1)][1:]


def _note(man: Participant, by: User) -> float:
    start = time.perf_counter()
    write_note(participant=man, text="He called and asked when the next evening is.", by=by, now=clock.now())
    return (time.perf_counter() - start) * 1000


# --- Sixteen at once


def _beside_a_sealer() -> tuple[float, float]:
    """Events a second, on PostgreSQL; the quickest of the rounds, by turns."""
    sealed, unsealed = [], []
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        for _ in range(ROUNDS):
            unsealed.append(database.submit(rate, sealing=False).result())
            sealed.append(database.submit(rate, sealing=True).result())
    return max(sealed), max(unsealed)


def rate(*, sealing: bool) -> float:
    """A deadlock, or whatever else one of them meets, is raised here."""
    over = threading.Event()
    with ThreadPoolExecutor(THREADS + 1) as threads:
        sealer = threads.submit(_seal_until, over) if sealing else None
        start = time.perf_counter()
        writers = [threads.submit(_write, number) for number in range(THREADS)]
        for writer in writers:
            writer.result()
        took = time.perf_counter() - start
        over.set()
        if sealer:
            assert sealer.result(), "nothing was sealed meanwhile"
    return THREADS * EACH / took


def _write(number: int) -> None:
    try:
        for at in range(EACH):
            with transaction.atomic():
                actions.record(by=BY, now=clock.now(), verb="mark.recorded", on=f"programs.Mark:{number}{at:06}")
    finally:
        connection.close()


def _seal_until(over: threading.Event) -> int:
    seals = 0
    try:
        while not over.wait(SEALS_EVERY_SECONDS):
            seals += actions.seal(now=clock.now()) is not None
        return seals + (actions.seal(now=clock.now()) is not None)
    finally:
        connection.close()


# --- Reading all of it


def _peaks(folder: Path) -> tuple[float, float, float]:
    """Megabytes that verifying holds at most, of few events and of all, and the seconds of all."""
    with imports.throw_away_database(folder):
        _lay(FEW)
        few, _ = _verified()
        _lay(EVENTS - FEW)
        many, took = _verified()
    return few, many, took


def _lay(count: int) -> None:
    for start in range(0, count, actions.SEAL_AT_MOST):
        now = clock.now()
        actions.record_all(_events(range(start, min(start + actions.SEAL_AT_MOST, count)), now))
        assert actions.seal(now=now)


def _events(numbers: Iterable[int], now: Any) -> Iterator[Event]:
    for number in numbers:
        facts = {"session": number % 1_000, "kind": "present"}
        yield actions.event(by=BY, now=now, verb="mark.recorded", on=f"programs.Mark:{number}", facts=facts)


def _verified() -> tuple[float, float]:
    """In a process of its own, which holds nothing else."""
    name = str(connection.settings_dict["NAME"])
    with ProcessPoolExecutor(1, get_context("spawn"), django.setup) as process:
        return process.submit(verified, name).result()


def verified(database: str) -> tuple[float, float]:
    connection.settings_dict["NAME"] = database
    start = time.perf_counter()
    assert verify(now=clock.now()).waiting == 0
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter() - start
