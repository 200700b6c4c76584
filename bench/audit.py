"""What the audit trail costs on PostgreSQL: writing with it to writing without, sealing beside sixteen, reading it all.

With: an action as the office calls it, from its BEGIN to its COMMIT on the disk, with the locks, questions and checks
that it has. Without: the same, but every function of `audit.actions` that makes or saves an event is exchanged for one
that does nothing. Two actions: a note is the smallest that there is, one row and nothing asked; a mark is the one that
is done most, and asks who he is, what he has and whether he may.

A floor is told beside them: the same once more with an event that costs Python nothing, one finished statement handed
to the driver. No event that is a row of its own in the same transaction can cost less than that.
"""

import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction

from accounts import trail
from accounts.actors import Task
from accounts.models import User
from audit import actions
from audit.macs import seal_digest
from audit.models import Event, Seal
from audit.verification import verify
from bench import crowd, imports, postgres
from bench.row import Row, at_least, at_most
from core import clock
from participants.actions import write_note
from participants.models import Participant
from programs.actions.marks import record_mark
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Session

REFERRALS = int(os.environ.get("BENCH_AUDIT_REFERRALS", "10000"))
TURNS, AT_A_TIME = int(os.environ.get("BENCH_AUDIT_TURNS", "12")), 48
EVENTS = int(os.environ.get("BENCH_AUDIT_EVENTS", "1000000"))
FEW = EVENTS // 10
RUNNING = 24
THREADS, EACH = 16, int(os.environ.get("BENCH_AUDIT_EACH", "500"))
ROUNDS = 3
# In production it seals once a minute.
SEALS_EVERY_SECONDS = 0.25
DATABASE = "onus_bench_audit"
COLUMNS = "id, seal_number, at, actor, verb, record, origin, facts, mac"
BY = Task("bench")
# Milliseconds, or seconds: with the trail, without, and with the row alone.
Taken = tuple[float, float, float]


def rows() -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        postgres.servers_at() as urls,
        postgres.process(urls, DATABASE) as database,
    ):
        database.submit(imports.begin).result()
        note, bare_note = _told("a note", database.submit(noting, folder).result())
        mark, bare_mark = _told("a mark", database.submit(marking).result())
        unsealed, sealed = database.submit(beside_a_sealer).result()
        imported, bare = database.submit(importing, folder).result()
        few, many, took = database.submit(peaks).result()
    say(f"{sealed:,.0f} events a second by {THREADS} threads beside a sealer")
    return [
        at_most(1.5, f"audit: s to import {REFERRALS:,} referrals, to without", ours=imported, reference=bare),
        at_most(1.3, "audit: ms for a mark, to without", ours=mark, reference=bare_mark),
        at_most(1.3, "audit: ms for a note, to without", ours=note, reference=bare_note),
        at_least(0.8, f"audit: events/s of {THREADS} threads, to unsealed", ours=sealed, reference=unsealed),
        at_most(1.05, f"audit: MB to verify {EVENTS:,} ({took:.0f} s), to {FEW:,}", ours=many, reference=few),
    ]


def say(sentence: str) -> None:
    print(f"audit: {sentence}", file=sys.stderr, flush=True)


def _told(what: str, taken: Taken) -> tuple[float, float]:
    ours, bare, floor = taken
    say(f"{what}: {ours:.3f} ms, without {bare:.3f}, with the row alone {floor:.3f} ({floor / bare:.2f} of without)")
    return ours, bare


# --- With the trail and without


def _nothing(*args: Any, **said: Any) -> None:
    return None


@contextmanager
def without_the_trail(instead: Callable[..., Any] = _nothing) -> Iterator[None]:
    """`instead` of saving. Wherever a module has one of these by name, as each does that imported it."""
    exchanged: dict[Any, Callable[..., Any]] = {
        actions.record: instead, actions.record_all: instead, actions.event: _nothing,
    }  # fmt: skip
    held = [
        (module, name, value)
        for module in list(sys.modules.values())
        for name, value in list(vars(module).items())
        if callable(value) and any(value is one for one in exchanged)
    ]
    for module, name, value in held:
        setattr(module, name, exchanged[value])
    trail.recorded_by(_nothing)
    try:
        yield
    finally:
        for module, name, value in held:
            setattr(module, name, value)
        trail.recorded_by(actions.record)


def row_alone() -> Callable[..., None]:
    """An event as a statement that stands there already, with nothing left to fill in."""
    said: list[tuple[str, Any]] = []

    def heard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(heard):
        actions.record(by=BY, now=clock.now(), verb="note.written", on="participants.Note:1")
    [(sql, params)] = said
    driver = connection.connection
    finished = driver.cursor().mogrify(sql, params)

    def written(*args: Any, **said: Any) -> None:
        driver.execute(finished)

    return written


# --- One action


def noting(folder: str) -> Taken:
    """Milliseconds of one row in a transaction of its own."""
    with postgres.copied():
        imports.imported(imports.write_list(Path(folder) / "one.csv", 1))
        man, by = Participant.objects.get(), User.objects.create_user("bench@example.org", name="Bench")
        text = "He called and asked when the next evening is."
        return by_turns(lambda: write_note(participant=man, text=text, by=by, now=clock.now()))


def marking() -> Taken:
    """Milliseconds of a mark at the door, in a program of some size; from the second time round it corrects one."""
    with postgres.copied():
        crowd.fill(enrollments=(RUNNING + 1) * crowd.TWELVE, running=RUNNING, now=clock.now())
        people, standing = cycle(_tonight()), dict[int, Mark]()

        def mark() -> None:
            him, session, by = next(people)
            standing[him.pk] = record_mark(
                enrollment=him,
                session=session,
                kind=MarkKind.PRESENT,
                seen=standing.get(him.pk),
                idempotency_key=uuid.uuid4(),
                by=by,
                now=clock.now(),
            )

        return by_turns(mark)


def _tonight() -> list[tuple[Enrollment, Session, User]]:
    """Each who is expected; where, and by whom he is marked."""
    evenings = Session.objects.not_logged(clock.now()).select_related("program").prefetch_related("led__user")
    return [
        (him, session, session.led.all()[0].user)
        for session in evenings
        for him in Enrollment.objects.on_roster(session).order_by("id")
    ]


def by_turns(act: Callable[[], Any]) -> Taken:
    """The mean of the quickest turn of each: what else the machine does only ever adds.

    Some at a time. Not one at a time: exchanging the functions empties the processor's caches, and whatever comes next
    pays for it. A turn marks whole cohorts, for one man's mark takes longer than another's.
    """
    ours, bare, floor = [], [], []
    alone = row_alone()
    for _ in range(TURNS):
        ours.append(_mean(act))
        with without_the_trail():
            bare.append(_mean(act))
        with without_the_trail(alone):
            floor.append(_mean(act))
    return min(ours), min(bare), min(floor)


def _mean(act: Callable[[], Any]) -> float:
    """Milliseconds."""
    for _ in range(crowd.TWELVE):
        act()  # warms it up
    start = time.perf_counter()
    for _ in range(AT_A_TIME):
        act()
    return (time.perf_counter() - start) * 1000 / AT_A_TIME


# --- A whole list


def importing(folder: str) -> tuple[float, float]:
    """Seconds, each into an empty database; the quicker of two, by turns."""
    path = imports.write_list(Path(folder) / "list.csv", REFERRALS)
    ours, bare = [], []
    for _ in range(2):
        ours.append(_import(path, events=True))
        with without_the_trail():
            bare.append(_import(path, events=False))
        say(f"{REFERRALS:,} referrals in {ours[-1]:.1f} s, without in {bare[-1]:.1f}")
    return min(ours), min(bare)


def _import(path: Path, *, events: bool) -> float:
    with postgres.copied():
        start = time.perf_counter()
        imports.imported(path)
        took = time.perf_counter() - start
        assert Event.objects.exists() is events
    return took


# --- Sixteen at once


def beside_a_sealer() -> tuple[float, float]:
    """Events a second without and with; the quickest of the rounds, by turns."""
    unsealed, sealed = [], []
    with postgres.copied():
        for _ in range(ROUNDS):
            unsealed.append(rate(sealing=False))
            sealed.append(rate(sealing=True))
    return max(unsealed), max(sealed)


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


def peaks() -> tuple[float, float, float]:
    """Megabytes that verifying holds at most, of few events and of all, and the seconds of all."""
    with postgres.copied():
        _lay(FEW)
        few, _ = _verified()
        _lay(EVENTS - FEW)
        many, took = _verified()
    return few, many, took


def _lay(count: int) -> None:
    """As the sealer leaves them, but written once: with their seal's number, which it fills in afterwards."""
    last = Seal.objects.order_by("-number").first()
    for start in range(0, count, actions.SEAL_AT_MOST):
        first = last.last_event + 1 if last else 1
        last = _sealed(range(first, first + min(actions.SEAL_AT_MOST, count - start)), last)
        if last.number % 10 == 0:
            say(f"{last.last_event:,} events are laid and sealed")


def _sealed(ids: range, last: Seal | None) -> Seal:
    number, previous, now = (last.number + 1, last.digest, clock.now()) if last else (1, "", clock.now())
    macs = []
    with connection.cursor() as cursor, cursor.copy(f"COPY audit_event ({COLUMNS}) FROM STDIN") as copy:
        for pk in ids:
            one = _event(pk, now)
            macs.append((pk, one.mac))
            said = (one.actor, one.verb, one.record, one.origin, json.dumps(one.facts), one.mac)
            copy.write_row((pk, number, now, *said))
    digest = seal_digest(settings.AUDIT_KEY.encode(), number=number, previous=previous, events=macs)
    held = {"events": len(macs), "first_event": ids[0], "last_event": ids[-1]}
    return Seal.objects.create(number=number, at=now, **held, previous=previous, digest=digest)


def _event(number: int, now: datetime) -> Event:
    facts = {"session": number % 1_000, "kind": "present"}
    return actions.event(by=BY, now=now, verb="mark.recorded", on=f"programs.Mark:{number}", facts=facts)


def _verified() -> tuple[float, float]:
    """In a process of its own, which holds nothing else."""
    name = str(connection.settings_dict["NAME"])
    with ProcessPoolExecutor(1, get_context("spawn"), django.setup) as process:
        return process.submit(verified, name).result()


def verified(database: str) -> tuple[float, float]:
    connection.settings_dict["NAME"] = database
    # What starting took at its highest must hide nothing.
    Path("/proc/self/clear_refs").write_text("5")
    start = time.perf_counter()
    assert verify(now=clock.now()).waiting == 0
    return highest(), time.perf_counter() - start


def highest() -> float:
    """Megabytes that this process held at most. `getrusage` would tell of the process that it was forked from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
