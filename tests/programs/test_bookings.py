from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from audit.models import Event
from messaging.models import Message
from programs.actions import bookings
from programs.actions.bookings import (
    MustNotMeet,
    NotBookable,
    OtherLanguage,
    SessionFull,
    TooManyThatWeek,
    TwoOnOneDay,
    WeekNotMissing,
)
from programs.actions.enrollments import end, wait_list
from programs.actions.standing import assessment_of
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


def test_a_coordinator_lets_him_come_twice_on_one_day(running: Scene, him: Enrollment, later: datetime) -> None:
    """Both evenings are in his plan then."""
    same_day = running.makeup(1, at(running.session(2), -240))
    other = running.seated()
    MarkFactory(enrollment=other, session=running.session(1), kind=MarkKind.ABSENT)
    # Another's booking of it waives nothing for him, nor his for the other.
    BookingFactory(enrollment=other, session=same_day)

    booking = bookings.book_makeup(
        enrollment=him,
        session=same_day,
        one_a_day_waived_why="He is abroad until then.",
        by=running.coordinator,
        now=later,
    )

    assert Booking.objects.get(pk=booking.pk).one_a_day_waived_why == "He is abroad until then."
    assert Event.objects.get(verb="makeup.booked").facts == {"session": same_day.pk, "one_a_day_waived": True}
    theirs = [running.session(week).pk for week in (2, 3, 4)]
    assert him.standing_changes.latest("id").facts["plan"] == [same_day.pk, *theirs]
    plan = assessment_of(other, today=later.date()).plan
    assert [one.session for one in plan if one.on == same_day.on and one.one_a_day_waived] == []


@pytest.mark.parametrize("waived", [True, False])
def test_who_was_there_at_noon_still_has_his_evening(
    running: Scene, him: Enrollment, later: datetime, waived: bool
) -> None:
    noon = running.makeup(1, at(running.session(2), -360))
    BookingFactory(enrollment=him, session=noon, one_a_day_waived_why="He is abroad until then." if waived else "")
    MarkFactory(enrollment=him, session=noon, kind=MarkKind.PRESENT)

    plan = [one.session for one in assessment_of(him, today=running.session(2).on).plan]

    assert plan == ([running.session(week).pk for week in (2, 3, 4)] if waived else [])


def test_of_two_laid_on_one_day_he_attends_both(running: Scene, him: Enrollment) -> None:
    Session.objects.filter(pk=running.session(3).pk).update(
        starts_at=at(running.session(2), -360), doubled_up_why="The snow of last week."
    )
    first, second = running.session(3), running.session(2)
    makeup = running.makeup(1, at(running.session(4), 24 * 60))
    MarkFactory(enrollment=him, session=first, kind=MarkKind.PRESENT)

    plan = [one.session for one in assessment_of(him, today=second.on).plan]

    assert plan == [second.pk, running.session(4).pk, makeup.pk]


def test_nothing_is_waived_where_nothing_stands_in_the_way(
    running: Scene, him: Enrollment, makeup: Session, later: datetime
) -> None:
    booking = bookings.book_makeup(
        enrollment=him, session=makeup, one_a_day_waived_why="To be sure.", by=running.coordinator, now=later
    )

    assert booking.one_a_day_waived_why == ""


def test_no_more_makeups_a_week_than_the_policy_says(
    running: Scene, him: Enrollment, makeup: Session, later: datetime
) -> None:
    """Thursday's is his; Friday's would be the second of that week, the next Thursday's of another."""
    BookingFactory(enrollment=him, session=makeup)
    said = {"enrollment": him, "by": running.coordinator, "now": later}
    refusal = refuses(TooManyThatWeek, bookings.book_makeup, **said, session=running.makeup(3, later + 2 * DAY))

    assert str(refusal) == "The policy allows 1 make-up a week. Choose a session of another week."
    bookings.book_makeup(**said, session=running.makeup(3, later + 8 * DAY))  # type: ignore[arg-type]


def test_a_canceled_one_leaves_its_week_free(running: Scene, him: Enrollment, makeup: Session, later: datetime) -> None:
    BookingFactory(enrollment=him, session=makeup, canceled_at=later, canceled_by=running.coordinator)
    said = {"enrollment": him, "session": running.makeup(3, later + 2 * DAY), "by": running.coordinator, "now": later}

    bookings.book_makeup(**said)  # type: ignore[arg-type]

    assert him.bookings.standing().count() == 1


@pytest.mark.parametrize(("a_week", "words"), [(0, "no make-ups"), (2, "2 make-ups")])
def test_how_many_a_week_is_the_cohorts_own_version(a_week: int, words: str) -> None:
    running = scene(policy={"makeups_per_week": a_week})
    him, later = running.seated(), at(running.session(1)) + DAY
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    said = {"enrollment": him, "by": running.coordinator, "now": later}
    for n in range(a_week):
        BookingFactory(enrollment=him, session=running.makeup(n + 2, later + (n + 1) * DAY))

    refusal = refuses(TooManyThatWeek, bookings.book_makeup, **said, session=running.makeup(1, later + 3 * DAY))

    assert str(refusal) == f"The policy allows {words} a week. Choose a session of another week."


@pytest.mark.parametrize("what", ["booked", "canceled"])
def test_he_is_told(running: Scene, makeup: Session, later: datetime, what: str) -> None:
    him = running.seated(finish_by=None)
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    booking = bookings.book_makeup(enrollment=him, session=makeup, by=running.coordinator, now=later)
    if what == "canceled":
        bookings.cancel_booking(booking=booking, by=running.coordinator, now=later)

    kinds = list(Message.objects.order_by("id").values_list("kind", "participant"))
    expected = ["session_booked", "session_unbooked"][: 1 if what == "booked" else 2]
    assert kinds == [(kind, him.participant_id) for kind in expected]


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
