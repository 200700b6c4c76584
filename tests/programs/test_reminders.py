"""Who is reminded: planned a day before, once, by the way that is safe."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from messaging.models import Channel, Message, State
from participants.kinds import AppointmentState, ContactKind
from participants.models import Participant
from programs.actions.reminders import APPOINTMENT, OPEN_FOR, SESSION, SESSION_OPEN, plan_reminders
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
        seated(SessionFactory.create(starts_at=NOW + timedelta(hours=1)))

        assert plan_reminders(now=NOW) == 1
        assert Message.objects.get().due_at == NOW - timedelta(hours=23)

    @pytest.mark.parametrize("starts_at", [NOW, NOW - timedelta(hours=1), NOW + timedelta(days=2)])
    def test_not_when_it_has_begun_nor_days_ahead(self, starts_at: datetime):
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
        seated(SessionFactory.create(starts_at=NOW + timedelta(days=3)))

        assert plan_reminders(now=NOW) == 0


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
    session = SessionFactory.create(starts_at=TOMORROW)
    for _ in range(men):
        seated(session, by_text)

    with django_assert_num_queries(10):
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
