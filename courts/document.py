"""A report's facts become a PDF in memory: no models, no database, no clock, no file written."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import segno
import typst

from core import typeset
from courts.told import ReportFacts

TEMPLATES = Path(__file__).parent / "typst"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]

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
    "sessions.how": "How he attended a session",
    "requirements.label": "The name of a requirement",
    "schedule": "The schedule",
    "reason": "The reason",
    "remarks": "The remarks",
    "assignments": "The standing of his assignments",
    "compliance": "Whether he complies",
    "rules": "A rule",
    "dated.what": "A dated fact",
    "warnings.what": "A warning",
    "words.warnings": "The text on warnings",
    "words.chance_to_cure": "The text on the chance to cure",
    "words.re_entry": "The text on re-entry",
    "corrected.number": "The number of the report that is corrected",
    "corrected.what_changed": "The text on what changed",
    "original.number": "The number of the original certificate",
    "verify.url": "The address for verifying",
    "verify.code": "The code for verifying",
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


def render(template: str, facts: dict[str, Any] | ReportFacts) -> bytes:
    """Set a report, by the template of its kind, as PDF/A-2a and PDF/UA-1; the same facts give the same bytes.

    Raises LetterNotPrintable before anything is set, DocumentNotRendered if the facts don't fit. Any thread
    may call it; a process forked from one that has rendered may not: Typst's threads don't survive the fork,
    and the call would wait for them forever.
    """
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, _compiled(template, facts, format="pdf", pdf_standards=STANDARDS))


def pictures(template: str, facts: dict[str, Any] | ReportFacts, *, ppi: float = 110.0) -> list[bytes]:
    """The same pages as PNG, to be read on a screen before anything is issued. Raises what `render` raises."""
    pages = _compiled(template, facts, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [cast(bytes, pages)]


def check_letters(facts: dict[str, Any] | ReportFacts) -> None:
    """Raises LetterNotPrintable. `render` asks too; this is for whoever wants to know before."""
    for field, text in _texts(typeset.normalized(facts)):
        _check(field, text)


def _compiled(template: str, facts: dict[str, Any] | ReportFacts, **into: Any) -> bytes | list[bytes] | None:
    check_letters(facts)
    printable = typeset.normalized(facts) | _square(facts)
    with suppress(typst.TypstError):
        return typeset.compiler(TEMPLATES / f"{template}.typ", printable).compile(**into)
    # Outside the handler: Typst quotes the facts in its messages, and a context would keep them.
    raise DocumentNotRendered(template)


def _square(facts: dict[str, Any] | ReportFacts) -> dict[str, str]:
    """The square code that leads to where the report is verified, as SVG; made anew, so that no snapshot keeps it."""
    verify = facts.get("verify")
    if not verify:
        return {}
    drawn = BytesIO()
    segno.make(verify["url"], error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return {"square": drawn.getvalue().decode()}


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
        if typeset.is_invisible(letter) or letter not in typeset.letters():
            raise LetterNotPrintable(field, letter)


def _described(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    if typeset.is_invisible(letter):
        name = unicodedata.name(letter, "a control character")
        return f"an invisible character ({code}, {name}). Delete it and type the text again."
    name = unicodedata.name(letter, "unnamed")
    return (
        f"the letter “{letter}” ({code}, {name}), which the document's typeface doesn't have. "
        "Write it in Latin letters, as it stands in the court's papers."
    )
