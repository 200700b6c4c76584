from datetime import UTC, date, datetime, time, timedelta

import pytest

from programs.kinds import NoCredit, RequirementKind
from programs.models import Booking, Cohort, Enrollment, Mark, Seat, Session, StandingChange
from programs.progress import Rules
from tests.factories.accounts import UserFactory
from tests.factories.programs import (
    BookingFactory,
    CohortFactory,
    EligibilityItemFactory,
    EnrollmentFactory,
    MarkFactory,
    ModuleFactory,
    PolicyFactory,
    ProgramFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
    StandingChangeFactory,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def closed_seat(**fields: object) -> Seat:
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    made: Seat = SeatFactory(closed_at=now, closed_by=UserFactory(), **fields)
    return made


# --- program and policy


def test_a_policy_gives_the_rules_as_progress_reads_them() -> None:
    policy = PolicyFactory(
        sessions_required=8,
        late_limit=5,
        no_credit_counts_as="excused",
        requires=["intake", "fee"],
    )

    assert policy.rules == Rules(
        sessions_required=8,
        late_limit=5,
        no_credit_counts_as=NoCredit.EXCUSED,
        requires=frozenset({RequirementKind.INTAKE, RequirementKind.FEE}),
    )


def test_a_policy_as_it_is_made_gives_the_rules_as_they_are_made() -> None:
    policy = PolicyFactory()
    policy.refresh_from_db()

    assert policy.rules == Rules()


def test_modules_and_questions_come_in_their_order() -> None:
    third, first = ModuleFactory(week=3), ModuleFactory(week=1)
    last, head = EligibilityItemFactory(position=9), EligibilityItemFactory(position=1)

    assert list(type(first).objects.all()) == [first, third]
    assert list(type(head).objects.all()) == [head, last]


# --- cohorts and sessions


def test_open_cohorts(now: datetime) -> None:
    open_one = CohortFactory()
    CohortFactory(closed_at=now)

    assert list(Cohort.objects.open()) == [open_one]


def test_sessions_by_what_became_of_them_and_when(now: datetime) -> None:
    user, module = UserFactory(), ModuleFactory()
    coming, begun = SessionFactory(starts_at=now + SECOND), SessionFactory(starts_at=now)
    canceled = SessionFactory(starts_at=now + SECOND, state="canceled", canceled_why="weather")
    held = SessionFactory(
        starts_at=now - SECOND, state="held", taught=module, minutes_held=120, closed_at=now, closed_by=user
    )

    assert list(Session.objects.all()) == [held, begun, coming, canceled]
    assert list(Session.objects.standing()) == [held, begun, coming]
    assert list(Session.objects.from_now(now)) == [coming]
    assert list(Session.objects.not_logged(now)) == [begun]


def test_sessions_led_by_one_person() -> None:
    mine = SessionLeaderFactory()
    SessionLeaderFactory()

    assert list(Session.objects.led_by(mine.user)) == [mine.session]


@pytest.mark.parametrize(
    ("starts_at", "zone", "on"),
    [
        (datetime(2026, 3, 4, 2, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 3)),
        (datetime(2026, 7, 4, 6, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 7, 3)),
        (datetime(2026, 7, 4, 7, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 7, 4)),
        (datetime(2026, 3, 4, 2, 0, tzinfo=UTC), "Europe/Prague", date(2026, 3, 4)),
    ],
    ids=["evening", "last minute of a summer day", "first minute of a summer day", "elsewhere"],
)
def test_a_sessions_day_is_the_programs(starts_at: datetime, zone: str, on: date) -> None:
    assert SessionFactory(starts_at=starts_at, cohort__program__time_zone=zone).on == on


# --- enrollments, seats, bookings


def test_open_enrollments() -> None:
    open_one = EnrollmentFactory()
    EnrollmentFactory(ended=True)
    EnrollmentFactory(finished=True)

    assert list(Enrollment.objects.open()) == [open_one]


def test_the_wait_list_goes_by_the_date_that_presses_then_by_who_came_first(now: datetime) -> None:
    def waiting(finish_by: date | None, opened_at: datetime) -> Enrollment:
        made: Enrollment = EnrollmentFactory(state="waiting", finish_by=finish_by, opened_at=opened_at)
        return made

    free = waiting(None, now - timedelta(days=90))
    late = waiting(date(2026, 9, 1), now)
    second, first = waiting(date(2026, 6, 1), now), waiting(date(2026, 6, 1), now - SECOND)
    EnrollmentFactory(state="seated", finish_by=date(2026, 4, 1))
    EnrollmentFactory(finish_by=date(2026, 4, 1))

    assert list(Enrollment.objects.waiting()) == [first, second, late, free]


def test_seats_taken_and_on_a_day() -> None:
    taken = SeatFactory(from_on=date(2026, 3, 3))
    left = closed_seat(from_on=date(2026, 3, 3), to_on=date(2026, 3, 10))

    assert list(Seat.objects.taken()) == [taken]
    on = {day: set(Seat.objects.on(date(2026, 3, day))) for day in (2, 3, 10, 11)}
    assert on == {2: set(), 3: {taken, left}, 10: {taken, left}, 11: {taken}}


def test_expected_are_those_seated_on_that_day_and_those_booked(now: datetime) -> None:
    session = SessionFactory(starts_at=datetime(2026, 3, 11, 1, tzinfo=UTC))
    cohort = session.cohort
    seated = SeatFactory(cohort=cohort).enrollment
    left_that_day = closed_seat(cohort=cohort, to_on=date(2026, 3, 10)).enrollment
    booked = BookingFactory(session=session).enrollment
    both = SeatFactory(cohort=cohort).enrollment
    BookingFactory(session=session, enrollment=both)
    closed_seat(cohort=cohort, to_on=date(2026, 3, 9))
    SeatFactory(cohort=cohort, from_on=date(2026, 3, 11))
    SeatFactory()
    BookingFactory(session=session, canceled_at=now, canceled_by=UserFactory())
    BookingFactory()

    assert list(Enrollment.objects.on_roster(session).order_by("id")) == [seated, left_that_day, booked, both]


def test_at_a_makeup_session_only_those_booked_are_expected() -> None:
    booking = BookingFactory(session=SessionFactory(cohort=None))
    SeatFactory()

    assert list(Enrollment.objects.on_roster(booking.session)) == [booking.enrollment]


def test_bookings_that_stand(now: datetime) -> None:
    standing = BookingFactory()
    BookingFactory(canceled_at=now, canceled_by=UserFactory())

    assert list(Booking.objects.standing()) == [standing]


# --- marks and standing


def test_the_current_mark_is_the_one_nothing_corrects() -> None:
    first = MarkFactory()
    second = MarkFactory(enrollment=first.enrollment, session=first.session, supersedes=first)
    third = MarkFactory(enrollment=first.enrollment, session=first.session, supersedes=second)
    other = MarkFactory()

    assert list(Mark.objects.current().order_by("id")) == [third, other]


def test_changes_nobody_has_read_in_their_order(now: datetime) -> None:
    changes = StandingChangeFactory.create_batch(2)
    StandingChangeFactory(taken_at=now)

    assert list(StandingChange.objects.unread()) == changes


def test_rows_are_named_without_a_person() -> None:
    mark, seat = MarkFactory(), SeatFactory()

    assert [str(mark), str(seat), str(mark.enrollment), str(mark.session)] == [
        f"mark {mark.pk}",
        f"seat {seat.pk}",
        f"enrollment {mark.enrollment.pk}",
        f"session {mark.session.pk}",
    ]


def test_a_program_knows_its_zone_and_a_cohort_its_hour() -> None:
    program = ProgramFactory(time_zone="America/Denver")

    assert program.zone.key == "America/Denver"
    assert CohortFactory(program=program).starts_at == time(18)
