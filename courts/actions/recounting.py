"""A court is closed on a day more, or on a day less: what follows from its business days is counted anew."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from courts import deadlines as rules
from courts.actions import deadlines
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.actions.proposals import OWED_BY, report_due
from courts.deadlines import DeadlineKind
from courts.models import Closure, Deadline, Referral
from courts.steps import ReportKind
from participants.kinds import AppointmentKind, AppointmentState
from participants.locks import lock_person
from participants.models import Appointment

# The court's own dates stay as it set them.
COUNTED = {deadline: ReportKind(report) for report, deadline in OWED_BY.items()}


def recount(closure: Closure, *, by: User, now: datetime) -> int:
    """Of every open date of that court's cases, or of its state's; how many fall on another day now."""
    found = list(_concerned(closure).select_related("referral__court", "referral__program"))
    for person in sorted({one.referral.participant_id for one in found}):
        lock_person(person)
    # Read in a statement after the locks: nobody settles one of them meanwhile.
    still = _concerned(closure).filter(pk__in=[one.pk for one in found])
    moved = 0
    with closures_at_hand():
        for deadline in still.select_related("referral__court", "referral__program").order_by("id"):
            due_on = _due_on(deadline, now)
            moved += due_on != deadline.due_on
            deadlines.reset(deadline, due_on, by=by, now=now)
    return moved


def _concerned(closure: Closure) -> QuerySet[Deadline]:
    """Where no court is, the program's state rules."""
    its = Q(referral__court__state=closure.state) | Q(referral__court=None, referral__program__state=closure.state)
    return Deadline.objects.open().filter(Q(referral__court=closure.court_id) if closure.court_id else its)


def _due_on(deadline: Deadline, now: datetime) -> date:
    kind = COUNTED.get(DeadlineKind(deadline.kind))
    if kind is ReportKind.DID_NOT_BEGIN:
        return _after_the_intake(deadline)
    if kind is None:
        return deadline.due_on
    made_on = deadline.made_at.astimezone(deadline.referral.zone).date()
    proposal = deadline.referral.proposals.filter(kind=kind, made_at__lte=deadline.made_at).order_by("-id").first()
    return report_due(deadline.referral, kind, proposal.facts, made_on, now) if proposal else deadline.due_on


def _after_the_intake(deadline: Deadline) -> date:
    """The one that was noted as missed in the same breath."""
    referral: Referral = deadline.referral
    missed = Appointment.objects.filter(
        participant=referral.participant_id,
        kind=AppointmentKind.INTAKE,
        state=AppointmentState.MISSED,
        settled_at=deadline.made_at,
    ).first()
    if missed is None:
        return deadline.due_on
    on = missed.starts_at.astimezone(referral.zone).date()
    return rules.no_show_due(on, holidays_of(referral, on))
