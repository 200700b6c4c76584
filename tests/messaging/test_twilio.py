"""Twilio's API on loopback: what is sent, and what each of its answers means."""

from base64 import b64encode
from datetime import timedelta

import pytest
from pytest_django import Settings

from messaging.actions import send_due
from messaging.gateways import ProviderSilent, TextNotSent, TextRefused, gateway
from messaging.models import Message, State
from messaging.twilio import TwilioGateway, is_signed, signature
from tests.factories.clock import NOW
from tests.messaging.conftest import Greeting
from tests.messaging.test_post import MORNING, states, text_to
from tests.messaging.twilio_server import FROM, SID, TOKEN, Twilio
from tools.servers import free_port

REFERENCE = "<0123abc@notices.example>"
TO = "+12065550100"


def send(to: str = TO) -> str:
    made = gateway()
    try:
        return made.send(to, "Please call.", REFERENCE)
    finally:
        made.hang_up()


class TestSending:
    def test_says_who_what_whom_and_where_to_tell(self, twilio: Twilio):
        sid = send()

        (text,) = twilio.texts
        assert (text["sid"], text["to"], text["from"], text["body"]) == (sid, TO, FROM, "Please call.")
        assert text["callback"] == "https://onus.notices.example/texts/status/0123abc/"
        assert twilio.authorizations == {f"Basic {b64encode(f'{SID}:{TOKEN}'.encode()).decode()}"}

    def test_by_a_messaging_service_leaves_the_number_to_it(self, twilio: Twilio, settings: Settings):
        settings.TWILIO_FROM = "MG0123"
        send()

        assert twilio.texts[0]["from"] == ""

    @pytest.mark.parametrize("code", [21211, 21610, 21614])
    def test_refused_for_good(self, twilio: Twilio, code: int):
        twilio.refuses[TO] = code

        with pytest.raises(TextRefused) as refused:
            send()
        assert refused.value.code == str(code)

    @pytest.mark.parametrize("code", [21606, 20003, 99999])
    def test_what_is_ours_to_repair_goes_later(self, twilio: Twilio, code: int):
        twilio.refuses[TO] = code

        with pytest.raises(TextNotSent):
            send()

    def test_too_many_at_once_goes_later(self, twilio: Twilio):
        twilio.mood = "busy"

        with pytest.raises(TextNotSent):
            send()

    def test_nobody_there_goes_later(self, twilio: Twilio, settings: Settings):
        settings.TWILIO_API = f"http://127.0.0.1:{free_port()}"

        with pytest.raises(TextNotSent):
            send()

    @pytest.mark.parametrize("mood", ["broken", "slow", "half", "deaf", "babbling", "html"])
    def test_any_other_answer_may_hide_that_it_went(self, twilio: Twilio, settings: Settings, mood: str):
        settings.MESSAGE_LEASE_SECONDS = 5
        twilio.mood = mood

        with pytest.raises(Exception) as raised:  # noqa: PT011  whichever it is, but not one of the two
            send()
        assert not isinstance(raised.value, TextRefused | TextNotSent)

    def test_where_it_leads_nobody_is_asked(self, twilio: Twilio):
        """Neither is the account's password told there."""
        twilio.mood = "leading"

        with pytest.raises(ValueError, match=r"^answered 302$"):
            send()
        assert twilio.asked == ["POST /2010-04-01/Accounts/AC0123/Messages.json"]


@pytest.mark.django_db
class TestAWorker:
    def test_writes_down_what_twilio_calls_it(self, greeting: Greeting, twilio: Twilio):
        text_to(TO)

        assert send_due(now=MORNING).sent == 1
        assert Message.objects.get().provider_id == twilio.texts[0]["sid"]

    @pytest.mark.parametrize("mood", ["broken", "half", "deaf", "html"])
    def test_never_sends_again_what_may_have_gone(self, greeting: Greeting, twilio: Twilio, mood: str):
        text_to(TO)
        twilio.mood = mood
        send_due(now=MORNING)
        twilio.mood = "well"
        for days in range(1, 4):
            send_due(now=MORNING + timedelta(days))

        assert [state for state, _, _ in states()] == [State.UNKNOWN]
        assert len(twilio.texts) == (0 if mood == "broken" else 1)

    def test_says_which_code_it_was(self, greeting: Greeting, twilio: Twilio):
        text_to(TO)
        twilio.refuses[TO] = 21614
        send_due(now=MORNING)

        assert states() == [(State.FAILED, "TextRefused 21614", 1)]

    def test_sends_nothing_where_a_stop_would_not_be_heard(
        self, greeting: Greeting, twilio: Twilio, settings: Settings
    ):
        settings.TWILIO_HEARS_STOP = False
        text_to(TO)
        send_due(now=MORNING)

        assert states() == [(State.SKIPPED, "texts can't be answered", 1)]
        assert twilio.asked == []


class TestLookingUp:
    def gone(self, since=NOW - timedelta(1), until=NOW + timedelta(1)) -> list[str]:
        made = gateway()
        try:
            return made.gone(TO, since, until)
        finally:
            made.hang_up()

    def test_finds_what_went_to_this_number_in_this_time(self, twilio: Twilio):
        twilio.at = NOW
        sid = send()
        send("+12065550101")
        twilio.at = NOW - timedelta(days=2)
        send()

        assert self.gone() == [sid]

    def test_leaves_out_what_came_in(self, twilio: Twilio):
        twilio.at = NOW
        send()
        twilio.texts[0]["direction"] = "inbound"

        assert self.gone() == []

    @pytest.mark.parametrize("change", [{"date_created": "yesterday"}, {"date_created": None}])
    def test_what_can_t_be_read_is_no_answer(self, twilio: Twilio, change: dict[str, object]):
        send()
        twilio.texts[0] |= change

        with pytest.raises(ProviderSilent):
            self.gone()

    def test_a_server_in_trouble_is_no_answer(self, twilio: Twilio):
        twilio.mood = "broken"

        with pytest.raises(ProviderSilent):
            self.gone()


class TestRedacting:
    def redact(self, sid: str) -> None:
        made = gateway()
        try:
            made.redact(sid)
        finally:
            made.hang_up()

    def test_empties_the_body(self, twilio: Twilio):
        self.redact(send())

        assert twilio.texts[0]["body"] == ""

    def test_what_they_forgot_is_blank(self, twilio: Twilio):
        self.redact("SM404")

        assert twilio.asked[-1].endswith("/Messages/SM404.json")

    def test_an_id_of_another_gateway_is_not_theirs(self, twilio: Twilio):
        self.redact("local-0123")
        self.redact("../Accounts")

        assert twilio.asked == []

    def test_a_server_in_trouble_says_so(self, twilio: Twilio):
        sid = send()
        twilio.mood = "broken"

        with pytest.raises(ProviderSilent):
            self.redact(sid)


class TestDeaf:
    def test_not_when_all_is_set(self, twilio: Twilio):
        assert TwilioGateway().deaf() == ""

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("TWILIO_AUTH_TOKEN", "", "Set ONUS_TWILIO_AUTH_TOKEN."),
            ("TWILIO_FROM", "", "Set ONUS_TWILIO_FROM."),
            (
                "TWILIO_HEARS_STOP",
                False,
                "At Twilio, let the number post what comes in to https://onus.notices.example/texts/in/; "
                "then set ONUS_TWILIO_HEARS_STOP=1.",
            ),
        ],
    )
    def test_says_what_to_set(self, twilio: Twilio, settings: Settings, name: str, value: object, says: str):
        setattr(settings, name, value)

        assert TwilioGateway().deaf() == says

    def test_not_reachable_over_https(self, twilio: Twilio, settings: Settings):
        settings.TWILIO_API, settings.SITE_URL = "https://api.twilio.com", "http://onus.notices.example"

        assert TwilioGateway().deaf() == "Set ONUS_SITE_URL to the https address under which Twilio reaches Onus."


class TestSignature:
    """The example of their documentation: https://www.twilio.com/docs/usage/security"""

    URL = "https://example.com/myapp.php?foo=1&bar=2"
    POSTED = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675310"],
        "Digits": ["1234"],
        "From": ["+14158675310"],
        "To": ["+18005551212"],
    }

    @pytest.fixture(autouse=True)
    def _token(self, settings: Settings) -> None:
        settings.TWILIO_AUTH_TOKEN = "12345"

    def test_is_theirs(self):
        assert signature(self.URL, self.POSTED) == "L/OH5YylLD5NRKLltdqwSvS0BnU="

    def test_is_right_or_not(self, settings: Settings):
        right = signature(self.URL, self.POSTED)

        assert is_signed(right, self.URL, self.POSTED)
        assert not is_signed("", self.URL, self.POSTED)
        assert not is_signed(right, self.URL + "&more=1", self.POSTED)
        assert not is_signed(right, self.URL, self.POSTED | {"Digits": ["1235"]})
        assert not is_signed("ü", self.URL, self.POSTED)

    def test_without_a_token_nobody_is_believed(self, settings: Settings):
        settings.TWILIO_AUTH_TOKEN = ""

        assert not is_signed(signature(self.URL, self.POSTED), self.URL, self.POSTED)
