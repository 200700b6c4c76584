"""A proposal's facts, and a report as it will be set, for the person who decides."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from courts.actions.facts import numbered
from courts.document import DocumentNotRendered, LetterNotPrintable, pictures
from courts.models import IssuedDocument, Proposal, Report
from courts.steps import OtherProposal, ReportKind
from courts.told import ReportFacts
from courts.verifying import of_a_draft
from office import words
from office.subjects import rows, session
from programs.models import Session
from programs.reasons import EXCEEDS_POLICY, Code, Reason
from programs.wording import sentence

DRAFT = "Draft, not issued"
CODES: dict[str, tuple[Code, ...]] = {
    OtherProposal.WARN: (Code.UNEXCUSED_WARNING,),
    OtherProposal.CALL: (Code.IN_A_ROW,),
    ReportKind.NONCOMPLIANCE: tuple(EXCEEDS_POLICY),
}
Fact = tuple[str, str]


def facts(proposal: Proposal) -> list[Fact]:
    """What it rests on, as label and words."""
    if proposal.kind == OtherProposal.CHANGED_DATA:
        return [(words.plain(name), f"{_said(old)} → {_said(new)}") for name, (old, new) in proposal.facts.items()]
    said = proposal.facts
    if proposal.kind == ReportKind.NOT_ACCEPTED:
        return [("Declined because", said.get("why") or words.NOTHING)]
    if "missed_on" in said:
        return [("Did not come to his intake", _days([said["missed_on"]]))]
    weeks = [
        ("Weeks credited", _weeks(said.get("credited", ()))),
        ("Weeks missing", _weeks(said.get("missing", ()))),
        ("Unexcused", _days(said.get("unexcused", ()))),
        ("Excused", _days(said.get("excused", ()))),
    ]
    reasons = " ".join(sentence(Reason.from_facts(one), "en") for one in said.get("reasons", ()))
    return [("Found", reasons or words.NOTHING), *_makeups(proposal), *weeks]


def _makeups(proposal: Proposal) -> list[Fact]:
    """The very sessions that "Book this make-up" books."""
    if proposal.kind != OtherProposal.MAKE_UP:
        return []
    named = rows(Session).filter(pk__in=proposal.facts.get("makeups", ())).order_by("starts_at", "id")
    return [("Make-up", ", ".join(filter(None, [session(one), one.place]))) for one in named]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or words.NOTHING
    return str(value) if value not in (None, "") else words.NOTHING


def _weeks(weeks: Iterable[int]) -> str:
    return ", ".join(map(str, weeks)) or "None"


def _days(days: Iterable[str]) -> str:
    return ", ".join(words.day(date.fromisoformat(one)) for one in days) or "None"


TITLES: dict[str, str] = {
    OtherProposal.WARN: "Warn him",
    OtherProposal.CALL: "Call him",
    OtherProposal.MAKE_UP: "Book a make-up",
    OtherProposal.CHANGED_DATA: "The list says otherwise",
    ReportKind.MORE_TIME: "Ask for more time",
}


def title(proposal: Proposal) -> str:
    return TITLES.get(proposal.kind) or f"{words.plain(proposal.kind)} report"


def how_it_stands(proposal: Proposal) -> str:
    """Its state; of one that went by itself, also whether anybody knows."""
    if proposal.state == Proposal.State.WITHDRAWN and proposal.settled_by_id is None:
        return "No longer holds" if proposal.seen_at is None else "No longer holds, seen"
    return proposal.get_state_display()


def ground(proposal: Proposal) -> str:
    """The sentence that it rests on most; empty for what a list says otherwise."""
    if proposal.kind == OtherProposal.CHANGED_DATA:
        return ""
    if proposal.kind == ReportKind.NOT_ACCEPTED:
        return "The court hasn't been told that he was declined."
    if "missed_on" in proposal.facts:
        return f"He did not come to his intake on {_days([proposal.facts['missed_on']])}."
    reasons = proposal.facts.get("reasons", ())
    codes = CODES.get(proposal.kind, ())
    resting = [one for one in reasons if one["code"] in codes] or reasons[:1]
    return " ".join(sentence(Reason.from_facts(one), "en") for one in resting)


@dataclass(slots=True)
class Sheet:
    """The pages as pictures, made anew each time and stored nowhere. `why_not`: why there are none."""

    pages: list[str] = field(default_factory=list)
    why_not: str = ""


def as_issued(report: Report) -> Sheet:
    document = IssuedDocument.objects.defer("content").filter(report=report).first()
    if document is None:
        return Sheet(why_not="It was never issued.")
    try:
        return Sheet(_pages(report.kind, document.snapshot))
    except DocumentNotRendered:
        return Sheet(why_not="Its pages can't be drawn here any more. The signed file itself is kept: open that one.")


def as_draft(report: Report, told: ReportFacts | None) -> Sheet:
    """Set as it will be issued. Where a report's number will stand, each page says that it is none yet."""
    if told is None:
        return Sheet(why_not="The pages can't be drawn yet: see what is missing.")
    try:
        return Sheet(_pages(report.kind, numbered(told, DRAFT) | {"verify": of_a_draft(site=settings.SITE_URL)}))
    except (LetterNotPrintable, DocumentNotRendered) as error:
        return Sheet(why_not=str(error))


def _pages(kind: str, said: Any) -> list[str]:
    pages = pictures(kind, said) if isinstance(said, dict) else []
    return [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages]
