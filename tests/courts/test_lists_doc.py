"""docs/lists.md says of each column what it may hold, and of each pair what is asked about."""

import re

from courts import doubts, lists
from tests.house import ROOT

DOCUMENT = (ROOT / "docs" / "lists.md").read_text()
ROW = re.compile(r"^\| (`[^|]+`) \| (.+?) \| (?:(\d+)(?: each)?)? ?\|$", re.MULTILINE)


def told() -> dict[str, int]:
    """By column, how many letters at most; 0: not said."""
    rows = [(re.findall(r"`(\w+)`", found[1]), int(found[3] or 0)) for found in ROW.finditer(DOCUMENT)]
    return {column: most for columns, most in rows for column in columns}


def test_each_column_stands_there() -> None:
    assert sorted(told()) == sorted(lists.COLUMNS.known)


def test_with_its_length() -> None:
    assert {column: told()[column] for column in lists.LONGEST} == lists.LONGEST


def test_each_pair_of_days_that_is_asked_about_stands_there() -> None:
    said = re.findall(r"^- (.+)$", DOCUMENT, re.MULTILINE)

    assert said[:-1] == [sentence for _, _, sentence in doubts._ORDER]
    assert said[-1] == "The next hearing is before the day of the order."
