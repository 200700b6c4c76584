"""What lies in a sealed stream: what it is, then part by part, then how much it was.

A chunk's first byte says what it is: `M` the manifest, as JSON; `P` a part's name; `D` its bytes, deflated; `E` the end
of all, with how many bytes there were.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from backups import stream

MANIFEST, PART, DATA, END = b"M", b"P", b"D", b"E"
AT_ONCE = 512 * 1024
DATABASE = "database"


class Piece(NamedTuple):
    kind: bytes
    content: bytes


class Archive:
    """Being written."""

    def __init__(self, file: BinaryIO, *, recipient: str, manifest: dict[str, Any]) -> None:
        self._stream = stream.Writer(file, recipient=recipient)
        self._bytes = 0
        self._stream.write(MANIFEST + json.dumps(manifest).encode())

    def add(self, name: str, content: Iterable[bytes]) -> None:
        """`content` in pieces of AT_ONCE bytes or fewer."""
        self._stream.write(PART + name.encode())
        for piece in content:
            self._bytes += len(piece)
            # The level that costs least: a database's pages are mostly what repeats.
            self._stream.write(DATA + zlib.compress(piece, 1))

    def end(self) -> None:
        self._stream.write(END + json.dumps({"bytes": self._bytes}).encode(), last=True)

    def verify(self, file: BinaryIO) -> int:
        """Read all of it again, as it lies on the disk, while we still can. Raises stream.Damaged."""
        file.seek(0)
        return sum(len(piece.content) for piece in _pieces(stream.chunks(file, self._stream.opener)))


def manifest_of(file: BinaryIO, *, key: str) -> dict[str, Any]:
    """Read the whole file first: nothing is to begin with a backup that ends in the middle.

    Raises stream.NotABackup, WrongKey, Damaged.
    """
    pieces = contents(file, key=key)
    said: dict[str, Any] = json.loads(next(pieces).content)
    for _ in pieces:
        pass
    return said


def contents(file: BinaryIO, *, key: str) -> Iterator[Piece]:
    """The manifest, then parts and their bytes. Raises stream.NotABackup, WrongKey, Damaged."""
    file.seek(0)
    return _pieces(stream.chunks(file, stream.opener(file, key=key)))


def _pieces(chunks: Iterator[bytes]) -> Iterator[Piece]:
    told = said = 0
    for chunk in chunks:
        kind, content = chunk[:1], chunk[1:]
        if kind == END:
            said = json.loads(content)["bytes"]
            continue
        if kind == DATA:
            content = zlib.decompress(content)
            told += len(content)
        yield Piece(kind, content)
    if told != said:
        raise stream.Damaged("This backup doesn't hold what it says it does. Take the one before it.")
