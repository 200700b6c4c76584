import csv
import dataclasses
import tracemalloc
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courts.kinds import ReferralKind, Referrer
from courts.lists import COLUMNS, LONGEST, Flag, Row, UnreadableList, joined, read

TODAY = date(2026, 1, 5)
DEMO = Path(__file__).parents[2] / "demo" / "referrals.csv"
PLAIN = {"last_name": "Doe", "first_name": "Jo", "case_number": "5-1", "referral_kind": "diversion"}
NO_NUMBER = "There is no case number and no incident number. Fill in one and send the row again."
NO_NAME = "There is no last name. Fill it in and send the row again."


@pytest.fixture
def listed(tmp_path):
    """Writes rows as a court would and reads them."""

    def write_and_read(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8") -> list[Row]:
        path = tmp_path / "list.csv"
        names = list(dict.fromkeys(name for row in rows for name in row))
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, names, restval="", delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return list(read(path, today=TODAY))

    return write_and_read


@pytest.fixture
def read_one(listed):
    def row(**cells: str) -> Row:
        (found,) = listed(PLAIN | {"incident_number": ""} | cells)
        return found

    return row


# --- what a row becomes ---


def test_reads_every_column(read_one):
    cells = {
        "case_number": " 5Z 0401187 ",
        "incident_number": "K25-1",
        "plaintiff": "City of Kent",
        "last_name": "Muñoz-Ibáñez",
        "first_name": "José",
        "middle_name": "Luis",
        "suffix": "Jr.",
        "name_as_charged": "JOSE MUNOZ",
        "aliases": "Pepe; J. Munoz",
        "date_of_birth": "11/2/1990",
        "phone": "206-555-0103",
        "email": "J.Munoz@example.net",
        "address": "12 Main St\nApt 4",
        "language": "Spanish",
        "interpreter": "Y",
        "statute": "RCW 9A.88.110",
        "charge": "Patronizing a prostitute",
        "referral_kind": "SOC",
        "referrer": "Judge",
        "ordered_on": "12/3/2025",
        "received_on": "2026-01-05",
        "enroll_by": "1/30/26",
        "start_by": "Feb 13, 2026",
        "complete_by": "5/29/2026",
        "proof_due_by": "3-Jun-26",
        "hearing_at": "6/10/2026 9:00 AM",
        "judge": "Hon. J. Whitlatch",
        "prosecutor_email": "p@example.org",
        "attorney": "N. Voss",
        "attorney_email": "v@example.org",
        "probation_officer": "R. Tamblyn",
        "probation_email": "t@example.org",
        "court": "Kent Municipal Court",
    }
    assert set(cells) == set(COLUMNS.known)
    assert read_one(**cells) == Row(
        line=2,
        raw=cells,
        case_number="5Z 0401187",
        incident_number="K25-1",
        plaintiff="City of Kent",
        last_name="Muñoz-Ibáñez",
        first_name="José",
        middle_name="Luis",
        suffix="Jr.",
        name_as_charged="JOSE MUNOZ",
        aliases=("Pepe", "J. Munoz"),
        date_of_birth=date(1990, 11, 2),
        phone="+12065550103",
        email="j.munoz@example.net",
        address="12 Main St\nApt 4",
        language="es",
        interpreter=True,
        statute="RCW 9A.88.110",
        charge="Patronizing a prostitute",
        referral_kind=ReferralKind.CONTINUANCE,
        referrer=Referrer.COURT,
        ordered_on=date(2025, 12, 3),
        received_on=TODAY,
        enroll_by=date(2026, 1, 30),
        start_by=date(2026, 2, 13),
        complete_by=date(2026, 5, 29),
        proof_due_by=date(2026, 6, 3),
        hearing_at=datetime(2026, 6, 10, 9),  # noqa: DTZ001 - the court's own time of day
        hearing_has_time=True,
        judge="Hon. J. Whitlatch",
        prosecutor_email="p@example.org",
        attorney="N. Voss",
        attorney_email="v@example.org",
        probation_officer="R. Tamblyn",
        probation_email="t@example.org",
        court="Kent Municipal Court",
    )


def test_every_column_is_an_attribute():
    assert set(COLUMNS.known) <= {field.name for field in dataclasses.fields(Row)}
    assert set(LONGEST) <= set(COLUMNS.known)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"last_name": " "}, NO_NAME, id="no last name"),
        pytest.param(
            {"last_name": "\u202e"},
            "There is no readable last name. Fill it in and send the row again.",
            id="a last name of hidden letters only",
        ),
        pytest.param(
            {"last_name": "x" * 151},
            "There is no readable last name. Fill it in and send the row again.",
            id="a last name too long to be one",
        ),
        pytest.param({"case_number": ""}, NO_NUMBER, id="no number"),
        pytest.param(
            {"case_number": "N/A"},
            "There is no readable case number and no incident number. Fill in one and send the row again.",
            id="no number, in words",
        ),
        pytest.param({"case_number": "", "incident_number": "K25-1"}, None, id="an incident number"),
        pytest.param({"case_number": "", "referral_kind": "self-referral"}, None, id="a self-referral"),
        pytest.param({"case_number": "", "referral_kind": "", "referrer": "self"}, None, id="by himself"),
        pytest.param({"first_name": ""}, None, id="one name only"),
        pytest.param({"court": ""}, None, id="no court: the caller may know it"),
        pytest.param({"case_number": "any thing / at all #7"}, None, id="any number"),
    ],
)
def test_only_a_missing_name_or_number_refuses(read_one, cells, reason):
    assert read_one(**cells).refused == reason


@pytest.mark.parametrize(
    ("field", "raw", "left"),
    [
        ("date_of_birth", "02/30/1990", None),
        ("ordered_on", "45999", None),
        ("complete_by", "12/31/9999", None),
        ("start_by", "1/1/0001", None),
        ("hearing_at", "when called", None),
        ("phone", "206-555-013", ""),
        ("email", "jo.example.org", ""),
        ("attorney_email", "jo@", ""),
        ("language", "Klingon", ""),
        ("interpreter", "perhaps", False),
        ("referral_kind", "other", ReferralKind.PRETRIAL_DIVERSION),
        ("referrer", "a friend", Referrer.COURT),
        ("judge", "Wh\ufffdtlatch", ""),
        ("charge", "x" * 501, ""),
        ("suffix", "x" * 21, ""),
        ("address", "x" * 501, ""),
    ],
)
def test_any_other_unreadable_value_comes_in_empty_and_flagged(read_one, field, raw, left):
    row = read_one(**{field: raw})
    assert (row.refused, getattr(row, field)) == (None, left)
    assert [(flag.field, flag.raw) for flag in row.flags] == [(field, raw)]


@pytest.mark.parametrize(
    ("field", "left"),
    [("charge", ""), ("address", ""), ("aliases", ()), ("hearing_at", None), ("first_name", ""), ("court", "")],
)
def test_a_cell_that_is_far_too_long_comes_in_empty_and_flagged(read_one, field, left):
    row = read_one(**{field: "x" * 10_001})
    assert (row.refused, getattr(row, field, None) or left) == (None, left)
    assert [(flag.field, flag.raw) for flag in row.flags] == [(field, "x" * 200 + "…")]


@pytest.mark.parametrize(("field", "what"), [("last_name", "last name"), ("case_number", "case number")])
def test_a_name_or_a_number_that_is_far_too_long_refuses(read_one, field, what):
    assert read_one(**{field: "x" * 10_001}).refused.startswith(f"There is no readable {what}")


@pytest.mark.parametrize(("field", "left"), [("charge", ""), ("date_of_birth", None), ("phone", "")])
def test_a_nul_costs_its_own_cell(read_one, field, left):
    row = read_one(**{field: "x\0y"})
    assert (row.refused, getattr(row, field)) == (None, left)
    assert [(flag.field, flag.raw) for flag in row.flags] == [(field, "x\ufffdy")]
    assert read_one(last_name="Hall\0way").refused == (
        "There is no readable last name. Fill it in and send the row again."
    )


def test_a_minor_keeps_his_date_of_birth(read_one):
    row = read_one(date_of_birth="1/6/2008")
    assert row.date_of_birth == date(2008, 1, 6)
    assert [flag.field for flag in row.flags] == ["date_of_birth"]


def test_a_blank_cell_is_no_unreadable_one(read_one):
    row = read_one(**dict.fromkeys(set(COLUMNS.known) - set(PLAIN), "  "))
    assert (row.refused, row.flags) == (None, ())


def test_a_mans_only_name(read_one):
    assert read_one(first_name="").flags == (
        Flag("first_name", "", "There is no first name. If he has only one name, leave it so."),
    )


@pytest.mark.parametrize(
    ("cells", "charged"),
    [
        ({}, "Jo Doe"),
        ({"first_name": "JO", "middle_name": "ANN", "last_name": "DOE", "suffix": "III"}, "JO ANN DOE III"),
        ({"name_as_charged": "DOE, JOSEPH"}, "DOE, JOSEPH"),
        ({"first_name": ""}, "Doe"),
    ],
)
def test_name_as_charged(read_one, cells, charged):
    assert read_one(**cells).name_as_charged == charged


@pytest.mark.parametrize(
    ("cells", "kind", "referrer"),
    [
        ({"case_number": "5-1"}, ReferralKind.PRETRIAL_DIVERSION, Referrer.COURT),
        ({"case_number": "", "incident_number": "K1"}, ReferralKind.PREFILING_DIVERSION, Referrer.PROSECUTOR),
        ({"referrer": "probation officer"}, ReferralKind.PRETRIAL_DIVERSION, Referrer.PROBATION),
        ({"referrer": "himself", "case_number": ""}, ReferralKind.SELF, Referrer.SELF),
    ],
)
def test_the_kind_when_a_list_leaves_it_open(read_one, cells, kind, referrer):
    row = read_one(**{"referral_kind": ""} | cells)
    assert (row.referral_kind, row.referrer) == (kind, referrer)
    assert [(flag.field, flag.raw) for flag in row.flags] == [("referral_kind", "")]


def test_a_line_in_another_encoding_is_flagged(tmp_path):
    path = tmp_path / "list.csv"
    head = "last_name,first_name,case_number,referral_kind\nPeña,José,1,SOC\nZoë,Jo,2,SOC\n"
    path.write_bytes(head.encode() + "Peña,Luis,3,SOC\n".encode("cp1252"))
    rows = list(read(path, today=TODAY))
    assert [row.last_name for row in rows] == ["Peña", "Zoë", "Peña"]
    assert [row.flags for row in rows] == [
        (),
        (),
        (
            Flag(
                "",
                "",
                "How this line was saved isn't sure. Look at its accents, or have the list saved as UTF-8.",
            ),
        ),
    ]


def test_a_row_that_cannot_be_taken_apart_is_refused_with_what_stood_there(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("last_name,first_name,case_number\nDoe,Jo\n", encoding="utf-8")
    (row,) = read(path, today=TODAY)
    assert row == Row(
        2,
        {"last_name": "Doe", "first_name": "Jo"},
        "The row has 2 cells where the header has 3. Look for a missing or stray separator or quotation mark.",
    )


@pytest.mark.parametrize("missing", ["last_name", "first_name", "case_number"])
def test_a_list_without_names_or_numbers_is_none(listed, missing):
    with pytest.raises(UnreadableList, match=missing):
        listed({name: value for name, value in PLAIN.items() if name != missing})


# --- whatever comes ---

_HEADER = ",".join(COLUMNS.known).encode()
_LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
_SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_SETTINGS
@given(
    st.binary(max_size=300)
    | st.binary(max_size=300).map(lambda rest: _HEADER + b"\n" + rest)
    | st.lists(st.binary(max_size=20), min_size=33, max_size=33).map(lambda cells: _HEADER + b"\n" + b",".join(cells))
)
@example(_HEADER + b"\n" + b"\xff," * 32 + b"1")
def test_any_bytes_give_rows_or_a_sentence(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    try:
        rows = list(joined(read(path, today=TODAY)))
    except UnreadableList as refusal:
        sentence = str(refusal)
    else:
        sentence = "There are rows."
        assert rows
    assert sentence.endswith(".")


@_SETTINGS
@given(
    cells=st.fixed_dictionaries({name: st.text(_LETTERS, max_size=15) for name in COLUMNS.known}).filter(
        lambda cells: any(map(str.strip, cells.values()))
    ),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_stood_in_a_row_is_kept_and_what_is_unreadable_is_flagged(listed, cells, delimiter, encoding):
    row = listed(PLAIN, PLAIN | cells, delimiter=delimiter, encoding=encoding)[1]
    assert row.raw == cells
    flagged = {flag.field: flag.raw for flag in row.flags}
    assert flagged.items() <= cells.items()
    for name, raw in cells.items():
        read_as_nothing = getattr(row, name) in ("", None, ()) and name != "aliases"
        assert not (read_as_nothing and raw.strip()) or flagged[name] == raw


# --- memory ---


def test_20_mb_of_referrals_stream(tmp_path):
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("last_name,first_name,case_number,charge\n")
        file.writelines(f"Doe,Jo,{n},{'x' * 480}\n" for n in range(41_500))
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        number = sum(1 for _ in joined(read(path, today=TODAY)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert number == 41_500
    assert peak < 8_000_000


# --- the demo ---


def test_the_demo_has_what_its_readme_says():
    rows = list(read(DEMO, today=TODAY))
    assert {row.line: row.refused for row in rows if row.refused} == {32: NO_NAME, 41: NO_NUMBER, 57: NO_NAME}
    assert [(row.line, flag.field) for row in rows for flag in row.flags] == [
        (30, "start_by"),
        (33, "phone"),
        (40, "email"),
        (46, "referral_kind"),
    ]
    assert len({row.court for row in rows} - {""}) == 12
    assert [(one.row.line, one.also[0].line) for one in joined(rows) if one.also] == [(4, 7)]
