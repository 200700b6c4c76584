"""Making a backup, and restoring one. Both are long, and nothing of either is half done when it is stopped."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from accounts.actors import Task
from audit.actions import record
from backups import databases, ledgers, stream
from backups.archive import DATABASE, PART, Archive, contents, manifest_of
from core.refusal import Refusal
from vault import ledger
from vault.models import Key

KEPT_FOR = timedelta(days=35)
NAME, PATTERN = "onus-%Y%m%dT%H%M%SZ.backup", "onus-*.backup"
BACKUP, RESTORE = Task("backups.backup"), Task("backups.restore")


class NoRecipient(Refusal):
    pass


class AnotherIsAtWork(Refusal):
    pass


class OtherKind(Refusal):
    """Of another version, or of the other database."""


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    bytes: int
    expired: int


@dataclass(frozen=True, slots=True)
class Restored:
    made_at: str
    destroyed_again: int
    unsure: int


# --- Making one


def back_up(*, folder: Path, now: datetime) -> Made:
    """Raises Refusal, or OSError where the disk is full; the backups that are there stay good."""
    recipient = _recipient()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        _sweep(folder)
        path = _written(folder, recipient, now)
        expired = _expire(folder, but=path, now=now)
    made = Made(path, path.stat().st_size, expired)
    facts = {"name": path.name, "bytes": made.bytes, "expired": expired}
    with transaction.atomic():
        record(by=BACKUP, now=now, verb="backup.made", on="backups", facts=facts)
    return made


def _recipient() -> str:
    if settings.BACKUP_RECIPIENT:
        return str(settings.BACKUP_RECIPIENT)
    if settings.BACKUP_KEY:
        return stream.recipient_of(settings.BACKUP_KEY)
    raise NoRecipient(
        "Nobody said to whom a backup is sealed. Run `manage.py escrow`, which prints the keys for two people to keep, "
        "and set ONUS_BACKUP_RECIPIENT to what it says."
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AnotherIsAtWork(f"Another backup is being made in {folder}. Wait for its end.") from None
        yield


def _sweep(folder: Path) -> None:
    """What one that was killed left behind."""
    for left in folder.glob(".*.part*"):
        left.unlink()


def _written(folder: Path, recipient: str, now: datetime) -> Path:
    path = folder / now.astimezone(UTC).strftime(NAME)
    draft = folder / f".{path.name}.part"
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            archive = _archived(file, recipient, now)
            file.flush()
            os.fsync(file.fileno())
            archive.verify(file)
        # Never over one that is there.
        path.hardlink_to(draft)
    except FileExistsError:
        raise AnotherIsAtWork(f"{path} was made this very second. Run it again.") from None
    finally:
        draft.unlink(missing_ok=True)
    databases.flush_folder(folder)
    return path


def _archived(file: BinaryIO, recipient: str, now: datetime) -> Archive:
    manifest = {"made_at": now.isoformat(), "database": connection.vendor, "applied": databases.applied()}
    archive = Archive(file, recipient=recipient, manifest=manifest)
    with databases.dump(Path(settings.VAR)) as content:
        archive.add(DATABASE, content)
    for path in _papers():
        with path.open("rb") as paper:
            archive.add(path.name, databases.pieces(paper))
    archive.end()
    return archive


def _papers() -> Iterable[Path]:
    """What else is ours alone and no secret: the certificates. What we signed with isn't in a backup."""
    named = (settings.FORMER_CERTIFICATES, settings.SIGNING_CHAIN, f"{settings.SIGNING_KEY}.crt")
    return [path for path in map(Path, filter(None, named)) if path.is_file()]


def _expire(folder: Path, *, but: Path, now: datetime) -> int:
    """Only ours, by their own name, and only once a newer one is whole."""
    old = [path for path in folder.glob(PATTERN) if path != but and _is_old(path.name, now)]
    for path in old:
        path.unlink()
    return len(old)


def _is_old(name: str, now: datetime) -> bool:
    try:
        made_at = datetime.strptime(name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return False
    return now - made_at > KEPT_FOR


# --- Restoring one


def restore(*, path: Path, key: str, ledger_path: Path, papers_to: Path, now: datetime) -> Restored:
    """Into the empty database that is configured. Raises Refusal: nothing was restored then."""
    if not key:
        raise stream.WrongKey(
            "Set ONUS_BACKUP_KEY for this command: `python -m backups.unescrow` gives it from the two sheets."
        )
    if databases.unfinished():
        raise databases.NotEmpty("A restore into this database was stopped. Run manage.py restore --finish.")
    databases.refuse_unless_empty()
    told = ledger.read(ledger_path)
    with path.open("rb") as file:
        manifest = manifest_of(file, key=key)
        _refuse_unless_fitting(manifest)
        _load(file, key, papers_to)
    return finish(told=told, made_at=manifest["made_at"], now=now)


def finish(*, told: ledger.Told, made_at: str, now: datetime) -> Restored:
    """Destroy again what the ledger says; before it is done, nobody is let in."""
    with databases.settling(), transaction.atomic():
        gone = Key.objects.exclude(destroyed_at=None).values_list("pk", flat=True)
        again = ledgers.destroy_again(told, gone, now=now)
        # Whether it came to that nobody knows any more: a person decides.
        unsure = Key.objects.living().filter(pk__in=told.begun).count()
        facts = {"made_at": made_at, "destroyed_again": again, "unsure": unsure}
        record(by=RESTORE, now=now, verb="backup.restored", on="backups", facts=facts)
    return Restored(made_at, again, unsure)


def _refuse_unless_fitting(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise OtherKind(
            f"This backup is of {manifest['database']}, and DATABASE_URL names {connection.vendor}. "
            f"Name an empty {manifest['database']} database."
        )
    theirs, ours = set(manifest["applied"]), set(databases.known())
    if strange := sorted(theirs - ours):
        raise OtherKind(
            f"This backup is of a newer version of Onus: {strange[-1]} isn't known here. Restore with the version that "
            f"ran on {manifest['made_at'][:10]}."
        )
    if lacking := sorted(ours - theirs):
        raise OtherKind(
            f"This backup is of an older version of Onus: it has no {lacking[-1]}. Restore with the version that ran "
            f"on {manifest['made_at'][:10]}, then upgrade."
        )


def _load(file: BinaryIO, key: str, papers_to: Path) -> None:
    with databases.load() as database, ExitStack() as stack:
        into: databases.Into = database
        for piece in contents(file, key=key):
            if piece.kind == PART:
                into = database if piece.content.decode() == DATABASE else _paper(papers_to, piece.content, stack)
            elif piece.kind == b"D":
                into.write(piece.content)


def _paper(folder: Path, name: bytes, stack: ExitStack) -> BinaryIO:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return stack.enter_context((folder / Path(name.decode()).name).open("wb"))
