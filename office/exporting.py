"""Lists as tables that leave the house: row by row, in memory that stays flat however many there are."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from office.columns import Column, cell

# What a spreadsheet takes for the beginning of a formula; the wide forms are read as the narrow ones in some.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So that Excel reads accents as they are.
BOM = "\ufeff"
# A spreadsheet is made before its first byte goes: with more rows nobody would wait for it.
XLSX_ROWS = 50_000
DAY, MOMENT = "m/d/yyyy", "m/d/yyyy h:mm AM/PM"


def harmless(text: str) -> str:
    """As words, whatever it begins with: a spreadsheet calculates nothing from what somebody typed."""
    kept = "".join(one if one.isprintable() or one in "\t\r\n" else " " for one in text)
    return f"'{kept}" if kept.lstrip(" ").startswith(FORMULA) else kept


def written(value: Any) -> str:
    """As people write it: 3/14/2026, 7:00 PM."""
    if isinstance(value, datetime):
        local = value.astimezone(timezone.get_current_timezone())
        return f"{_day(local)} {local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    if isinstance(value, date):
        return _day(value)
    return harmless(str(value))


def _day(on: date) -> str:
    return f"{on.month}/{on.day}/{on.year}"


def as_csv(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BOM + writer.writerow(heads(columns))
    for row in rows:
        yield writer.writerow([written(cell(one, row)) for one in columns])


def heads(columns: Sequence[Column]) -> list[str]:
    return [str(one.short_description) for one in columns]  # type: ignore[attr-defined]


class Echo:
    """A file that gives each line back."""

    def write(self, line: str) -> str:
        return line


def as_xlsx(columns: Sequence[Column], rows: Iterable[Any]) -> IO[bytes]:
    """A file that is gone once it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.freeze_panes = "A2"
    sheet.append(heads(columns))
    for row in rows:
        sheet.append([_xlsx_cell(sheet, cell(one, row)) for one in columns])
    file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  whoever answers with it closes it
    book.save(file)
    file.seek(0)
    return file


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, date):
        return harmless(str(value))
    timed = isinstance(value, datetime)
    at = timezone.make_naive(value) if isinstance(value, datetime) else datetime.combine(value, time())
    made = WriteOnlyCell(sheet, at)
    made.number_format = MOMENT if timed else DAY
    return made
