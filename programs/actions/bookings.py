"""Make-ups: a place in one session outside his own cohort."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from participants.models import NonAssociation
from programs.actions.standing import assessment_of, reassess
from programs.models import Booking, Enrollment, Session


class NotBookable(Refusal):
    pass


class SessionFull(Refusal):
    pass


class WeekNotMissing(Refusal):
    pass


class OtherLanguage(Refusal):
    pass


class TwoOnOneDay(Refusal):
    pass


class MustNotMeet(Refusal):
    pass


@transaction.atomic
def book_makeup(*, enrollment: Enrollment, session: Session, by: User, now: datetime) -> Booking:
    """Raises NotBookable, WeekNotMissing, OtherLanguage, TwoOnOneDay, SessionFull, MustNotMeet; writes nothing then."""
    # His row first, as everywhere: under it stand his seat and his other bookings.
    enrollment = _locked(enrollment.pk)
    # The session's row is the lock under which its free places are counted.
    session = Session.objects.select_for_update(of=("self",)).select_related("program", "cohort").get(pk=session.pk)
    if session.state != Session.State.PLANNED or session.starts_at <= now:
        raise NotBookable("This session has begun or was canceled. Choose one that is still to come.")
    _fits_him(enrollment, session, now)
    expected = Enrollment.objects.on_roster(session)
    if expected.count() >= session.capacity:
        raise SessionFull("This session has no free place. Choose another one.")
    apart = NonAssociation.objects.kept_apart_from(enrollment.participant)
    if apart and expected.filter(participant__in=apart).exists():
        raise MustNotMeet("Someone he must be kept apart from is expected there. Choose another session.")
    booking = Booking.objects.create(enrollment=enrollment, session=session, made_at=now, made_by=by)
    record(by=by, now=now, verb="makeup.booked", on=booking, facts={"session": session.pk})
    reassess(enrollment=enrollment, by=by, now=now)
    return booking


def _locked(enrollment_id: int) -> Enrollment:
    found = Enrollment.objects.select_for_update(of=("self",)).select_related("participant__key", "program")
    return found.get(pk=enrollment_id)


def _fits_him(enrollment: Enrollment, session: Session, now: datetime) -> None:
    seat = enrollment.seats.taken().select_related("cohort").first()
    if enrollment.closed_at is not None or seat is None:
        raise NotBookable("He has no seat in a cohort. Seat him first.")
    if session.language != seat.cohort.language:
        raise OtherLanguage("This session is held in another language than his cohort's.")
    today = now.astimezone(enrollment.program.zone).date()
    missing = {missing.week.module for missing in assessment_of(enrollment, today=today).missing}
    if session.module_id not in missing or session.cohort_id == seat.cohort_id:
        raise WeekNotMissing("He doesn't need this week from another group. Choose a week that he missed.")
    if _expected_that_day(enrollment, session):
        raise TwoOnOneDay("He is expected at another session on that day. Choose another day.")


def _expected_that_day(enrollment: Enrollment, session: Session) -> bool:
    own = Session.objects.standing().filter(cohort__seats__in=enrollment.seats.taken())
    booked = Session.objects.standing().filter(bookings__in=enrollment.bookings.standing())
    return any(other.on == session.on for other in (own | booked).select_related("program").distinct())


@transaction.atomic
def cancel_booking(*, booking: Booking, by: User, now: datetime) -> None:
    """Raises NotBookable once its session has begun, or when it was canceled before."""
    enrollment = _locked(booking.enrollment_id)
    canceled = Booking.objects.standing().filter(pk=booking.pk, session__starts_at__gt=now)
    if not canceled.update(canceled_at=now, canceled_by=by):
        raise NotBookable("This booking can no longer be canceled. Look at it again.")
    record(by=by, now=now, verb="makeup.canceled", on=booking)
    reassess(enrollment=enrollment, by=by, now=now)
