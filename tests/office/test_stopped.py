"""A STOP, from the phone to the coordinator's desk, by real requests and a provider on loopback."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role
from messaging.actions import send_due
from messaging.models import Channel, InboundText, Message, State
from messaging.twilio import signature
from participants.kinds import ContactKind
from participants.models import Consent
from programs.actions.reminders import plan_reminders
from programs.actions.schedules import cancel_session
from programs.models import Enrollment, Session
from tests.factories.clock import NOW
from tests.factories.participants import ConsentFactory, ContactPointFactory
from tests.messaging.papers import words_of
from tests.messaging.twilio_server import FROM, SID, TOKEN, Twilio, speaking
from tests.office.desk import Desk, text
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.django_db
SITE, NUMBER = "https://onus.notices.example", "+12065550100"
# Ten in the morning in Seattle.
MORNING = NOW + timedelta(hours=6)


@pytest.fixture
def at() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as clock:
        yield lambda now: clock.move_to(now, tick=False)


@pytest.fixture
def twilio(settings: Settings) -> Iterator[Twilio]:
    made = Twilio()
    with speaking(made) as url:
        settings.TEXT_GATEWAY = "messaging.twilio.TwilioGateway"
        settings.TWILIO_API, settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = url, SID, TOKEN
        settings.TWILIO_FROM, settings.TWILIO_HEARS_STOP, settings.SITE_URL = FROM, True, SITE
        yield made


@pytest.fixture
def running(at: Any) -> Scene:
    return scene()


@pytest.fixture
def him(running: Scene) -> Enrollment:
    made = running.seated()
    phone = ContactPointFactory(participant=made.participant, value=NUMBER, safe=True)
    ConsentFactory(contact_point=phone)
    return made


def writes(body: str, sid: str) -> None:
    said = {"MessageSid": sid, "From": NUMBER, "To": FROM, "Body": body}
    signed = signature(f"{SITE}/texts/in/", {name: [value] for name, value in said.items()})
    answer = Client().post("/texts/in/", said, headers={"X-Twilio-Signature": signed})
    assert (answer.status_code, answer.content) == (200, b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>')


def texts(twilio: Twilio) -> list[str]:
    return [one["body"] for one in twilio.texts]


def reminder_queued(session: Session) -> Message:
    """By the planner, three hours before; not yet sent."""
    plan_reminders(now=session.starts_at - timedelta(hours=3))
    return Message.objects.get(kind="session_reminder")


def canceled(running: Scene, session: Session, now: datetime) -> None:
    cancel_session(session=session, why=Session.Canceled.WEATHER, by=running.coordinator, now=now)


def test_ends_texts_at_once_and_what_is_required_goes_by_mail(
    running: Scene, him: Enrollment, twilio: Twilio, at: Any, settings: Settings
):
    ContactPointFactory(participant=him.participant, kind=ContactKind.EMAIL, value="his@mail.example", safe=True)
    session = running.session(1)
    soon = session.starts_at - timedelta(hours=3)
    at(soon)
    waiting = reminder_queued(session)

    writes("please stop texting me", "SM1")
    send_due(now=soon)

    assert Consent.objects.newest_first()[0].given is False
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.SKIPPED, "no consent to texts")
    number = running.program.callback_number
    assert texts(twilio) == [f"You get no more texts from us. Text START to get them again. Questions? Call {number}."]

    for _ in range(2):
        writes("STOP!", "SM2")
    send_due(now=soon)
    assert len(twilio.texts) == 1, "one confirmation"

    canceled(running, session, soon)
    send_due(now=soon)
    assert len(twilio.texts) == 1
    (sent,) = mail.outbox
    assert (sent.to, "does not take place" in f"{sent.subject} {sent.body}") == (["his@mail.example"], True)


def test_who_has_only_a_postal_address_gets_the_notice_as_a_letter(
    running: Scene, him: Enrollment, twilio: Twilio, at: Any
):
    ContactPointFactory(
        participant=him.participant, kind=ContactKind.POSTAL, value="12 Pier Street, Kent, WA 98032", safe=True
    )
    canceled(running, running.session(2), MORNING)
    assert Message.objects.get(kind="session_canceled").channel == Channel.TEXT

    writes("Alto por favor", "SM1")
    send_due(now=MORNING)

    letter = Message.objects.get(channel=Channel.LETTER)
    desk = Desk(Role.COORDINATOR)
    page = desk.get("/office/print/letters/")
    assert him.participant.legal_name in text(page)
    printed = desk.client.post("/office/print/letters/", {"do": "print", "letter": letter.pk})
    (sheet,) = words_of(b"".join(printed) if printed.streaming else printed.content)
    assert "12 Pier Street Kent, WA 98032" in sheet


def test_is_a_line_on_today_until_somebody_has_seen_it(running: Scene, him: Enrollment, twilio: Twilio, at: Any):
    desk = Desk(Role.COORDINATOR)
    writes("STOP", "SM1")
    (came,) = InboundText.objects.all()

    assert "He wrote STOP" in text(desk.get("/office/"))
    assert desk.notice(desk.press(came, "seen")) == "Noted: seen."
    assert "He wrote STOP" not in text(desk.get("/office/"))

    writes("start", "SM2")
    send_due(now=MORNING)
    assert Consent.objects.newest_first()[0].given is True
    assert texts(twilio)[-1].startswith("You get texts from us again.")
