"""Tables that leave the house: what a spreadsheet gets to see, and what it must not calculate."""

import csv
import io
import os
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from office.columns import born, column, day, hidden, is_closed, moment, own, text
from office.exporting import BOM, FORMULA, as_csv, as_xlsx, harmless, written

AT = datetime(2026, 3, 11, 2, tzinfo=UTC)
COLUMNS = (text("name", "Name"), born("born"), moment("at", "When"), text("n", "Number"))


def row(**fields: Any) -> Any:
    return SimpleNamespace(**{"name": "Dorian", "born": date(1979, 3, 14), "at": AT, "n": 7} | fields)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("=1+1", "'=1+1", id="formula"),
        pytest.param("+12065550103", "'+12065550103", id="a phone"),
        pytest.param("-2", "'-2", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("\r=1", "'\r=1", id="return"),
        pytest.param("  =1", "'  =1", id="spaces before it"),
        pytest.param("\x00=1", "' =1", id="what can't be printed before it"),
        pytest.param("＝1", "'＝1", id="wide"),
        pytest.param("O'Neil = he", "O'Neil = he", id="within it stays"),
        pytest.param("", "", id="empty"),
    ],
)
def test_neutralizes_what_begins_a_formula(typed: str, shown: str) -> None:
    assert harmless(typed) == shown


@given(st.text())
def test_nothing_that_was_typed_begins_a_formula(typed: str) -> None:
    assert not harmless(typed).lstrip(" ").startswith(FORMULA)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 4), "3/4/2026"),
        (datetime(2026, 3, 11, 2, 5, tzinfo=UTC), "3/10/2026 7:05 PM"),
        (datetime(2026, 3, 10, 7, 0, tzinfo=UTC), "3/10/2026 12:00 AM"),
        (7, "7"),
        ("–", "–"),
    ],
)
def test_days_as_people_write_them(value: Any, shown: str) -> None:
    with timezone.override("America/Los_Angeles"):
        assert written(value) == shown


def test_csv() -> None:
    with timezone.override("America/Los_Angeles"):
        lines = "".join(as_csv(COLUMNS, [row(), row(name="=cmd", born=None)]))

    assert lines.startswith(BOM)
    assert list(csv.reader(io.StringIO(lines[1:]))) == [
        ["Name", "Born", "When", "Number"],
        ["Dorian", "3/14/1979", "3/10/2026 7:00 PM", "7"],
        ["'=cmd", "", "3/10/2026 7:00 PM", "7"],
    ]


def test_csv_asks_for_a_row_when_it_is_written() -> None:
    asked: list[int] = []

    def rows() -> Any:
        for n in range(3):
            asked.append(n)
            yield row(n=n)

    lines = as_csv(COLUMNS, rows())
    next(lines)
    next(lines)

    assert asked == [0]


def test_xlsx_has_days_that_can_be_sorted_and_no_formula() -> None:
    with timezone.override("America/Los_Angeles"), as_xlsx(COLUMNS, [row(name="=1+1"), row(born=None)]) as file:
        sheet = load_workbook(file).active

    assert sheet is not None
    first, second, third = sheet.iter_rows()
    assert [one.value for one in first] == ["Name", "Born", "When", "Number"]
    assert [one.value for one in second] == ["'=1+1", datetime(1979, 3, 14), datetime(2026, 3, 10, 19), 7]  # noqa: DTZ001  as in a sheet
    assert (second[0].data_type, second[1].number_format, second[2].number_format) == (
        "s", "m/d/yyyy", "m/d/yyyy h:mm AM/PM",
    )  # fmt: skip
    assert third[1].value in (None, "")


def test_the_file_is_gone_once_it_is_closed() -> None:
    file = as_xlsx(COLUMNS, [row()])
    there = os.path.exists(file.name)  # noqa: PTH110
    file.close()

    assert (there, os.path.exists(file.name)) == (True, False)  # noqa: PTH110


def test_a_link_becomes_its_words_and_what_is_encrypted_stays() -> None:
    plain = own("Case", lambda one: one.name)
    linked = column("name", "Who", lambda name: name)

    assert "".join(as_csv((plain, linked), [row(name="A & B")]))[1:].splitlines()[1] == "A & B,A & B"
    assert [is_closed(one) for one in (plain, day("born", "Born"), hidden("name", "Why"))] == [False, False, True]
