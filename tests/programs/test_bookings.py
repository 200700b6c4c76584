from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from audit.models import Event
from programs.actions import bookings
from programs.actions.bookings import (
    MustNotMeet,
    NotBookable,
    OtherLanguage,
    SessionFull,
    TwoOnOneDay,
    WeekNotMissing,
)
from programs.actions.enrollments import end, wait_list
from programs.kinds import MarkKind
from programs.models import Booking, Enrollment, Session
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, MarkFactory
from tests.programs.scene import Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def him(running: Scene) -> Enrollment:
    """He missed the first week."""
    made = running.seated()
    MarkFactory(enrollment=made, session=running.session(1), kind=MarkKind.ABSENT)
    return made


@pytest.fixture
def later(running: Scene) -> datetime:
    """The day after the first session."""
    return at(running.session(1)) + DAY


@pytest.fixture
def makeup(running: Scene, later: datetime) -> Session:
    """The first week again, two days after it."""
    return running.makeup(1, later + DAY)


def test_books_a_week_that_he_missed(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    by, before = running.coordinator, Event.objects.count()

    booking = bookings.book_makeup(enrollment=him, session=makeup, by=by, now=later)

    stored = Booking.objects.get()
    assert (stored, stored.enrollment, stored.session) == (booking, him, makeup)
    assert (stored.made_at, stored.made_by, stored.canceled_at) == (later, by, None)
    assert list(Enrollment.objects.on_roster(makeup)) == [him]
    assert told(after=before)[0] == (f"user:{by.pk}", "makeup.booked", f"programs.Booking:{booking.pk}")
    assert Event.objects.get(verb="makeup.booked").facts == {"session": makeup.pk}
    assert him.standing_changes.latest("id").facts["plan"][0] == makeup.pk


def test_books_into_another_cohort(running: Scene, him: Enrollment, later: datetime) -> None:
    thursdays = running.another_cohort(first_on=(later + 8 * DAY).date())

    booking = bookings.book_makeup(
        enrollment=him, session=thursdays.sessions.get(module__week=1), by=running.coordinator, now=later
    )

    assert booking.session.cohort == thursdays


@pytest.mark.parametrize("what", ["begun", "held", "canceled"])
def test_only_what_is_still_to_come_is_booked(
    running: Scene, him: Enrollment, makeup: Session, later: datetime, what: str
) -> None:
    said = {"enrollment": him, "session": makeup, "by": running.coordinator}
    if what == "begun":
        refuses(NotBookable, bookings.book_makeup, **said, now=makeup.starts_at)
    elif what == "canceled":
        Session.objects.filter(pk=makeup.pk).update(state="canceled", canceled_why="weather")
        refuses(NotBookable, bookings.book_makeup, **said, now=later)
    else:
        Session.objects.filter(pk=makeup.pk).update(
            state="held",
            taught=makeup.module,
            minutes_held=120,
            closed_at=later,
            closed_by=running.leader,
        )
        refuses(NotBookable, bookings.book_makeup, **said, now=later)


def test_whoever_has_no_seat_books_nothing(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    said = {"session": makeup, "by": running.coordinator, "now": later}
    wait_list(enrollment=him, by=running.coordinator, now=later)

    refuses(NotBookable, bookings.book_makeup, enrollment=him, **said)


def test_whoever_is_through_books_nothing(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    end(enrollment=him, why=Enrollment.Ended.DISCHARGED, by=running.coordinator, now=later)

    refuses(NotBookable, bookings.book_makeup, enrollment=him, session=makeup, by=running.coordinator, now=later)


def test_a_session_in_another_language_is_not_for_him(running: Scene, him: Enrollment, later: datetime) -> None:
    spanish = running.makeup(1, later + DAY, language="es")

    refuses(OtherLanguage, bookings.book_makeup, enrollment=him, session=spanish, by=running.coordinator, now=later)


def test_a_week_he_has_credit_for_is_not_made_up(running: Scene, later: datetime) -> None:
    there = running.seated()
    MarkFactory(enrollment=there, session=running.session(1), kind=MarkKind.PRESENT)

    refuses(
        WeekNotMissing,
        bookings.book_makeup,
        enrollment=there,
        session=running.makeup(1, later + DAY),
        by=running.coordinator,
        now=later,
    )


def test_his_own_cohorts_session_is_not_booked(running: Scene, him: Enrollment, later: datetime) -> None:
    refuses(
        WeekNotMissing,
        bookings.book_makeup,
        enrollment=him,
        session=running.session(2),
        by=running.coordinator,
        now=later,
    )


def test_not_on_the_day_of_his_own_session(running: Scene, him: Enrollment, later: datetime) -> None:
    same_day = running.makeup(1, at(running.session(2), -240))

    refuses(TwoOnOneDay, bookings.book_makeup, enrollment=him, session=same_day, by=running.coordinator, now=later)


def test_on_the_day_of_an_own_session_that_was_canceled(running: Scene, him: Enrollment, later: datetime) -> None:
    Session.objects.filter(pk=running.session(2).pk).update(state="canceled", canceled_why="weather")
    same_day = running.makeup(1, at(running.session(2), -240))

    bookings.book_makeup(enrollment=him, session=same_day, by=running.coordinator, now=later)

    assert him.bookings.count() == 1


def test_not_on_the_day_of_another_booking(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    same_day = running.makeup(3, at(makeup, -240))
    BookingFactory(enrollment=him, session=same_day)

    refuses(TwoOnOneDay, bookings.book_makeup, enrollment=him, session=makeup, by=running.coordinator, now=later)


def test_nobody_books_one_place_twice(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    said: dict[str, Any] = {"enrollment": him, "session": makeup, "by": running.coordinator, "now": later}
    bookings.book_makeup(**said)

    refuses(TwoOnOneDay, bookings.book_makeup, **said)


def test_a_full_session_takes_nobody(running: Scene, him: Enrollment, later: datetime) -> None:
    full = running.makeup(1, later + DAY, capacity=1)
    BookingFactory(session=full)

    refuses(SessionFull, bookings.book_makeup, enrollment=him, session=full, by=running.coordinator, now=later)


def test_those_seated_in_the_other_cohort_take_places_too(running: Scene, him: Enrollment, later: datetime) -> None:
    thursdays = running.another_cohort(first_on=(later + 8 * DAY).date(), capacity=2)
    running.seated(thursdays)
    running.seated(thursdays)

    refuses(
        SessionFull,
        bookings.book_makeup,
        enrollment=him,
        session=thursdays.sessions.get(module__week=1),
        by=running.coordinator,
        now=later,
    )


@pytest.mark.parametrize("there", ["one", "other"])
def test_never_where_one_he_must_not_meet_is_expected(running: Scene, later: datetime, there: str) -> None:
    pair = NonAssociationFactory()
    him = running.seated(participant=pair.other if there == "one" else pair.one)
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    makeup = running.makeup(1, later + DAY)
    BookingFactory(session=makeup, enrollment__participant=getattr(pair, there))

    refuses(MustNotMeet, bookings.book_makeup, enrollment=him, session=makeup, by=running.coordinator, now=later)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_booked_once(running: Scene, later: datetime) -> None:
    makeup = running.makeup(1, later + DAY, capacity=1)
    men = [running.seated() for _ in range(3)]

    answers = at_once(
        [
            partial(bookings.book_makeup, enrollment=man, session=makeup, by=running.coordinator, now=later)
            for man in men
        ]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Booking"] + ["SessionFull"] * 2
    assert makeup.bookings.count() == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_of_two_on_one_day_one_is_booked(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    by = running.coordinator
    sessions = [makeup, running.makeup(1, at(makeup, -240)), running.makeup(1, at(makeup, -300))]

    answers = at_once(
        [
            partial(bookings.book_makeup, enrollment=Enrollment.objects.get(pk=him.pk), session=one, by=by, now=later)
            for one in sessions
        ]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Booking", "TwoOnOneDay", "TwoOnOneDay"]
    assert him.bookings.count() == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_no_booking_outlives_an_end(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    by, stale = running.coordinator, Enrollment.objects.get(pk=him.pk)

    at_once(
        [
            partial(bookings.book_makeup, enrollment=stale, session=makeup, by=by, now=later),
            partial(end, enrollment=him, why=Enrollment.Ended.DISCHARGED, by=by, now=later),
        ]
    )

    assert Enrollment.objects.get(pk=him.pk).state == "ended"
    assert not Booking.objects.standing().exists()


def test_a_stale_enrollment_that_is_over_books_nothing(
    running: Scene, him: Enrollment, makeup: Session, later: datetime
) -> None:
    stale = Enrollment.objects.get(pk=him.pk)
    end(enrollment=him, why=Enrollment.Ended.DISCHARGED, by=running.coordinator, now=later)

    refuses(NotBookable, bookings.book_makeup, enrollment=stale, session=makeup, by=running.coordinator, now=later)


# --- canceled


def test_cancels_a_booking_and_frees_the_place(
    running: Scene, him: Enrollment, makeup: Session, later: datetime
) -> None:
    by = running.coordinator
    booking = bookings.book_makeup(enrollment=him, session=makeup, by=by, now=later)
    before = Event.objects.count()

    bookings.cancel_booking(booking=booking, by=by, now=later)

    stored = Booking.objects.get()
    assert (stored.canceled_at, stored.canceled_by) == (later, by)
    assert list(Enrollment.objects.on_roster(makeup)) == []
    assert told(after=before)[0] == (f"user:{by.pk}", "makeup.canceled", f"programs.Booking:{booking.pk}")
    bookings.book_makeup(enrollment=him, session=makeup, by=by, now=later)


@pytest.mark.parametrize("what", ["begun", "canceled before"])
def test_a_booking_is_not_canceled_too_late_or_twice(
    running: Scene, him: Enrollment, makeup: Session, later: datetime, what: str
) -> None:
    booking = BookingFactory(enrollment=him, session=makeup)
    if what == "canceled before":
        Booking.objects.update(canceled_at=later, canceled_by=UserFactory())
    now = later if what == "canceled before" else makeup.starts_at

    refuses(NotBookable, bookings.cancel_booking, booking=booking, by=running.coordinator, now=now)
