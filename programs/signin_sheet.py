"""A sheet to sign at the door. It lies open on a table: nothing on it says what kind of evening it is."""

from pathlib import Path
from typing import TypedDict, cast

import typst

from core import typeset

TEMPLATE = Path(__file__).parent / "typst" / "signin.typ"
STANDARDS: "list[typst.PDFStandard]" = ["ua-1"]
# Where the typeface lacks a letter, it is written in by hand.
BLANK = "_"


class SheetFacts(TypedDict):
    """`language` is two letters; every other value is printed as it stands, and `names` a line each."""

    language: str
    title: str
    when: str
    name: str
    signature: str
    nobody: str
    names: list[str]


def render(facts: SheetFacts) -> bytes:
    """As PDF/UA-1 on US Letter."""
    printable = {**facts, "names": [_printable(name) for name in typeset.normalized(facts["names"])]}
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, typeset.compiler(TEMPLATE, printable).compile(format="pdf", pdf_standards=STANDARDS))


def _printable(name: str) -> str:
    visible = (letter for letter in name if not typeset.is_invisible(letter))
    return "".join(letter if letter in typeset.letters() else BLANK for letter in visible)
