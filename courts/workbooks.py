"""Excel workbooks that courts send: weighed before anything opens them, then read row by row like any other table.

A workbook is a ZIP of XML files. What it unpacks to is known, and refused where it is too much, before a reader of
ours sees it. No Django.
"""

import re
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from typing import IO, Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel

from courts.headers import HEADER_WITHIN, Columns, UnreadableList, header_again, header_of, trimmed
from courts.papers import MB, MOST_BYTES
from courts.tables import Held, Record, Source, head_of, record_of, shown, with_rows

MOST_UNPACKED, MOST_STRINGS, MOST_PARTS = 256 * MB, 64 * MB, 1_000
# XML of a sheet shrinks to a tenth or a thirtieth. What shrinks to less than this, and isn't small, was made to.
MOST_RATIO, SMALL = 120, 16 * MB
MOST_COLUMNS = 200
DOCTYPE, ELEMENT = "doctype", "element"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_AGAIN = 'Open it in Excel, choose "Save as" and "Excel Workbook (.xlsx)", and send that file.'
LOCKED = "is protected by a password. Take it off (File, Info, Protect Workbook), save the file, and send it again."
OLD = f"is in the old format of Excel or Word. {_AGAIN}"
BINARY = f"is a binary workbook (.xlsb). {_AGAIN}"
ANOTHER = f"is a workbook of another program. {_AGAIN}"
ARCHIVE = "is a ZIP archive, not a workbook. Unpack it, and send the list that is in it."
BROKEN = f"can't be opened: a part of it is missing or damaged. {_AGAIN}"
TOO_MUCH = "unpacks to far more than a list needs. Copy the rows into a new workbook, and send that one."
TOO_BIG = "is larger than 10 MB. Send it in parts."
EMPTY = "has no rows in it. Export the list once more."
WHICH = "has several sheets with something in them. Choose the one with the list."

DATES = frozenset(
    {
        *("date_of_birth", "ordered_on", "received_on", "enroll_by", "start_by", "complete_by", "proof_due_by"),
        "hearing_at",
    }
)
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z0-9:$]{1,40})"')
_FORMULA = re.compile(rb"<f[ />]")
Values = tuple[Any, ...]
_DAYS = (1.0, 80_000.0)  # serial numbers that are days of ours, by either calendar of Excel


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An opened sheet, and what its XML says beside the cells."""

    file: str
    sheet: Any
    epoch: datetime
    merged: tuple[str, ...]
    # The same sheet read for its formulas; None: there are none.
    formulas: Any


def is_workbook(place: Source) -> bool:
    """Or pretends to be one: what it is instead is said when it is read. Raises UnreadableList."""
    return head_of(place).startswith((_ZIP, _OLE))


def sheets(place: Source) -> list[str]:
    """The names of those that are shown and have something in them. Raises UnreadableList."""
    with _opened(place) as (_, book):
        return [sheet.title for sheet in _to_see(book) if _has_something(sheet)]


def first_rows(place: Source, sheet: str, count: int) -> list[list[str]]:
    """The cells of the first rows that have some. Raises UnreadableList."""
    with _sheet(place, sheet) as opened:
        found = (trimmed(_texts(opened, number, values)) for number, values in _rows(opened))
        return list(islice(filter(None, found), count))


def records(place: Source, sheet: str, columns: Columns) -> Iterator[Record]:
    """As `tables.records` does of a text. `sheet`: "" for the only one. Raises UnreadableList, also later on."""
    return with_rows(place, _records(place, sheet, columns))


def _records(place: Source, sheet: str, columns: Columns) -> Iterator[Record]:
    with _sheet(place, sheet) as opened:
        rows = _rows(opened)
        header = _header(opened, rows, columns)
        days = tuple(name in DATES for name in header)
        for number, values in rows:
            cells = _texts(opened, number, values, days)
            if not any(cell.strip() for cell in cells):
                continue
            if again := header_again(cells[: len(header)], columns):
                header, days = again, tuple(name in DATES for name in again)
                continue
            yield _record(number, header, cells)


def _header(opened: _Sheet, rows: Iterator[tuple[int, Values]], columns: Columns) -> tuple[str, ...]:
    """The first row that names columns; the rows above it are read past. Raises UnreadableList."""
    above: list[str] | None = None
    for number, values in islice(rows, HEADER_WITHIN):
        cells = trimmed(_texts(opened, number, values))
        if columns.found_in(cells):
            header = header_of(opened.file, cells, columns)
            _refuse_merged(opened, number)
            return header
        above = above or cells
    if not above:
        raise UnreadableList(f"{opened.file} {EMPTY}")
    return header_of(opened.file, above, columns)


def _refuse_merged(opened: _Sheet, header: int) -> None:
    """Of merged cells only the first says anything: the others would come in empty, and nobody would know."""
    below = [ref for ref in opened.merged if (range_boundaries(ref)[3] or 0) > header]
    if below:
        more = f" and {len(below) - 1} more" if len(below) > 1 else ""
        raise UnreadableList(
            f"{opened.file} has merged cells: {below[0]}{more}. Unmerge them (Home, Merge & Center), fill in each "
            "cell, and send it again."
        )


def _record(number: int, header: tuple[str, ...], cells: list[str]) -> Record:
    made = record_of(number, header, trimmed(cells, len(header)))
    wrong = next((cell for cell in cells if cell in _ERRORS), None)
    if made.refused is None and wrong:
        return Record(number, made.cells, f"A cell shows the error {wrong}. Correct it and send the row again.")
    return made


# --- What a cell says


def _rows(opened: _Sheet) -> Iterator[tuple[int, Values]]:
    """Each row that has something in it, by its number. Raises UnreadableList at a formula without a saved result."""
    values = opened.sheet.iter_rows(max_col=MOST_COLUMNS, values_only=opened.formulas is None)
    if opened.formulas is None:
        yield from ((number, row) for number, row in enumerate(values, 1) if any(cell is not None for cell in row))
        return
    for number, (row, written) in enumerate(
        zip(values, opened.formulas.iter_rows(max_col=MOST_COLUMNS), strict=False), 1
    ):
        for column, (cell, formula) in enumerate(zip(row, written, strict=False), 1):
            # A formula whose saved result is no text at all, says so by its type.
            if formula.data_type == "f" and cell.value is None and cell.data_type == "n":
                raise UnreadableList(
                    f"{opened.file} has a formula in {get_column_letter(column)}{number} whose result isn't saved with "
                    "it. Open it in Excel, save it, and send it again."
                )
        found = tuple(cell.value for cell in row)
        if any(cell is not None for cell in found):
            yield number, found


def _texts(opened: _Sheet, number: int, values: Values, days: tuple[bool, ...] = ()) -> list[str]:
    return [
        _text(value, opened.epoch, is_day=at < len(days) and days[at]) if value is not None else ""
        for at, value in enumerate(values)
    ]


def _text(value: Any, epoch: datetime, *, is_day: bool) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if is_day and _DAYS[0] <= value < _DAYS[1]:
            return _text(from_excel(value, epoch), epoch, is_day=False)
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


# --- The file


@contextmanager
def _sheet(place: Source, name: str) -> Iterator[_Sheet]:
    with _opened(place) as (packed, book):
        sheet = _chosen(place, book, name)
        has_formulas, merged = _looked_through(place, packed, sheet._worksheet_path)  # noqa: SLF001  there is no other way to it
        sheet.reset_dimensions()
        if not has_formulas:
            yield _Sheet(shown(place), sheet, book.epoch, merged, None)
            return
        written = load_workbook(BytesIO(_content(place)), read_only=True, data_only=False)
        try:
            formulas = written[sheet.title]
            formulas.reset_dimensions()
            yield _Sheet(shown(place), sheet, book.epoch, merged, formulas)
        finally:
            written.close()


@contextmanager
def _opened(place: Source) -> Iterator[tuple[zipfile.ZipFile, Any]]:
    content = _content(place)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            _weigh(shown(place), packed)
            book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                yield packed, book
            finally:
                book.close()
    except UnreadableList:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        EOFError,
    ):
        # Whatever a reader says of a file that isn't what it should be; SyntaxError is what XML's parsers raise.
        raise UnreadableList(f"{shown(place)} {BROKEN}") from None


def _content(place: Source) -> bytes:
    """All of it, in memory. Raises UnreadableList for what isn't a workbook at all."""
    if head_of(place).startswith(_OLE):
        content = _read(place)
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise UnreadableList(f"{shown(place)} {LOCKED if locked else OLD}")
    return _read(place)


def _read(place: Source) -> bytes:
    if isinstance(place, Held):
        content = place.content
    else:
        with place.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableList(f"{shown(place)} {TOO_BIG}")
    return content


def _weigh(file: str, packed: zipfile.ZipFile) -> None:
    """By what it says of itself: no reader unpacks more of a part than that. Raises UnreadableList."""
    parts = {part.filename: part for part in packed.infolist()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise UnreadableList(f"{file} {LOCKED}")
    unpacked, size = sum(part.file_size for part in packed.infolist()), sum(p.compress_size for p in packed.infolist())
    strings = sum(part.file_size for name, part in parts.items() if name.lower().endswith("sharedstrings.xml"))
    if (
        len(packed.infolist()) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or strings > MOST_STRINGS
        or (unpacked > SMALL and unpacked > MOST_RATIO * size)
    ):
        raise UnreadableList(f"{file} {TOO_MUCH}")
    if "xl/workbook.xml" not in parts:
        raise UnreadableList(f"{file} {_what_else(parts)}")
    for name in parts:
        with packed.open(name) as part:
            begins = _begins(part)
        # A picture is no XML and begins with neither; what calls itself XML has to.
        if begins == DOCTYPE or (not begins and name.lower().endswith((".xml", ".rels"))):
            raise UnreadableList(f"{file} {BROKEN}")


def _begins(part: IO[bytes]) -> str:
    """What comes first, as expat reads it: an element or a DOCTYPE, for which more than 64 kB before either counts.

    "" is neither: no XML at all.
    """
    parser, found = expat.ParserCreate(), list[str]()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(DOCTYPE)
    parser.StartElementHandler = lambda *_: found.append(ELEMENT)
    # It says of an encoding that Python doesn't know, or that takes several bytes a letter, so in its own way.
    with suppress(expat.ExpatError, LookupError, ValueError):
        for _ in range(16):
            piece = part.read(4096)
            parser.Parse(piece)
            if found or not piece:
                return found[0] if found else ""
        return DOCTYPE
    return found[0] if found else ""


def _what_else(parts: Container[str]) -> str:
    if "xl/workbook.bin" in parts:
        return BINARY
    return ANOTHER if "mimetype" in parts or "[Content_Types].xml" in parts else ARCHIVE


def _chosen(place: Source, book: Any, name: str) -> Any:
    found = [sheet for sheet in _to_see(book) if not name or sheet.title == name]
    filled = [sheet for sheet in found if _has_something(sheet)]
    if not filled:
        raise UnreadableList(f"{shown(place)} {EMPTY}")
    if len(filled) > 1:
        raise UnreadableList(f"{shown(place)} {WHICH}")
    return filled[0]


def _to_see(book: Any) -> list[Any]:
    """Without the hidden ones, and without those that are a chart."""
    return [one for one in book.worksheets if one.sheet_state == "visible" and hasattr(one, "iter_rows")]


def _has_something(sheet: Any) -> bool:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    return any(cell is not None for row in rows for cell in row)


def _looked_through(place: Source, packed: zipfile.ZipFile, path: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the sheet has formulas, and what is merged in it; read piece by piece."""
    has_formulas, merged, before = False, list[str](), b""
    with packed.open(path) as part:
        while piece := part.read(MB):
            both = before + piece
            has_formulas = has_formulas or _FORMULA.search(both) is not None
            merged += [ref.decode() for ref in _MERGED.findall(both)]
            # A tag may lie across two pieces; one that is complete isn't found twice.
            before = both[both.rfind(b"<") :][-200:]
    return has_formulas, tuple(dict.fromkeys(merged))
