"""What every report says, and from which day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from core.refusal import Refusal
from courts import words
from courts.actions import deadlines, proposals
from courts.kinds import LABELS, ReferralKind
from courts.models import Recipient, Referral, Report
from courts.steps import ReportKind
from courts.told import CopyTo, CorrectedFacts, CourtFacts, ReportFacts
from programs.models import Signer

CLERK_ACTION = "CLERK'S ACTION REQUIRED: File this report."
STATEMENT = "This report states attendance and requirements only. It is not a risk assessment."


class BeforeItsOrder(Refusal):
    pass


class ReleaseMissing(Refusal):
    pass


class SayWhatChanged(Refusal):
    pass


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A report to be made now, and to whom."""

    report: Report
    signer: Signer
    recipients: Sequence[Recipient]
    now: datetime

    @property
    def referral(self) -> Referral:
        return self.report.referral

    @cached_property
    def today(self) -> date:
        return deadlines.today_at(self.referral, self.now)

    @cached_property
    def since(self) -> date | None:
        """Nothing of an earlier day is told; None: earlier days may be."""
        referral = self.referral
        since = proposals.told_since(referral)
        if since is None and referral.court is not None and self.without_release:
            return _ordered_on(referral)
        return since

    @cached_property
    def without_release(self) -> list[Recipient]:
        return [one for one in self.recipients if one.role != Recipient.Role.HIMSELF and one.release_on is None]

    @cached_property
    def words(self) -> dict[str, str]:
        """In one line each: the document breaks them itself."""
        kind, corrects = ReportKind(self.report.kind), self.report.supersedes_id is not None
        said = words.written(kind, self.report.words, corrects=corrects)
        return {name: " ".join(text.split()) for name, text in said.items()}

    def may_tell(self, day: date) -> bool:
        return self.since is None or day >= self.since


def shared(telling: Telling) -> ReportFacts:
    """Raises SayWhatChanged."""
    referral, now = telling.referral, telling.now
    return {
        "letterhead": {
            "lines": referral.program.letterhead.splitlines(),
            "callback_number": referral.program.callback_number,
        },
        "number": "",
        "issued_on": telling.today.isoformat(),
        "court": _court(referral),
        "plaintiff": referral.plaintiff,
        "defendant": referral.name_as_charged,
        "case_number": referral.case_number or None,
        "incident_number": _incident_number(referral),
        "referral_kind": LABELS[ReferralKind(referral.kind)],
        "ordered_on": iso(referral.ordered_on),
        "hearing_on": iso(deadlines.next_hearing(referral, now)),
        "complete_by": iso(referral.complete_by),
        "proof_due_by": iso(referral.proof_due_by),
        "program_name": referral.program.name,
        "distribution": [_copy_to(referral, one) for one in telling.recipients],
        "signer": {"name": telling.signer.user.name, "title": telling.signer.title},
        "statement": STATEMENT,
        "corrected": _corrected(telling),
        "verify": None,
    }


def untellable(telling: Telling) -> Refusal:
    """Why what is certified, which can't be told in part, can't be told at all."""
    if proposals.told_since(telling.referral) is not None:
        return BeforeItsOrder(
            "Some of his sessions were before this court's order, and this court counts none of those. "
            "Propose more time instead."
        )
    roles = ", ".join(one.get_role_display() for one in telling.without_release)
    return ReleaseMissing(
        "Some of his sessions were before this court's order. Before it is told of them he must sign a "
        f"release for: {roles}."
    )


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _ordered_on(referral: Referral) -> date:
    return referral.ordered_on or referral.received_on


def _court(referral: Referral) -> CourtFacts:
    court = referral.court
    if court is None:
        return {"caption": None, "number_label": "Case", "stamp_space": False, "clerk_action": None}
    return {
        # It may stand there in lines, as on a pleading; the document breaks them itself.
        "caption": " ".join(court.caption.split()),
        "number_label": court.get_number_label_display(),
        "stamp_space": court.wants_stamp_space,
        "clerk_action": CLERK_ACTION if court.wants_clerk_action_line else None,
    }


def _incident_number(referral: Referral) -> str | None:
    """Once a court has numbered the case, it knows it by no other number."""
    numbered = referral.court is not None and referral.case_number != ""
    return None if numbered else referral.incident_number or None


def _copy_to(referral: Referral, recipient: Recipient) -> CopyTo:
    name = recipient.name
    if recipient.role == Recipient.Role.CLERK and referral.court is not None:
        name = name or referral.court.name
    return {"role": recipient.get_role_display(), "name": name}


def _corrected(telling: Telling) -> CorrectedFacts | None:
    old = telling.report.supersedes
    if old is None:
        return None
    if not telling.words["what_changed"]:
        raise SayWhatChanged("Write what changed before you issue the corrected report.")
    issued_on = old.document.issued_at.astimezone(telling.referral.zone).date()
    return {
        "number": old.document.number.text,
        "issued_on": issued_on.isoformat(),
        "what_changed": telling.words["what_changed"],
    }
