"""Make-ups: a place in one session outside his own cohort."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from participants.models import NonAssociation
from programs.actions.changes import tell
from programs.actions.standing import assessment_of, reassess
from programs.kinds import Change
from programs.models import Booking, Enrollment, Policy, Seat, Session
from programs.plan import week_of
from programs.progress import Assessment


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


class TooManyThatWeek(Refusal):
    pass


class MustNotMeet(Refusal):
    pass


@transaction.atomic
def book_makeup(
    *, enrollment: Enrollment, session: Session, one_a_day_waived_why: str = "", by: User, now: datetime
) -> Booking:
    """`one_a_day_waived_why`: a coordinator lets him come on a day on which he has another session; empty: no.

    How many make-ups a week holds is the policy's and is waived for nobody: who wants more writes a new version.

    Raises NotBookable, WeekNotMissing, OtherLanguage, TwoOnOneDay, TooManyThatWeek, SessionFull, MustNotMeet;
    writes nothing then.
    """
    # His row first, as everywhere: under it stand his seat and his other bookings.
    enrollment = locked_enrollment(enrollment.pk)
    # The session's row is the lock under which its free places are counted.
    session = locked_session(session.pk)
    if session.state != Session.State.PLANNED or session.starts_at <= now:
        raise NotBookable("This session has begun or was canceled. Choose one that is still to come.")
    seat = check_he_needs_it(enrollment, session, now=now)
    twice = one_that_day(enrollment, session)
    if twice and not one_a_day_waived_why:
        raise TwoOnOneDay(
            "He is expected at another session on that day. Choose another day, or say why he may come twice."
        )
    check_week(enrollment, session, seat.cohort.policy)
    check_room(enrollment, session)
    booking = Booking.objects.create(
        enrollment=enrollment,
        session=session,
        made_at=now,
        made_by=by,
        # Nothing was waived where nothing stood in the way.
        one_a_day_waived_why=one_a_day_waived_why if twice else "",
    )
    record(by=by, now=now, verb="makeup.booked", on=booking, facts=_facts(booking))
    tell(session=session, enrollments=[enrollment], what=Change.BOOKED, now=now)
    reassess(enrollment=enrollment, by=by, now=now)
    return booking


def _facts(booking: Booking) -> dict[str, object]:
    waived = {"one_a_day_waived": True} if booking.one_a_day_waived_why else {}
    return {"session": booking.session_id, **waived}


def locked_enrollment(enrollment_id: int) -> Enrollment:
    found = Enrollment.objects.select_for_update(of=("self",)).select_related("participant__key", "program")
    return found.get(pk=enrollment_id)


def locked_session(session_id: int) -> Session:
    found = Session.objects.select_for_update(of=("self",)).select_related("program", "cohort", "module")
    return found.get(pk=session_id)


def check_he_needs_it(enrollment: Enrollment, session: Session, *, now: datetime) -> Seat:
    """He sits elsewhere, in its language, and misses that week.

    Raises NotBookable, OtherLanguage, WeekNotMissing.
    """
    seat = enrollment.seats.taken().select_related("cohort__policy").first()
    if enrollment.closed_at is not None or seat is None:
        raise NotBookable("He has no seat in a cohort. Seat him first.")
    if session.language != seat.cohort.language:
        raise OtherLanguage(_("This session is held in another language than his cohort's."))
    today = now.astimezone(enrollment.program.zone).date()
    if session.module_id not in _missing(assessment_of(enrollment, today=today)) or session.cohort_id == seat.cohort_id:
        raise WeekNotMissing(_("He doesn't need this week from another group. Choose a week that he missed."))
    return seat


def _missing(assessment: Assessment) -> set[int]:
    return {missing.week.module for missing in assessment.missing}


def check_week(enrollment: Enrollment, session: Session, policy: Policy) -> None:
    """The policy says how many make-ups a week holds; those attended count. Raises TooManyThatWeek."""
    week = week_of(session.on)
    others = [one.session for one in _booked(enrollment) if one.session_id != session.pk]
    if sum(week_of(other.on) == week for other in others) >= policy.makeups_per_week:
        raise TooManyThatWeek(_too_many(policy.makeups_per_week))


def _too_many(allowed: int) -> str:
    if not allowed:
        return _("The policy allows no make-ups a week. Choose a session of another week.")
    return ngettext(
        "The policy allows %(number)d make-up a week. Choose a session of another week.",
        "The policy allows %(number)d make-ups a week. Choose a session of another week.",
        allowed,
    ) % {"number": allowed}


def _booked(enrollment: Enrollment) -> Iterable[Booking]:
    standing = enrollment.bookings.standing().exclude(session__state=Session.State.CANCELED)
    return standing.select_related("session__program")


def one_that_day(enrollment: Enrollment, session: Session) -> bool:
    """He is expected at another session on that day, his cohort's or a make-up; or at this one already."""
    cohorts = Seat.objects.filter(enrollment=enrollment).taken().values("cohort")
    own = Session.objects.standing().filter(cohort__in=cohorts).select_related("program")
    days = {other.on for other in own if other.pk != session.pk}
    return session.on in days | {booking.session.on for booking in _booked(enrollment)}


def check_room(enrollment: Enrollment, session: Session) -> None:
    """For one more, and nobody there whom he must not meet. Raises SessionFull, MustNotMeet."""
    expected = Enrollment.objects.on_roster(session)
    if expected.count() >= session.capacity:
        raise SessionFull(_("This session has no free place. Choose another one."))
    apart = NonAssociation.objects.kept_apart_from(enrollment.participant)
    if apart and expected.filter(participant__in=apart).exists():
        raise MustNotMeet("Someone he must be kept apart from is expected there. Choose another session.")


@transaction.atomic
def cancel_booking(*, booking: Booking, by: User, now: datetime) -> None:
    """Raises NotBookable once its session has begun, or when it was canceled before."""
    enrollment = locked_enrollment(booking.enrollment_id)
    canceled = Booking.objects.standing().filter(pk=booking.pk, session__starts_at__gt=now)
    if not canceled.update(canceled_at=now, canceled_by=by):
        raise NotBookable("This booking can no longer be canceled. Look at it again.")
    record(by=by, now=now, verb="makeup.canceled", on=booking)
    tell(session=booking.session, enrollments=[enrollment], what=Change.UNBOOKED, now=now)
    reassess(enrollment=enrollment, by=by, now=now)
