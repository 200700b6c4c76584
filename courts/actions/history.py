"""What happened to a report since it was issued, in words for whoever it was issued to."""

from dataclasses import dataclass
from datetime import datetime

from courts.actions.desks import Desk
from courts.models import Clerkship, Delivery, Membership, Report, ReportStep
from courts.steps import Step


@dataclass(frozen=True, slots=True)
class Told:
    """`who`: "" where it isn't this desk's business. `said`: what a person wrote. `report`: another one to look at."""

    at: datetime
    what: str
    who: str = ""
    said: str = ""
    report: Report | None = None


WHAT: dict[str, str] = {
    Step.ISSUED: "Issued by the program",
    Step.CORRECTION_ASKED: "A correction was asked for",
    Step.STANDS: "The program answered: the report stands as it is",
    Step.SUPERSEDED: "Superseded by a corrected report",
    Step.WITHDRAWN: "Withdrawn by the program. Don't rely on it",
}
# Why a report was withdrawn is the office's own note.
SAYS = (Step.CORRECTION_ASKED, Step.STANDS)


def history_of(delivery: Delivery, desk: Desk) -> list[Told]:
    """Oldest first: its steps, and what was done with this copy."""
    report = delivery.document.report
    people = _people(desk)
    steps = report.steps.filter(step__in=list(WHAT)).select_related("by", "report__referral__key").order_by("number")
    told = [_step(one, delivery, desk, people) for one in steps]
    if delivery.sent_at:
        told.append(Told(delivery.sent_at, "Delivered to these pages"))
    if delivery.acknowledged_at and delivery.acknowledged_by:
        told.append(Told(delivery.acknowledged_at, "Acknowledged", delivery.acknowledged_by.name))
    return sorted(told, key=lambda one: one.at)


def _step(step: ReportStep, delivery: Delivery, desk: Desk, people: set[int]) -> Told:
    who, report = "", None
    if step.step == Step.ISSUED:
        who = delivery.document.signer.user.name
    elif step.by and step.by.pk in people:
        who = step.by.name
    if step.step == Step.SUPERSEDED:
        newer = desk.deliveries.filter(document__report__supersedes=step.report_id).select_related(
            "document__report", "document__number__program"
        )
        found = newer.defer("document__content", "document__snapshot").first()
        report = found.document.report if found else None
    said = str(step.note) if step.step in SAYS else ""
    return Told(step.at, WHAT[step.step], who, said, report)


def _people(desk: Desk) -> set[int]:
    """Who works there, or did."""
    if desk.court:
        return set(Clerkship.objects.filter(court=desk.court).values_list("user", flat=True))
    return set(Membership.objects.filter(agency=desk.agency).values_list("user", flat=True))
