"""A list as a Mac, Windows or DOS saved it, byte by byte: read as it was written, or doubted; never silently wrong."""

from pathlib import Path

import pytest

from courts.accents import is_misread, may_be_misread
from courts.tables import Columns, records

COLUMNS = Columns(known=("name", "case_number"), required=(("name",), ("case_number",)))
NAMES = ["Muñoz, José", "Hernández", "García", "Rodríguez", "Peña", "López", "Müller", "Núñez", "O’Neil"]
CAPITALS = ["MUÑOZ", "PÉREZ", "GARCÍA", "LÓPEZ", "O’NEIL"]


def read(tmp_path: Path, names: list[str], encoding: str) -> list[tuple[str, bool]]:
    """Each name as it is read, and whether its line is doubted."""
    path = tmp_path / "list.csv"
    path.write_bytes("\r".join(["name;case_number", *(f"{one};1" for one in names)]).encode(encoding))
    return [(one.cells["name"], one.doubtful) for one in records(path, COLUMNS)]


@pytest.mark.parametrize("names", [NAMES, CAPITALS], ids=["as written", "capitals"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_windows_saves_is_read_and_not_doubted(tmp_path: Path, encoding: str, names: list[str]) -> None:
    assert read(tmp_path, names, encoding) == [(one, False) for one in names]


def test_latin_1_is_read_as_well(tmp_path: Path) -> None:
    names = [one for one in NAMES if "’" not in one]
    assert read(tmp_path, names, "latin-1") == [(one, False) for one in names]


@pytest.mark.parametrize("names", [NAMES, CAPITALS], ids=["as written", "capitals"])
def test_what_a_mac_saves_is_read_and_its_accents_are_to_be_looked_at(tmp_path: Path, names: list[str]) -> None:
    assert read(tmp_path, [*names, "Smith"], "mac-roman") == [*((one, True) for one in names), ("Smith", False)]


@pytest.mark.parametrize(("name", "as_read"), [("Muñoz", "Mu–oz"), ("García", "Garc’a"), ("López", "L—pez")])
def test_a_macs_that_could_be_meant_for_a_dash_or_an_apostrophe_is_doubted(
    tmp_path: Path, name: str, as_read: str
) -> None:
    assert read(tmp_path, [name, "Smith"], "mac-roman") == [(as_read, True), ("Smith", False)]


def test_a_mac_and_windows_in_one_list_are_doubted_where_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = [b"name;case_number", "José;1".encode("cp1252"), "Hernández;2".encode("mac-roman"), b"Smith;3"]
    path.write_bytes(b"\n".join(lines))
    found = [(one.cells["name"], one.doubtful) for one in records(path, COLUMNS)]
    assert found == [("José", False), ("Hern‡ndez", True), ("Smith", False)]


def test_an_old_dos_list_is_doubted(tmp_path: Path) -> None:
    assert read(tmp_path, ["Muñoz", "Smith"], "cp437") == [("Mu¤oz", True), ("Smith", False)]


@pytest.mark.parametrize(
    "text",
    [
        "O’Neil", "O’neil", "D’Angelo", "Ja’marcus", "driver’s license", "Smith–Jones", "SMITH–JONES", "theft — second",
        "“Junior”", "François", "Łukasz", "Åsa", "GROß", "5°C", "30 € fee", "Straße", "ÉCOLE", "école", "n.º 5",
    ],
)  # fmt: skip
def test_what_is_written_so_is_not_doubted(text: str) -> None:
    assert not may_be_misread(text)


@pytest.mark.parametrize(
    "text",
    ["Hern‡ndez", "MU„OZ", "JosŽ", "PƒREZ", "GARCêA", "FranŸois", "JosÈ", "PeÒa", "Jos�e", "M€LLER", "Mu¤oz", "Pe·a"],
)
def test_what_no_word_has_is_misread(text: str) -> None:
    assert is_misread(text)
