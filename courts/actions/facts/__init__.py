"""What a report may tell a court, gathered from the rows. Nothing else ever reaches the document."""

from collections.abc import Callable, Sequence
from datetime import datetime

from courts.actions.facts import beginning, completion, conduct, ending, progress
from courts.actions.facts.base import Telling
from courts.models import Recipient, Report
from courts.steps import ReportKind
from courts.told import ReportFacts
from programs.models import Signer

_FACTS: dict[ReportKind, Callable[[Telling], ReportFacts]] = {
    ReportKind.ENROLLMENT: beginning.enrollment,
    ReportKind.NOT_ACCEPTED: beginning.not_accepted,
    ReportKind.DID_NOT_BEGIN: beginning.did_not_begin,
    ReportKind.PROGRESS: progress.progress,
    ReportKind.MORE_TIME: ending.more_time,
    ReportKind.NONCOMPLIANCE: conduct.noncompliance,
    ReportKind.COMPLETION: completion.completion,
    ReportKind.WITHOUT_FAULT: ending.without_fault,
    ReportKind.DISCHARGE: conduct.discharge,
    ReportKind.DUPLICATE_CERTIFICATE: completion.duplicate,
}


def for_kind(report: Report, *, signer: Signer, recipients: Sequence[Recipient], now: datetime) -> ReportFacts:
    """The facts as of now; its numbers are put in when they are reserved.

    Raises SayWhatChanged, and by its kind NotEnrolled, NoSeat, HasBegun, NeedsNoTime, WithinTheRules, NotCompleted,
    NothingToDuplicate, BeforeItsOrder, ReleaseMissing.
    """
    return _FACTS[ReportKind(report.kind)](Telling(report=report, signer=signer, recipients=recipients, now=now))


def numbered(facts: ReportFacts, number: str) -> ReportFacts:
    """A certificate has the number of the report that it comes with."""
    certificate = {"certificate_number": number} if "certificate_number" in facts else {}
    return facts | {"number": number} | certificate  # type: ignore[return-value]  # only where its kind has one
