"""What can be done about an enrollment, a cohort, a session, a mark."""

import uuid
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core import clock
from courts.actions import seating
from office.doing import Deed, Done, declare
from office.forms import groups as forms
from office.subjects import page
from office.words import day, moment
from programs.actions import bookings, cohorts, enrollments, marks
from programs.kinds import MarkKind, RequirementKind
from programs.models import Booking, Cohort, Enrollment, Mark, Program, Session

State = Enrollment.State


def _meet(enrollment: Enrollment, *, kind: RequirementKind, on: date, by: User, now: datetime) -> Done:
    enrollments.meet_requirement(enrollment=enrollment, kind=kind, on=on, by=by, now=now)
    return Done(f"{kind.label}: met on {day(on)}.")


def _seat(enrollment: Enrollment, *, cohort: Cohort, by: User, now: datetime) -> Done:
    seating.place(enrollment=enrollment, cohort=cohort, by=by, now=now)
    return Done(f"Seated in {cohort.name}.")


def _transfer(enrollment: Enrollment, *, cohort: Cohort, by: User, now: datetime) -> Done:
    enrollments.transfer(enrollment=enrollment, cohort=cohort, by=by, now=now)
    return Done(f"Moved to {cohort.name}. His weeks stay as they are.")


def _wait(enrollment: Enrollment, *, by: User, now: datetime) -> Done:
    enrollments.wait_list(enrollment=enrollment, by=by, now=now)
    return Done("His seat is free. He waits for another.")


def _book(enrollment: Enrollment, *, session: Session, by: User, now: datetime) -> Done:
    bookings.book_makeup(enrollment=enrollment, session=session, by=by, now=now)
    return Done(f"Booked: week {session.module.week}, {moment(session.starts_at)}.")


def _unbook(booking: Booking, *, by: User, now: datetime) -> Done:
    bookings.cancel_booking(booking=booking, by=by, now=now)
    return Done("Booking canceled.")


def _open_cohort(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    cohort = cohorts.generate_cohort(by=by, now=now, **said)
    days = [session.on for session in cohort.sessions.select_related("program")]
    return Done(f"{cohort.name} meets {len(days)} times, {day(days[0])} to {day(days[-1])}.", then=page(cohort))


def _cancel(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    again = cohorts.cancel_session(session=session, by=by, now=now, **said)
    held = f" It is held on {moment(again.starts_at)} instead." if again else ""
    return Done(f"Canceled; nobody's absence.{held}")


def _close(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    cohorts.close_session(session=session, by=by, now=now, **said)
    return Done("Closed. Everyone's standing is worked out anew.")


def _substitute(session: Session, *, user: User, by: User, now: datetime) -> Done:
    cohorts.name_substitute(session=session, user=user, by=by, now=now)
    return Done(f"{user.name} stands in.")


def _excuse(mark: Mark, *, excuse: Mark.Excuse, by: User, now: datetime) -> Done:
    marks.excuse(mark=mark, excuse=excuse, idempotency_key=uuid.uuid4(), by=by, now=now)
    return Done("Excused.")


def _planned(session: Session) -> bool:
    return session.state == Session.State.PLANNED


def _begun(session: Session) -> bool:
    return _planned(session) and session.starts_at <= clock.now()


def _is_newest_absence(mark: Mark) -> bool:
    return mark.kind == MarkKind.ABSENT and not mark.excuse and not hasattr(mark, "superseded_by")


def _seated(enrollment: Enrollment) -> bool:
    return enrollment.state == State.SEATED


declare(
    Deed(
        noun=Enrollment,
        name="seat",
        label="Give him a seat",
        form=forms.ChooseCohort,
        do=_seat,
        offered=lambda one: one.state == State.WAITING,
        first=True,
    ),
    Deed(noun=Enrollment, name="makeup", label="Book a make-up", form=forms.BookMakeup, do=_book, offered=_seated),
    Deed(
        noun=Enrollment,
        name="requirement",
        label="Note a requirement met",
        form=forms.MeetRequirement,
        do=_meet,
        offered=lambda one: one.closed_at is None,
    ),
    Deed(
        noun=Enrollment,
        name="transfer",
        label="Move to another cohort",
        form=forms.ChooseCohort,
        do=_transfer,
        offered=_seated,
    ),
    Deed(
        noun=Enrollment,
        name="wait",
        label="Give up his seat",
        do=_wait,
        offered=_seated,
        warning="He goes on the wait list, and somebody else may take the seat.",
    ),
    Deed(
        noun=Booking,
        name="cancel",
        label="Cancel the booking",
        do=_unbook,
        offered=lambda booking: booking.canceled_at is None,
    ),
    Deed(noun=Program, name="cohort", label="Open a cohort", form=forms.OpenCohort, do=_open_cohort),
    Deed(
        noun=Session,
        name="close",
        label="Close the session",
        form=forms.CloseSession,
        do=_close,
        offered=_begun,
        first=True,
    ),
    Deed(
        noun=Session,
        name="substitute",
        label="Name a substitute",
        form=forms.NameSubstitute,
        do=_substitute,
        offered=_planned,
    ),
    Deed(
        noun=Session,
        name="cancel",
        label="Cancel the session",
        form=forms.CancelSession,
        do=_cancel,
        offered=_planned,
    ),
    Deed(noun=Mark, name="excuse", label="Excuse", form=forms.Excuse, do=_excuse, offered=_is_newest_absence),
)
