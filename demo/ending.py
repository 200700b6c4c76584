"""From the last session to a closed referral: what the office does each morning."""

from datetime import timedelta
from pathlib import Path

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from courts.actions import deliveries, mailing, proposals, reports, reviews, seating, states
from courts.models import Delivery, IssuedDocument, Proposal, Recipient, Referral, Report
from courts.moves import Closing
from courts.steps import ReportKind, Step
from demo import money
from demo.dates import at
from demo.stage import Stage
from participants import actions as participants
from participants.kinds import AppointmentKind
from participants.models import Appointment
from programs.actions import enrollments
from programs.kinds import RequirementKind, Standing
from programs.models import Enrollment, StandingChange

# Of a demonstration's completions; each second report stays unacknowledged as well.
LEFT_TO_REVIEW = 3


def morning(stage: Stage) -> None:
    see_what_is_gone(stage)
    hold_exit_interviews(stage)
    invite_to_exit_interviews(stage)
    review_and_issue(stage)
    deliver_by_hand(stage)
    clerks_acknowledge(stage)
    close_what_is_done(stage)
    money.morning(stage)


def see_what_is_gone(stage: Stage) -> None:
    """Proposals that no longer hold; a demonstration's last few are still to be seen."""
    for proposal in Proposal.objects.gone_unseen():
        proposals.see(proposal=proposal, by=stage.coordinator, now=stage.now)


def invite_to_exit_interviews(stage: Stage) -> None:
    """Whoever has all his weeks, also when the court's date has gone by meanwhile."""
    newest = StandingChange.objects.filter(enrollment=OuterRef("pk")).order_by("-id").values("facts")[:1]
    invited = Appointment.objects.filter(participant=OuterRef("participant"), kind=AppointmentKind.EXIT_INTERVIEW)
    seated = Enrollment.objects.open().filter(~Exists(invited), seats__to_on=None).annotate(found=Subquery(newest))
    for enrollment in seated.select_related("participant"):
        if enrollment.found and not enrollment.found["missing"]:
            participants.plan_appointment(
                participant=enrollment.participant,
                kind=AppointmentKind.EXIT_INTERVIEW,
                starts_at=at(stage.today + timedelta(days=1), 8, 30),
                with_whom=stage.coordinator,
                by=stage.coordinator,
                now=stage.now,
            )


def hold_exit_interviews(stage: Stage) -> None:
    due = Appointment.objects.planned().filter(kind=AppointmentKind.EXIT_INTERVIEW, starts_at__lte=stage.now)
    for appointment in due.select_related("participant"):
        enrollment = appointment.participant.enrollments.open().get()
        enrollments.meet_requirement(
            enrollment=enrollment,
            kind=RequirementKind.ASSIGNMENTS,
            on=stage.today,
            by=stage.coordinator,
            now=stage.now,
        )
        seating.settle_appointment(
            appointment=appointment, enrollment=enrollment, kept=True, by=stage.coordinator, now=stage.now
        )
        stage.say(f"{appointment.participant.called} has had his exit interview.")


def review_and_issue(stage: Stage) -> None:
    completed = Proposal.objects.open().filter(kind=ReportKind.COMPLETION).select_related("referral__key")
    for proposal in list(completed)[: -LEFT_TO_REVIEW if stage.breaks_off else None]:
        if proposal.referral.kind == "self":
            continue
        report = reports.open_review(proposal=proposal, by=stage.coordinator, now=stage.now)
        document = read_and_issue(stage, report)
        stage.say(f"Report {document.number.text} for {proposal.referral.name_as_charged} is issued.")
    deliveries.deliver_queued(now=stage.now)


def read_and_issue(stage: Stage, report: Report, by: User | None = None) -> IssuedDocument:
    """By the coordinator, unless somebody else must look at what he alone has recorded."""
    by = by or stage.coordinator
    told, _ = reviews.facts_of(report, signer=stage.signer, now=stage.now)
    reviews.review(report=report, facts_sha256=reviews.digest(told), signer=stage.signer, by=by, now=stage.now)
    return reports.issue(report=report, signer=stage.signer, by=by, now=stage.now)


def deliver_by_hand(stage: Stage) -> None:
    """What isn't laid on the courts' pages; an e-mail goes by itself, and counts once it has gone."""
    mailing.mail_queued(now=stage.now)
    mailing.settle_mailed(now=stage.now)
    by_itself = (Recipient.Channel.PORTAL, Recipient.Channel.EMAIL)
    for delivery in Delivery.objects.filter(state=Delivery.State.QUEUED).exclude(channel__in=by_itself):
        deliveries.deliver(delivery=delivery, by=stage.coordinator, now=stage.now)


def clerks_acknowledge(stage: Stage) -> None:
    """A clerk looks the day after."""
    waiting = Delivery.objects.filter(
        channel=Recipient.Channel.PORTAL,
        state=Delivery.State.SENT,
        acknowledged_at=None,
        sent_at__lt=stage.now - timedelta(hours=20),
        recipient__agency=None,
    )
    for delivery in waiting.select_related("document__report__referral__court", "document__number__program"):
        report = delivery.document.report
        if stage.breaks_off and delivery.document.number.n % 2 == 0:
            continue
        clerk = stage.clerks[report.referral.court_id or 0]
        deliveries.acknowledge(report=report, by=clerk, now=stage.now)
        stage.say(f"{clerk.name} acknowledges {delivery.document.number.text}.")


def close_what_is_done(stage: Stage) -> None:
    for referral in Referral.objects.open().select_related("enrollment", "court"):
        if is_done(referral):
            states.close(referral=referral, closing=Closing.COMPLETED, by=stage.coordinator, now=stage.now)
            stage.say(f"{referral.name_as_charged}: closed, completed.")


def is_done(referral: Referral) -> bool:
    enrollment = referral.enrollment
    if enrollment is None or enrollment.standing != Standing.COMPLETED:
        return False
    if referral.kind == "self":
        return True
    # A prosecutor outside these pages acknowledges nothing here.
    enough = (Step.DELIVERED, Step.ACKNOWLEDGED) if referral.kind == "prefiling_diversion" else (Step.ACKNOWLEDGED,)
    return referral.reports.filter(kind=ReportKind.COMPLETION).in_state(*enough).exists()


def write_reports(folder: Path) -> int:
    """The PDFs as issued; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = IssuedDocument.objects.select_related("number__program", "report__referral__key")
    for document in documents:
        (folder / f"{document.number.text}.pdf").write_bytes(document.content)
    return len(documents)
