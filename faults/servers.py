"""PostgreSQL and Redis of our own that are killed and come again on the same port. fsync is on: that is the point."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tools.servers import (
    DATABASE,
    HOST,
    PATIENCE_SECONDS,
    answers_as_redis,
    free_port,
    lent,
    own_folder,
    postgres_url,
    programs,
)

USER = "onus"


@dataclass(slots=True)
class Postgres:
    folder: Path
    port: int
    pg_ctl: str

    @property
    def url(self) -> str:
        return postgres_url(self.port, USER)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses={HOST} -c unix_socket_directories='' -c fsync=on"
        self._run("-l", self.folder / "log", "-o", options, "start")

    def make_database(self) -> None:
        with psycopg.connect(postgres_url(self.port, USER).rpartition("/")[0] + "/postgres", autocommit=True) as there:
            there.execute(f"CREATE DATABASE {DATABASE}")

    def crash(self) -> None:
        """As when the power goes: nothing is written any more, and the log is replayed at the next start."""
        self._run("-m", "immediate", "stop")

    def leave_room(self, to: int | None) -> None:
        """No file may grow past so many bytes: writing beyond fails as on a full disk. None: there is room again."""
        room = "unlimited" if to is None else str(to)
        for process in self._processes():
            # As their owner, who may: root in a container may not. One that has ended meanwhile needs no room.
            command = ["prlimit", "--pid", str(process), f"--fsize={room}:unlimited"]
            subprocess.run(command, check=False, **lent(self.folder))

    def _processes(self) -> list[int]:
        master = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        return [master, *children(master)]

    def _run(self, *what: str | Path) -> None:
        command = [self.pg_ctl, "-D", self.folder / "data", "-w", *what]
        with (self.folder / "said").open("wb") as said:
            subprocess.run(command, stdout=said, stderr=said, check=True, **lent(self.folder))


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    initdb, pg_ctl = programs("postgresql")
    with own_folder() as folder:
        server = Postgres(folder, free_port(), pg_ctl)
        who = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [initdb, "-D", str(folder / "data"), *who]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, **lent(folder))
        server.start()
        try:
            yield server
        finally:
            server.crash()


@dataclass(slots=True)
class Redis:
    folder: Path
    port: int
    program: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        command = [self.program, "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, start_new_session=True, **lent(self.folder))
        end = time.monotonic() + PATIENCE_SECONDS
        while not answers_as_redis(self.port):
            if time.monotonic() > end:
                raise RuntimeError("Redis did not start.")
            time.sleep(0.05)

    def kill(self) -> None:
        """What it held is gone."""
        assert self.process, "it was started"
        self.process.kill()
        self.process.wait()


@contextmanager
def own_redis() -> Iterator[Redis]:
    (program,) = programs("redis-server")
    with own_folder() as folder:
        server = Redis(folder, free_port(), program)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def children(process: int) -> list[int]:
    """Whichever of its threads forked them: without Redis, Celery forks successors from a thread of its own."""
    found: list[int] = []
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        # The thread, or the whole process, may end meanwhile.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, told.read_text().split())
    return found


def kill_all(leader: int) -> None:
    """`kill -9` of it and of all that it forked."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill(process: int) -> bool:
    """`kill -9`. False: it was gone already."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
