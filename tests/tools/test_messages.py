"""The Spanish catalog is whole: all that is said has a translation, and what is compiled is what stands there."""

import gettext
import re
import shutil
from pathlib import Path

import pytest

from tests.catalog import Entry, entries
from tools import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|#|</?\w+>|“[^”]*”")
needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="`make system` installs gettext")


@pytest.fixture(scope="module")
def catalog() -> list[Entry]:
    return entries(messages.PO)


def placeholders(text: str) -> list[str]:
    """What stands between quotation marks is quoted, and counts as one whatever it says."""
    return sorted("“”" if found.startswith("“") and "%" not in found and "#" not in found else found.strip("“”")
                  for found in PLACEHOLDER.findall(text))  # fmt: skip


def of(path: Path) -> dict[tuple[str, str], list[str]]:
    return {(entry.msgid, entry.plural): entry.said for entry in entries(path)}


def test_nothing_is_left_open(catalog: list[Entry]) -> None:
    assert len(catalog) > 200
    assert [entry.msgid for entry in catalog if entry.fuzzy or not all(entry.said)] == []
    assert [entry.msgid for entry in catalog if len(entry.said) != (2 if entry.plural else 1)] == []
    assert "#~" not in messages.PO.read_text()


def test_placeholders_are_the_same(catalog: list[Entry]) -> None:
    differs = [
        entry.msgid
        for entry in catalog
        for number, said in enumerate(entry.said)
        if placeholders(said) not in _allowed(entry, number)
    ]
    assert differs == []


def _allowed(entry: Entry, number: int) -> list[list[str]]:
    """One of something may be said without its number."""
    if not entry.plural:
        return [placeholders(entry.msgid)]
    return [placeholders(entry.plural), *([placeholders(entry.msgid)] if number == 0 else [])]


def test_a_sentence_ends_as_its_original_does(catalog: list[Entry]) -> None:
    """But where the Spanish ends with an hour: "7:00 p. m." has its point already."""
    with_hour = re.compile(r"%\(hour\)s$")
    differs = [
        entry.msgid
        for entry in catalog
        for said in entry.said
        if (entry.msgid[-1] in ".:?…") != (said[-1] in ".:?…") and not with_hour.search(said)
    ]
    assert differs == []


def test_what_is_compiled_is_what_stands_there(catalog: list[Entry]) -> None:
    with messages.PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in catalog:
        if entry.plural:
            said = [compiled.ngettext(entry.msgid, entry.plural, number) for number in (1, 2)]
        else:
            said = [compiled.gettext(entry.msgid)]
        assert said == entry.said
    with messages.PO.with_suffix(".mo").open("rb") as file:
        written = {key if isinstance(key, str) else key[0] for key in vars(gettext.GNUTranslations(file))["_catalog"]}
    assert written - {""} == {entry.msgid for entry in catalog}


@needs_gettext
def test_all_that_is_said_stands_in_it_and_nothing_else(catalog: list[Entry], tmp_path: Path) -> None:
    messages.gather(tmp_path / "all.pot")

    said, stands = of(tmp_path / "all.pot"), {(entry.msgid, entry.plural) for entry in catalog}
    assert stands == set(said), "`make messages` gathers them anew"


@needs_gettext
def test_it_gathers_pages_parts_and_code(tmp_path: Path) -> None:
    messages.gather(tmp_path / "all.pot")

    places = {place for entry in entries(tmp_path / "all.pot") for place in entry.places}
    assert {
        "templates/programs/roster.html",
        "templates/programs/parts/mark.html",
        "templates/programs/sw.js",
        "templates/parts/header.html",
        "templates/404.html",
        "programs/actions/door.py",
        "programs/forms/marks.py",
        "programs/views/words.py",
        "accounts/context.py",
    } <= places
    # The offices' and the courts' own pages are English.
    assert [place for place in places if "courts/" in place or "office/" in place] == []
