"""No message to a man gives anything away, whatever the house, its evenings and their places are called; and no text
of them is more than one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from messaging import registry
from messaging.discretion import given_away
from messaging.looking import Halt, look_again
from messaging.models import Channel, Message, State
from messaging.registry import Rendered, kind
from messaging.segments import weigh
from participants.models import Participant
from programs.kinds import MarkKind
from programs.models import Program, Session
from tests.factories.clock import NOW
from tests.factories.courts import DeliveryFactory, DeliveryLinkFactory, ProposalFactory, ReferralFactory
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.outcomes import TicketFactory
from tests.factories.participants import AppointmentFactory, ConsentFactory, ContactPointFactory
from tests.factories.programs import MarkFactory, SeatFactory, SessionFactory

pytestmark = pytest.mark.django_db
EVENINGS = (
    "session_reminder", "session_canceled", "session_moved", "session_place", "session_booked", "session_unbooked",
)  # fmt: skip
WORDED = (*EVENINGS, "appointment_reminder", "welcome", "please_call", "please_call_case")
ANSWERS = ("text_stopped", "text_started", "text_help")
LINKS = ("report_link", "letter_code")
QUESTIONS = ("questions",)
TO_STAFF_AND_COURTS = {
    "session_open", "report_waiting", "deadline_alert", "desk_invitation", "desk_looks", "office_digest",
    "office_urgent", "export_alert", "desk_answer", "audit_head",
}  # fmt: skip

# Half past ten in the evening of a Wednesday in September in Seattle: no day and no hour is longer.
LONGEST = datetime(2026, 10, 1, 5, 30, tzinfo=UTC)
HOUSE = "Harbor Court Diversion Program"
PLACES = {
    "516 Court Street, Sala de la Corte, Salón 3": "",
    "": "https://diversion.example/john-school/week-3",
    HOUSE: "",
}


LANGUAGES = ("en", "es", "es-MX", "so")
WAYS = [
    *product(WORDED, Channel),
    *product(ANSWERS, (Channel.TEXT,)),
    *product(LINKS, (Channel.EMAIL,)),
    *product(QUESTIONS, (Channel.TEXT, Channel.EMAIL)),
]


def test_each_kind_is_either_his_or_somebody_s_who_works_here():
    known = registry.names()
    assert sorted({*WORDED, *ANSWERS, *LINKS, *QUESTIONS, *TO_STAFF_AND_COURTS}) == known


@pytest.fixture
def session() -> Session:
    made: Session = SessionFactory.create(
        starts_at=LONGEST,
        cohort__name="Tuesday Group, Week 3",
        cohort__program__name=HOUSE,
        cohort__program__letterhead=f"{HOUSE}\nStopping Sex Buyers",
        cohort__program__neutral_sender=HOUSE,
        module__theme="Masculinity and prostitution",
    )
    return made


class World:
    """One man, and a record for each kind to speak of."""

    def __init__(self, session: Session) -> None:
        self.session, self.program = session, session.program
        self.enrollment = SeatFactory.create(cohort=session.cohort).enrollment
        self.him: Participant = self.enrollment.participant
        said = {"enrollment": self.enrollment, "participant": self.him, "program": self.program, "state": "enrolled"}
        self.referral = ReferralFactory.create(**said)
        self._made: dict[str, object] = {}

    def message(self, name: str, channel: Channel, language: str) -> Message:
        about, key = self._about(name)
        more = {"key": key} if key else {}
        return MessageFactory.create(
            kind=name, channel=channel, language=language, user=None, participant=self.him, about=about, **more
        )

    def _about(self, name: str) -> tuple[str, str]:
        makes: dict[str, Callable[[], object]] = {
            "appointment_reminder": lambda: AppointmentFactory(
                participant=self.him, starts_at=LONGEST, place=self.session.place
            ),
            "welcome": lambda: self.enrollment,
            "please_call": lambda: MarkFactory(session=self.session, enrollment=self.enrollment, kind=MarkKind.ABSENT),
            "please_call_case": lambda: ProposalFactory(referral=self.referral),
            **dict.fromkeys(EVENINGS, lambda: self.session),
            **dict.fromkeys(ANSWERS, InboundTextFactory),
            **dict.fromkeys(LINKS, self._link),
            **dict.fromkeys(QUESTIONS, self._asking),
        }
        made = self._made.setdefault(name, None) or makes[name]()
        self._made[name] = made
        label = f"{made._meta.label}:{made.pk}"  # type: ignore[attr-defined]
        again = Message.objects.count()
        return label, f"{name}:0:{made.pk}:{again}" if name in LINKS else ""  # type: ignore[attr-defined]

    def _asking(self) -> object:
        return TicketFactory.create(asking__enrollment=self.enrollment, asking__state="handed").asking

    def _link(self) -> object:
        delivery = DeliveryFactory.create(
            document__report__referral=self.referral, recipient__role="himself", recipient__channel="email"
        )
        return DeliveryLinkFactory.create(delivery=delivery, code_hash="0" * 64, code_expires_at=NOW)


def everything(said: Rendered) -> str:
    return " | ".join((said.subject, said.sender, said.body, *(one.name for one in said.attachments)))


@pytest.mark.parametrize(("name", "channel"), WAYS)
def test_nothing_gives_anything_away(session: Session, name: str, channel: Channel):
    world = World(session)
    for language, (place, link) in product(LANGUAGES, PLACES.items()):
        Session.objects.update(place=place, link=link)
        session.place = place
        said = everything(kind(name).render(world.message(name, channel, language), NOW))

        assert given_away(said, names=[HOUSE, "Stopping Sex Buyers"]) == []
        secrets = [world.him.last_name, world.referral.case_number, "Masculinity", "Tuesday Group", "diversion"]
        assert [one for one in secrets if one.casefold() in said.casefold()] == []


@pytest.mark.parametrize("name", [name for name, channel in WAYS if channel == Channel.TEXT])
@pytest.mark.parametrize(
    "place",
    ["12 Pier Street, second floor", "Salón Ñandú, Calle Número 12345 Ñ, Segundo Piso, Federal Way, Estación Sur — 😀"],
    ids=["usual", "long"],
)
def test_a_text_is_one(session: Session, name: str, place: str):
    Session.objects.update(place=place)
    Program.objects.update(callback_number="(206) 555-0100 x1234")
    session.place, world = place, World(session)

    for over, language in product((False, True), LANGUAGES):
        body = kind(name).render(world.message(name, Channel.TEXT, language), LONGEST if over else NOW).body
        assert (weigh(body).is_one, body) == (True, body)
        assert "STOP" in body or name == "text_stopped", body


def test_one_that_would_is_not_sent_and_is_a_line_on_today(session: Session, monkeypatch: pytest.MonkeyPatch):
    world = World(session)
    phone = ContactPointFactory(participant=world.him, safe=True)
    ConsentFactory(contact_point=phone)
    message = world.message("welcome", Channel.TEXT, "es")
    monkeypatch.setattr(
        type(kind("welcome")), "render", lambda *_: Rendered("", "Su grupo empieza el martes. Responda STOP.")
    )

    assert look_again(message, now=NOW + timedelta(hours=6)) == Halt(State.FAILED, "gives something away")
