"""`import_courts` and `import_referrals`, from the file to what the terminal shows."""

import csv
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError

from audit.models import Event
from audit.origin import origin
from courts import lists
from courts.models import Court, Flag, ListImport, Referral
from participants.models import Participant
from programs.models import Program
from tests.courts.listed import PLAIN, counts, write
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo"
UNREAD = "{} referrals added ({} with a value to ask for), {} known, {} changed (see the proposals), {} rows refused.\n"


@pytest.fixture
def program(now) -> Program:
    return ProgramFactory(name="Harbor")


@pytest.fixture
def kent(program) -> Court:
    return CourtFactory(name="Kent Municipal Court", code="KNT", city="Kent")


@pytest.fixture
def run(capsys):
    def command(*args: object, name: str = "import_referrals") -> str:
        call_command(name, *map(str, args))
        return str(capsys.readouterr().out)

    return command


def fails(run, *args: object, name: str = "import_referrals") -> str:
    with pytest.raises(CommandError) as error:
        run(*args, name=name)
    assert error.value.returncode == 1
    return str(error.value)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- the demo ---


def test_the_demo_comes_in_as_its_readme_says(run, program, tmp_path):
    said = run(DEMO / "courts.csv", name="import_courts")
    assert said == "199 added, 0 known already, 0 refused.\n"
    path = tmp_path / "referrals.csv"
    path.write_bytes((DEMO / "referrals.csv").read_bytes())
    assert run(path) == (
        UNREAD.format(55, 4, 0, 0, 3) + f"The refused rows are in {path}.rejected.csv, each with its reason.\n"
    )
    assert (Referral.objects.count(), Participant.objects.count(), Flag.objects.count()) == (55, 54, 4)
    assert [row["line"] for row in table(tmp_path / "referrals.csv.rejected.csv")] == ["32", "41", "57"]
    assert run(path).startswith(UNREAD.format(0, 0, 55, 0, 3))


def test_courts_that_are_refused_are_told_by_line(run, tmp_path, capsys):
    path = tmp_path / "courts.csv"
    path.write_text("name,kind,state,timezone\nKent,municipal,ZZ,America/Los_Angeles\n")
    call_command("import_courts", str(path))
    told = capsys.readouterr()
    assert told.out == "0 added, 0 known already, 1 refused.\n"
    assert told.err == "Line 2: The court has no state that we can read. Fill it in and send the row again.\n"


# --- how it is called ---


@pytest.mark.parametrize("called", ["KNT", "knt", "Kent Municipal Court", "kent municipal court, kent"])
def test_the_court_by_code_or_name(run, kent, tmp_path, called):
    run(write(tmp_path / "list.csv", PLAIN), "--court", called)
    assert (Referral.objects.get().court, ListImport.objects.get().court) == (kent, kent)


def test_a_rows_own_court_rules(run, kent, tmp_path):
    renton = CourtFactory(name="Renton Municipal Court")
    run(write(tmp_path / "list.csv", PLAIN | {"court": "Renton Municipal Court"}), "--court", "KNT")
    assert Referral.objects.get().court == renton


def test_an_unknown_court_is_a_sentence(run, kent, tmp_path):
    path = write(tmp_path / "list.csv", PLAIN)
    assert fails(run, path, "--court", "Nowhere") == (
        'No court is called "Nowhere". Check its name, or import the courts first.'
    )
    assert Referral.objects.count() == 0


@pytest.mark.parametrize("county", ["Bristol", "Essex", "Middlesex", "Plymouth"])
def test_a_court_that_shares_its_name_is_a_sentence_and_found_by_its_city(run, program, tmp_path, county):
    run(DEMO / "courts.csv", name="import_courts")
    name, path = f"{county} County Superior Court", write(tmp_path / "list.csv", PLAIN)
    cities = list(Court.objects.filter(name=name).values_list("city", flat=True))
    told = fails(run, path, "--court", name)
    assert told in {f'Several courts are called "{name}". Write it as "{name}, {city}".' for city in cities}
    run(path, "--court", f"{name}, {cities[-1]}")
    assert Referral.objects.values_list("court__city", flat=True).get() == cities[-1]


def test_the_program_is_asked_for_where_there_are_several(run, kent, tmp_path):
    path, other = write(tmp_path / "list.csv", PLAIN), ProgramFactory(name="Pier")
    assert fails(run, path, "--court", "KNT") == "Name the program with --program. There are: Harbor, Pier."
    assert fails(run, path, "--court", "KNT", "--program", "Hill") == (
        'There is no program called "Hill". There are: Harbor, Pier.'
    )
    run(path, "--court", "KNT", "--program", "pier")
    assert Referral.objects.get().program == other


def test_without_any_program_it_is_a_sentence(run, tmp_path, db):
    path = write(tmp_path / "list.csv", PLAIN)
    assert fails(run, path) == "Name the program with --program. There are: none yet."


def test_the_trail_says_from_which_command_it_came(run, kent, tmp_path):
    run(write(tmp_path / "list.csv", PLAIN), "--court", "KNT")
    assert set(Event.objects.values_list("origin", flat=True)) == {"command import_referrals"}
    assert origin.get() == ""


def test_a_dry_run_keeps_no_record_and_leaves_the_refused_rows_to_mend(run, kent, tmp_path):
    path = write(tmp_path / "list.csv", PLAIN, PLAIN | {"last_name": ""})
    before = counts()
    said = run(path, "--court", "KNT", "--dry-run")
    assert said.startswith("Nothing was kept: this was a dry run. " + UNREAD.format(1, 0, 0, 0, 1))
    assert counts() == before
    assert [row["line"] for row in table(tmp_path / "list.csv.rejected.csv")] == ["3"]
    assert run(path, "--court", "KNT").startswith(UNREAD.format(1, 0, 0, 0, 1))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("import_referrals", OperationalError("database is locked")),
        ("import_courts", OperationalError("database is locked")),
        ("import_courts", IntegrityError("UNIQUE")),
    ],
    ids=["a list, locked", "courts, locked", "courts, by two at once"],
)
def test_a_busy_database_is_a_sentence(run, kent, tmp_path, monkeypatch, name, error):
    def fail(**_: object) -> None:
        raise error

    what = name.replace("import_referrals", "import_list")
    monkeypatch.setattr(f"courts.management.commands.{name}.{what}", fail)
    path = write(tmp_path / "list.csv", PLAIN) if what == "import_list" else DEMO / "courts.csv"
    assert fails(run, path, name=name) == "The database was busy. Send the file again: nothing is added twice."
    assert origin.get() == ""


# --- files of all kinds ---


@pytest.mark.parametrize("name", ["import_referrals", "import_courts"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file list.csv. Check its name and folder."),
        (b"", "list.csv is empty. Export the list once more."),
        (
            b"\x00\x01\x02\x03\x00",
            'list.csv is not a list in plain text. Open it in your spreadsheet, choose "Save as" and '
            '"CSV UTF-8", and import that file.',
        ),
    ],
    ids=["missing", "empty", "binary"],
)
def test_a_file_that_is_no_list_is_a_sentence(run, program, tmp_path, content, sentence, name):
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    assert fails(run, path, name=name) == sentence
    assert sorted(found.name for found in tmp_path.iterdir()) == ([] if content is None else ["list.csv"])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "import_referrals",
            "list.csv can't be opened: a part of it is missing or damaged. Open it in Excel, choose "
            '"Save as" and "Excel Workbook (.xlsx)", and send that file.',
        ),
        (
            "import_courts",
            "list.csv is an Excel workbook or a ZIP archive, not a list in plain text. Open it in your spreadsheet, "
            'choose "Save as" and "CSV UTF-8", and import that file.',
        ),
    ],
)
def test_a_damaged_workbook_is_a_sentence(run, program, tmp_path, name, sentence):
    """Referrals are read from workbooks, too; courts from plain text only."""
    path = tmp_path / "list.csv"
    path.write_bytes(b"PK\x03\x04\x14\x00")
    assert fails(run, path, name=name) == sentence
    assert [found.name for found in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize("place", [".", "/", "folder"])
def test_a_folder_is_a_sentence(run, program, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    assert fails(run, place) == f"{Path(place).name or place} is a folder. Name the list inside of it."


def test_an_unknown_header_is_a_sentence_and_nothing_comes_in(run, kent, tmp_path):
    path = write(tmp_path / "list.csv", PLAIN | {"blood_type": "A"})
    assert fails(run, path, "--court", "KNT").startswith('list.csv has columns that we don\'t know: "blood_type"')
    assert (Referral.objects.count(), ListImport.objects.count()) == (0, 0)


ACCENTS = PLAIN | {"last_name": "Muñoz", "address": "12 Main St\nApt 4"}


@pytest.mark.parametrize(
    "shape",
    [
        {"encoding": "utf-8"},
        {"encoding": "utf-8-sig"},
        {"encoding": "cp1252"},
        {"encoding": "utf-16"},
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"end": "\n"},
    ],
    ids=["UTF-8", "BOM", "Windows-1252", "UTF-16", "semicolon", "tab", "LF"],
)
def test_whatever_saved_it(run, kent, tmp_path, shape):
    path = write(tmp_path / "list.csv", ACCENTS, PLAIN | {"case_number": "26-002"}, **shape)
    assert run(path, "--court", "KNT") == UNREAD.format(2, 0, 0, 0, 0)
    man = Referral.objects.get(case_number="26-001").participant
    assert (man.last_name, man.contact_points.get().value) == ("Muñoz", "12 Main St\nApt 4")


def test_columns_in_any_order_headers_in_any_case_and_repeated(run, kent, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        " First Name ,LAST-NAME,Case_Number,Referral Kind\r\nDorian,Halloway,1,SOC\r\n"
        "referral kind,case number,last name,first name\r\nSOC,2,Penhale,Tobias\r\n"
    )
    assert run(path, "--court", "KNT") == UNREAD.format(2, 0, 0, 0, 0)
    assert list(Referral.objects.order_by("id").values_list("case_number", "name_as_charged")) == [
        ("1", "Dorian Halloway"),
        ("2", "Tobias Penhale"),
    ]


# --- refused rows ---


def rights(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


REFUSED = PLAIN | {"last_name": "", "plaintiff": '=HYPERLINK("x")', "phone": "+12065550103", "judge": "@A"}


@pytest.fixture
def refused(run, kent, tmp_path):
    run(write(tmp_path / "list.csv", PLAIN, REFUSED), "--court", "KNT")
    return tmp_path / "list.csv.rejected.csv"


def test_refused_rows_stand_in_a_file_of_their_own_with_a_plain_reason(refused):
    (row,) = table(refused)
    assert list(row) == ["line", "reason", "rest", *lists.COLUMNS.known]
    assert (row["line"], row["reason"]) == ("3", "There is no last name. Fill it in and send the row again.")
    assert (row["case_number"], row["first_name"]) == ("26-001", "Dorian")


def test_only_its_owner_may_read_it(refused):
    assert rights(refused) == "-rw-------"


def test_also_when_it_was_there_before_with_wider_rights(run, kent, tmp_path):
    old = tmp_path / "list.csv.rejected.csv"
    old.write_text("of last week\n" * 100)
    old.chmod(0o666)
    with old.open() as spy:
        run(write(tmp_path / "list.csv", REFUSED), "--court", "KNT")
        assert "Dorian" not in spy.read()
    assert (rights(old), len(table(old))) == ("-rw-------", 1)


def test_a_link_laid_in_its_place_is_not_followed(run, kent, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (tmp_path / "list.csv.rejected.csv").symlink_to(elsewhere)
    run(write(tmp_path / "list.csv", REFUSED), "--court", "KNT")
    assert (elsewhere.read_text(), rights(tmp_path / "list.csv.rejected.csv")) == ("mine", "-rw-------")


def test_a_spreadsheet_finds_no_formula_in_it(refused):
    (row,) = table(refused)
    assert (row["plaintiff"], row["phone"], row["judge"]) == ('\'=HYPERLINK("x")', "'+12065550103", "'@A")


def test_mended_it_comes_in_as_it_was_spelled(run, refused):
    mended = refused.read_text(encoding="utf-8-sig").replace(",,Dorian", ",Penhale,Dorian", 1)
    refused.write_text(mended, encoding="utf-8-sig")
    assert run(refused, "--court", "KNT") == UNREAD.format(1, 0, 0, 0, 0)
    referral = Referral.objects.get(participant__last_name="Penhale")
    assert (referral.plaintiff, referral.judge) == ('=HYPERLINK("x")', "@A")
    assert referral.participant.contact_points.get().value == "+12065550103"


def test_what_no_column_took_is_kept_for_the_one_who_mends(run, kent, tmp_path):
    path = write(tmp_path / "list.csv", PLAIN)
    with path.open("a") as file:
        file.write("26-002,Penhale,Tobias,SOC,=stray\r\n")
    run(path, "--court", "KNT")
    (row,) = table(tmp_path / "list.csv.rejected.csv")
    assert (row["line"], row["last_name"], row["rest"]) == ("3", "Penhale", "'=stray")


def test_where_none_is_refused_there_is_no_file(run, kent, tmp_path):
    run(write(tmp_path / "list.csv", PLAIN), "--court", "KNT")
    assert [found.name for found in tmp_path.iterdir()] == ["list.csv"]


def test_where_it_can_not_be_written_it_is_a_sentence(run, kent, tmp_path):
    (tmp_path / "list.csv.rejected.csv").mkdir()
    assert fails(run, write(tmp_path / "list.csv", REFUSED), "--court", "KNT") == (
        f"The refused rows can't be written to {tmp_path}/list.csv.rejected.csv (is a directory). "
        "Copy the list into a folder of your own, and import it from there."
    )
