"""A report's facts become a PDF in memory: no models, no database, no clock, no file written."""

import json
import re
import struct
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import typst

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(str(files("fontpkg_noto_serif") / "files"))
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]


class Letterhead(TypedDict):
    lines: list[str]
    callback_number: str


class CourtFacts(TypedDict):
    """`caption` is None where nothing is filed; `stamp_space` keeps the top right of page one blank."""

    caption: str | None
    number_label: str
    stamp_space: bool
    clerk_action: str | None


class RequiredAmount(TypedDict):
    sessions: int


class CompletedAmount(TypedDict):
    """`minutes`: those he was there, as in each of the sessions."""

    sessions: int
    minutes: int
    first_on: str
    last_on: str


class CreditedSession(TypedDict):
    week: int
    on: str
    theme: NotRequired[str | None]
    minutes: int
    note: str


class RequirementFact(TypedDict):
    """`met` without a day: it was met before this court's own order, of which it isn't told more."""

    label: str
    met_on: str | None
    met: NotRequired[bool]


class CopyTo(TypedDict):
    role: str
    name: str


class Signer(TypedDict):
    name: str
    title: str


class CompletionFacts(TypedDict):
    """What stands in a completion report, ready for JSON.

    Every `_on` and `_by` is a `YYYY-MM-DD` of the court's time zone. Unless it says otherwise, None means
    that the line isn't printed.
    """

    letterhead: Letterhead
    number: str
    issued_on: str
    court: CourtFacts
    plaintiff: str
    defendant: str
    case_number: str | None
    incident_number: str | None
    referral_kind: str
    ordered_on: str | None
    hearing_on: str | None
    complete_by: str | None
    proof_due_by: str | None
    program_name: str
    required: RequiredAmount
    completed: CompletedAmount
    sessions: list[CreditedSession]
    requirements: list[RequirementFact]
    fee_standing: str | None
    certificate_number: str | None
    distribution: list[CopyTo]
    signer: Signer
    statement: str


# By path, without the numbers of a list's items. What isn't here is called by its path.
_CALLED = {
    "letterhead.lines": "A line of the letterhead",
    "letterhead.callback_number": "The telephone number in the letterhead",
    "number": "The report's number",
    "certificate_number": "The certificate's number",
    "court.caption": "The court's caption",
    "court.number_label": "What the court calls its numbers",
    "court.clerk_action": "What the clerk is asked to do",
    "plaintiff": "The plaintiff",
    "defendant": "The name as charged",
    "case_number": "The case number",
    "incident_number": "The incident number",
    "referral_kind": "The kind of the referral",
    "program_name": "The program's name",
    "sessions.theme": "A week's theme",
    "sessions.note": "The note on a session",
    "requirements.label": "The name of a requirement",
    "fee_standing": "The standing of his fee",
    "distribution.role": "The role of a recipient",
    "distribution.name": "The name of a recipient",
    "signer.name": "The signer's name",
    "signer.title": "The signer's title",
    "statement": "The signer's statement",
}


class LetterNotPrintable(ValueError):
    """A fact has a letter that can't be printed; `field` is its path, like `sessions[3].theme`."""

    def __init__(self, field: str, letter: str) -> None:
        self.field = field
        self.letter = letter
        called = _CALLED.get(re.sub(r"\[\d+\]", "", field), field)
        super().__init__(f"{called} has {_described(letter)} Nothing was issued.")


class DocumentNotRendered(RuntimeError):
    """The facts don't fit the template. It carries no fact, so that it may stand in a log."""

    def __init__(self, template: str) -> None:
        self.template = template
        super().__init__(f"The {template} document could not be set from its facts. Nothing was issued.")


def render(template: str, facts: dict[str, Any] | CompletionFacts) -> bytes:
    """Set a report as PDF/A-2a and PDF/UA-1; the same facts give the same bytes.

    Raises LetterNotPrintable before anything is set, DocumentNotRendered if the facts don't fit. Any thread
    may call it; a process forked from one that has rendered may not: Typst's threads don't survive the fork,
    and the call would wait for them forever.
    """
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, _compiled(template, facts, format="pdf", pdf_standards=STANDARDS))


def pictures(template: str, facts: dict[str, Any] | CompletionFacts) -> list[bytes]:
    """The same pages as PNG, to be read on a screen before anything is issued. Raises what `render` raises."""
    pages = _compiled(template, facts, format="png", ppi=110.0)
    return pages if isinstance(pages, list) else [cast(bytes, pages)]


def check_letters(facts: dict[str, Any] | CompletionFacts) -> None:
    """Raises LetterNotPrintable. `render` asks too; this is for whoever wants to know before."""
    for field, text in _texts(_normalized(facts)):
        _check(field, text)


def _compiled(template: str, facts: dict[str, Any] | CompletionFacts, **into: Any) -> bytes | list[bytes] | None:
    check_letters(facts)
    printable = _normalized(facts)
    with suppress(typst.TypstError):
        return _compiler(template, printable).compile(**into)
    # Outside the handler: Typst quotes the facts in its messages, and a context would keep them.
    raise DocumentNotRendered(template)


def _compiler(template: str, facts: Any) -> typst.Compiler:
    return typst.Compiler(  # one a call: a shared one raises "Already borrowed" in a second thread
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )


@cache
def _fonts() -> typst.Fonts:
    """The shipped fonts only: what the machine has must not change a document."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _normalized(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [_normalized(item) for item in value]
        case dict():
            return {key: _normalized(item) for key, item in value.items()}
    return value


def _texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield field, value
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, f"{field}[{index}]")
        case dict():
            for key, item in value.items():
                yield from _texts(item, f"{field}.{key}" if field else key)


def _check(field: str, text: str) -> None:
    for letter in text:
        if _is_invisible(letter) or letter not in letters():
            raise LetterNotPrintable(field, letter)


def _is_invisible(letter: str) -> bool:
    """Controls, directions, joiners, line separators: a font may have them, and they change what is read."""
    category = unicodedata.category(letter)
    return category[0] == "C" or category in {"Zl", "Zp"}


def _described(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    if _is_invisible(letter):
        name = unicodedata.name(letter, "a control character")
        return f"an invisible character ({code}, {name}). Delete it and type the text again."
    name = unicodedata.name(letter, "unnamed")
    return (
        f"the letter “{letter}” ({code}, {name}), which the document's typeface doesn't have. "
        "Write it in Latin letters, as it stands in the court's papers."
    )


@cache
def letters() -> frozenset[str]:
    """Every letter that each face of the shipped family can print."""
    return frozenset.intersection(*(_letters_of(path.read_bytes()) for path in FONTS.glob("*.ttf")))


def _letters_of(font: bytes) -> frozenset[str]:
    """Read the font's own map (OpenType `cmap`, format 12), so that coverage never lags behind the font."""
    cmap = _cmap(font)
    (groups,) = struct.unpack_from(">I", font, cmap + 12)
    return frozenset(
        chr(code)
        for first, last, glyph in struct.iter_unpack(">III", font[cmap + 16 : cmap + 16 + 12 * groups])
        for code in range(first, last + 1)
        if glyph + code - first != 0  # glyph 0 is the empty box
    )


def _cmap(font: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    directory = struct.iter_unpack(">4sIII", font[12 : 12 + 16 * tables])
    start: int = next(offset for tag, _, offset, _ in directory if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, start + 2)
    records = struct.iter_unpack(">HHI", font[start + 4 : start + 4 + 8 * encodings])
    full: int = next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 10))
    return start + full
