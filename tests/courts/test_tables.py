import codecs
import csv
import io
import os
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courts.tables import Columns, Record, UnreadableList, records

COLUMNS = Columns(known=("name", "case_number", "charge"), required=(("name",), ("case_number", "charge")))
HEADER = "name,case_number,charge\n"


@pytest.fixture
def listed(tmp_path):
    """Writes a file and reads it."""

    def read(content: str | bytes, encoding: str = "utf-8") -> list[Record]:
        path = tmp_path / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return list(records(path, COLUMNS))

    return read


def cells(found: list[Record]) -> list[tuple[str, ...]]:
    return [tuple(record.cells.values()) for record in found]


# --- encodings and separators ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_reads_what_any_program_saved(listed, encoding, end, delimiter):
    lines = ["name,case_number,charge", "José Muñoz,5-1,é", "", "Jo,5-2,x", ""]
    found = listed(end.join(lines).replace(",", delimiter), encoding)
    assert found == [
        Record(2, {"name": "José Muñoz", "case_number": "5-1", "charge": "é"}),
        Record(4, {"name": "Jo", "case_number": "5-2", "charge": "x"}),
    ]


def test_big_endian_utf16(listed):
    assert cells(listed(codecs.BOM_UTF16_BE + f"{HEADER}Łu,1,x".encode("utf-16-be"))) == [("Łu", "1", "x")]


def test_a_windows_letter_may_come_late(listed):
    """Far behind any first block that one might look at."""
    found = listed(HEADER.encode() + b"Jo,1,x\n" * 50_000 + "José,2,x\n".encode("cp1252"))
    assert cells(found)[-1] == ("José", "2", "x")
    assert not any(record.doubtful for record in found)


def test_a_windows_letter_in_a_file_of_utf8_is_read_and_doubted(listed):
    found = listed(f"{HEADER}José,1,x\nZoë,2,x\n".encode() + "Ana Peña,3,x\n".encode("cp1252"))
    assert cells(found) == [("José", "1", "x"), ("Zoë", "2", "x"), ("Ana Peña", "3", "x")]
    assert [record.doubtful for record in found] == [False, False, True]


def test_what_looks_like_utf8_in_a_windows_file_is_doubted(listed):
    found = listed(f"{HEADER}JOSÉ’,1,x\nPeña,2,x\nPeña,3,x\n".encode("cp1252"))
    assert cells(found) == [("JOSÉ’", "1", "x"), ("Peña", "2", "x"), ("Peña", "3", "x")]
    assert [record.doubtful for record in found] == [True, False, False]


def test_a_byte_that_is_no_letter_anywhere_is_seen_as_lost(listed):
    assert cells(listed(HEADER.encode() + b"Jo\x81,1,x\n")) == [("Jo\ufffd", "1", "x")]


# --- headers ---


@pytest.mark.parametrize(
    "header",
    [
        *("NAME,CASE_NUMBER,CHARGE", "Name,Case Number,Charge", " name , case-number , charge "),
        *("name,caseNumber,charge,,", '"Name","Case  Number","Charge"', "\n\nname,case number,charge"),
    ],
)
def test_forgives_the_header(listed, header):
    assert [record.cells for record in listed(f"{header}\nJo,1,x")] == [
        {"name": "Jo", "case_number": "1", "charge": "x"}
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_titles_may_stand_above_the_header(listed, delimiter):
    above = f"Referrals, week 10, Kent\n\nPrinted{delimiter}3/2/2026{delimiter}\n"
    found = listed(above + HEADER.replace(",", delimiter) + delimiter.join(("Jo", "5-2", "x")) + "\n")
    assert found == [Record(5, {"name": "Jo", "case_number": "5-2", "charge": "x"})]


def test_an_empty_line_within_a_cell_of_the_first_rows_stays(listed):
    assert cells(listed(HEADER + 'Jo,5-2,"x\n\ny"\n')) == [("Jo", "5-2", "x\n\ny")]


def test_columns_in_any_order(listed):
    assert [record.cells for record in listed("charge,name\nx,Jo\n")] == [{"charge": "x", "name": "Jo"}]


@pytest.mark.parametrize("again", ["name,case_number,charge", "Name,Case Number,Charge"])
def test_skips_a_header_in_mid_file(listed, again):
    assert cells(listed(f"{HEADER}Jo,1,x\n{again}\nMo,2,y\n")) == [("Jo", "1", "x"), ("Mo", "2", "y")]


def test_a_header_in_another_order_holds_from_there_on(listed):
    found = listed(f"{HEADER}Jo,1,x\ncharge,name,case_number\ny,Mo,2\n")
    assert found[1] == Record(4, {"charge": "y", "name": "Mo", "case_number": "2"})


def test_a_man_called_name_is_no_header(listed):
    assert cells(listed(f"{HEADER}Name,1,x\n")) == [("Name", "1", "x")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "list.csv is empty. Export the list once more.", id="empty"),
        pytest.param(b"\n \r\n", "list.csv is empty. Export the list once more.", id="blank"),
        pytest.param(codecs.BOM_UTF8, "list.csv is empty. Export the list once more.", id="a BOM only"),
        pytest.param(
            HEADER,
            "list.csv has a header line but no rows under it. Export the list once more.",
            id="no rows",
        ),
        pytest.param(
            "Jo,1,x\nMo,2,y\n",
            "list.csv doesn't begin with a line that names its columns (name, case_number, charge "
            "and so on). Put the names into the first line.",
            id="no header",
        ),
        pytest.param(
            "name,case_numbr,charge,zzz,\nJo,1,x,y,\n",
            'list.csv has columns that we don\'t know: "case_numbr" (did you mean case_number?), "zzz". '
            "Rename them or take them out, and import the file again.",
            id="unknown columns",
        ),
        pytest.param(
            "name,,charge\nJo,1,x\n",
            "list.csv has columns that we don't know: one without a name. "
            "Rename them or take them out, and import the file again.",
            id="a column without a name",
        ),
        pytest.param(
            "name,charge,Charge\nJo,1,x\n",
            "list.csv has more than one column charge. Keep one of each.",
            id="one column twice",
        ),
        pytest.param(
            "name\nJo\n",
            "list.csv has no column case_number or charge. Add it and import the file again.",
            id="a column missing",
        ),
        pytest.param(
            b"PK\x03\x04rest",
            "list.csv is an Excel workbook or a ZIP archive, not a list in plain text. Open it in your "
            'spreadsheet, choose "Save as" and "CSV UTF-8", and import that file.',
            id="workbook",
        ),
        pytest.param(
            b"%PDF-1.7\n",
            "list.csv is a PDF, not a list in plain text. Open it in your "
            'spreadsheet, choose "Save as" and "CSV UTF-8", and import that file.',
            id="PDF",
        ),
        pytest.param(
            f"{HEADER}Jo,1,x\n".encode("utf-16-le"),
            'list.csv is not a list in plain text. Open it in your spreadsheet, choose "Save as" and '
            '"CSV UTF-8", and import that file.',
            id="UTF-16 that doesn't say so",
        ),
    ],
)
def test_says_what_is_wrong_with_the_file(listed, content, sentence):
    with pytest.raises(UnreadableList) as refusal:
        listed(content)
    assert str(refusal.value) == sentence


def test_no_file(tmp_path):
    with pytest.raises(UnreadableList, match=r"^There is no file gone\.csv\. Check its name and folder\.$"):
        records(tmp_path / "gone.csv", COLUMNS)


def test_a_folder(tmp_path):
    with pytest.raises(UnreadableList, match=r"is a folder\. Name the list inside of it\.$"):
        records(tmp_path, COLUMNS)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableList, match=r"^pipe is not a file\. Save the list as a file and name that\.$"):
        records(tmp_path / "pipe", COLUMNS)


def test_a_name_that_is_too_long():
    with pytest.raises(UnreadableList, match=r"could not be opened \(file name too long\)"):
        records("x" * 300, COLUMNS)


def test_a_name_that_no_system_takes():
    with pytest.raises(UnreadableList, match="Check its name"):
        records("a\0b", COLUMNS)


# --- rows ---

WIDTH = "Look for a missing or stray separator or quotation mark."


def test_quoted_line_ends_and_separators(listed):
    assert listed(f'{HEADER}"Jo\nvan ""A"", B",1,x\nMo,2,y\n') == [
        Record(2, {"name": 'Jo\nvan "A", B', "case_number": "1", "charge": "x"}),
        Record(4, {"name": "Mo", "case_number": "2", "charge": "y"}),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("Jo,1", f"The row has 2 cells where the header has 3. {WIDTH}", id="too few"),
        pytest.param("Jo,1,x,y", f"The row has 4 cells where the header has 3. {WIDTH}", id="too many"),
        pytest.param('"Jo,1,x', f"The row has 1 cells where the header has 3. {WIDTH}", id="open quote"),
        pytest.param(
            "Jo,1," + "x" * 200_000,
            "The line has more than 65,536 letters. Correct it and send it again.",
            id="a longer line than csv takes",
        ),
    ],
)
def test_refuses_one_row_and_reads_on(listed, row, reason):
    before, refused, after = listed(f"{HEADER}{'Al,0,w' + chr(10)}{row}\nMo,2,y\n")
    assert (before.refused, refused.refused, after.refused) == (None, reason, None)
    assert (before.line, refused.line, after.line) == (2, 3, 4)
    assert sum(map(len, refused.cells.values())) < 11_000


def test_a_nul_is_a_letter_that_was_lost(listed):
    assert listed(f"{HEADER}Jo,1,x\0y\n") == [
        Record(2, {"name": "Jo", "case_number": "1", "charge": "x\ufffdy"}),
    ]


def test_of_a_cell_that_is_too_long_the_beginning_is_kept(listed):
    (found,) = listed(f"{HEADER}Jo,1,{'x' * 10_001}\n")
    assert (found.refused, found.too_long) == (None, {"charge"})
    assert found.cells == {"name": "Jo", "case_number": "1", "charge": "x" * 200 + "…"}


def test_what_no_column_took_is_kept(listed):
    assert listed(f"{HEADER}Jo,1,x,y,z\n")[0].cells == {
        "name": "Jo",
        "case_number": "1",
        "charge": "x",
        "": "y z",
    }


def test_empty_cells_at_the_end_are_forgiven(listed):
    assert cells(listed(f"{HEADER}Jo,1,x,,\n")) == [("Jo", "1", "x")]


def test_a_stray_quotation_mark_swallows_nobody(listed):
    rows = "".join(f"Man {i},{i},x\n" for i in range(200))
    found = listed(f'{HEADER}"Jo,1,x\n{rows}Mo,2,"y\n')
    assert [record.line for record in found if record.refused] == [2]
    assert len(found) == 202


def test_quotation_marks_inside_of_a_name(listed):
    assert cells(listed(f'{HEADER}"Big" Jo,1,x\nBig "Jo",2,x\n')) == [
        ("Big Jo", "1", "x"),
        ('Big "Jo"', "2", "x"),
    ]


# --- whatever comes ---


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400) | st.builds(bytes.__add__, st.just(HEADER.encode()), st.binary(max_size=400)))
@example(HEADER.encode() + b'"')
@example(codecs.BOM_UTF16_LE + b"\x00")
@example(codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le") + b"\x00\xd8x")
def test_any_bytes_give_rows_or_a_sentence(listed, content):
    try:
        found = listed(content)
    except UnreadableList as refusal:
        sentence = str(refusal)
    else:
        sentence = "There are rows."
        assert found
        assert all(record.refused or set(record.cells) <= set(COLUMNS.known) for record in found)
    assert sentence.endswith(".")


_LETTERS = st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]) | st.sampled_from(',;"\t\n')


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text(_LETTERS, max_size=20)] * 3).filter(lambda row: any(map(str.strip, row)))),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_row_comes_back(listed, rows, delimiter, encoding, end):
    rows = [("Al", "0", "w"), *rows]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    writer.writerows([HEADER.strip().split(","), *rows])
    assert cells(listed(written.getvalue(), encoding)) == rows


# --- memory ---


def peak_of_reading(path) -> int:
    tracemalloc.start()
    try:
        for _ in records(path, COLUMNS):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("row", "last"),
    [
        pytest.param("Jo,1," + "x" * 2_000 + "\n", "José,2,x\n".encode("cp1252"), id="rows, then another encoding"),
        pytest.param("x" * 2_000, b"", id="no line ends"),
        pytest.param('"' + "x" * 2_000 + "\n", b"", id="quotes never closed"),
    ],
)
def test_20_mb_stream(tmp_path, row, last):
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.writelines(row.encode() for _ in range(10_000))
        file.write(last)
    assert path.stat().st_size > 20_000_000
    assert peak_of_reading(path) < 8_000_000
