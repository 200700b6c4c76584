"""The rows of a list that were refused, as a file to mend and send again."""

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courts.cells import harmless
from courts.lists import COLUMNS, Row

HEADER = (*COLUMNS.ours, *COLUMNS.known)


class NotWritable(Exception):
    """The file of refused rows can't be made; the message says why."""


@dataclass(slots=True)
class Rejected:
    """Made when the first row is refused, readable by its owner only."""

    path: Path
    _writer: Any = None
    _file: Any = None

    def refuse(self, row: Row, reason: str) -> None:
        try:
            if self._writer is None:
                self._open()
            self._writer.writerow(_said(row, reason))
        except OSError as error:
            why = (error.strerror or "no reason given").lower()
            raise NotWritable(
                f"The refused rows can't be written to {self.path} ({why}). "
                "Copy the list into a folder of your own, and import it from there."
            ) from None

    def _open(self) -> None:
        # Made anew, never opened: whoever could read an old one keeps no way into this one.
        self.path.unlink(missing_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.DictWriter(self._file, HEADER)
        self._writer.writeheader()

    def close(self) -> None:
        if self._file:
            self._file.close()


_KNOWN = frozenset(COLUMNS.known)


def _said(row: Row, reason: str) -> dict[str, Any]:
    own = {"line": row.line, "reason": reason, "rest": harmless(row.raw.get("", ""))}
    return own | {name: harmless(cell) for name, cell in row.raw.items() if name in _KNOWN}


class RejectedText:
    """The same in memory: a file of men's names has no place on a server's disk."""

    def __init__(self) -> None:
        self._added = io.StringIO(newline="")
        self._writer = csv.DictWriter(self._added, HEADER)
        self.rows = 0

    def refuse(self, row: Row, reason: str) -> None:
        self._writer.writerow(_said(row, reason))
        self.rows += 1

    def after(self, before: bytes | None) -> bytes:
        """What was refused earlier, and then these; with its head where it begins. b"": nothing ever was."""
        if not self.rows:
            return before or b""
        return (before or _head()) + self._added.getvalue().encode()


def _head() -> bytes:
    said = io.StringIO(newline="")
    csv.DictWriter(said, HEADER).writeheader()
    return said.getvalue().encode("utf-8-sig")


@contextmanager
def rejected_beside(path: Path) -> Iterator[Rejected]:
    """FILE.rejected.csv beside FILE, closed at the end."""
    rejected = Rejected(Path(f"{path}.rejected.csv"))
    try:
        yield rejected
    finally:
        rejected.close()
