from datetime import timedelta

import pytest

from messaging.actions.blanking import KEPT, PATIENCE, blank
from messaging.models import InboundText, Message
from messaging.proof import said_hash
from tests.factories.clock import NOW
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.messaging.twilio_server import Twilio

pytestmark = pytest.mark.django_db
THEN = NOW + KEPT + timedelta(seconds=1)
SAID = {"address": "m@x.example", "subject": "Reminder", "body": "Tuesday at seven."}


def words(message: Message) -> tuple[str, str, str]:
    message.refresh_from_db()
    return message.address, message.subject, message.body


def test_after_ninety_days_the_words_go_and_the_hash_stays():
    hashed = said_hash(**SAID)
    old = MessageFactory(sent=True, said_hash=hashed, **SAID)
    young = MessageFactory(sent=True, **SAID)
    Message.objects.filter(pk=young.pk).update(sent_at=NOW + timedelta(seconds=2))

    assert blank(now=THEN) == 1
    assert words(old) == ("", "", "")
    assert (old.said_hash, old.blanked_at) == (hashed, THEN)
    assert words(young) == tuple(SAID.values())


def test_not_a_day_earlier():
    message = MessageFactory(sent=True, **SAID)

    assert blank(now=NOW + KEPT) == 0
    assert words(message) == tuple(SAID.values())


def test_what_was_never_sent_has_no_words_and_stays_as_it_is():
    MessageFactory(), MessageFactory(state="skipped", reason="on hold")

    assert blank(now=THEN) == 0


def test_in_batches():
    MessageFactory.create_batch(3, sent=True, **SAID)

    assert [blank(now=THEN, at_most=2) for _ in range(3)] == [2, 1, 0]


class TestAtTheProvider:
    def test_a_text_is_blanked_there_first(self, twilio: Twilio):
        sid = twilio.take({"To": "+12065550100", "Body": "Tuesday at seven."})["sid"]
        message = MessageFactory(text=True, sent=True, provider_id=sid, **SAID)

        assert blank(now=THEN) == 1
        assert (twilio.texts[0]["body"], words(message)) == ("", ("", "", ""))

    def test_one_that_it_keeps_keeps_its_words_here_and_holds_no_mail_up(self, twilio: Twilio):
        twilio.mood = "broken"
        text, mail = MessageFactory(text=True, sent=True, provider_id="SM1", **SAID), MessageFactory(sent=True, **SAID)

        assert blank(now=THEN) == 1
        assert (words(text), words(mail)) == (tuple(SAID.values()), ("", "", ""))
        twilio.mood = "well"
        assert blank(now=THEN) == 1
        assert words(text) == ("", "", "")

    def test_what_came_in_too(self, twilio: Twilio):
        InboundTextFactory(provider_id="SM7", body="I will be late")
        young = InboundTextFactory(came_at=NOW + timedelta(days=1))

        assert blank(now=THEN) == 1
        assert [one.rpartition("/")[2] for one in twilio.asked] == ["SM7.json"]
        assert list(InboundText.objects.exclude(pk=young.pk).values_list("number", "body", "blanked_at")) == [
            ("", "", THEN)
        ]

    def test_one_that_it_refuses_to_blank_goes_here_and_holds_nobody_up(self, twilio: Twilio):
        refused = MessageFactory(text=True, sent=True, provider_id="SM1", **SAID)
        twilio.clings = {"SM1": 400}
        sid = twilio.take({"To": "+12065550100", "Body": "Tuesday at seven."})["sid"]
        other = MessageFactory(text=True, sent=True, provider_id=sid, **SAID)

        assert blank(now=THEN, at_most=2) == 2
        assert (words(refused), words(other), twilio.texts[0]["body"]) == (("", "", ""), ("", "", ""), "")

    @pytest.mark.parametrize("status", [401, 403, 429, 500])
    def test_one_about_which_it_is_silent_holds_nobody_up(self, twilio: Twilio, status: int):
        silent, other = (MessageFactory(text=True, sent=True, provider_id=sid, **SAID) for sid in ("SM1", "SM2"))
        twilio.clings = {"SM1": status}

        assert blank(now=THEN) == 1
        assert (words(silent), words(other)) == (tuple(SAID.values()), ("", "", ""))

    def test_after_three_silences_it_is_left_in_peace(self, twilio: Twilio):
        twilio.mood = "broken"
        MessageFactory.create_batch(5, text=True, sent=True, provider_id="SM1", **SAID)

        assert (blank(now=THEN), len(twilio.asked)) == (0, 3)

    def test_silent_for_a_month_it_keeps_no_words_here(self, twilio: Twilio):
        twilio.mood = "broken"
        texts = MessageFactory.create_batch(5, text=True, sent=True, provider_id="SM1", **SAID)
        came = InboundTextFactory(provider_id="SM7", body="I will be late")

        assert blank(now=THEN + PATIENCE) == 6
        assert {words(one) for one in texts} == {("", "", "")}
        assert InboundText.objects.get(pk=came.pk).body == ""
