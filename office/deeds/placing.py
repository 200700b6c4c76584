"""What can be done about an enrollment and a make-up: where he goes."""

from datetime import date, datetime

from accounts.models import User
from courts.actions import placing, seating
from office.doing import Deed, Done, declare
from office.forms import placing as forms
from office.words import day, moment
from programs.actions import bookings, enrollments
from programs.actions.placement import Wishes
from programs.kinds import RequirementKind
from programs.models import Booking, Cohort, Enrollment, Session

State = Enrollment.State


def _meet(enrollment: Enrollment, *, kind: RequirementKind, on: date, by: User, now: datetime) -> Done:
    met = enrollments.meet_requirement(enrollment=enrollment, kind=kind, on=on, by=by, now=now)
    if met.met_on != on:
        return Done(f"{kind.label}: it was noted before as met on {day(met.met_on)}, and that stays.")
    return Done(f"{kind.label}: met on {day(on)}.")


def _seat(enrollment: Enrollment, *, cohort: Cohort, anyway: bool, by: User, now: datetime) -> Done:
    seating.place(enrollment=enrollment, cohort=cohort, anyway=anyway, by=by, now=now)
    return Done(f"Seated in {cohort.name}.")


def _transfer(enrollment: Enrollment, *, cohort: Cohort, anyway: bool, by: User, now: datetime) -> Done:
    enrollments.transfer(enrollment=enrollment, cohort=cohort, anyway=anyway, by=by, now=now)
    return Done(f"Moved to {cohort.name}. His weeks stay as they are.")


def _wait(enrollment: Enrollment, *, by: User, now: datetime) -> Done:
    enrollments.wait_list(enrollment=enrollment, by=by, now=now)
    return Done("His seat is free. He waits for another.")


def _ask_for_more_time(
    enrollment: Enrollment, *, weekdays: frozenset[int], days_in_hand: int, by: User, now: datetime
) -> Done:
    wishes = Wishes(weekdays=weekdays, days_in_hand=days_in_hand)
    until = placing.ask_for_more_time(enrollment=enrollment, wishes=wishes, by=by, now=now)
    return Done(f"Proposed: ask the court for time until {day(until)}. Look at it, and begin the report.")


def _book(enrollment: Enrollment, *, session: Session, one_a_day_waived_why: str, by: User, now: datetime) -> Done:
    bookings.book_makeup(
        enrollment=enrollment, session=session, one_a_day_waived_why=one_a_day_waived_why, by=by, now=now
    )
    return Done(f"Booked: week {session.module.week}, {moment(session.starts_at)}.")


def _unbook(booking: Booking, *, by: User, now: datetime) -> Done:
    bookings.cancel_booking(booking=booking, by=by, now=now)
    return Done("Booking canceled.")


def _seated(enrollment: Enrollment) -> bool:
    return enrollment.state == State.SEATED


def _waiting(enrollment: Enrollment) -> bool:
    return enrollment.state == State.WAITING


declare(
    Deed(
        noun=Enrollment,
        name="seat",
        label="Give him a seat",
        form=forms.ChooseCohort,
        do=_seat,
        offered=_waiting,
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
        noun=Enrollment,
        name="more-time",
        label="Propose to ask for more time",
        form=forms.MoreTime,
        do=_ask_for_more_time,
        offered=_waiting,
        aside=True,
    ),
    Deed(
        noun=Booking,
        name="cancel",
        label="Cancel the booking",
        do=_unbook,
        offered=lambda booking: booking.canceled_at is None,
    ),
)
