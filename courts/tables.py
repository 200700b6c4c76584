"""Reading the tables that courts send, whatever saved them.

Delimiter and encoding are found out, columns may come in any order, and the file is read as a stream: a list
of 100 MB takes no more memory than one of ten lines. What can't be read as a table at all is UnreadableList,
with a sentence for the person who sent it; a single line that can't be read is a refused Record, and reading
goes on.
"""

import codecs
import csv
import io
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from courts.accents import is_misread, may_be_misread
from courts.headers import (
    HEADER_WITHIN,
    LEFT_OUT,
    Columns,
    UnreadableList,
    header_again,
    header_of,
    trimmed,
)

__all__ = ["LONGEST_CELL", "Columns", "Held", "Record", "Source", "UnreadableList", "first_rows", "records"]

LONGEST_CELL = 10_000  # letters
_LONGEST_LINE = 65_536  # letters; readline() stops there, so that a file without line ends stays out of memory
_MOST_LINES = 50  # that one row may take up by line ends inside of quotes
_HEAD = 65_536  # bytes
_SHOWN = 200  # letters of a line that is too long to be repeated

_UTF8, _UTF16, _WINDOWS, _MAC = "utf-8-sig", "utf-16", "cp1252", "mac-roman"
_LOSSLESS = "latin-1"
_SAVE_AGAIN = 'Open it in your spreadsheet, choose "Save as" and "CSV UTF-8", and import that file.'
_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a Word document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A file in memory, as somebody sent it; `name` is what sentences about it call it."""

    name: str
    content: bytes


Source = Path | Held


@dataclass(frozen=True, slots=True)
class Record:
    line: int  # the first line it stands on; the file's first line is 1
    cells: dict[str, str] = field(default_factory=dict)  # as they stood; under "" what no column took
    refused: str | None = None
    doubtful: bool = False  # in which encoding this line is written isn't sure: its accents want a look
    too_long: frozenset[str] = frozenset()  # columns of whose cells only the beginning is kept


class _Line(NamedTuple):
    number: int
    text: str
    doubtful: bool
    fault: str


def records(path: str | os.PathLike[str] | Held, columns: Columns) -> Iterator[Record]:
    """The rows of a table, one by one. Raises UnreadableList at the call, not at the first row."""
    place = path if isinstance(path, Held) else Path(path)
    return with_rows(place, _records(place, columns))


def with_rows(place: Source, reading: Iterator[Record]) -> Iterator[Record]:
    """Raises UnreadableList where there is none, and whatever reading the first one raises."""
    first = next(reading, None)
    if first is None:
        raise UnreadableList(f"{shown(place)} has a header line but no rows under it. Export the list once more.")
    return chain([first], reading)


def first_rows(place: Source, columns: Columns, count: int) -> list[list[str]]:
    """The cells of the first rows, the header among them, for somebody to look at. Raises UnreadableList."""
    head = head_of(place)
    _refuse_what_is_no_text(place, head)
    tape = _Tape(_lines(place, _encoding(place, head)))
    rows: list[list[str]] = []
    delimiter = _delimiter(tape, columns)
    for line in tape:
        if line.text.strip():
            rows.append(list(map(_cut, _cells(tape, delimiter, [line]))))
        if len(rows) == count:
            break
    return rows


def shown(place: Source) -> str:
    return place.name.encode("utf-8", "replace").decode() or str(place)


# --- the file ---


def head_of(path: Source) -> bytes:
    """Its first bytes. Raises UnreadableList."""
    if isinstance(path, Held):
        return path.content[:_HEAD]
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableList(f"{shown(path)} is a folder. Name the list inside of it.")
        if not stat.S_ISREG(mode):
            raise UnreadableList(f"{shown(path)} is not a file. Save the list as a file and name that.")
        with path.open("rb") as file:
            return file.read(_HEAD)
    except UnreadableList:
        raise
    except (FileNotFoundError, ValueError):  # ValueError: a name with a NUL in it
        raise UnreadableList(f"There is no file {shown(path)}. Check its name and folder.") from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise UnreadableList(f"{shown(path)} could not be opened ({reason}). Check who may read it.") from None


def _refuse_what_is_no_text(path: Source, head: bytes) -> None:
    if not head.strip():
        raise UnreadableList(f"{shown(path)} is empty. Export the list once more.")
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableList(f"{shown(path)} is {what}, not a list in plain text. {_SAVE_AGAIN}")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    # One NUL further down costs one cell. In the first line, or many of them, they say that this is no text.
    if b"\0" in head.split(b"\n", 1)[0] or head.count(0) > len(head) // 20:
        raise UnreadableList(f"{shown(path)} is not a list in plain text. {_SAVE_AGAIN}")


def _encoding(path: Source, head: bytes) -> str:
    """What most of the file is written in.

    The whole file is looked at: a Windows-1252 letter may come late in what was plain ASCII up to there.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _UTF16
    if _is_utf8(path):
        return _UTF8
    utf8 = windows = 0
    for _, text, _ in _physical_lines(path, _UTF8):
        if not text.isascii():
            escaped = _is_escaped(text)
            windows += escaped
            utf8 += not escaped
    if utf8 > windows:
        return _UTF8
    return _MAC if _is_a_macs(path) else _WINDOWS


def _is_a_macs(path: Source) -> bool:
    """Whether words of it make no sense on Windows, and all of them do on a Mac."""
    windows = False
    for _, text, _ in _physical_lines(path, _LOSSLESS):
        if not text.isascii():
            line = text.encode(_LOSSLESS)
            if is_misread(line.decode(_MAC)):
                return False
            windows = windows or is_misread(line.decode(_WINDOWS, "replace"))
    return windows


def _opened(path: Source) -> IO[bytes]:
    return io.BytesIO(path.content) if isinstance(path, Held) else path.open("rb")


def _is_utf8(path: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _opened(path) as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_escaped(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _physical_lines(path: Source, encoding: str) -> Iterator[tuple[int, str, bool]]:
    """Number, text, and whether it was cut for being too long."""
    errors = "surrogateescape" if encoding == _UTF8 else "replace"
    with io.TextIOWrapper(_opened(path), encoding=encoding, errors=errors, newline="") as file:
        number = 0
        while text := file.readline(_LONGEST_LINE):
            number += 1
            rest = text
            while len(rest) == _LONGEST_LINE and not rest.endswith(("\r", "\n")):
                rest = file.readline(_LONGEST_LINE)
            yield number, text, rest is not text


def _lines(path: Source, encoding: str) -> Iterator[_Line]:
    for number, text, cut in _physical_lines(path, encoding):
        fault = ""
        if cut:
            fault = f"The line has more than {_LONGEST_LINE:,} letters. Correct it and send it again."
        mended, doubtful = _mended(text, encoding)
        # A NUL is a letter that was lost: it costs its own cell, not the row.
        yield _Line(number, mended.replace("\0", "\ufffd"), doubtful, fault)


def _mended(text: str, encoding: str) -> tuple[str, bool]:
    """The few lines that are written otherwise than the rest: mended where that is sure, always doubtful."""
    if text.isascii():
        return text, False
    if encoding == _UTF8 and _is_escaped(text):
        return text.encode("utf-8", "surrogateescape").decode(_WINDOWS, "replace"), True
    if encoding == _WINDOWS:
        return text, may_be_misread(text) or _might_be_utf8(text)
    # A Mac's is guessed by a few of its words.
    return text, encoding == _MAC


def _might_be_utf8(text: str) -> bool:
    try:
        text.encode(_WINDOWS).decode("utf-8")
    except UnicodeError:
        return False
    return True


# --- rows ---


class _Tape:
    """Lines that can be wound back, for a quotation mark that was opened and never meant to be."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._ahead: deque[_Line] = deque()

    def __iter__(self) -> "_Tape":
        return self

    def __next__(self) -> _Line:
        return self._ahead.popleft() if self._ahead else next(self._lines)

    def wind_back(self, lines: list[_Line]) -> None:
        self._ahead.extendleft(reversed(lines))


def _cells(tape: _Tape, delimiter: str, taken: list[_Line]) -> list[str]:
    """The cells of one row. `taken` has its first line and is given those that quotes run over to.

    A quotation mark that is never closed would swallow every man below it. So where the marks don't match up,
    the first line is read by itself and the others are wound back.
    """

    def feed() -> Iterator[str]:
        yield taken[0].text
        for line in islice(tape, _MOST_LINES - 1):
            taken.append(line)
            yield line.text

    try:
        cells = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        if not any(line.fault for line in taken):
            return cells
    except csv.Error:
        pass
    tape.wind_back(taken[1:])
    del taken[1:]
    try:
        return next(csv.reader([taken[0].text], delimiter=delimiter))
    except csv.Error:
        return [taken[0].text]


def _records(path: Source, columns: Columns) -> Iterator[Record]:
    head = head_of(path)
    _refuse_what_is_no_text(path, head)
    tape = _Tape(_lines(path, _encoding(path, head)))
    delimiter = _delimiter(tape, columns)
    header = _header(shown(path), tape, delimiter, columns)
    for line in tape:
        if line.fault:
            yield Record(line.number, {"": _cut(line.text)}, line.fault)
            continue
        taken = [line]
        cells = _cells(tape, delimiter, taken)
        if not any(cell.strip() for cell in cells):
            continue
        if again := header_again(cells, columns):
            header = again
            continue
        made = record_of(line.number, header, cells, doubtful=any(line.doubtful for line in taken))
        if made.refused:
            tape.wind_back(taken[1:])
        yield made


def _header(file: str, tape: _Tape, delimiter: str, columns: Columns) -> tuple[str, ...]:
    """The first row that names columns; the rows above it are read past. Raises UnreadableList."""
    above: list[str] | None = None
    for line in islice((line for line in tape if line.text.strip()), HEADER_WITHIN):
        cells = [] if line.fault else trimmed(_cells(tape, delimiter, [line]))
        if columns.found_in(cells):
            return header_of(file, cells, columns)
        above = cells if above is None else above
    if above is None:
        raise UnreadableList(f"{file} is empty. Export the list once more.")
    return header_of(file, above, columns)


def record_of(line: int, header: tuple[str, ...], cells: list[str], *, doubtful: bool = False) -> Record:
    extra = cells[len(header) :]
    raw = {name: _cut(cell) for name, cell in zip(header, cells, strict=False) if name != LEFT_OUT}
    if len(cells) < len(header) or any(cell.strip() for cell in extra):
        reason = (
            f"The row has {len(cells)} cells where the header has {len(header)}. "
            "Look for a missing or stray separator or quotation mark."
        )
        return Record(line, raw | ({"": _cut(" ".join(extra))} if extra else {}), reason, doubtful)
    too_long = frozenset(name for name, cell in zip(header, cells, strict=False) if len(cell) > LONGEST_CELL)
    return Record(line, raw, None, doubtful, too_long)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[:_SHOWN] + "…"


def _delimiter(tape: _Tape, columns: Columns) -> str:
    """Of the line that names the most columns; where none does, of the first one that it parts at all."""
    head = list(islice(tape, 2 * HEADER_WITHIN))
    tape.wind_back(head)
    texts = [line.text for line in head if line.text.strip()][:HEADER_WITHIN]
    best = [max(",;\t", key=partial(_fit, text, columns)) for text in texts]
    fits = [(*_fit(text, columns, one), one) for text, one in zip(texts, best, strict=True)]
    most = max((known for known, _, _ in fits), default=0)
    return next((one for known, cells, one in fits if known == most and (known or cells > 1)), ",")


def _fit(text: str, columns: Columns, delimiter: str) -> tuple[int, int]:
    """How many columns it names, and how many cells it has."""
    cells = next(csv.reader([text], delimiter=delimiter))
    return sum(name is not None for name in columns.names(cells)), len(cells)
