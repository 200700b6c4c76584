"""What Twilio posts: only with its signature, and whoever it is about is answered alike."""

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from messaging.models import InboundText, Message, Outcome, State
from messaging.twilio import signature
from participants.models import Consent
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory

pytestmark = pytest.mark.django_db
SITE = "https://onus.notices.example"
IN, STATUS = "/texts/in/", "/texts/status/0123abc/"
NUMBER = "+12065550100"
TEXT = {"MessageSid": "SM1", "From": NUMBER, "To": "+12065550199", "Body": "Stop"}


@pytest.fixture(autouse=True)
def _told(settings: Settings) -> None:
    settings.SITE_URL, settings.TWILIO_AUTH_TOKEN = SITE, "a-token"


def post(path: str, said: dict[str, str], *, sign: str | None = None, client: Client | None = None) -> HttpResponse:
    """Behind a proxy: the request knows another name than the one that was signed."""
    signed = signature(SITE + path, {name: [value] for name, value in said.items()}) if sign is None else sign
    client = client or Client(enforce_csrf_checks=True)
    return client.post(path, said, headers={"X-Twilio-Signature": signed})  # type: ignore[return-value]


class TestATextThatComesIn:
    def test_is_taken_and_answered_with_silence(self):
        point = ContactPointFactory(value=NUMBER)
        ConsentFactory(contact_point=point)

        answer = post(IN, TEXT)

        assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
        assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
        assert InboundText.objects.get().contact_point == point
        assert Consent.objects.newest_first()[0].given is False

    def test_from_nobody_we_know_is_answered_alike(self):
        known = ContactPointFactory(value=NUMBER)
        ConsentFactory(contact_point=known)

        one, other = post(IN, TEXT), post(IN, TEXT | {"MessageSid": "SM2", "From": "+12065550123"})

        assert (one.status_code, one.content, dict(one.headers)) == (
            other.status_code, other.content, dict(other.headers),
        )  # fmt: skip

    def test_twice_is_one(self):
        first, second = post(IN, TEXT), post(IN, TEXT)

        assert (first.status_code, second.status_code, InboundText.objects.count()) == (200, 200, 1)

    @pytest.mark.parametrize("change", [{"MessageSid": ""}, {"From": ""}, {"MessageSid": "S" * 65}, {"From": "1" * 33}])
    def test_without_an_id_or_a_number_is_none(self, change: dict[str, str]):
        assert post(IN, TEXT | change).status_code == 400
        assert not InboundText.objects.exists()


class TestWithoutASignature:
    @pytest.mark.parametrize("sign", ["", "nonsense", "L/OH5YylLD5NRKLltdqwSvS0BnU="])
    @pytest.mark.parametrize("path", [IN, STATUS])
    def test_nothing_is_taken(self, path: str, sign: str):
        assert post(path, TEXT, sign=sign).status_code == 403
        assert not InboundText.objects.exists()

    def test_nor_with_one_for_another_address(self):
        signed = signature(SITE + STATUS, {name: [value] for name, value in TEXT.items()})

        assert post(IN, TEXT, sign=signed).status_code == 403

    def test_nor_where_no_token_is_set(self, settings: Settings):
        settings.TWILIO_AUTH_TOKEN = ""

        assert post(IN, TEXT).status_code == 403

    def test_nor_a_long_one(self):
        assert post(IN, TEXT | {"Body": "x" * 70_000}).status_code == 413

    def test_a_look_is_none(self, client: Client):
        assert client.get(IN).status_code == 405


class TestWhatBecameOfAText:
    def sent(self, **more: object) -> Message:
        said = {"text": True, "sent": True, "provider_id": "SM1", "message_id": "<0123abc@notices.example>"}
        message: Message = MessageFactory(**said | more)
        return message

    def tell(self, status: str, **more: str) -> int:
        return post(STATUS, {"MessageSid": "SM1", "MessageStatus": status} | more).status_code

    def test_is_written_down(self):
        message = self.sent()

        assert self.tell("delivered") == 204
        message.refresh_from_db()
        assert message.outcome == Outcome.DELIVERED

    def test_in_any_order_and_again(self):
        message = self.sent()
        for status in ("delivered", "sent", "queued", "undelivered", "delivered"):
            assert self.tell(status) == 204

        message.refresh_from_db()
        assert message.outcome == Outcome.DELIVERED

    @pytest.mark.parametrize("status", ["queued", "sent", "", "something new"])
    def test_what_is_no_end_changes_nothing(self, status: str):
        message = self.sent()

        assert self.tell(status) == 204
        message.refresh_from_db()
        assert message.outcome == ""

    def test_says_why_not(self):
        message = self.sent()
        self.tell("undelivered", ErrorCode="30003")

        message.refresh_from_db()
        assert (message.outcome, message.outcome_why) == (Outcome.NOT_DELIVERED, "code 30003")

    def test_tells_of_one_whose_id_never_reached_us(self):
        message = self.sent(sent=False, state=State.UNKNOWN, reason="interrupted", provider_id="", sent_at=None)
        self.tell("delivered")

        message.refresh_from_db()
        assert (message.state, message.provider_id, message.sent_at is not None) == (State.SENT, "SM1", True)

    def test_of_a_text_that_is_not_ours_is_answered_alike(self):
        MessageFactory(text=True, sent=True, provider_id="SM2", sent_at=NOW)

        assert self.tell("delivered") == 204
        assert Message.objects.get().outcome == ""
