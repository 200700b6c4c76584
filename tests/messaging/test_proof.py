import hashlib
import hmac

import pytest
from pytest_django import Settings

from messaging.models import Channel, Message, State
from messaging.proof import became, line, said_hash
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory


class TestSaidHash:
    def test_is_keyed_over_all_three(self, settings: Settings):
        said = b'message ["m@x.example","Reminder","Tuesday\\u00b7seven"]'
        expected = hmac.new(settings.FINGERPRINT_KEY.encode(), said, hashlib.sha256).hexdigest()

        assert said_hash("m@x.example", "Reminder", "Tuesday·seven") == expected

    def test_nothing_slips_from_one_into_the_other(self):
        assert (
            len({said_hash("a", "b", "c"), said_hash("ab", "", "c"), said_hash("a", "bc", ""), said_hash("", "", "")})
            == 4
        )

    def test_without_our_key_is_another(self, settings: Settings):
        before = said_hash("a", "b", "c")
        settings.FINGERPRINT_KEY = "another key"

        assert said_hash("a", "b", "c") != before


EMAIL, TEXT, LETTER = Channel.EMAIL, Channel.TEXT, Channel.LETTER


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"channel": EMAIL, "state": State.SENT}, "Sent; the mail server took it"),
        ({"channel": TEXT, "state": State.SENT}, "Sent; the provider took it"),
        ({"channel": LETTER, "state": State.SENT}, "Sent; went to the post"),
        ({"channel": TEXT, "state": State.SENT, "outcome": "delivered"}, "Delivered"),
        ({"channel": TEXT, "state": State.SENT, "outcome": "not_delivered"}, "Not delivered"),
        ({"channel": LETTER, "state": State.SENT, "outcome": "not_delivered"}, "Came back"),
        ({"channel": LETTER, "state": State.QUEUED}, "Waiting for the printer"),
        ({"channel": LETTER, "state": State.QUEUED, "printed_at": NOW}, "Printed; not yet at the post"),
        ({"channel": EMAIL, "state": State.QUEUED}, "Waiting to go"),
        ({"channel": EMAIL, "state": State.SENDING}, "Going just now"),
        ({"channel": EMAIL, "state": State.FAILED}, "Not sent"),
        ({"channel": EMAIL, "state": State.SKIPPED}, "Not sent"),
        ({"channel": EMAIL, "state": State.MISSED}, "Not sent: its time was over"),
        ({"channel": TEXT, "state": State.UNKNOWN}, "Not known whether it went"),
    ],
)
def test_what_became_of_it_is_no_more_than_is_known(fields: dict[str, object], says: str):
    assert became(Message(**fields)) == says


@pytest.mark.django_db
class TestLine:
    def test_tells_where_it_went_also_when_the_words_are_gone(self):
        point = ContactPointFactory(value="+12065550100")
        message = MessageFactory(
            text=True,
            participant=point.participant,
            contact_point=point,
            sent=True,
            blanked_at=NOW,
            said_hash="ab",
            wording=2,
        )
        told = line(message)

        assert (told.to, told.hash, told.wording, told.sent_at) == ("+12065550100", "ab", 2, NOW)

    def test_says_why_not(self):
        assert line(MessageFactory(state=State.SKIPPED, reason="on hold")).why == "on hold"
