"""Someone came who isn't listed: he is looked for, and added as a make-up where his credit misses this week."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from participants.models import Participant
from participants.names import folded
from programs.actions import bookings
from programs.actions.leading import must_lead
from programs.actions.marks import DOOR_OPENS
from programs.actions.standing import assessment_of, reassess
from programs.models import Booking, Enrollment, Session


class DoorClosed(Refusal):
    pass


class ExpectedAlready(Refusal):
    pass


class CannotBeAdded(Refusal):
    """Without saying why: whom he must be kept apart from is nobody's business at the door."""


@transaction.atomic
def look_for(
    *, session: Session, first_name: str, last_name: str, born: date, by: User, now: datetime
) -> Enrollment | None:
    """The one who is enrolled in this program under that name and date of birth; None: nobody is, or several are.

    Each search is an event; what was typed stands in it only under the key of whoever was found. Raises NotYourSession,
    DoorClosed.
    """
    must_lead(session, by)
    must_be_open(session, now)
    found = _only_one(session, folded(f"{first_name} {last_name}"), born)
    said = {"first_name": first_name, "last_name": last_name, "born": born}
    record(
        by=by,
        now=now,
        verb="door.searched",
        on=session,
        key=found.participant.key if found else None,
        personal={**said, "enrollment": found.pk} if found else None,
        facts={"found": found is not None},
    )
    return found


def _only_one(session: Session, name: str, born: date) -> Enrollment | None:
    there = Enrollment.objects.open().filter(program=session.program_id, participant__date_of_birth=born)
    people = there.for_roster().prefetch_related("participant__other_names")
    found = [him for him in people if name in _names_of(him.participant)]
    return found[0] if len(found) == 1 else None


def _names_of(man: Participant) -> set[str]:
    """By which he may say who he is: his own, the one he goes by, former ones and aliases."""
    others = {other.folded for other in man.other_names.all()}
    firsts = (man.first_name, f"{man.first_name} {man.middle_name}", man.preferred_name)
    spoken = {f"{first} {man.last_name}" for first in firsts if first}
    return {man.folded_name, folded(man.legal_name), *map(folded, spoken), *others}


def must_be_open(session: Session, now: datetime) -> None:
    """Raises DoorClosed."""
    if session.state != Session.State.PLANNED:
        raise DoorClosed(_("This session is over or was canceled. Nobody can be added any more."))
    if now < session.starts_at - DOOR_OPENS:
        raise DoorClosed(_("This session hasn't begun. Add people from half an hour before its start."))


def misses_this_week(enrollment: Enrollment, session: Session, *, today: date) -> bool:
    return session.module_id in {one.week.module for one in assessment_of(enrollment, today=today).missing}


@transaction.atomic
def admit(*, enrollment: Enrollment, session: Session, by: User, now: datetime) -> Booking:
    """Book him into a session that is about to begin, or has. Asked twice, it gives back the first booking.

    Raises NotYourSession, DoorClosed, ExpectedAlready, CannotBeAdded, and of `bookings` OtherLanguage, WeekNotMissing,
    TooManyThatWeek, TwoOnOneDay, SessionFull; writes nothing then.
    """
    must_lead(session, by)
    # His row first, as everywhere.
    enrollment = bookings.locked_enrollment(enrollment.pk)
    session = bookings.locked_session(session.pk)
    must_be_open(session, now)
    if booked := enrollment.bookings.standing().filter(session=session).first():
        return booked
    _fits(enrollment, session, now)
    booking = Booking.objects.create(enrollment=enrollment, session=session, made_at=now, made_by=by)
    record(by=by, now=now, verb="door.admitted", on=booking, facts={"session": session.pk})
    reassess(enrollment=enrollment, by=by, now=now)
    return booking


def _fits(enrollment: Enrollment, session: Session, now: datetime) -> None:
    if Enrollment.objects.on_roster(session).filter(pk=enrollment.pk).exists():
        raise ExpectedAlready(_("He is on the roster already. Mark him there."))
    if enrollment.program_id != session.program_id:
        raise CannotBeAdded(_("He can't be added here. Call the coordinator."))
    try:
        seat = bookings.check_he_needs_it(enrollment, session, now=now)
        if bookings.one_that_day(enrollment, session):
            raise bookings.TwoOnOneDay(_("He is expected at another session on this day. Call the coordinator."))
        bookings.check_week(enrollment, session, seat.cohort.policy)
        bookings.check_room(enrollment, session)
    except (bookings.MustNotMeet, bookings.NotBookable):
        raise CannotBeAdded(_("He can't be added here. Call the coordinator.")) from None
