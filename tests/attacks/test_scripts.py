"""No script of ours lets a name from outside become a property of an object that others share."""

import re
from pathlib import Path

import pytest

from tests.house import ROOT

POLLUTES = re.compile(
    r"""
    \w\[(?!["'\d])[^\]]*\]\s*(?:=(?![=>])|\+=|\|\|=|\?\?=)   # a property by a name that is computed
    | \bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b             # names of an object, its ancestors' among them
    | \bObject\.assign\(\s*[\w.]+\s*,(?!\s*\{)                # all that another object has
    | \bObject\.setPrototypeOf\b | __proto__ | \["(?:constructor|prototype)"\]
    """,
    re.VERBOSE,
)
# What is made of names from outside is a Map, or a copy by spreading or `fromEntries`, which reach no ancestor.


def scripts() -> list[Path]:
    return sorted([*(ROOT / "static" / "js").glob("*.js"), ROOT / "templates" / "programs" / "sw.js"])


def test_none_sets_a_property_by_a_name_from_outside() -> None:
    assert len(scripts()) > 15
    assert {path.name: found for path in scripts() if (found := POLLUTES.findall(path.read_text()))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "held[name] = value",
        "held[event.data.key] ||= []",
        "for (const name in said) use(name)",
        "Object.assign(letter, event.data)",
        "Object.assign(kept, said, JSON.parse(text))",
        "one.__proto__.two = 3",
        'one["constructor"]',
    ],
)
def test_one_that_does_is_found(line: str) -> None:
    assert POLLUTES.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "letters.set(letter.key, { ...letter, stored: true });",
        "Object.assign(letter, { onItsWay: false });",
        "const [kind] = choice.split();",
        "if (held[name] === value) go();",
        "const { roster, files } = event.data || {};",
    ],
)
def test_one_that_does_not_is_let_be(line: str) -> None:
    assert not POLLUTES.search(line)
