import zipfile
from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from courts import lists, workbooks
from courts.headers import Columns
from courts.papers import MB
from courts.tables import Record, UnreadableList
from tests.courts.workbook_files import (
    HEADER,
    held,
    locked_by_excel,
    locked_zip,
    man,
    part,
    saved,
    with_part,
    workbook,
)

TODAY = date(2026, 3, 3)
SHEET = "xl/worksheets/sheet1.xml"
COLUMNS = lists.COLUMNS


def records(content: bytes, sheet: str = "", columns: Columns = COLUMNS) -> list[Record]:
    return list(workbooks.records(held(content), sheet, columns))


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableList) as refused:
        records(content)
    return str(refused.value)


def moment(*parts: int) -> datetime:
    """As a workbook has it: by the clock on the wall of whoever typed it."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def ordered(value: object, *, epoch: datetime | None = None) -> date | None:
    """What a cell under "ordered_on" is taken for."""
    book = Workbook()
    if epoch is not None:
        book.epoch = epoch
    book.worksheets[0].append([*HEADER, "ordered_on"])
    book.worksheets[0].append([*man(1), value])
    return next(lists.read(held(saved(book)), today=TODAY)).ordered_on


class TestRows:
    def test_are_read_like_those_of_any_list(self):
        assert records(workbook(man(1), man(2))) == [
            Record(2, dict(zip(HEADER, man(1), strict=True))),
            Record(3, dict(zip(HEADER, man(2), strict=True))),
        ]

    def test_have_the_numbers_that_excel_shows_beside_them(self):
        content = workbook(man(1), [], man(2), above=[["Weekly list of Kent"], []])
        assert [one.line for one in records(content)] == [4, 6]

    def test_repeat_their_header_where_lists_were_put_together(self):
        content = workbook(man(1), ["last_name", "case_number", "first_name", "referral_kind"], man(2))
        assert [one.cells["case_number"] for one in records(content)] == ["26-0001", "Halloway2"]

    def test_with_more_cells_than_the_header_are_refused(self):
        assert records(workbook((*man(1), "", "stray")))[0].refused == (
            "The row has 6 cells where the header has 4. Look for a missing or stray separator or quotation mark."
        )

    def test_that_end_early_are_filled_up(self):
        assert records(workbook(man(1)[:3]))[0] == Record(2, dict(zip(HEADER, (*man(1)[:3], ""), strict=True)))

    def test_with_an_error_in_a_cell_are_refused(self):
        assert records(workbook(("26-1", "#N/A", "Dorian", "diversion")))[0].refused == (
            "A cell shows the error #N/A. Correct it and send the row again."
        )

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (260413, "260413"),
            (260413.0, "260413"),
            (0.5, "0.5"),
            (True, "yes"),
            (time(9, 30), "09:30:00"),
            (" x ", " x "),
        ],
        ids=["whole", "whole float", "half", "yes", "time", "text"],
    )
    def test_say_what_the_cell_shows(self, value: object, said: str):
        assert records(workbook((value, "Halloway", "Dorian", "diversion")))[0].cells["case_number"] == said


class TestDays:
    def test_as_days(self):
        assert ordered(moment(2026, 3, 2)) == date(2026, 3, 2)

    def test_as_text(self):
        assert ordered("3/2/2026") == date(2026, 3, 2)

    def test_as_serial_numbers_of_either_calendar(self):
        assert ordered(46083) == ordered(46083 - 1462, epoch=CALENDAR_MAC_1904) == date(2026, 3, 2)

    def test_as_days_of_the_other_calendar(self):
        assert ordered(moment(2026, 3, 2), epoch=CALENDAR_MAC_1904) == date(2026, 3, 2)

    def test_with_a_time_of_day(self):
        content = workbook((*man(1), moment(2026, 4, 2, 9, 30)), header=(*HEADER, "hearing_at"))
        (row,) = lists.read(held(content), today=TODAY)
        assert (row.hearing_at, row.hearing_has_time) == (moment(2026, 4, 2, 9, 30), True)

    def test_a_number_elsewhere_is_a_number(self):
        (row,) = lists.read(held(workbook((46083, *man(1)[1:]))), today=TODAY)
        assert row.case_number == "46083"


class TestSheets:
    @pytest.fixture
    def several(self) -> Workbook:
        book = Workbook()
        book.worksheets[0].title = "March"
        for row in (HEADER, man(1)):
            book.worksheets[0].append(row)
        book.create_sheet("Empty")
        april = book.create_sheet("April")
        for row in (HEADER, man(2)):
            april.append(row)
        return book

    def test_with_something_in_them(self, several: Workbook):
        assert workbooks.sheets(held(saved(several))) == ["March", "April"]

    def test_one_must_be_chosen(self, several: Workbook):
        assert refusal(saved(several)) == (
            "This file has several sheets with something in them. Choose the one with the list."
        )
        assert records(saved(several), "April")[0].cells["last_name"] == "Halloway2"

    def test_a_hidden_one_is_nobodys_list(self, several: Workbook):
        several["April"].sheet_state = "hidden"
        assert workbooks.sheets(held(saved(several))) == ["March"]
        assert records(saved(several))[0].cells["last_name"] == "Halloway1"


class TestFormulas:
    def with_formula(self, cell: bytes) -> bytes:
        content = workbook(("26-1", "KEEP", "Dorian", "diversion"))
        xml = part(content, SHEET)
        start = xml.index(b'<c r="B2"')
        end = xml.index(b"</c>", start) + 4
        return with_part(content, SHEET, xml[:start] + cell + xml[end:])

    def test_with_a_saved_result_are_read(self):
        (record,) = records(self.with_formula(b'<c r="B2" t="str"><f>UPPER("halloway")</f><v>HALLOWAY</v></c>'))
        assert record.cells["last_name"] == "HALLOWAY"

    def test_whose_result_is_no_text_are_empty_cells(self):
        (record,) = records(self.with_formula(b'<c r="B2" t="str"><f>""</f><v></v></c>'))
        assert record.cells["last_name"] == ""

    def test_without_a_saved_result_stop_it(self):
        content = workbook(man(1), ("26-2", '=UPPER("halloway")', "Dorian", "diversion"))
        assert refusal(content) == (
            "This file has a formula in B3 whose result isn't saved with it. Open it in Excel, save it, and send it "
            "again."
        )


class TestMergedCells:
    def merged(self, ref: str) -> bytes:
        book = Workbook()
        for row in (["Weekly list"], HEADER, man(1), man(2)):
            book.worksheets[0].append(list(row))
        book.worksheets[0].merge_cells(ref)
        return saved(book)

    def test_of_a_title_do_no_harm(self):
        assert len(records(self.merged("A1:D1"))) == 2

    def test_among_the_rows_stop_it(self):
        assert refusal(self.merged("B3:B4")) == (
            "This file has merged cells: B3:B4. Unmerge them (Home, Merge & Center), fill in each cell, and send it "
            "again."
        )


def bomb() -> bytes:
    """Thirty megabytes of one letter."""
    return with_part(workbook(man(1)), "xl/sharedStrings.xml", b"<sst>" + b" " * (30 * MB) + b"</sst>")


def doctyped(*, before: str = "", encoding: str = "utf-8", name: str = SHEET) -> bytes:
    content = workbook(man(1))
    sheet = part(content, SHEET).decode()
    evil = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE x [<!ENTITY a "aaaa">]>{sheet}'
    return with_part(content, name, evil.encode(encoding))


def with_a_picture() -> bytes:
    return with_part(workbook(man(1)), "xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(200))


def zipped(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    return file.getvalue()


def without(content: bytes, name: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
    return file.getvalue()


SAVE_AGAIN = 'Open it in Excel, choose "Save as" and "Excel Workbook (.xlsx)", and send that file.'
UNFIT = {
    "locked by Excel": (locked_by_excel, f"This file {workbooks.LOCKED}"),
    "locked as a ZIP": (lambda: locked_zip(workbook(man(1))), f"This file {workbooks.LOCKED}"),
    "the old format": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), f"This file {workbooks.OLD}"),
    "a binary workbook": (lambda: zipped("xl/workbook.bin"), f"This file {workbooks.BINARY}"),
    "another program's": (lambda: zipped("mimetype", "content.xml"), f"This file {workbooks.ANOTHER}"),
    "an archive": (lambda: zipped("list.csv"), f"This file {workbooks.ARCHIVE}"),
    "a bomb": (bomb, f"This file {workbooks.TOO_MUCH}"),
    "too many parts": (lambda: zipped(*map(str, range(1001))), f"This file {workbooks.TOO_MUCH}"),
    "entities": (doctyped, f"This file {workbooks.BROKEN}"),
    "entities in UTF-16": (lambda: doctyped(encoding="utf-16"), f"This file {workbooks.BROKEN}"),
    "entities far behind": (lambda: doctyped(before=f"<!--{' ' * 9000}-->"), f"This file {workbooks.BROKEN}"),
    "entities far out": (
        lambda: doctyped(before=f"<!--{' ' * 99_000}-->", name="xl/media/a.png"),
        f"This file {workbooks.BROKEN}",
    ),
    "entities by another name": (lambda: doctyped(name="xl/styles.XML"), f"This file {workbooks.BROKEN}"),
    "entities in a picture": (lambda: doctyped(name="xl/media/image1.png"), f"This file {workbooks.BROKEN}"),
    "in no encoding there is": (
        lambda: with_part(workbook(man(1)), "xl/styles.xml", b'<?xml version="1.0" encoding="foo"?><a/>'),
        f"This file {workbooks.BROKEN}",
    ),
    "in an encoding that isn't read": (
        lambda: with_part(workbook(man(1)), "xl/styles.xml", b'<?xml version="1.0" encoding="shift_jis"?><a/>'),
        f"This file {workbooks.BROKEN}",
    ),
    "no XML": (lambda: with_part(workbook(man(1)), "xl/styles.xml", b"\x89PNG"), f"This file {workbooks.BROKEN}"),
    "cut off": (lambda: workbook(man(1))[:900], f"This file {workbooks.BROKEN}"),
    "its sheet missing": (lambda: without(workbook(man(1)), SHEET), f"This file {workbooks.EMPTY}"),
    "broken XML": (lambda: with_part(workbook(man(1)), SHEET, b"<worksheet><"), f"This file {workbooks.BROKEN}"),
    "too large": (lambda: b"PK\x03\x04" + bytes(10 * MB), f"This file {workbooks.TOO_BIG}"),
    "nothing in it": (lambda: saved(Workbook()), f"This file {workbooks.EMPTY}"),
    "a header alone": (workbook, "This file has a header line but no rows under it. Export the list once more."),
    "no header": (
        lambda: workbook(header=("a", "b")),
        "This file doesn't begin with a line that names its columns (case_number, incident_number, plaintiff, "
        "last_name and so on). Put the names into the first line.",
    ),
}


@pytest.mark.parametrize(("make", "said"), UNFIT.values(), ids=UNFIT)
def test_says_what_is_wrong_with_the_file(make, said: str):
    assert refusal(make()) == said


def test_a_picture_in_it_does_no_harm():
    assert len(records(with_a_picture())) == 1


def test_a_bomb_is_never_unpacked(monkeypatch: pytest.MonkeyPatch):
    content, opened = bomb(), list[str]()
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda self, name, *args, **said: opened.append(name))
    refusal(content)
    assert opened == []


def test_a_cell_in_the_last_column_costs_nothing(tmp_path):
    """A sheet that says it is as wide as can be isn't filled up to there."""
    content = workbook(man(1))
    xml = part(content, SHEET).replace(b'ref="A1:D2"', b'ref="A1:XFD1048576"')
    assert xml != part(content, SHEET)
    assert len(records(with_part(content, SHEET, xml))) == 1
