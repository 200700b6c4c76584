from datetime import timedelta

import pytest

from audit.models import Event
from messaging.actions import tend
from messaging.actions.outcomes import LOOKED, NOT_THERE, NotUnknown, bounced, by_provider, note_outcome, settle_unknown
from messaging.models import Channel, Message, State
from participants.kinds import ContactKind, Unreachable
from participants.models import Consent, ContactPoint
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory, ParticipantFactory
from tests.messaging.conftest import Greeting
from tests.messaging.twilio_server import Twilio

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)
NUMBER = "+12065550100"


def text(**more: object) -> Message:
    point = ContactPointFactory(value=NUMBER, safe=True)
    said = {"text": True, "participant": point.participant, "contact_point": point, "provider_id": "SM1"}
    return MessageFactory(**said | {"state": State.SENT, "sent_at": NOW} | more)


def maybe(**more: object) -> Message:
    """A text that may have gone."""
    return text(state=State.UNKNOWN, sent_at=None, reason="interrupted", provider_id="", **more)


def outcome(message: Message) -> tuple[str, str, object]:
    message.refresh_from_db()
    return message.outcome, message.outcome_why, message.outcome_at


class TestNoteOutcome:
    def test_delivered(self):
        message = text()

        assert note_outcome(message=message, delivered=True, now=LATER) is True
        assert outcome(message) == ("delivered", "", LATER)

    def test_again_is_harmless(self):
        message = text()
        note_outcome(message=message, delivered=True, now=NOW)

        assert note_outcome(message=message, delivered=True, now=LATER) is False
        assert note_outcome(message=message, delivered=False, code="30003", now=LATER) is False
        assert outcome(message) == ("delivered", "", NOW)

    def test_delivered_corrects_not_delivered(self):
        message = text()
        note_outcome(message=message, delivered=False, code="30003", now=NOW)
        note_outcome(message=message, delivered=True, now=LATER)

        assert outcome(message) == ("delivered", "", LATER)

    @pytest.mark.parametrize(
        ("code", "why", "unreachable"),
        [
            ("30006", "code 30006", Unreachable.LANDLINE),
            ("30003", "code 30003", ""),
            ("30007", "code 30007", ""),
            ("", "no reason given", ""),
        ],
    )
    def test_not_delivered_says_why(self, code: str, why: str, unreachable: str):
        message = text()
        note_outcome(message=message, delivered=False, code=code, now=LATER)

        assert outcome(message) == ("not_delivered", why, LATER)
        assert ContactPoint.objects.get(value=NUMBER).unreachable_why == unreachable

    def test_not_delivered_goes_another_way_when_nobody_may_miss_it(self, greeting: Greeting):
        message = text(kind="summons")
        ContactPointFactory(participant=message.participant, kind=ContactKind.EMAIL, value="m@x.example", safe=True)
        note_outcome(message=message, delivered=False, code="30003", now=LATER)

        assert Message.objects.filter(key=f"{message.key}:email", channel=Channel.EMAIL).count() == 1

    def test_stopped_there_is_stopped_here(self):
        message = text()
        ConsentFactory(contact_point=message.contact_point)
        note_outcome(message=message, delivered=False, code="21610", now=LATER)

        assert [consent.given for consent in Consent.objects.newest_first()] == [False, True]

    def test_of_one_that_may_have_gone_says_that_it_went(self):
        message = maybe()
        note_outcome(message=message, delivered=True, provider_id="SM9", now=LATER)

        message.refresh_from_db()
        assert (message.state, message.sent_at, message.provider_id) == (State.SENT, LATER, "SM9")

    def test_before_its_worker_has_written_that_it_went(self):
        message = MessageFactory(text=True)
        note_outcome(message=message, delivered=True, provider_id="SM9", now=LATER)

        message.refresh_from_db()
        assert (message.state, message.outcome) == (State.QUEUED, "delivered")


class TestByProvider:
    def test_by_its_id(self):
        message = text()
        assert by_provider("SM1", "not-ours") == message

    def test_by_our_reference_when_its_id_never_reached_us(self):
        message = maybe(message_id="<0123abc@notices.example>")
        assert by_provider("SM9", "0123abc") == message

    def test_by_neither(self):
        text(message_id="<0123abc@notices.example>")

        assert by_provider("SM9", "0123abc") is None, "that one is called SM1"
        assert by_provider("", "") is None


class TestBounced:
    def test_closes_the_address(self):
        message = text(channel=Channel.EMAIL)

        assert bounced(message=message, why=Unreachable.WRONG_PERSON, now=LATER) is True
        assert bounced(message=message, why=Unreachable.WRONG_PERSON, now=LATER) is False
        assert outcome(message) == ("not_delivered", "wrong person", LATER)
        assert ContactPoint.objects.unreachable().count() == 1


class TestLookingUp:
    """Twice, and then a person's."""

    def there(self, twilio: Twilio, number: str = NUMBER) -> str:
        twilio.at = NOW
        return str(twilio.take({"To": number, "Body": "Please call."})["sid"])

    def test_finds_the_one_that_went(self, twilio: Twilio):
        message, sid = maybe(), self.there(twilio)

        assert tend(now=LATER) == 1
        message.refresh_from_db()
        assert (message.state, message.provider_id, message.reason) == (State.SENT, sid, "")

    def test_looks_at_every_number_he_has_when_nobody_knows_which(self, twilio: Twilio):
        message = maybe(contact_point=None)
        self.there(twilio)

        assert tend(now=LATER) == 1
        message.refresh_from_db()
        assert message.state == State.SENT

    def test_leaves_what_isn_t_there_to_a_person_and_never_sends_it(self, twilio: Twilio):
        message = maybe()
        found = []
        for minutes in range(3):
            tend(now=LATER + timedelta(minutes=minutes))
            message.refresh_from_db()
            found.append((message.state, message.reason))

        assert found == [(State.UNKNOWN, LOOKED), (State.UNKNOWN, NOT_THERE), (State.UNKNOWN, NOT_THERE)]
        assert [one.partition(" ")[0] for one in twilio.asked] == ["GET", "GET"]

    def test_another_message_s_text_is_not_it(self, twilio: Twilio):
        message = maybe()
        MessageFactory(text=True, provider_id=self.there(twilio))
        tend(now=LATER)

        message.refresh_from_db()
        assert message.state == State.UNKNOWN

    def test_of_two_that_may_have_gone_nobody_guesses(self, twilio: Twilio):
        one = maybe()
        maybe_other = MessageFactory(
            text=True,
            participant=one.participant,
            state=State.UNKNOWN,
            reason="interrupted",
            contact_point=one.contact_point,
        )
        self.there(twilio)

        assert tend(now=LATER) == 0
        assert {Message.objects.get(pk=m.pk).state for m in (one, maybe_other)} == {State.UNKNOWN}

    def test_waits_a_little(self, twilio: Twilio):
        maybe()
        tend(now=NOW + timedelta(minutes=4))

        assert twilio.asked == []

    def test_a_silent_provider_is_asked_again_later(self, twilio: Twilio):
        message = maybe()
        twilio.mood = "broken"
        tend(now=LATER)

        message.refresh_from_db()
        assert message.reason == "interrupted"
        assert len(twilio.asked) == 1


class TestSettleUnknown:
    @pytest.mark.parametrize(("went", "state"), [(True, State.SENT), (False, State.FAILED)])
    def test_by_a_person(self, went: bool, state: State):
        message, user = maybe(), UserFactory()

        settle_unknown(message=message, went=went, by=user, now=LATER)

        assert message.state == state
        assert [(e.verb, e.facts) for e in Event.objects.on(message)] == [("message.settled", {"went": went})]

    def test_only_while_it_is(self):
        with pytest.raises(NotUnknown):
            settle_unknown(message=text(), went=True, by=UserFactory(), now=LATER)


def test_somebody_else_s_participant_is_out_of_this():
    """For a negative, data that could leak: his number is looked at, nobody else's."""
    ParticipantFactory()
    assert tend(now=LATER) == 0
