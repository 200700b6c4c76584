"""A man of whom each kind of report can be made, and what it would tell."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from courts.actions import states
from courts.actions.facts import for_kind, numbered
from courts.models import IssuedDocument, Recipient, Report
from courts.steps import ReportKind
from participants.kinds import AppointmentKind, AppointmentState
from programs.kinds import MarkKind
from programs.models import StandingChange
from tests.courts.cases import AFTER, Case, accepted, completed, program, received, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import IssuedDocumentFactory, ProposalFactory, RecipientFactory, ReportFactory
from tests.factories.participants import AppointmentFactory

REVIEWED = ["proposed", "in_review"]
DELIVERED = [*REVIEWED, "issued", "delivered"]


def declined(**fields: Any) -> Case:
    case = Case.of(received(**{"program": program()} | fields))
    # By somebody else: who alone recorded it doesn't issue it.
    states.decline(referral=case.referral, why="MARKERWHY", by=UserFactory.create(), now=NOW)
    return case


def never_came(**fields: Any) -> Case:
    case = accepted(**fields)
    AppointmentFactory(
        participant=case.referral.participant,
        kind=AppointmentKind.INTAKE,
        state=AppointmentState.MISSED,
        starts_at=datetime.fromisoformat("2026-03-06T18:00Z"),
        settled_at=NOW,
        settled_by=UserFactory.create(),
    )
    return case


def came_once(**fields: Any) -> Case:
    return seated(**fields).attend(1)


def too_late(**fields: Any) -> Case:
    return came_once(**{"complete_by": date(2026, 3, 18)} | fields)


def absent_twice(**fields: Any) -> Case:
    return seated(**fields).attend(1, 2, kind=MarkKind.ABSENT)


def certified(**fields: Any) -> Case:
    case = completed(**fields)
    original(case)
    return case


READY: dict[ReportKind, Callable[..., Case]] = {
    ReportKind.ENROLLMENT: seated,
    ReportKind.NOT_ACCEPTED: declined,
    ReportKind.DID_NOT_BEGIN: never_came,
    ReportKind.PROGRESS: came_once,
    ReportKind.MORE_TIME: too_late,
    ReportKind.NONCOMPLIANCE: absent_twice,
    ReportKind.COMPLETION: completed,
    ReportKind.WITHOUT_FAULT: came_once,
    ReportKind.DISCHARGE: absent_twice,
    ReportKind.DUPLICATE_CERTIFICATE: certified,
}


def found(case: Case) -> dict[str, Any]:
    """What a reassessment says of him; nothing of a man who was never accepted."""
    change = StandingChange.objects.filter(enrollment=case.referral.enrollment_id).order_by("-id").first()
    facts: dict[str, Any] = change.facts if change else {}
    return facts


def report_of(case: Case, kind: ReportKind, **fields: Any) -> Report:
    case.referral.refresh_from_db()
    if "proposal" not in fields:
        standing = case.referral.proposals.open().filter(kind=kind).first()
        fields["proposal"] = standing or ProposalFactory(referral=case.referral, kind=kind, facts=found(case))
    made: Report = ReportFactory.create(referral=case.referral, kind=kind, **{"steps": REVIEWED} | fields)
    return made


def facts_for(report: Report, case: Case, now: datetime = AFTER) -> Any:
    """A mapping: what a kind has of its own, its tests know."""
    recipients = list(report.referral.recipients.order_by("id"))
    if not recipients:
        recipients = [RecipientFactory.create(referral=report.referral, role=Recipient.Role.CLERK)]
    return for_kind(report, signer=case.signer, recipients=recipients, now=now)


def told(case: Case, kind: ReportKind, now: datetime = AFTER, **fields: Any) -> Any:
    """Of a report that is already there in review, or of a new one."""
    report = case.referral.reports.filter(kind=kind, document=None).first()
    return facts_for(report or report_of(case, kind, **fields), case, now)


def original(case: Case, kind: ReportKind = ReportKind.COMPLETION, number: int = 1) -> IssuedDocument:
    """Issued without the pages that an action would lay."""
    taken = {"state": "taken", "settled_at": AFTER, "settled_by": case.by}
    proposal = ProposalFactory(referral=case.referral, kind=kind, facts=found(case), **taken)
    report = report_of(case, kind, steps=DELIVERED, proposal=proposal)
    facts = numbered(facts_for(report, case), f"H-2026-{number:05}")
    made: IssuedDocument = IssuedDocumentFactory.create(
        report=report, number__n=number, snapshot=facts, signer=case.signer, issued_at=AFTER
    )
    return made
