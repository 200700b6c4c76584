"""From intake to a seat, as the courts' referrals see it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.refusal import Refusal
from courts import deadlines as rules
from courts.actions import deadlines, proposals
from courts.actions.calendars import holidays_of
from courts.actions.locks import locked
from courts.actions.states import became_enrolled
from courts.deadlines import DeadlineKind
from courts.kinds import ReferralKind
from courts.models import Referral
from courts.moves import State
from courts.steps import ReportKind
from participants import actions as participants
from participants.kinds import AppointmentKind
from participants.locks import lock_person
from participants.models import Appointment
from programs.actions import enrollments
from programs.kinds import RequirementKind
from programs.models import Cohort, Enrollment, Seat

REQUIREMENT = {
    AppointmentKind.INTAKE: RequirementKind.INTAKE,
    AppointmentKind.EXIT_INTERVIEW: RequirementKind.EXIT_INTERVIEW,
}


class NotEnrolled(Refusal):
    pass


@transaction.atomic
def settle_appointment(
    *, appointment: Appointment, enrollment: Enrollment, kept: bool, by: User, now: datetime
) -> None:
    """Note whether he came. A kept intake opens the way to a seat; a missed one owes each court a word.

    Raises what `participants.actions.settle_appointment` raises, and NotEnrolled.
    """
    if enrollment.participant_id != appointment.participant_id:
        raise NotEnrolled("This appointment is another person's.")
    lock_person(enrollment.participant_id)
    participants.settle_appointment(appointment=appointment, kept=kept, by=by, now=now)
    kind = REQUIREMENT.get(AppointmentKind(appointment.kind))
    if kept and kind is not None:
        on = appointment.starts_at.astimezone(enrollment.program.zone).date()
        enrollments.meet_requirement(enrollment=enrollment, kind=kind, on=on, appointment=appointment, by=by, now=now)
    if appointment.kind == AppointmentKind.INTAKE:
        for referral in Referral.objects.fulfilled_by(enrollment).select_related("court", "program"):
            _intake_settled(referral, appointment, kept, by, now)


def _intake_settled(referral: Referral, appointment: Appointment, kept: bool, by: User, now: datetime) -> None:
    if kept:
        deadlines.waive(referral, (DeadlineKind.NO_SHOW_REPORT,), by=by, now=now)
        proposals.take_back(referral, ReportKind.DID_NOT_BEGIN, by=by, now=now)
    elif referral.kind != ReferralKind.SELF:
        on = appointment.starts_at.astimezone(referral.zone).date()
        due = rules.no_show_due(on, holidays_of(referral, on))
        deadlines.add(referral, DeadlineKind.NO_SHOW_REPORT, due, by=by, now=now)
        proposals.propose_no_show(referral, on, by=by, now=now)


@transaction.atomic
def place(*, enrollment: Enrollment, cohort: Cohort, anyway: bool = False, by: User, now: datetime) -> Seat:
    """Seat him; every accepted referral that this enrollment fulfils is enrolled with it.

    Raises what `programs.actions.enrollments.seat` raises.
    """
    lock_person(enrollment.participant_id)
    seat = enrollments.seat(enrollment=enrollment, cohort=cohort, anyway=anyway, by=by, now=now)
    for referral in Referral.objects.fulfilled_by(enrollment).filter(state=State.ACCEPTED):
        became_enrolled(locked(referral), by=by, now=now)
    return seat
