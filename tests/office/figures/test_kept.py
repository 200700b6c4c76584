"""What is made of tables: words, the kept row, files for a spreadsheet, the sheet on paper."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO

import pikepdf
import pytest
from openpyxl import load_workbook

from office.figures import files, keeping, paper
from office.figures.definitions import BY_CODE
from office.figures.kinds import Cell, Dimension, Row, Section, Table
from office.figures.pictures import FEW, drawn
from office.figures.saying import said
from tests.courts.pdf import text_of
from tests.office.figures.tabled import table

WITHHELD = Cell(None, withheld=True)


def kept(*tables: Table) -> keeping.Kept:
    made = keeping.kept(tables, letterhead=["Harbor Program", "12 Pier Street"], callback_number="206-555-0100",
                        program="Harbor Program")  # fmt: skip
    told: keeping.Kept = json.loads(json.dumps(made))
    return told


@pytest.mark.parametrize(
    ("code", "cell", "words"),
    [
        ("referred", Cell(1234, people=1234), "1,234"),
        ("referred", Cell(0), "0"),
        ("accepted", Cell(31, of=50, people=31, rest=19), "62% (31 of 50)"),
        ("accepted", Cell(3, of=4, people=3, rest=1), "3 of 4"),
        ("accepted", Cell(1, of=200, people=1, rest=199), "1% (1 of 200)"),
        ("accepted", Cell(0, of=0, rest=0), "–"),
        ("intake_days", Cell(Decimal("5.5"), of=12, people=12), "5.5 days (12)"),
        ("intake_days", Cell(1, of=12, people=12), "1 day (12)"),
        ("intake_days", Cell(None, of=0), "–"),
        ("collected", Cell(Decimal("1250.00"), people=9), "$1,250.00"),
        ("accepted", WITHHELD, "withheld"),
    ],
)
def test_a_cell_in_words(code: str, cell: Cell, words: str) -> None:
    assert said(BY_CODE[code], cell) == words


def test_what_was_kept_comes_back_as_it_left() -> None:
    told = (table(Section.WAITING, Dimension.MONTH, 12, 14), table(Section.MONEY), table(Section.REFERRALS))

    assert keeping.tables_of(kept(*told)) == told


def test_of_what_is_withheld_nothing_is_kept() -> None:
    one = table(Section.REFERRALS)
    hidden = replace(one, total=Row("All", "", tuple(replace(cell, withheld=True) for cell in one.total.cells)))

    assert {json.dumps(cell) for told in kept(hidden)["tables"] for cell in told["total"]["cells"]} == {
        '{"withheld": true}'
    }


def test_csv_has_what_a_share_is_of_beside_it_and_calculates_nothing() -> None:
    one = table(Section.REFERRALS, Dimension.COURT, 12)
    one = replace(one, rows=(replace(one.rows[0], label="=cmd()"),))
    lines = list(csv.reader(StringIO(files.as_csv([one], "-Head").removeprefix("\ufeff"))))

    assert lines[0] == ["-Head"]
    assert lines[2][:5] == ["Referrals by court", "Referrals received", "People referred", "Accepted", "Accepted: of"]
    assert lines[3][:5] == ["'=cmd()", "12", "12", "12", "48"]
    assert lines[4][0] == "In total"


def test_xlsx_has_numbers_as_numbers() -> None:
    book = load_workbook(BytesIO(files.as_xlsx([table(Section.MONEY), table(Section.REFERRALS)], "Head")))

    assert book.sheetnames == ["Money in total", "Referrals in total"]
    assert [cell.value for cell in book["Money in total"][3]] == ["In total", 36000, 36000, 36000]


# --- Pictures


def test_parts_that_make_up_a_whole_are_one_picture() -> None:
    assert [one.name for one in drawn(table(Section.FINISHING))] == [
        "finishing-counts", "finishing-shares", "finishing-days",
    ]  # fmt: skip


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawn(table(Section.REFERRALS, total=0)) == []


def test_few_are_drawn_hollow_and_it_is_said() -> None:
    assert [one.note for one in drawn(table(Section.WAITING, total=9))] == [FEW]
    assert [one.note for one in drawn(table(Section.WAITING, total=10))] == [""]


def test_of_many_courts_the_largest_are_drawn() -> None:
    one = drawn(table(Section.WAITING, Dimension.COURT, *range(10, 35)))[0]

    assert one.note == "The 20 largest of 25 are drawn; the table has them all."


# --- Paper


@pytest.fixture(scope="module")
def sheet() -> bytes:
    court = table(Section.EVIDENCE, Dimension.COURT, 12, 30)
    left = replace(court, rows=(court.rows[0], replace(court.rows[1], cells=(WITHHELD,) * len(court.figures))))
    return paper.render(kept(table(Section.EVIDENCE), left), period="2025", made_on="2026-03-02")


def test_the_same_row_gives_the_same_bytes(sheet: bytes) -> None:
    again = kept(table(Section.MONEY))
    one, other = (paper.render(again, period="2025", made_on="2026-03-02") for _ in range(2))

    assert one == other


def test_on_paper_stand_letterhead_period_figures_definitions_and_caveats(sheet: bytes) -> None:
    words = " ".join(text_of(sheet).split())

    for wanted in ("Harbor Program", "Telephone 206-555-0100", "Figures, 2025", "Made on March 2, 2026", "withheld",
                   "How each figure is counted", "What to keep in mind", BY_CODE["violations"].title):  # fmt: skip
        assert wanted in words
    assert "Evidence, by court" in words


def test_it_is_tagged_and_each_picture_has_its_words(sheet: bytes) -> None:
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith("en")


def test_a_letter_that_the_typeface_lacks_stops_nothing() -> None:
    made = kept(table(Section.MONEY)) | {"program": "Hafen 港"}

    assert "Hafen _" in text_of(paper.render(made, period="2025", made_on="2026-03-02"))
