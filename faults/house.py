"""One Onus that is treated badly: real workers and beats, a database and a broker of its own, a recorder outside."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F, Q

from core import clock
from faults.kinds import NOTICE
from faults.recording import Recorder
from faults.servers import Postgres, Redis, children, kill_all
from messaging.actions import Planned, plan
from messaging.models import Channel, Message, MessageQuerySet, State

OPEN = (State.QUEUED, State.SENDING)
ADDRESS = {Channel.EMAIL: "{}@inbox.example", Channel.TEXT: "+{}"}
PATIENCE_SECONDS = 120
# How many messages a worker has in its hands at most.
AT_ONCE = {"prefork": 2, "threads": 4}
_numbers = count(1)


@dataclass(slots=True)
class House:
    """`postgres` and `redis` are None on SQLite and the broker of folders."""

    recorder: Recorder
    folder: Path
    postgres: Postgres | None
    redis: Redis | None
    # With what each said.
    running: dict[subprocess.Popen[bytes], Path] = field(default_factory=dict)
    # By fault, how many were: the database said that it had them.
    planned: Counter[str] = field(default_factory=Counter)

    # --- Who works here

    @contextmanager
    def working(
        self, *, workers: int = 1, beats: int = 1, lease: int = 30, pool: str = "prefork"
    ) -> Iterator[list[subprocess.Popen[bytes]]]:
        """The workers."""
        own = [self.worker(lease, pool) for _ in range(workers)]
        others = [self._start("beat", lease, f"--pidfile={self.folder / f'beat{n}.pid'}") for n in range(beats)]
        try:
            yield own
        finally:
            # Also those that were started instead of one that was killed.
            for process in [*own, *others]:
                self.stop(process)

    def worker(self, lease: int, pool: str = "prefork") -> subprocess.Popen[bytes]:
        """Of two processes, where what is killed at once has a successor at once; or of threads, as in production."""
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        how_many = ("-P", pool, "-c", str(AT_ONCE[pool]))
        return self._start("worker", lease, *how_many, "-n", f"w{next(_numbers)}@%h", *quiet)

    def _start(self, what: str, lease: int, *more: str) -> subprocess.Popen[bytes]:
        number = next(_numbers)
        own = {"ONUS_MESSAGE_LEASE_SECONDS": str(lease), "FAULTS_BEAT": str(self.folder / f"beat{number}")}
        command = [sys.executable, "-m", "celery", "-A", "config", what, "-l", "WARNING", *more]
        said = self.folder / f"{what}{number}.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                command, env=os.environ | own, stdout=log, stderr=log, start_new_session=True, stdin=subprocess.DEVNULL
            )
        self.running[process] = said
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Without a good-bye, and the processes that it forked with it."""
        kill_all(process.pid)
        process.wait()
        del self.running[process]

    # --- What is to be said

    def due(self, name: str, *, mails: int = 0, texts: int = 0, at: str = "", **when: Any) -> int:
        """Plan so many, due a minute ago unless told otherwise; returns how many are new."""
        channels = [Channel.EMAIL] * mails + [Channel.TEXT] * texts
        planned = [_planned(name, channel, at or ADDRESS[channel], **when) for channel in channels]
        return self.plan(name, planned, now=clock.now())

    def plan(self, name: str, planned: Iterable[Planned], *, now: datetime) -> int:
        new = plan(planned, now=now)
        self.planned[name] += new
        return new

    # --- Waiting

    def wait_until_settled(self, name: str, *, patience: float = PATIENCE_SECONDS) -> None:
        """Nothing is queued or in anybody's hands; what waits for a later try needn't wait here."""
        for _ in self.while_waiting(name, patience=patience):
            self.let_waits_pass(name)

    def while_waiting(self, name: str, *, patience: float = PATIENCE_SECONDS, every: float = 0.3) -> Iterator[int]:
        """How many are still open, until none is or patience ends; `check` finds what is left then."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if not (left := rows(name).filter(state__in=OPEN).count()):
                return
            self._all_run()
            yield left
            time.sleep(every)

    def _all_run(self) -> None:
        """Who ended by himself, and wasn't killed by us, tried nothing."""
        for process, said in self.running.items():
            if process.poll() is not None:
                raise RuntimeError(f"It ended by itself: {said.read_text()[-2_000:]}")

    def let_waits_pass(self, name: str) -> None:
        """Time goes by: what is to be tried again later is dated back."""
        now = clock.now()
        later = rows(name).filter(state=State.QUEUED, try_at__gt=now + timedelta(seconds=2))
        later.exclude(Q(due_at__gt=now)).update(try_at=F("due_at"))


def _planned(name: str, channel: Channel, at: str, **when: Any) -> Planned:
    number = next(_numbers)
    its = {"due_at": clock.now() - timedelta(minutes=1), **when}
    return Planned(key=f"{name}:{number}", kind=NOTICE, channel=channel, about=at.format(number), **its)


def rows(name: str) -> MessageQuerySet:
    """Of one fault. Asked anew on a connection that lives: the server may have been away."""
    connection.close_if_unusable_or_obsolete()
    return Message.objects.filter(key__startswith=f"{name}:")


def pids(workers: Iterable[subprocess.Popen[bytes]]) -> list[int]:
    """Of the processes that send."""
    return [child for worker in workers for child in children(worker.pid)]
