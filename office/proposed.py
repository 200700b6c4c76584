"""A proposal's facts, and a report as it will be set, for the person who decides."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.refusal import Refusal
from courts.actions.facts import completion_facts
from courts.actions.reports import recipients_of
from courts.document import DocumentNotRendered, LetterNotPrintable, pictures
from courts.models import IssuedDocument, Proposal, Report
from courts.steps import SET_BY_ONUS, OtherProposal, ReportKind
from office import words
from programs.reasons import EXCEEDS_POLICY, Code, Reason
from programs.wording import sentence

PREVIEW = "Preview"
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
    weeks = [
        ("Weeks credited", _weeks(said.get("credited", ()))),
        ("Weeks missing", _weeks(said.get("missing", ()))),
        ("Unexcused", _days(said.get("unexcused", ()))),
        ("Excused", _days(said.get("excused", ()))),
    ]
    reasons = " ".join(sentence(Reason.from_facts(one), "en") for one in said.get("reasons", ()))
    return [("Found", reasons or words.NOTHING), *weeks]


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


def ground(proposal: Proposal) -> str:
    """The sentence that it rests on most; empty for what a list says otherwise."""
    if proposal.kind == OtherProposal.CHANGED_DATA:
        return ""
    if proposal.kind == ReportKind.NOT_ACCEPTED:
        return "The court hasn't been told that he was declined."
    reasons = proposal.facts.get("reasons", ())
    codes = CODES.get(proposal.kind, ())
    resting = [one for one in reasons if one["code"] in codes] or reasons[:1]
    return " ".join(sentence(Reason.from_facts(one), "en") for one in resting)


@dataclass(slots=True)
class Sheet:
    """The pages as pictures. `why_not`: the sentence why there are none, or why it can't be issued yet."""

    pages: list[str] = field(default_factory=list)
    why_not: str = ""


def sheet(report: Report, *, now: datetime) -> Sheet:
    document = IssuedDocument.objects.defer("content").filter(report=report).first()
    try:
        return Sheet(_pages(document.snapshot if document else _as_of_now(report, now)))
    except (Refusal, LetterNotPrintable, DocumentNotRendered) as refusal:
        return Sheet(why_not=str(refusal))


class NoSheet(Refusal):
    pass


def _as_of_now(report: Report, now: datetime) -> Any:
    if report.kind not in SET_BY_ONUS:
        raise NoSheet(
            "Onus can't set this kind of report yet. Write it and deliver it by hand, then note here that you did."
        )
    signer = report.referral.program.signers.filter(ended_at=None).select_related("user").first()
    if signer is None:
        raise NoSheet("Nobody signs for this program yet. Name a signer first.")
    recipients = recipients_of(report, now=now)
    if not recipients:
        raise NoSheet("Nobody is confirmed to receive this report. Confirm an address by calling back.")
    return completion_facts(report.referral, signer=signer, recipients=recipients, now=now) | {"number": PREVIEW}


def _pages(said: Any) -> list[str]:
    pages = pictures("completion", said) if isinstance(said, dict) else []
    return [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages]
