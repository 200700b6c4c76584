"""A sheet to sign at the door. It lies open on a table: nothing on it says what kind of evening it is."""

from pathlib import Path
from typing import TypedDict, cast

import typst

from core import typeset

TEMPLATE = Path(__file__).parent / "typst" / "signin.typ"
STANDARDS: "list[typst.PDFStandard]" = ["ua-1"]


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
    printable = {**facts, "names": typeset.printable(facts["names"])}
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, typeset.compiler(TEMPLATE, printable).compile(format="pdf", pdf_standards=STANDARDS))
