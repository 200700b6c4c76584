from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.actors import Task
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from programs.actions import enrollments
from programs.actions.bookings import book_makeup
from programs.actions.enrollments import (
    AlreadyEnrolled,
    AlreadyOver,
    CohortClosed,
    CohortFull,
    MustNotShareAGroup,
    NotAhead,
    NotSeated,
    NotWaiting,
    NotYoursToApprove,
)
from programs.actions.standing import reassess
from programs.kinds import MarkKind, RequirementKind, Standing
from programs.models import Booking, BreakApproval, Cohort, Enrollment, Seat, Session, StandingChange
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.participants import AppointmentFactory, NonAssociationFactory, ParticipantFactory
from tests.factories.programs import (
    BookingFactory,
    EnrollmentFactory,
    MarkFactory,
    ProgramFactory,
    RequirementFactory,
    SeatFactory,
)
from tests.programs.scene import Scene, scene
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)


@pytest.fixture
def by() -> User:
    made: User = UserFactory()
    return made


@pytest.fixture
def running() -> Scene:
    return scene()


def verbs(after: int) -> list[tuple[str, str]]:
    return [(actor, verb) for actor, verb, _ in told(after=after)]


def events() -> int:
    return Event.objects.count()


# --- enroll, reopen


def test_enrolls_at_intake(by: User, now: datetime) -> None:
    participant, program = ParticipantFactory(), ProgramFactory()

    made = enrollments.enroll(participant=participant, program=program, by=by, now=now)

    stored = Enrollment.objects.get()
    assert (stored, stored.participant, stored.program) == (made, participant, program)
    assert (stored.state, stored.opened_at, stored.closed_at) == ("intake", now, None)
    assert told() == [(f"user:{by.pk}", "enrollment.opened", f"programs.Enrollment:{made.pk}")]


def test_nobody_is_enrolled_twice_in_one_program(by: User, now: datetime) -> None:
    open_one = EnrollmentFactory()
    said = {"participant": open_one.participant, "program": open_one.program}

    refuses(AlreadyEnrolled, enrollments.enroll, **said, by=by, now=now)


@pytest.mark.parametrize("over", ["ended", "finished"])
def test_whoever_is_through_may_enroll_again(by: User, now: datetime, over: str) -> None:
    old = EnrollmentFactory(**{over: True})

    new = enrollments.enroll(participant=old.participant, program=old.program, by=by, now=now)

    assert list(Enrollment.objects.open()) == [new]


def test_another_program_is_another_enrollment(by: User, now: datetime) -> None:
    here = EnrollmentFactory()

    there = enrollments.enroll(participant=here.participant, program=ProgramFactory(), by=by, now=now)

    assert set(Enrollment.objects.open()) == {here, there}


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_enrolled_by_two_at_once_he_is_enrolled_once(by: User, now: datetime) -> None:
    said: dict[str, Any] = {"participant": ParticipantFactory(), "program": ProgramFactory(), "by": by, "now": now}

    answers = at_once([partial(enrollments.enroll, **said)] * 4)

    assert Enrollment.objects.count() == 1
    assert [type(answer) for answer in answers].count(AlreadyEnrolled) == 3


@pytest.mark.parametrize(("intake_done", "state"), [(True, "waiting"), (False, "intake")])
def test_reopened_it_goes_on_where_the_intake_left_it(
    running: Scene, by: User, now: datetime, intake_done: bool, state: str
) -> None:
    over = EnrollmentFactory(program=running.program, ended=True)
    if intake_done:
        RequirementFactory(enrollment=over)

    enrollments.reopen(enrollment=over, by=by, now=now)

    stored = Enrollment.objects.get()
    assert (stored.state, stored.closed_at, stored.ended_why) == (state, None, "")
    assert told()[-2:] == [
        (f"user:{by.pk}", "enrollment.reopened", f"programs.Enrollment:{over.pk}"),
        (f"user:{by.pk}", "enrollment.reassessed", f"programs.Enrollment:{over.pk}"),
    ]


def test_is_not_reopened_beside_another_that_is_open(by: User, now: datetime) -> None:
    over = EnrollmentFactory(ended=True)
    EnrollmentFactory(participant=over.participant, program=over.program)

    refuses(AlreadyEnrolled, enrollments.reopen, enrollment=over, by=by, now=now)


# --- the date that binds, silence


def test_is_bound_to_a_date_and_looked_at_anew(running: Scene, by: User, now: datetime) -> None:
    him, before = running.seated(), events()

    enrollments.bind_to_date(enrollment=him, finish_by=date(2026, 3, 17), by=Task("courts.import"), now=now)

    him.refresh_from_db()
    assert (him.finish_by, him.standing) == (date(2026, 3, 17), Standing.CANNOT_FINISH)
    assert verbs(before) == [
        ("task:courts.import", "enrollment.bound_to_date"),
        ("task:courts.import", "enrollment.reassessed"),
    ]
    assert Event.objects.get(verb="enrollment.bound_to_date").facts == {"old": None, "new": "2026-03-17"}


def test_is_freed_of_its_date(running: Scene, by: User, now: datetime) -> None:
    him = running.seated(finish_by=date(2026, 3, 17))
    assert him.standing == Standing.CANNOT_FINISH

    enrollments.bind_to_date(enrollment=him, finish_by=None, by=by, now=now)

    him.refresh_from_db()
    assert (him.finish_by, him.standing) == (None, Standing.ON_TRACK)


def test_the_same_date_again_writes_nothing(running: Scene, by: User, now: datetime) -> None:
    him = running.seated(finish_by=date(2026, 9, 1))

    with nothing_written():
        enrollments.bind_to_date(enrollment=him, finish_by=date(2026, 9, 1), by=by, now=now)


def test_falls_silent_and_is_heard_again(by: User, now: datetime) -> None:
    him = EnrollmentFactory()

    enrollments.silence(enrollment=him, silent=True, by=by, now=now)
    him.refresh_from_db()
    assert him.silent
    enrollments.silence(enrollment=him, silent=False, by=by, now=now)
    him.refresh_from_db()
    assert not him.silent

    assert [verb for _, verb, _ in told()] == ["enrollment.silenced", "enrollment.heard_again"]


def test_silenced_twice_is_silenced_once(by: User, now: datetime) -> None:
    him = EnrollmentFactory(silent=True)

    with nothing_written():
        enrollments.silence(enrollment=him, silent=True, by=by, now=now)


# --- requirements


def test_with_the_intake_done_he_waits_for_a_seat(running: Scene, by: User, now: datetime) -> None:
    him, appointment = EnrollmentFactory(program=running.program), AppointmentFactory()
    before = events()

    met = enrollments.meet_requirement(
        enrollment=him, kind=RequirementKind.INTAKE, on=TODAY, appointment=appointment, by=by, now=now
    )

    him.refresh_from_db()
    assert him.state == "waiting"
    assert (met.met_on, met.recorded_at, met.recorded_by, met.appointment) == (TODAY, now, by, appointment)
    assert [verb for _, verb in verbs(before)] == ["requirement.met", "enrollment.reassessed"]


@pytest.mark.parametrize("kind", [kind for kind in RequirementKind if kind is not RequirementKind.INTAKE])
def test_no_other_requirement_moves_him(running: Scene, by: User, now: datetime, kind: RequirementKind) -> None:
    him = EnrollmentFactory(program=running.program)

    enrollments.meet_requirement(enrollment=him, kind=kind, on=TODAY, by=by, now=now)

    him.refresh_from_db()
    assert (him.state, him.requirements.get().kind) == ("intake", kind)


def test_one_that_was_met_stays_as_it_was(running: Scene, by: User, now: datetime) -> None:
    him = running.waiting()

    with nothing_written():
        met = enrollments.meet_requirement(
            enrollment=him, kind=RequirementKind.INTAKE, on=date(2026, 5, 5), by=by, now=now
        )

    assert met.met_on == TODAY


def test_what_is_over_meets_nothing_more(by: User, now: datetime) -> None:
    him = EnrollmentFactory(ended=True)

    refuses(
        AlreadyOver,
        enrollments.meet_requirement,
        enrollment=him,
        kind=RequirementKind.INTAKE,
        on=TODAY,
        by=by,
        now=now,
    )


# --- seats


def test_seats_him_from_today(running: Scene, by: User, now: datetime) -> None:
    him, before = running.waiting(), events()

    taken = enrollments.seat(enrollment=him, cohort=running.cohort, by=by, now=now)

    him.refresh_from_db()
    assert (him.state, him.standing) == ("seated", Standing.ON_TRACK)
    assert (taken.from_on, taken.to_on, taken.opened_at, taken.opened_by) == (TODAY, None, now, by)
    assert verbs(before) == [
        (f"user:{by.pk}", "enrollment.seated"),
        (f"user:{by.pk}", "enrollment.reassessed"),
    ]
    facts = Event.objects.get(verb="enrollment.seated").facts
    assert facts == {"cohort": running.cohort.pk, "seat": taken.pk}


def test_today_is_the_programs_day(running: Scene, by: User) -> None:
    evening = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)

    taken = enrollments.seat(enrollment=running.waiting(), cohort=running.cohort, by=by, now=evening)

    assert taken.from_on == TODAY


@pytest.mark.parametrize("state", ["intake", "seated"])
def test_only_one_who_waits_is_seated(running: Scene, by: User, now: datetime, state: str) -> None:
    him = EnrollmentFactory(program=running.program, state=state)

    refuses(NotWaiting, enrollments.seat, enrollment=him, cohort=running.cohort, by=by, now=now)


def test_one_seated_meanwhile_is_not_seated_again(running: Scene, by: User, now: datetime) -> None:
    him = running.waiting()
    stale = Enrollment.objects.get(pk=him.pk)
    enrollments.seat(enrollment=him, cohort=running.cohort, by=by, now=now)

    refuses(NotWaiting, enrollments.seat, enrollment=stale, cohort=running.another_cohort(), by=by, now=now)


def test_what_is_over_is_not_seated(running: Scene, by: User, now: datetime) -> None:
    him = EnrollmentFactory(program=running.program, ended=True)

    refuses(AlreadyOver, enrollments.seat, enrollment=him, cohort=running.cohort, by=by, now=now)


def test_a_cohort_that_is_over_takes_nobody(running: Scene, by: User, now: datetime) -> None:
    him = running.waiting()
    Cohort.objects.update(closed_at=now)

    refuses(CohortClosed, enrollments.seat, enrollment=him, cohort=running.cohort, by=by, now=now)


def test_a_full_cohort_takes_nobody(by: User, now: datetime) -> None:
    running = scene(capacity=2)
    running.seated()
    running.seated()

    refused = refuses(CohortFull, enrollments.seat, enrollment=running.waiting(), cohort=running.cohort, by=by, now=now)

    assert str(refused) == ("Tuesdays has no free seat. Choose another cohort, or leave him on the wait list.")


def test_a_seat_given_up_is_free(by: User, now: datetime) -> None:
    running = scene(capacity=2)
    running.seated()
    enrollments.wait_list(enrollment=running.seated(), by=by, now=now)

    enrollments.seat(enrollment=running.waiting(), cohort=running.cohort, by=by, now=now)

    assert running.cohort.seats.taken().count() == 2


@pytest.mark.parametrize("sits", ["one", "other"])
def test_never_beside_one_he_must_be_kept_apart_from(running: Scene, by: User, now: datetime, sits: str) -> None:
    pair = NonAssociationFactory()
    comes = "other" if sits == "one" else "one"
    running.seated(participant=getattr(pair, sits))
    him = running.waiting(participant=getattr(pair, comes))

    refuses(MustNotShareAGroup, enrollments.seat, enrollment=him, cohort=running.cohort, by=by, now=now)


def test_beside_one_he_need_no_longer_be_kept_apart_from(running: Scene, by: User, now: datetime) -> None:
    pair = NonAssociationFactory(ended_at=now)
    running.seated(participant=pair.one)
    him = running.waiting(participant=pair.other)

    enrollments.seat(enrollment=him, cohort=running.cohort, by=by, now=now)

    assert running.cohort.seats.taken().count() == 2


@pytest.mark.parametrize("comes", ["one", "other"])
@pytest.mark.parametrize("deed", ["seat", "transfer"])
def test_never_where_one_he_must_be_kept_apart_from_makes_up_a_session(
    running: Scene, by: User, now: datetime, comes: str, deed: str
) -> None:
    pair = NonAssociationFactory()
    booked = "other" if comes == "one" else "one"
    BookingFactory(session=running.session(2), enrollment__participant=getattr(pair, booked))
    said = {"cohort": running.cohort, "by": by, "now": now}
    if deed == "seat":
        him = running.waiting(participant=getattr(pair, comes))
        refuses(MustNotShareAGroup, enrollments.seat, enrollment=him, **said)
    else:
        him = running.seated(running.another_cohort(), participant=getattr(pair, comes))
        refuses(MustNotShareAGroup, enrollments.transfer, enrollment=him, **said)


def test_a_session_filled_by_make_ups_takes_nobody(by: User, now: datetime) -> None:
    running = scene(capacity=2)
    running.seated()
    BookingFactory(session=running.session(3))

    refused = refuses(CohortFull, enrollments.seat, enrollment=running.waiting(), cohort=running.cohort, by=by, now=now)

    assert str(refused) == (
        "Tuesdays has no free seat on March 24, for make-ups are booked there. "
        "Choose another cohort, or leave him on the wait list."
    )


@pytest.mark.parametrize("why", ["canceled booking", "his own", "canceled session", "over"])
def test_a_booking_that_takes_no_place_of_a_coming_session_hinders_nobody(by: User, now: datetime, why: str) -> None:
    running = scene(capacity=2)
    running.seated()
    him, session = running.waiting(), running.session(1)
    if why == "his own":
        BookingFactory(session=session, enrollment=him)
    else:
        BookingFactory(session=session, **({"canceled_at": now, "canceled_by": by} if "booking" in why else {}))
    if why == "canceled session":
        Session.objects.filter(pk=session.pk).update(state="canceled", canceled_why="weather")

    when = session.starts_at if why == "over" else now
    enrollments.seat(enrollment=him, cohort=running.cohort, by=by, now=when)

    assert running.cohort.seats.taken().count() == 2


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_one_is_seated_or_the_other_booked_never_both(by: User) -> None:
    pair, running = NonAssociationFactory(), scene()
    missed = running.seated(participant=pair.one)
    MarkFactory(enrollment=missed, session=running.session(1), kind=MarkKind.ABSENT)
    later = running.session(1).starts_at + timedelta(days=1)
    thursdays = running.another_cohort(first_on=date(2026, 3, 19))
    makeup, him = thursdays.sessions.get(module__week=1), running.waiting(participant=pair.other)

    answers = at_once(
        [
            partial(enrollments.seat, enrollment=him, cohort=thursdays, by=by, now=later),
            partial(book_makeup, enrollment=missed, session=makeup, by=by, now=later),
        ]
    )

    assert {type(answer).__name__ for answer in answers} in ({"Seat", "MustNotMeet"}, {"MustNotShareAGroup", "Booking"})


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_twelve_seats_never_take_thirteen(by: User, now: datetime) -> None:
    running = scene(capacity=12)
    SeatFactory.create_batch(11, cohort=running.cohort)
    waiting = [running.waiting() for _ in range(4)]

    answers = at_once(
        [partial(enrollments.seat, enrollment=him, cohort=running.cohort, by=by, now=now) for him in waiting]
    )

    assert running.cohort.seats.taken().count() == 12
    assert sorted(type(answer).__name__ for answer in answers) == ["CohortFull"] * 3 + ["Seat"]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_seated_in_two_cohorts_at_once_he_sits_in_one(by: User, now: datetime) -> None:
    running = scene()
    cohorts = [running.cohort, running.another_cohort()]
    him = running.waiting()

    answers = at_once([partial(enrollments.seat, enrollment=him, cohort=cohort, by=by, now=now) for cohort in cohorts])

    assert him.seats.count() == 1
    assert sorted(type(answer).__name__ for answer in answers) == ["NotWaiting", "Seat"]


# --- transfer, wait list


def test_a_transfer_closes_one_seat_and_opens_another(running: Scene, by: User, now: datetime) -> None:
    him, wednesdays = running.seated(), running.another_cohort()
    mark = MarkFactory(enrollment=him, session=running.session(1))
    before, later = events(), now + timedelta(days=8)

    new = enrollments.transfer(enrollment=him, cohort=wednesdays, by=by, now=later)

    old = him.seats.exclude(pk=new.pk).get()
    assert (old.to_on, old.closed_at, old.closed_by) == (date(2026, 3, 10), later, by)
    assert (new.cohort, new.from_on, new.to_on) == (wednesdays, date(2026, 3, 11), None)
    assert list(him.marks.current()) == [mark]
    assert [credit for change in StandingChange.objects.all() for credit in change.facts["credited"]] == [1]
    assert verbs(before)[0] == (f"user:{by.pk}", "enrollment.transferred")
    facts = Event.objects.get(verb="enrollment.transferred").facts
    assert facts == {"from": running.cohort.pk, "to": wednesdays.pk}


@pytest.mark.parametrize(("was_there", "last_day"), [(True, 10), (False, 9)], ids=["has been there", "not yet"])
def test_is_not_expected_in_two_groups_on_the_evening_of_a_transfer(
    running: Scene, by: User, now: datetime, was_there: bool, last_day: int
) -> None:
    him, tonight = running.seated(), running.session(1)
    if was_there:
        MarkFactory(enrollment=him, session=tonight)

    enrollments.transfer(
        enrollment=him, cohort=running.another_cohort(), by=by, now=tonight.starts_at + timedelta(minutes=5)
    )

    assert him.seats.exclude(to_on=None).get().to_on == date(2026, 3, last_day)
    assert him.seats.filter(to_on=None).get().from_on == date(2026, 3, 10)
    assert list(Enrollment.objects.on_roster(tonight)) == ([him] if was_there else [])


def test_whoever_has_no_seat_is_not_transferred(running: Scene, by: User, now: datetime) -> None:
    him = running.waiting()

    refuses(NotSeated, enrollments.transfer, enrollment=him, cohort=running.cohort, by=by, now=now)


def test_a_transfer_into_a_full_cohort_leaves_him_where_he_sits(running: Scene, by: User, now: datetime) -> None:
    him, wednesdays = running.seated(), running.another_cohort(capacity=2)
    running.seated(wednesdays)
    running.seated(wednesdays)

    refuses(CohortFull, enrollments.transfer, enrollment=him, cohort=wednesdays, by=by, now=now)

    assert him.seats.taken().get().cohort == running.cohort


def test_a_transfer_keeps_apart_too(running: Scene, by: User, now: datetime) -> None:
    pair, wednesdays = NonAssociationFactory(), running.another_cohort()
    running.seated(wednesdays, participant=pair.one)
    him = running.seated(participant=pair.other)

    refuses(MustNotShareAGroup, enrollments.transfer, enrollment=him, cohort=wednesdays, by=by, now=now)


def test_gives_up_his_seat_and_waits(running: Scene, by: User, now: datetime) -> None:
    him, before = running.seated(), events()

    enrollments.wait_list(enrollment=him, by=by, now=now)

    him.refresh_from_db()
    assert (him.state, him.seats.taken().count(), him.seats.get().closed_by) == ("waiting", 0, by)
    assert verbs(before)[0] == (f"user:{by.pk}", "enrollment.wait_listed")


def test_whoever_has_no_seat_cannot_give_it_up(running: Scene, by: User, now: datetime) -> None:
    refuses(NotSeated, enrollments.wait_list, enrollment=running.waiting(), by=by, now=now)


def test_a_seat_that_begins_later_ends_on_its_first_day(running: Scene, by: User, now: datetime) -> None:
    him = running.seated()
    Seat.objects.update(from_on=date(2026, 3, 10))

    enrollments.wait_list(enrollment=him, by=by, now=now)

    assert him.seats.get().to_on == date(2026, 3, 10)


# --- the end


def test_finishes(running: Scene, by: User, now: datetime) -> None:
    him, before = running.seated(), events()

    enrollments.finish(enrollment=him, by=by, now=now)

    him.refresh_from_db()
    assert (him.state, him.closed_at, him.ended_why) == ("finished", now, "")
    assert him.seats.taken().count() == 0
    assert verbs(before) == [(f"user:{by.pk}", "enrollment.finished")]


def test_ends_and_says_why_and_frees_what_was_his(running: Scene, by: User, now: datetime) -> None:
    him = running.seated()
    coming = BookingFactory(enrollment=him, session=running.makeup(1, now + timedelta(days=1)))
    past = BookingFactory(enrollment=him, session=running.makeup(2, now - timedelta(days=1)))
    others = BookingFactory(session=coming.session)

    enrollments.end(enrollment=him, why=Enrollment.Ended.DISCHARGED, by=by, now=now)

    assert (him.state, him.ended_why, him.closed_at) == ("ended", "discharged", now)
    assert Enrollment.objects.get(pk=him.pk).ended_why == "discharged"
    assert set(Booking.objects.standing()) == {past, others}
    assert Event.objects.get(verb="enrollment.ended").facts == {"why": "discharged"}


def test_one_without_a_seat_ends_too(by: User, now: datetime) -> None:
    him = EnrollmentFactory()

    enrollments.end(enrollment=him, why=Enrollment.Ended.DID_NOT_BEGIN, by=by, now=now)

    assert Enrollment.objects.get().state == "ended"


@pytest.mark.parametrize("over", ["ended", "finished"])
def test_what_is_over_does_not_end_again(by: User, now: datetime, over: str) -> None:
    him = EnrollmentFactory(**{over: True})

    refuses(AlreadyOver, enrollments.finish, enrollment=him, by=by, now=now)
    refuses(AlreadyOver, enrollments.end, enrollment=him, why=Enrollment.Ended.DISCHARGED, by=by, now=now)
    refuses(AlreadyOver, enrollments.wait_list, enrollment=him, by=by, now=now)


# --- a longer break


def approving(enrollment: Enrollment, until: date, now: datetime, **fields: Any) -> dict[str, Any]:
    boss = fields.pop("by", None) or UserFactory(roles=[Role.ADMINISTRATOR])
    return {"enrollment": enrollment, "until": until, "why": "Works abroad.", "by": boss, "now": now}


def test_an_approved_break_is_none_against_him(running: Scene) -> None:
    him = running.seated()
    mark = MarkFactory(enrollment=him, session=running.session(1))
    away = mark.session.starts_at + timedelta(days=40)
    assert reassess(enrollment=him, by=running.coordinator, now=away).standing is Standing.POLICY_EXCEEDED

    said = approving(him, date(2026, 5, 1), away)
    approval = enrollments.approve_break(**said)

    assert BreakApproval.objects.get() == approval
    assert (approval.why, approval.approved_by, approval.approved_at) == ("Works abroad.", said["by"], away)
    assert "long_break" not in [reason["code"] for reason in him.standing_changes.latest("id").facts["reasons"]]
    assert Event.objects.get(verb="enrollment.break_approved").facts == {"until": "2026-05-01"}


def test_only_an_administrator_approves_it_and_only_ahead(running: Scene, now: datetime) -> None:
    him, over = running.seated(), EnrollmentFactory(ended=True)

    refuses(
        NotYoursToApprove, enrollments.approve_break, **approving(him, date(2026, 5, 1), now, by=running.coordinator)
    )
    refuses(NotAhead, enrollments.approve_break, **approving(him, TODAY, now))
    refuses(AlreadyOver, enrollments.approve_break, **approving(over, date(2026, 5, 1), now))
