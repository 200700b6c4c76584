"""Paper of the messages: letters for a window envelope, and the sworn list of what was sent. No Django."""

import re
from pathlib import Path
from typing import Any, TypedDict, cast

from core import typeset

TYPST = Path(__file__).parent / "typst"
_STATE_AND_ZIP = re.compile(r"[A-Z]{2} \d{5}(-\d{4})?$")


class Letter(TypedDict):
    """`to` and `sender`: a line each. `body`: its paragraphs."""

    to: list[str]
    sender: list[str]
    on: str
    subject: str
    body: list[str]
    language: str


class Told(TypedDict):
    """One line of the sworn list. `plain`: the hash is of a file, without a key."""

    number: int
    what: str
    channel: str
    to: str
    planned: str
    sent: str
    became: str
    why: str
    wording: str
    hash: str
    plain: bool


class Affidavit(TypedDict):
    whom: str
    about: str
    office: list[str]
    made_on: str
    zone: str
    lines: list[Told]


def letters(of: list[Letter]) -> bytes:
    """One file, each letter beginning on a sheet of its own."""
    return _pdf("letter", {"letters": of})


def affidavit(facts: Affidavit) -> bytes:
    """As PDF/A, tagged, like what goes to courts."""
    return _pdf("affidavit", facts, pdf_standards=["a-2a", "ua-1"])


def _pdf(template: str, facts: Any, **how: Any) -> bytes:
    made = typeset.compiler(TYPST / f"{template}.typ", printable(facts)).compile(format="pdf", **how)
    return cast(bytes, made)


def printable(facts: Any) -> Any:
    """A letter that the typeface can't print becomes a question mark: what went out is not held up by a name."""
    match typeset.normalized(facts):
        case str() as text:
            return "".join(one if one in typeset.letters() else "?" for one in text)
        case list() as several:
            return [printable(one) for one in several]
        case dict() as named:
            return {name: printable(value) for name, value in named.items()}
        case other:
            return other


def address_lines(name: str, address: str) -> list[str]:
    """As an envelope's window shows it: "12 Pier Street, Apt 4, Kent, WA 98032" is three lines below the name.

    A place that is not written so stands as it was typed, a line a comma.
    """
    parts = [part.strip() for part in address.split(",") if part.strip()]
    if len(parts) > 1 and _STATE_AND_ZIP.match(parts[-1]):
        parts[-2:] = [f"{parts[-2]}, {parts[-1]}"]
    return [name, *parts]


def paragraphs(body: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body) if part.strip()]
