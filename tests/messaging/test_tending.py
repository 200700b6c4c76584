"""What is late, and whether what comes in still comes to us."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from messaging.actions import listen, tend
from messaging.models import Channel, Message
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ParticipantFactory
from tests.messaging.twilio_server import Twilio

HOUR = NOW.replace(minute=0)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("messaging")]


def test_a_number_that_posts_to_us_is_nothing_to_tell(twilio: Twilio, caplog: pytest.LogCaptureFixture):
    listen(now=HOUR)

    assert (twilio.asked, said(caplog)) == (["GET /2010-04-01/Accounts/AC0123/IncomingPhoneNumbers.json"], [])


@pytest.mark.parametrize(
    ("sms_url", "where"), [("https://demo.example/reply", "https://demo.example/reply"), ("", "nowhere")]
)
def test_one_that_posts_elsewhere_is(twilio: Twilio, caplog: pytest.LogCaptureFixture, sms_url: str, where: str):
    twilio.sms_url = sms_url

    listen(now=HOUR)

    assert said(caplog) == [f"texts that come in go to {where}, and not here: nobody hears a STOP"]


def test_an_application_s_address_is_not_on_the_number(twilio: Twilio, caplog: pytest.LogCaptureFixture):
    twilio.sms_url, twilio.sms_application_sid = "", "AP1"

    listen(now=HOUR)

    assert said(caplog) == []


DEMO = "https://demo.example/reply"


@pytest.mark.parametrize(
    ("service", "where"),
    [
        ({}, ""),
        # Its numbers aren't asked: what the service says goes before.
        ({"sms_url": DEMO}, ""),
        ({"inbound_request_url": DEMO}, DEMO),
        ({"inbound_request_url": None}, "nowhere"),
        ({"use_inbound_webhook_on_number": True, "inbound_request_url": None}, ""),
        ({"use_inbound_webhook_on_number": True, "sms_url": DEMO}, DEMO),
        ({"use_inbound_webhook_on_number": True, "sms_url": ""}, "nowhere"),
        ({"use_inbound_webhook_on_number": True, "numbers": 0}, "nowhere"),
    ],
    ids=str,
)
def test_a_messaging_service_or_its_numbers(
    twilio: Twilio, settings: Settings, caplog: pytest.LogCaptureFixture, service: dict[str, Any], where: str
):
    settings.TWILIO_FROM, settings.TWILIO_MESSAGING_API = "MG1", settings.TWILIO_API
    for name, value in service.items():
        setattr(twilio, name, value)

    listen(now=HOUR)

    assert said(caplog) == ([f"texts that come in go to {where}, and not here: nobody hears a STOP"] if where else [])
    assert twilio.asked[0] == "GET /v1/Services/MG1"


def test_a_provider_that_is_silent_harms_nothing(twilio: Twilio, caplog: pytest.LogCaptureFixture):
    twilio.mood = "broken"

    listen(now=HOUR)

    assert said(caplog) == ["where texts that come in go: not said (answered 500)"]


def test_once_an_hour(twilio: Twilio):
    for minute in range(60):
        listen(now=HOUR + timedelta(minutes=minute))

    assert len(twilio.asked) == 1


@pytest.mark.django_db
def test_a_letter_that_nobody_printed_in_time_is_missed():
    said = {"channel": Channel.LETTER, "user": None, "participant": ParticipantFactory()}
    later = NOW + timedelta(days=1)
    late = MessageFactory(**said, expires_at=later)
    MessageFactory(**said, expires_at=later + timedelta(seconds=1)), MessageFactory(**said)
    MessageFactory(**said, expires_at=later, printed_at=NOW, printed_by=UserFactory())

    assert tend(now=later) == 1
    assert list(Message.objects.filter(state="missed").values_list("pk", "reason")) == [(late.pk, "nobody printed it")]
