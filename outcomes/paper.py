"""A sheet to be filled in by hand: the same questions, boxes to cross, and a code by which it is typed in.

It may lie on any table: it says neither who nor what for.
"""

from pathlib import Path
from typing import TypedDict, cast

import typst

from core import typeset

TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"
STANDARDS: "list[typst.PDFStandard]" = ["ua-1"]


class Question(TypedDict):
    """`told`: what is said below it; may be empty."""

    text: str
    told: str
    choices: list[str]


class Part(TypedDict):
    title: str
    intro: str
    questions: list[Question]


class SheetFacts(TypedDict):
    """`code` is printed as it is typed; `before`: what he is told first, a line each; all else as it stands."""

    language: str
    title: str
    code: str
    how: str
    before: list[str]
    agree: list[Question]
    parts: list[Part]
    end: str


def spelled(code: str) -> str:
    """In fours, so that nobody loses their place."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4)).upper()


def render(facts: SheetFacts) -> bytes:
    """As PDF/UA-1 on US Letter."""
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    made = typeset.compiler(TEMPLATE, typeset.printable(facts))
    return cast(bytes, made.compile(format="pdf", pdf_standards=STANDARDS))
