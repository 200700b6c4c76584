"""Enrollment confirmation, not accepted, did not begin."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from core.refusal import Refusal
from courts.actions.facts.attendance import ABSENT, Attendance, How, attendance
from courts.actions.facts.base import Telling, iso, shared
from courts.moves import State
from courts.told import DatedFact, DidNotBeginFacts, EnrollmentFacts, NotAcceptedFacts
from courts.words import NOT_ACCEPTED_BECAUSE
from participants.kinds import AppointmentKind, AppointmentState
from participants.models import Appointment
from programs.kinds import RequirementKind
from programs.models import Seat, Session

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
MISSED_INTAKE = "Did not attend the intake appointment"
MISSED_SESSION = "Did not attend the session"


class HasBegun(Refusal):
    pass


class NoSeat(Refusal):
    pass


def enrollment(telling: Telling) -> EnrollmentFacts:
    """Raises NotEnrolled, NoSeat."""
    found = attendance(telling)
    if found.seat is None:
        raise NoSeat("He has no seat yet. Seat him in a cohort, then confirm it to the court.")
    first = _first_session(telling, found.seat)
    met = found.enrollment.requirements.filter(kind=RequirementKind.INTAKE).values_list("met_on", flat=True).first()
    return {
        **shared(telling),
        "intake_on": iso(met) if met and telling.may_tell(met) else None,
        "starts_on": iso(_day(first.starts_at, telling)) if first else None,
        "schedule": _schedule(first, telling) if first else "",
        "required": {"sessions": found.rules.sessions_required},
        "projected_on": iso(found.finishes_on),
    }


def _first_session(telling: Telling, seat: Seat) -> Session | None:
    standing = Session.objects.standing().filter(cohort=seat.cohort_id).select_related("program")
    his = (one for one in standing.order_by("starts_at") if one.on >= seat.from_on)
    return next((one for one in his if telling.may_tell(_day(one.starts_at, telling))), None)


def _schedule(session: Session, telling: Telling) -> str:
    """By the clock on the court's wall. Neither the place nor the link: those are his."""
    begins = session.starts_at.astimezone(telling.referral.zone)
    ends = begins + timedelta(minutes=session.minutes)
    return f"{DAYS[begins.weekday()]}, {_span(begins, ends)}"


def _span(begins: datetime, ends: datetime) -> str:
    """7:00 to 9:00 p.m., or 11:00 a.m. to 1:00 p.m."""
    half = "" if _half(begins) == _half(ends) else f" {_half(begins)}"
    return f"{_clock(begins)}{half} to {_clock(ends)} {_half(ends)}"


def _clock(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02}"


def _half(at: datetime) -> str:
    return "a.m." if at.hour < 12 else "p.m."


def not_accepted(telling: Telling) -> NotAcceptedFacts:
    """Raises HasBegun."""
    _has_not_begun(telling)
    decision = telling.referral.moves.filter(new=State.DECLINED).order_by("-number").first()
    return {
        **shared(telling),
        "decided_on": iso(_day(decision.at, telling)) if decision else None,
        "reason": NOT_ACCEPTED_BECAUSE[telling.words["reason"]],
    }


def did_not_begin(telling: Telling) -> DidNotBeginFacts:
    """Raises HasBegun."""
    found = _has_not_begun(telling)
    missed = [(one.on, MISSED_SESSION) for one in found.those(*ABSENT)] if found else []
    missed += [(on, MISSED_INTAKE) for on in _missed_intakes(telling)]
    dated: list[DatedFact] = [{"on": on.isoformat(), "what": what} for on, what in sorted(missed)]
    return {
        **shared(telling),
        "enroll_by": iso(telling.referral.enroll_by),
        "start_by": iso(telling.referral.start_by),
        "dated": dated,
    }


def _has_not_begun(telling: Telling) -> Attendance | None:
    """None: he was never enrolled either. Raises HasBegun."""
    if telling.referral.enrollment is None:
        return None
    found = attendance(telling)
    if found.those(How.ATTENDED, How.MADE_UP, How.WITHOUT_CREDIT):
        raise HasBegun("He has attended a session. Report a discharge or an ending without fault instead.")
    return found


def _missed_intakes(telling: Telling) -> Iterator[date]:
    """Under this referral: of an earlier one he may have missed others."""
    referral = telling.referral
    from_on = telling.since or referral.received_on
    missed = Appointment.objects.filter(
        participant=referral.participant_id, kind=AppointmentKind.INTAKE, state=AppointmentState.MISSED
    )
    for starts_at in missed.values_list("starts_at", flat=True):
        on = _day(starts_at, telling)
        if on >= from_on:
            yield on


def _day(at: datetime, telling: Telling) -> date:
    return at.astimezone(telling.referral.zone).date()
