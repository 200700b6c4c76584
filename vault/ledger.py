"""The ledger of destroyed keys: a file outside the database and outside its backups, which only grows.

A backup still holds keys that were destroyed since. Who restores it reads here which ones, and destroys them again. A
line is `time word key check`; its words: `begun` before the database is told, `destroyed` once that is committed,
`kept` where it never was. So none is lost, whenever the machine stops.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID
from zlib import crc32

from django.conf import settings

from core.refusal import Refusal

BEGUN, DESTROYED, KEPT = "begun", "destroyed", "kept"


class LedgerOutOfReach(Refusal):
    """The file can't be written or read; nothing was destroyed."""


class LedgerDamaged(Refusal):
    """A line isn't as it was written: what stood there may be a key that must not come back."""


@dataclass
class Told:
    """Which keys are gone, and since when; and those of which it isn't known whether it came to that."""

    destroyed: dict[UUID, datetime] = field(default_factory=dict)
    begun: dict[UUID, datetime] = field(default_factory=dict)

    def hear(self, at: datetime, word: str, key: UUID) -> None:
        if word == BEGUN:
            self.begun.setdefault(key, at)
            return
        self.begun.pop(key, None)
        if word == DESTROYED:
            self.destroyed.setdefault(key, at)


def tell(word: str, keys: Iterable[UUID], *, now: datetime) -> None:
    """On the disk when it returns. Raises LedgerOutOfReach."""
    lines = b"".join(_line(f"{now.isoformat()} {word} {key}") for key in keys)
    try:
        with _opened(Path(settings.KEY_LEDGER)) as file:
            _without_a_torn_line(file)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LedgerOutOfReach(
            f"The ledger of destroyed keys can't be written ({error.strerror}), and nothing was destroyed. Whoever "
            f"looks after this installation finds it by ONUS_KEY_LEDGER."
        ) from error


def read(path: Path | None = None) -> Told:
    """Raises LedgerOutOfReach where there is none, LedgerDamaged."""
    path, told = path or Path(settings.KEY_LEDGER), Told()
    try:
        with path.open("rb") as file:
            for at, word, key in _heard(file):
                told.hear(at, word, key)
    except OSError as error:
        raise LedgerOutOfReach(f"The ledger of destroyed keys can't be read: {path} ({error.strerror}).") from error
    return told


def exists() -> bool:
    return Path(settings.KEY_LEDGER).exists()


def _heard(file: BinaryIO) -> Iterator[tuple[datetime, str, UUID]]:
    for number, line in enumerate(file, start=1):
        if not line.endswith(b"\n"):
            return  # torn while it was written: nobody was told that it stands there
        said, _, _ = line.decode("ascii", "replace").rpartition(" ")
        if _line(said) != line:
            raise LedgerDamaged(
                f"Line {number} of the ledger of destroyed keys was changed. Take a copy of it that is whole: "
                "without it, somebody who was forgotten could come back."
            )
        at, word, key = said.split(" ")
        yield datetime.fromisoformat(at), word, UUID(key)


def _line(said: str) -> bytes:
    return f"{said} {crc32(said.encode()):08x}\n".encode()


def _opened(path: Path) -> BinaryIO:
    """For one writer at a time; closing it lets the next one in."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    fcntl.flock(file, fcntl.LOCK_EX)
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return file


def _without_a_torn_line(file: BinaryIO) -> None:
    """And at its end."""
    end = file.seek(0, os.SEEK_END)
    back = min(end, 200)  # a line has under 100 bytes
    file.seek(end - back)
    whole = end - back + file.read().rfind(b"\n") + 1
    file.seek(whole)
    file.truncate()
