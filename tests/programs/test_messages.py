"""What participants read, and when it is no longer wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from messaging.actions import send_due
from messaging.discretion import given_away
from messaging.models import Channel, Message, State
from messaging.registry import Rendered, kind
from participants.kinds import AppointmentState, ContactKind
from participants.models import Appointment
from programs.actions.changes import tell
from programs.actions.reminders import APPOINTMENT, SESSION, SESSION_OPEN, plan_reminders
from programs.kinds import Change
from programs.models import Booking, Enrollment, Program, Seat, Session, SessionLeader
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import AppointmentFactory, ConsentFactory, ContactPointFactory
from tests.factories.programs import (
    BookingFactory,
    EnrollmentFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
)

pytestmark = pytest.mark.django_db

# Six in the evening of Wednesday, March 4, in Seattle.
EVENING = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
# An hour by which it may go: ten in the morning of Wednesday there.
MORNING = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture
def session() -> Session:
    """Of a program whose every name would give it away."""
    return SessionFactory.create(
        starts_at=EVENING,
        cohort__name="Tuesday Group, Week 3",
        cohort__program__name="Harbor Court Diversion Program",
        cohort__program__letterhead="Harbor Court Diversion Program\nStopping Sex Buyers",
        module__theme="Masculinity and prostitution",
    )


@pytest.fixture
def enrollment(session: Session) -> Enrollment:
    made = SeatFactory.create(cohort=session.cohort).enrollment
    ReferralFactory.create(enrollment=made, participant=made.participant, program=made.program, state="enrolled")
    return made


def reminder(enrollment: Enrollment, about: Session | Appointment, **more: object) -> Message:
    return MessageFactory.create(
        kind=SESSION if isinstance(about, Session) else APPOINTMENT,
        about=f"{about._meta.label}:{about.pk}",
        user=None,
        participant=enrollment.participant,
        expires_at=about.starts_at,
        **more,
    )


def rendered(message: Message) -> Rendered:
    return kind(message.kind).render(message, MORNING)


class TestWords:
    def test_a_mail_says_time_place_and_number(self, enrollment: Enrollment, session: Session):
        said = rendered(reminder(enrollment, session))

        assert (said.sender, said.subject) == ("Pier Street Office", "Reminder: Wednesday, March 4, 6:00 PM")
        assert said.body == (
            "Day: Wednesday, March 4, 2026\n"
            "Time: 6:00 PM\n"
            "Place: 12 Pier Street, second floor\n"
            "\n"
            "Any questions, or can't make it? Please call +12065550100.\n"
        )

    def test_a_text_fits_into_one_segment(self, enrollment: Enrollment, session: Session):
        said = rendered(reminder(enrollment, session, channel=Channel.TEXT))

        assert said.body == (
            "Reminder: Wednesday, March 4, 6:00 PM, 12 Pier Street, second floor. "
            "Questions? Call +12065550100. Reply STOP to end texts."
        )
        assert len(said.body) <= 160

    def test_an_appointment_can_not_be_told_from_a_session(self, enrollment: Enrollment, session: Session):
        appointment = AppointmentFactory.create(
            participant=enrollment.participant, starts_at=session.starts_at, place=session.place
        )

        assert rendered(reminder(enrollment, appointment)) == rendered(reminder(enrollment, session))

    @pytest.mark.parametrize("language", ["en", "es", "so"])
    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT])
    def test_nothing_gives_anything_away(
        self, enrollment: Enrollment, session: Session, channel: Channel, language: str
    ):
        said = rendered(reminder(enrollment, session, channel=channel, language=language))
        everything = " ".join((said.sender, said.subject, said.body))
        referral = enrollment.referrals.get()
        secrets = [session.program.name, session.cohort.name, session.module.theme, referral.case_number]  # type: ignore[union-attr]
        names = [referral.court.name, enrollment.participant.last_name]  # type: ignore[union-attr]

        assert given_away(everything) == []
        assert [secret for secret in secrets + names if secret.lower() in everything.lower()] == []

    def test_a_place_that_gives_something_away_is_left_out(self, enrollment: Enrollment, session: Session):
        Session.objects.update(place="Room 2, 516 Court Street")

        said = rendered(reminder(enrollment, session, channel=Channel.TEXT))

        assert said.body.startswith("Reminder: Wednesday, March 4, 6:00 PM. Questions?")

    def test_a_sender_that_gives_something_away_is_left_out(self, enrollment: Enrollment, session: Session):
        Program.objects.update(neutral_sender="Harbor Program")

        assert rendered(reminder(enrollment, session)).sender == ""

    def test_whoever_joins_by_a_link_reads_his_own_clock(self, enrollment: Enrollment, session: Session):
        Session.objects.update(place="", link="https://meet.example/abc-def")
        enrollment.participant.time_zone = "America/Denver"
        enrollment.participant.save()

        said = rendered(reminder(enrollment, session))

        assert said.subject == "Reminder: Wednesday, March 4, 7:00 PM"
        assert "Place: https://meet.example/abc-def\n" in said.body


class TestASessionsReminder:
    @pytest.fixture
    def message(self, enrollment: Enrollment, session: Session) -> Message:
        return reminder(enrollment, session)

    def test_is_wanted(self, message: Message):
        assert reason(message) is None

    def test_of_a_booking_is_wanted(self):
        booking = BookingFactory.create(session__cohort=None, session__starts_at=EVENING)

        assert reason(reminder(booking.enrollment, booking.session)) is None

    def test_is_not_once_canceled(self, message: Message):
        Session.objects.update(state="canceled", canceled_why="weather")

        assert reason(message) == "session canceled"

    def test_is_not_once_moved(self, message: Message):
        Session.objects.update(starts_at=EVENING + timedelta(days=1))

        assert reason(message) == "moved"

    def test_is_not_once_begun(self, message: Message):
        assert reason(message, EVENING) == "begun"

    def test_is_not_once_he_has_left(self, message: Message):
        Enrollment.objects.update(state="ended", ended_why="discharged", closed_at=NOW)

        assert reason(message) == "enrollment closed"

    def test_is_not_while_on_hold(self, message: Message):
        Enrollment.objects.update(silent=True)

        assert reason(message) == "on hold"

    def test_is_not_without_a_seat(self, message: Message):
        Seat.objects.update(to_on="2026-03-03", closed_at=NOW, closed_by=UserFactory.create())

        assert reason(message) == "no seat"

    def test_is_not_without_the_booking(self):
        booking = BookingFactory.create(session__cohort=None, session__starts_at=EVENING)
        message = reminder(booking.enrollment, booking.session)
        Booking.objects.update(canceled_at=NOW, canceled_by=UserFactory.create())

        assert reason(message) == "no seat"

    def test_is_not_for_another_programs_enrollment(self, message: Message, session: Session):
        Enrollment.objects.update(state="ended", ended_why="discharged", closed_at=NOW)
        EnrollmentFactory.create(participant=message.participant)

        assert reason(message) == "enrollment closed"


class TestAnAppointmentsReminder:
    @pytest.fixture
    def message(self) -> Message:
        enrollment = EnrollmentFactory.create()
        appointment = AppointmentFactory.create(participant=enrollment.participant, starts_at=EVENING)
        return reminder(enrollment, appointment)

    def test_is_wanted(self, message: Message):
        assert reason(message) is None

    def test_is_not_once_canceled(self, message: Message):
        Appointment.objects.update(state=AppointmentState.CANCELED, settled_at=NOW, settled_by=UserFactory.create())

        assert reason(message) == "appointment canceled"

    def test_is_not_once_begun(self, message: Message):
        assert reason(message, EVENING) == "begun"

    def test_is_not_while_on_hold(self, message: Message):
        Enrollment.objects.update(silent=True)

        assert reason(message) == "on hold"

    def test_is_not_once_he_has_left(self, message: Message):
        Enrollment.objects.update(state="ended", ended_why="discharged", closed_at=NOW)

        assert reason(message) == "enrollment closed"


def reason(message: Message, now: datetime = MORNING) -> str | None:
    return kind(message.kind).still_wanted(message, now)


class TestTheWholeWay:
    def test_from_the_plan_to_the_mailbox(self, enrollment: Enrollment, session: Session):
        participant = enrollment.participant
        ContactPointFactory.create(safe=True, participant=participant, kind=ContactKind.EMAIL, value="his@mail.example")
        plan_reminders(now=MORNING)

        assert send_due(now=MORNING).sent == 1

        (sent,) = mail.outbox
        assert (sent.to, sent.subject) == (["his@mail.example"], "Reminder: Wednesday, March 4, 6:00 PM")

    def test_a_text_is_kept_in_the_outbox(self, enrollment: Enrollment, session: Session):
        phone = ContactPointFactory.create(safe=True, participant=enrollment.participant)
        ConsentFactory.create(contact_point=phone)
        plan_reminders(now=MORNING)

        assert send_due(now=MORNING).sent == 1

        message = Message.objects.get()
        assert (message.state, message.address) == (State.SENT, phone.value)
        assert message.body.startswith("Reminder: Wednesday")
        assert mail.outbox == []

    def test_a_session_canceled_between_plan_and_sending_reminds_nobody(self, enrollment: Enrollment, session: Session):
        ContactPointFactory.create(
            safe=True, participant=enrollment.participant, kind=ContactKind.EMAIL, value="his@mail.example"
        )
        plan_reminders(now=MORNING)
        Session.objects.update(state="canceled", canceled_why="weather")

        assert send_due(now=MORNING).skipped == 1
        assert mail.outbox == []


# --- A session that was changed


def notice(enrollment: Enrollment, session: Session, what: Change, *, now: datetime = MORNING) -> Message:
    """As `tell` plans it, of the session as it is now."""
    if not enrollment.participant.contact_points.exists():
        ContactPointFactory.create(safe=True, participant=enrollment.participant, kind=ContactKind.EMAIL)
    tell(session=session, enrollments=[enrollment], what=what, now=now)
    return Message.objects.get(kind=what)


def canceled(session: Session) -> Session:
    session.state, session.canceled_why = Session.State.CANCELED, Session.Canceled.WEATHER
    session.save()
    return session


TEXTS = {
    (Change.CANCELED, "en"): "Your appointment on Wednesday, March 4, 6:00 PM does not take place.",
    (Change.CANCELED, "es"): "Su cita del miércoles 4 de marzo, 6:00 PM no tiene lugar.",
    (Change.MOVED, "en"): "Your appointment is now on Wednesday, March 4, 6:00 PM, 12 Pier Street, second floor.",
    (Change.MOVED, "es"): "Su cita es ahora el miércoles 4 de marzo, 6:00 PM, 12 Pier Street, second floor.",
    (Change.PLACE, "en"): (
        "Your appointment on Wednesday, March 4, 6:00 PM is at another place: 12 Pier Street, second floor."
    ),
    (Change.PLACE, "es"): "Su cita del miércoles 4 de marzo, 6:00 PM es en otro lugar: 12 Pier Street, second floor.",
    (Change.BOOKED, "en"): "You have an appointment on Wednesday, March 4, 6:00 PM, 12 Pier Street, second floor.",
    (Change.BOOKED, "es"): "Tiene una cita el miércoles 4 de marzo, 6:00 PM, 12 Pier Street, second floor.",
    (Change.UNBOOKED, "en"): "You are no longer expected on Wednesday, March 4, 6:00 PM.",
    (Change.UNBOOKED, "es"): "Ya no se le espera el miércoles 4 de marzo, 6:00 PM.",
}
ENDINGS = {
    "en": " Questions? Call +12065550100. Reply STOP to end texts.",
    "es": " ¿Preguntas? Llame al +12065550100. Responda STOP para terminar.",
}


class TestWordsOfAChange:
    @pytest.mark.parametrize(("what", "language"), TEXTS, ids=str)
    def test_as_a_text(self, enrollment: Enrollment, session: Session, what: Change, language: str):
        message = notice(enrollment, session, what)
        message.channel, message.language = Channel.TEXT, language

        said = rendered(message)

        assert said.body == TEXTS[what, language] + ENDINGS[language]

    @pytest.mark.parametrize("language", ["en", "es", "so"])
    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT])
    @pytest.mark.parametrize("what", Change)
    def test_nothing_gives_anything_away(
        self, enrollment: Enrollment, session: Session, what: Change, channel: Channel, language: str
    ):
        Session.objects.update(place="Room 2, 516 Court Street")
        Program.objects.update(neutral_sender="Harbor Program")
        session.refresh_from_db()
        message = notice(enrollment, session, what)
        message.channel, message.language = channel, language

        for now in (MORNING, EVENING + timedelta(hours=1)):
            said = kind(message.kind).render(message, now)
            everything = " ".join((said.sender, said.subject, said.body))
            assert given_away(everything) == []
            assert (said.sender, "Room 2" in everything) == ("", False)
            assert enrollment.participant.last_name not in everything

    def test_a_mail_says_time_place_and_number(self, enrollment: Enrollment, session: Session):
        said = rendered(notice(enrollment, session, Change.MOVED))

        assert (said.sender, said.subject) == ("Pier Street Office", "New time: Wednesday, March 4, 6:00 PM")
        assert said.body == (
            "Your appointment has a new time.\n"
            "\n"
            "Day: Wednesday, March 4, 2026\n"
            "Time: 6:00 PM\n"
            "Place: 12 Pier Street, second floor\n"
            "\n"
            "Any questions? Please call +12065550100.\n"
        )

    def test_afterwards_it_did_not_take_place(self, enrollment: Enrollment, session: Session):
        late = EVENING + timedelta(hours=1)
        message = notice(enrollment, canceled(session), Change.CANCELED, now=late)

        said = kind(message.kind).render(message, late)

        assert said.subject == "Canceled: Wednesday, March 4, 6:00 PM"
        assert said.body == (
            "Your appointment on Wednesday, March 4, 2026, 6:00 PM did not take place. You need do nothing.\n"
            "\n"
            "Any questions? Please call +12065550100.\n"
        )

    def test_whoever_joins_by_a_link_reads_his_own_clock(self, enrollment: Enrollment, session: Session):
        Session.objects.update(place="", link="https://meet.example/abc-def")
        enrollment.participant.time_zone = "America/Denver"
        enrollment.participant.save()
        session.refresh_from_db()

        said = rendered(notice(enrollment, session, Change.PLACE))

        assert said.subject == "Another place: Wednesday, March 4, 7:00 PM"
        assert "Place: https://meet.example/abc-def\n" in said.body


EXPECTED_THERE = [Change.MOVED, Change.PLACE, Change.BOOKED]


class TestANoticeOfAChange:
    @pytest.mark.parametrize("what", EXPECTED_THERE)
    def test_is_wanted(self, enrollment: Enrollment, session: Session, what: Change):
        assert reason(notice(enrollment, session, what)) is None

    def test_of_a_cancellation_is_wanted(self, enrollment: Enrollment, session: Session):
        assert reason(notice(enrollment, canceled(session), Change.CANCELED)) is None

    def test_of_a_cancellation_is_wanted_by_whose_booking_went_with_it(self):
        booking = BookingFactory.create(session__cohort=None, session__starts_at=EVENING)
        message = notice(booking.enrollment, canceled(booking.session), Change.CANCELED)
        Booking.objects.update(canceled_at=NOW, canceled_by=UserFactory.create())

        assert reason(message) is None

    def test_of_a_booking_given_up_is_wanted(self):
        booking = BookingFactory.create(session__cohort=None, session__starts_at=EVENING)
        Booking.objects.update(canceled_at=NOW, canceled_by=UserFactory.create())

        assert reason(notice(booking.enrollment, booking.session, Change.UNBOOKED)) is None

    def test_is_not_once_he_is_expected_again(self, enrollment: Enrollment, session: Session):
        assert reason(notice(enrollment, session, Change.UNBOOKED)) == "booked again"

    @pytest.mark.parametrize("what", EXPECTED_THERE)
    def test_is_not_once_canceled(self, enrollment: Enrollment, session: Session, what: Change):
        message = notice(enrollment, session, what)
        canceled(session)

        assert reason(message) == "session canceled"

    @pytest.mark.parametrize("what", EXPECTED_THERE)
    def test_is_not_once_moved_again(self, enrollment: Enrollment, session: Session, what: Change):
        message = notice(enrollment, session, what)
        Session.objects.update(starts_at=EVENING + timedelta(days=1))

        assert reason(message) == "moved"

    def test_is_not_once_at_yet_another_place(self, enrollment: Enrollment, session: Session):
        message = notice(enrollment, session, Change.PLACE)
        Session.objects.update(place="7 Elm Street")

        assert reason(message) == "moved"

    @pytest.mark.parametrize("what", EXPECTED_THERE)
    def test_is_not_without_a_seat(self, enrollment: Enrollment, session: Session, what: Change):
        message = notice(enrollment, session, what)
        Seat.objects.all().delete()

        assert reason(message) == "no seat"

    @pytest.mark.parametrize("what", EXPECTED_THERE)
    def test_is_not_while_a_court_holds_his_case(self, enrollment: Enrollment, session: Session, what: Change):
        message = notice(enrollment, session, what)
        Enrollment.objects.update(silent=True)

        assert reason(message) == "on hold"

    def test_is_not_once_he_has_left(self, enrollment: Enrollment, session: Session):
        message = notice(enrollment, canceled(session), Change.CANCELED)
        Enrollment.objects.update(state="ended", ended_why="discharged", closed_at=NOW)

        assert reason(message) == "enrollment closed"

    def test_waits_for_the_morning_and_goes(self, enrollment: Enrollment, session: Session):
        night = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
        notice(enrollment, canceled(session), Change.CANCELED, now=night)

        assert (send_due(now=night).put_off, mail.outbox) == (1, [])
        assert send_due(now=MORNING).sent == 1
        assert [m.subject for m in mail.outbox] == ["Canceled: Wednesday, March 4, 6:00 PM"]


# --- A session that isn't closed


class TestASessionLeftOpen:
    @pytest.fixture
    def message(self) -> Message:
        led = SessionLeaderFactory.create(session__starts_at=NOW - timedelta(days=2))
        plan_reminders(now=NOW)
        message = Message.objects.get(kind=SESSION_OPEN)
        assert message.user == led.user
        return message

    def test_names_nobody_and_nothing(self, message: Message):
        said = rendered(message)

        assert said.subject == "Something of yours is not finished yet"
        assert said.body == (
            "Something of yours is still open. Sign in to finish it:\n"
            "\n"
            "http://localhost:8000/sessions/\n"
            "\n"
            "This address can't read replies.\n"
        )

    def test_is_wanted_and_goes_at_any_hour(self, message: Message):
        assert reason(message) is None
        assert send_due(now=NOW).sent == 1
        assert [m.to for m in mail.outbox] == [[message.user.email]]  # type: ignore[union-attr]

    def test_is_not_once_canceled(self, message: Message):
        Session.objects.update(state="canceled", canceled_why="weather")

        assert reason(message) == "session canceled"

    def test_is_not_for_whoever_leads_it_no_longer(self, message: Message):
        SessionLeader.objects.all().delete()

        assert reason(message) == "leads it no longer"
