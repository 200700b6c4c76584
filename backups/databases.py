"""A whole database out of its file or its server, and into an empty one."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from django.db import connection
from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]
from django.db.migrations.executor import MigrationExecutor

from backups.archive import AT_ONCE
from core.refusal import Refusal

# Who was signed in then isn't now, and limits and used codes are of that hour.
LEFT_OUT = ("django_session", "core_cache")
# Stands in a database that was filled, and whose destroyed keys weren't destroyed again yet.
UNFINISHED = "onus_restore_unfinished"
OURS_TO_READ = 0o600
# How PostgreSQL's own programs are told where the database is, after PG…
LIBPQ = {"DATABASE": "NAME", "USER": "USER", "PASSWORD": "PASSWORD", "HOST": "HOST", "PORT": "PORT"}
TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey")


class ProgramMissing(Refusal):
    pass


class DatabaseFailed(Refusal):
    """What the database's own program said."""


class NotEmpty(Refusal):
    pass


class Into(Protocol):
    def write(self, content: bytes, /) -> object: ...


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def unfinished() -> bool:
    return UNFINISHED in tables()


def refuse_unless_empty() -> None:
    if found := tables():
        raise NotEmpty(
            f"The database that DATABASE_URL names isn't empty: it has {len(found)} tables. A restore goes into an "
            "empty one only. Make a new database, name it in DATABASE_URL, and leave this one as it is."
        )


def applied() -> list[str]:
    """The migrations that this database has: app.name, in order."""
    return sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations)


def known() -> list[str]:
    """Those that this version of Onus has on its disk."""
    return sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations)


# --- Out


@contextmanager
def dump(folder: Path) -> Iterator[Iterator[bytes]]:
    """The whole database as it is at one moment, in pieces; people go on working. `folder`: for a passing copy."""
    with _sqlite_copy(folder) if is_sqlite() else _pg_dump() as file:
        yield pieces(file)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(AT_ONCE), b"")


@contextmanager
def _sqlite_copy(folder: Path) -> Iterator[BinaryIO]:
    copy = folder / ".copy.part"
    _forget_file(copy)
    copy.touch(mode=OURS_TO_READ)
    try:
        name = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(name, timeout=60)) as source, closing(sqlite3.connect(copy)) as made:
            # Page by page, in one step: VACUUM INTO would be held up by each index over an expression of Django's.
            source.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")
            _leave_out(made)
            _refuse_unless_sound(made)
        with copy.open("rb") as file:
            yield file
    except sqlite3.Error as error:
        raise DatabaseFailed(f"SQLite could not copy the database: {error}.") from error
    finally:
        _forget_file(copy)


def _leave_out(made: sqlite3.Connection) -> None:
    made.execute("PRAGMA secure_delete = ON")
    for table in LEFT_OUT:
        made.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own tables
    made.commit()


def _refuse_unless_sound(made: sqlite3.Connection) -> None:
    # It tries each CHECK, and some call functions that Django brings.
    register(made)
    (said,) = made.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise DatabaseFailed(f"The database's file is damaged: {said}. Keep it, and restore a backup beside it.")


@contextmanager
def _pg_dump() -> Iterator[IO[bytes]]:
    # We deflate ourselves, both columns alike.
    without = [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
    command = [_program("pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-privileges", *without]
    with tempfile.TemporaryFile() as said, _running(command, stdout=subprocess.PIPE, stderr=said) as process:
        assert process.stdout, "it was asked for"
        yield process.stdout
        _refuse_if_failed("pg_dump", process.wait(), said)


# --- In


@contextmanager
def load() -> Iterator[Into]:
    """Takes the database's bytes. What is raised inside leaves an empty database behind, or none."""
    with _sqlite_load() if is_sqlite() else _pg_load() as into:
        yield into


@contextmanager
def _sqlite_load() -> Generator[BinaryIO]:
    """Into a file beside, which the connection then means; `settle` puts it in its place."""
    beside = _beside()
    _forget_file(beside)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_TO_READ), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with closing(sqlite3.connect(beside)) as made:
            _refuse_unless_sound(made)
    except BaseException as error:
        _forget_file(beside)
        if isinstance(error, sqlite3.Error):
            raise DatabaseFailed(f"SQLite could not read what was restored: {error}.") from error
        raise


@contextmanager
def settling() -> Iterator[None]:
    """What is done inside is done to the restored database, before anybody else can see it."""
    if not is_sqlite():
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {UNFINISHED}")
        return
    # It may have been filled since.
    refuse_unless_empty()
    name, beside = connection.settings_dict["NAME"], _beside()
    connection.close()
    connection.settings_dict["NAME"] = str(beside)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _forget_file(Path(name))
        beside.rename(name)
        flush_folder(Path(name).parent)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        _forget_file(beside)


def flush_folder(folder: Path) -> None:
    """So that a name that was given or taken there is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside() -> Path:
    return Path(f"{connection.settings_dict['NAME']}.restoring")


def _forget_file(path: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{tail}").unlink(missing_ok=True)


@contextmanager
def _pg_load() -> Generator[IO[bytes]]:
    """One transaction, committed by us: were pg_restore stopped, psql would take that for the end."""
    restore, psql = _program("pg_restore"), _program("psql")
    unpack = [restore, "--no-owner", "--no-privileges", "--exit-on-error", "--file=-"]
    talk = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"]
    with (
        tempfile.TemporaryFile() as said,
        _running(talk, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as into,
    ):
        assert into.stdin, "it was asked for"
        _say(into.stdin, "BEGIN;\n")
        with _running(unpack, stdin=subprocess.PIPE, stdout=into.stdin, stderr=said) as unpacking:
            assert unpacking.stdin, "it was asked for"
            with suppress(BrokenPipeError):  # what it was that failed is in what they said
                yield unpacking.stdin
            with suppress(BrokenPipeError):
                unpacking.stdin.close()
            _refuse_if_failed("pg_restore", unpacking.wait(), said)
        with suppress(BrokenPipeError):
            _say(into.stdin, f"CREATE TABLE public.{UNFINISHED} ();\nCOMMIT;\n")
            into.stdin.close()
        _refuse_if_failed("psql", into.wait(), said)


def _say(stdin: IO[bytes], words: str) -> None:
    stdin.write(words.encode())
    stdin.flush()


def _refuse_if_failed(name: str, status: int, said: IO[bytes]) -> None:
    if status == 0:
        return
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines() or [f"it ended with {status}"]
    raise DatabaseFailed(f"{name} failed, and nothing was kept of it: {lines[0]}")


@contextmanager
def _running(command: list[str], **streams: object) -> Iterator[subprocess.Popen[bytes]]:
    """Whatever happens meanwhile, it doesn't outlive us."""
    process: subprocess.Popen[bytes] = subprocess.Popen(command, env=_environment(), **streams)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            if end:
                with suppress(BrokenPipeError):
                    end.close()


def _environment() -> dict[str, str]:
    """Nothing on the command line, which everybody on this machine can read."""
    said, options = connection.settings_dict, connection.settings_dict.get("OPTIONS", {})
    told = {f"PG{name}": said[setting] for name, setting in LIBPQ.items()}
    told |= {f"PG{name.upper()}": value for name, value in options.items() if name in TLS or name == "options"}
    return os.environ | {name: str(value) for name, value in told.items() if value}


def _program(name: str) -> str:
    """Debian keeps each version's in a folder of its own; the newest one reads what older servers say."""
    newest = max(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), default=None
    )
    found = str(newest) if newest else shutil.which(name)
    if not found:
        raise ProgramMissing(
            f"{name} isn't on this machine. Install PostgreSQL's client programs, of the server's version or a newer "
            "one (on Debian: apt-get install postgresql-client), then run this again."
        )
    return found
