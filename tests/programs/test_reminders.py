"""Who is reminded, by the rungs: once each, by the way that is safe."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from messaging.models import Channel, Message, State
from participants.kinds import AppointmentState, ContactKind
from participants.models import Participant
from programs.actions.changes import tell
from programs.actions.reminders import APPOINTMENT, OPEN_FOR, SESSION, SESSION_OPEN, plan_reminders, rung_of
from programs.kinds import Change
from programs.models import Enrollment, Session
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    ParticipantFactory,
)
from tests.factories.programs import (
    BookingFactory,
    EnrollmentFactory,
    MarkFactory,
    ModuleFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


def by_mail(participant: Participant) -> Participant:
    ContactPointFactory.create(safe=True, participant=participant, kind=ContactKind.EMAIL, value="his@mail.example")
    return participant


def by_text(participant: Participant) -> Participant:
    ConsentFactory.create(contact_point=ContactPointFactory.create(safe=True, participant=participant))
    return participant


def seated(session: Session, reach: Callable[[Participant], Participant] = by_mail, **more: Any) -> Enrollment:
    enrollment = SeatFactory.create(cohort=session.cohort, **more).enrollment
    reach(enrollment.participant)
    return enrollment


class TestSessions:
    def test_the_seated_are_reminded_a_day_before(self):
        session = SessionFactory.create(starts_at=TOMORROW)
        enrollment = seated(session, enrollment__participant__language="es")

        assert plan_reminders(now=NOW) == 1

        message = Message.objects.get()
        assert (message.kind, message.about) == (SESSION, f"programs.Session:{session.pk}")
        assert (message.participant, message.language) == (enrollment.participant, "es")
        assert (message.channel, message.due_at, message.expires_at) == (Channel.EMAIL, NOW, TOMORROW)

    def test_the_booked_too(self):
        booking = BookingFactory.create(session__starts_at=TOMORROW, session__cohort=None)
        by_mail(booking.enrollment.participant)

        assert plan_reminders(now=NOW) == 1

    def test_once(self):
        seated(SessionFactory.create(starts_at=TOMORROW))

        assert [plan_reminders(now=NOW + timedelta(minutes=m)) for m in range(3)] == [1, 0, 0]

    def test_again_when_it_was_moved(self):
        session = SessionFactory.create(starts_at=TOMORROW)
        seated(session)
        plan_reminders(now=NOW)
        Session.objects.update(starts_at=TOMORROW + timedelta(hours=2))

        assert plan_reminders(now=NOW + timedelta(hours=2)) == 1

    def test_a_little_ahead_and_due_at_its_minute(self):
        seated(SessionFactory.create(starts_at=TOMORROW + timedelta(minutes=9)))

        assert plan_reminders(now=NOW) == 1
        assert Message.objects.get().due_at == NOW + timedelta(minutes=9)

    def test_after_an_outage_as_long_as_it_has_not_begun(self):
        seated(SessionFactory.create(starts_at=NOW + timedelta(hours=4)))

        assert plan_reminders(now=NOW) == 1
        assert Message.objects.get().due_at == NOW - timedelta(hours=20)

    @pytest.mark.parametrize("starts_at", [NOW, NOW - timedelta(hours=1)])
    def test_not_when_it_has_begun(self, starts_at: datetime):
        seated(SessionFactory.create(starts_at=starts_at))

        assert plan_reminders(now=NOW) == 0

    def test_not_when_canceled(self):
        seated(SessionFactory.create(starts_at=TOMORROW, state="canceled", canceled_why="weather"))

        assert plan_reminders(now=NOW) == 0

    def test_not_when_his_booking_is(self):
        booking = BookingFactory.create(session__starts_at=TOMORROW, canceled_at=NOW, canceled_by=UserFactory.create())
        by_mail(booking.enrollment.participant)

        assert plan_reminders(now=NOW) == 0

    @pytest.mark.parametrize("why", [{"silent": True}, {"ended": True, "state": "ended"}])
    def test_not_who_is_on_hold_or_gone(self, why: dict[str, Any]):
        seated(SessionFactory.create(starts_at=TOMORROW), **{f"enrollment__{name}": v for name, v in why.items()})

        assert plan_reminders(now=NOW) == 0

    def test_not_who_has_left_the_seat(self):
        yesterday: dict[str, Any] = {"closed_at": NOW, "closed_by": UserFactory.create(), "to_on": NOW.date()}
        seated(SessionFactory.create(starts_at=TOMORROW), from_on=NOW.date(), **yesterday)

        assert plan_reminders(now=NOW) == 0

    def test_not_another_cohort(self):
        SessionFactory.create(starts_at=TOMORROW)
        seated(SessionFactory.create(starts_at=NOW + timedelta(days=30)))

        assert plan_reminders(now=NOW) == 0


def rungs() -> list[str]:
    """Those that stand, in the order in which they were planned."""
    return [message.key.split(":")[5] for message in Message.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("left", "first", "rung"),
    [
        (timedelta(days=8), True, None),
        (timedelta(days=7), True, "7d"),
        (timedelta(days=7), False, None),
        (timedelta(days=1, minutes=11), True, "7d"),
        (timedelta(days=1, minutes=11), False, None),
        (timedelta(days=1, minutes=10), True, "1d"),
        (timedelta(hours=3, minutes=11), False, "1d"),
        (timedelta(hours=3, minutes=10), False, "3h"),
        (timedelta(seconds=1), False, "3h"),
    ],
    ids=str,
)
def test_the_latest_rung_whose_time_has_come(left: timedelta, first: bool, rung: str | None):
    found = rung_of(left, first=first)

    assert (found.name if found else None) == rung


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=9)), st.booleans())
def test_no_rung_is_ever_far_ahead_of_its_time(left: timedelta, first: bool):
    found = rung_of(left, first=first)

    assert found is None or left <= found.before + timedelta(minutes=10)
    assert found is not None or left > timedelta(days=1)


class TestRungs:
    def plan_each_hour(self, start: datetime, until: datetime) -> None:
        while start < until:
            plan_reminders(now=start)
            start += timedelta(hours=1)

    def test_of_the_first_evening_three_of_the_next_two(self):
        session = SessionFactory.create(starts_at=NOW + timedelta(days=8))
        after = SessionFactory.create(
            cohort=session.cohort, module=ModuleFactory.create(week=2), starts_at=NOW + timedelta(days=15)
        )
        seated(session)

        self.plan_each_hour(NOW, NOW + timedelta(days=16))

        assert rungs() == ["7d", "1d", "3h", "1d", "3h"]
        due = [message.due_at for message in Message.objects.order_by("pk")]
        starts = [session.starts_at] * 3 + [after.starts_at] * 2
        before = [timedelta(days=7), TOMORROW - NOW, timedelta(hours=3), TOMORROW - NOW, timedelta(hours=3)]
        assert due == [start - each for start, each in zip(starts, before, strict=True)]

    def test_an_outage_of_days_costs_no_more_than_what_was_over(self):
        seated(SessionFactory.create(starts_at=NOW + timedelta(days=7)))

        # Nothing ran for six days and twenty-two hours: one goes, not three.
        assert plan_reminders(now=NOW + timedelta(days=6, hours=22)) == 1
        assert rungs() == ["3h"]

    def test_whoever_joins_a_running_cohort_has_a_first_evening_too(self):
        met = SessionFactory.create(starts_at=NOW - timedelta(days=4))
        SessionFactory.create(cohort=met.cohort, module=ModuleFactory.create(week=2), starts_at=NOW + timedelta(days=3))
        seated(met, from_on=NOW.date() - timedelta(days=3))
        seated(met, from_on=NOW.date() - timedelta(days=4))

        assert plan_reminders(now=NOW) == 1
        assert rungs() == ["7d"]

    def test_not_a_week_before_who_has_a_mark_already(self):
        session = SessionFactory.create(starts_at=NOW + timedelta(days=3))
        MarkFactory.create(enrollment=seated(session))

        assert plan_reminders(now=NOW) == 0

    def test_of_an_appointment_two(self):
        him = by_mail(EnrollmentFactory.create().participant)
        AppointmentFactory.create(participant=him, starts_at=NOW + timedelta(days=8))

        self.plan_each_hour(NOW, NOW + timedelta(days=9))

        assert rungs() == ["1d", "3h"]


class TestNothingIsLostNorSaidTwice:
    def test_moved_away_and_back_while_it_waited(self):
        session = SessionFactory.create(starts_at=TOMORROW)
        seated(session)
        plan_reminders(now=NOW)
        Message.objects.update(state=State.SKIPPED, reason="moved")

        assert [plan_reminders(now=NOW + timedelta(minutes=m)) for m in (1, 2)] == [1, 0]
        assert Message.objects.latest("pk").state == State.QUEUED

    def test_one_that_is_skipped_again_and_again_ends(self):
        seated(SessionFactory.create(starts_at=TOMORROW))

        planned = []
        for minute in range(6):
            planned.append(plan_reminders(now=NOW + timedelta(minutes=minute)))
            Message.objects.update(state=State.SKIPPED, reason="no seat")

        assert planned == [1, 1, 1, 1, 0, 0]

    @pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.MISSED, State.UNKNOWN])
    def test_what_went_or_failed_stands(self, state: State):
        seated(SessionFactory.create(starts_at=TOMORROW), by_text)
        plan_reminders(now=NOW)
        Message.objects.update(state=state, reason="said", sent_at=NOW if state == State.SENT else None)

        assert plan_reminders(now=NOW + timedelta(minutes=1)) == 0

    def test_who_was_told_of_that_very_time_since_is_not_told_again(self):
        session = SessionFactory.create(starts_at=NOW + timedelta(hours=20))
        booking = BookingFactory.create(session=session)
        by_mail(booking.enrollment.participant)
        tell(session=session, enrollments=[booking.enrollment], what=Change.BOOKED, now=NOW)

        assert plan_reminders(now=NOW) == 0
        # The next rung goes as ever.
        assert plan_reminders(now=NOW + timedelta(hours=17)) == 1

    def test_told_before_the_rung_fell_due_he_is_reminded(self):
        session = SessionFactory.create(starts_at=NOW + timedelta(days=2))
        booking = BookingFactory.create(session=session)
        by_mail(booking.enrollment.participant)
        tell(session=session, enrollments=[booking.enrollment], what=Change.BOOKED, now=NOW)

        assert plan_reminders(now=TOMORROW) == 1

    def test_seated_and_booked_he_is_one_man(self):
        session = SessionFactory.create(starts_at=TOMORROW)
        BookingFactory.create(session=session, enrollment=seated(session))

        assert plan_reminders(now=NOW) == 1


class TestWhichWay:
    def test_by_text_who_agreed_to_it(self):
        enrollment = seated(SessionFactory.create(starts_at=TOMORROW), by_text)
        by_mail(enrollment.participant)

        plan_reminders(now=NOW)

        assert [m.channel for m in Message.objects.all()] == [Channel.TEXT]

    def test_by_mail_who_did_not(self):
        enrollment = seated(SessionFactory.create(starts_at=TOMORROW))
        ContactPointFactory.create(safe=True, participant=enrollment.participant)

        plan_reminders(now=NOW)

        assert [m.channel for m in Message.objects.all()] == [Channel.EMAIL]

    def test_not_at_all_where_nothing_is_safe(self):
        session = SessionFactory.create(starts_at=TOMORROW)
        enrollment = seated(session, lambda participant: participant)
        ConsentFactory.create(contact_point=ContactPointFactory.create(participant=enrollment.participant))

        assert plan_reminders(now=NOW) == 0

    def test_who_withdraws_after_the_text_is_not_told_again(self):
        enrollment = seated(SessionFactory.create(starts_at=TOMORROW), by_text)
        by_mail(enrollment.participant)
        plan_reminders(now=NOW)
        Message.objects.update(state=State.SENT, sent_at=NOW)
        withdraw(enrollment.participant)

        assert plan_reminders(now=NOW + timedelta(minutes=1)) == 0

    def test_who_withdraws_before_it_is_told_by_mail(self):
        enrollment = seated(SessionFactory.create(starts_at=TOMORROW), by_text)
        by_mail(enrollment.participant)
        plan_reminders(now=NOW)
        withdraw(enrollment.participant)
        Message.objects.update(state=State.SKIPPED, reason="no consent to texts")

        assert plan_reminders(now=NOW + timedelta(minutes=1)) == 1
        assert Message.objects.latest("pk").channel == Channel.EMAIL


def withdraw(participant: Participant) -> None:
    phone = participant.contact_points.get(kind=ContactKind.PHONE)
    ConsentFactory.create(contact_point=phone, given=False, at=NOW + timedelta(seconds=1))


class TestAppointments:
    def test_are_reminded_of_likewise(self):
        him = by_mail(EnrollmentFactory.create().participant)
        appointment = AppointmentFactory.create(participant=him, starts_at=TOMORROW)

        assert plan_reminders(now=NOW) == 1

        message = Message.objects.get()
        assert (message.kind, message.about) == (APPOINTMENT, f"participants.Appointment:{appointment.pk}")
        assert (message.participant, message.due_at, message.expires_at) == (him, NOW, TOMORROW)

    def test_not_when_canceled(self):
        him = by_mail(EnrollmentFactory.create().participant)
        settled = {"settled_at": NOW, "settled_by": UserFactory.create()}
        AppointmentFactory.create(participant=him, starts_at=TOMORROW, state=AppointmentState.CANCELED, **settled)

        assert plan_reminders(now=NOW) == 0

    @pytest.mark.parametrize("why", [{"silent": True}, {"ended": True}])
    def test_not_who_is_on_hold_or_gone(self, why: dict[str, bool]):
        him = by_mail(EnrollmentFactory.create(**why).participant)
        AppointmentFactory.create(participant=him, starts_at=TOMORROW)

        assert plan_reminders(now=NOW) == 0

    def test_not_who_was_never_accepted(self):
        AppointmentFactory.create(participant=by_mail(ParticipantFactory.create()), starts_at=TOMORROW)

        assert plan_reminders(now=NOW) == 0


@pytest.mark.parametrize("men", [1, 3])
def test_asks_as_many_questions_for_three_as_for_one(men: int, django_assert_num_queries: DjangoAssertNumQueries):
    """Three men in each of three sessions, by a seat or a booking, and a session and an appointment as well."""
    for _ in range(men):
        session = SessionFactory.create(starts_at=TOMORROW)
        for _ in range(men):
            him = seated(session, by_text).participant
            AppointmentFactory.create(participant=him, starts_at=TOMORROW)
            seated(SessionFactory.create(starts_at=NOW + timedelta(days=5)), by_text)

    with django_assert_num_queries(17):
        plan_reminders(now=NOW)


class TestLeftOpen:
    """A session of two hours that began two hours and a day ago."""

    ENDED = NOW - OPEN_FOR
    BEGAN = ENDED - timedelta(minutes=120)

    def open_one(self, **fields: Any) -> Session:
        return SessionFactory.create(**{"starts_at": self.BEGAN, "minutes": 120, **fields})

    def test_each_leader_is_reminded(self):
        session = self.open_one()
        leaders = [SessionLeaderFactory.create(session=session, role=role).user for role in ("leader", "substitute")]

        assert plan_reminders(now=NOW) == 2

        found = Message.objects.order_by("id")
        assert [(m.kind, m.about, m.user, m.participant) for m in found] == [
            (SESSION_OPEN, f"programs.Session:{session.pk}", leader, None) for leader in leaders
        ]
        assert {(m.channel, m.due_at, m.expires_at) for m in found} == {(Channel.EMAIL, NOW, None)}

    def test_once(self):
        SessionLeaderFactory.create(session=self.open_one())

        assert [plan_reminders(now=NOW + timedelta(hours=h)) for h in range(3)] == [1, 0, 0]

    def test_not_within_a_day_of_its_end(self):
        SessionLeaderFactory.create(session=self.open_one())

        assert plan_reminders(now=NOW - timedelta(seconds=1)) == 0

    def test_not_once_canceled(self):
        SessionLeaderFactory.create(session=self.open_one(state="canceled", canceled_why="weather"))

        assert plan_reminders(now=NOW) == 0

    def test_not_whoever_may_not_sign_in_any_more(self):
        SessionLeaderFactory.create(session=self.open_one(), user__is_active=False)

        assert plan_reminders(now=NOW) == 0
