"""docs/security.md answers each item of ASVS 5.0 that is asked for, once, and the tests that it names are there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.house import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
# Levels 1 and 2, and level 3 of the chapters on authorization and logging: their numbers, in order.
ITEMS = Path(__file__).with_name("asvs-5.0.0.txt").read_text().split()
ROW = re.compile(r"^\| (V[\d.]+) \| (.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANSWERS = ("met", "partly", "not met", "operator", "n/a")


def rows(text: str) -> list[tuple[str, str, str, str]]:
    return [(found[1], found[2], found[3], found[4]) for found in ROW.finditer(text)]


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def missing(proof: str) -> list[str]:
    """Tests that are named and aren't there; words between them that name none."""
    left = PROOF.sub("", proof).replace("<br>", "").strip()
    gone = [f"{file}::{name}" for file, name in PROOF.findall(proof) if name not in names_in(file)]
    return gone + ([left] if left else [])


def faults(text: str) -> list[str]:
    found = rows(text)
    times = Counter(item for item, *_ in found)
    return (
        [f"{item} stands there {times[item]} times" for item in ITEMS if times[item] != 1]
        + [f"{item} is none that is asked for" for item in times if item not in ITEMS]
        + [f"{item}: {gone}" for item, _, _, proof in found for gone in missing(proof)]
        + [f"{item}: {answer!r} is no answer" for item, answer, *_ in found if answer not in ANSWERS]
        + [f"{item} says neither how nor why" for item, _, how, _ in found if len(how) < 4]
        + [f"{item} is met and nothing proves it" for item, answer, _, proof in found if answer == "met" and not proof]
    )


def test_the_table_is_whole_and_its_tests_are_there() -> None:
    assert faults(DOCUMENT.read_text()) == []


def test_so_many_are_asked_for() -> None:
    """253 of levels 1 and 2, 7 of level 3."""
    assert (len(ITEMS), len(set(ITEMS))) == (260, 260)


def test_the_numbers_above_it_are_those_of_the_table() -> None:
    text = DOCUMENT.read_text()
    count = Counter(answer for _, answer, *_ in rows(text))
    said = re.search(r"(\d+) met, (\d+) partly, (\d+) not met, (\d+) up to whoever runs it, (\d+) of things", text)

    assert said is not None
    assert [int(number) for number in said.groups()] == [count[answer] for answer in ANSWERS]


def test_what_is_not_met_stands_in_the_list_below() -> None:
    text = DOCUMENT.read_text()
    listed = set(re.findall(r"V\d+\.\d+\.\d+", text.partition("## What is not covered")[2]))

    assert {item for item, answer, *_ in rows(text) if answer in {"partly", "not met"}} - listed == set()


HERE = "`tests/test_security_doc.py::test_so_many_are_asked_for`"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"| V1.1.1 | met | By us. | {HERE} |", "V1.1.1 stands there 2 times"),
        (f"| V99.1.1 | met | By us. | {HERE} |", "V99.1.1 is none that is asked for"),
        ("| V1.1.1 | met | By us. | `tests/test_security_doc.py::test_none` |", "test_security_doc.py::test_none"),
        ("| V1.1.1 | met | By us. | `tests/none.py::test_none` |", "V1.1.1: tests/none.py::test_none"),
        ("| V1.1.1 | met | By us. | by hand |", "V1.1.1: by hand"),
        ("| V1.1.1 | yes | By us. |  |", "V1.1.1: 'yes' is no answer"),
        ("| V1.1.1 | n/a |  |  |", "V1.1.1 says neither how nor why"),
        ("| V1.1.1 | met | By us. |  |", "V1.1.1 is met and nothing proves it"),
    ],
)
def test_a_fault_is_found(row: str, fault: str) -> None:
    assert any(each.endswith(fault) for each in faults(f"{DOCUMENT.read_text()}\n{row}\n"))
