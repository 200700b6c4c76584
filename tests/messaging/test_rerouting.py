from datetime import timedelta

import pytest

from messaging import registry
from messaging.actions import send_due
from messaging.actions.rerouting import came_back, replan
from messaging.models import Channel, Message, State
from participants.kinds import ContactKind, Unreachable
from participants.models import Consent, ContactPoint
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.messaging.conftest import Greeting, Serve, Summons
from tests.messaging.mail_servers import Refusing
from tests.messaging.test_post import MORNING, text_to
from tests.messaging.twilio_server import Twilio

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("greeting")]
NUMBER = "+12065550100"


def way(message: Message, kind: ContactKind, **more: object) -> ContactPoint:
    value = {ContactKind.EMAIL: "m@x.example", ContactKind.POSTAL: "12 Pier Street, Kent, WA 98032"}[kind]
    return ContactPointFactory(participant=message.participant, kind=kind, value=value, **{"safe": True} | more)


def planned_anew(message: Message) -> list[str]:
    others = Message.objects.exclude(pk=message.pk).order_by("pk")
    return [other.key.removeprefix(f"{message.key}:") for other in others]


class Answer(Greeting):
    name = "answer"
    answers = True


class TestASummonsThatDidNotGo:
    """`summons` is a kind that nobody may miss, `greeting` is not."""

    def test_by_text_goes_by_mail_before_the_post(self):
        message = MessageFactory(text=True, kind="summons")
        way(message, ContactKind.EMAIL), way(message, ContactKind.POSTAL)

        assert send_due(now=MORNING).skipped == 1
        assert planned_anew(message) == ["email"]

    def test_goes_by_post_where_there_is_no_safe_mail(self):
        message = MessageFactory(text=True, kind="summons")
        way(message, ContactKind.EMAIL, safe=False), way(message, ContactKind.POSTAL)
        send_due(now=MORNING)

        assert planned_anew(message) == ["letter"]
        assert Message.objects.letters_to_print(MORNING + timedelta(minutes=1)).count() == 1

    def test_has_no_way_left(self):
        message = MessageFactory(text=True, kind="summons")
        send_due(now=MORNING)

        assert planned_anew(message) == []
        assert list(type(message.participant).objects.out_of_reach()) == [message.participant]

    def test_never_goes_back_to_texts(self):
        message = MessageFactory(kind="summons", user=None, participant=ParticipantFactory())
        ContactPointFactory(participant=message.participant, value=NUMBER, safe=True)
        send_due(now=MORNING)

        assert planned_anew(message) == []

    def test_is_over_before_a_letter_arrives(self):
        message = MessageFactory(text=True, kind="summons", expires_at=NOW + timedelta(days=3))
        way(message, ContactKind.POSTAL)
        send_due(now=MORNING)

        assert planned_anew(message) == []

    def test_is_planned_once_however_often_it_is_asked(self):
        message = MessageFactory(text=True, kind="summons")
        way(message, ContactKind.EMAIL)

        assert [replan(message, now=NOW) for _ in range(2)] == [True, True]
        assert planned_anew(message) == ["email"]

    def test_because_it_is_no_longer_wanted_goes_nowhere(self, greeting: Greeting, kinds: dict[str, Greeting]):
        message = text_to(NUMBER, kind="summons")
        way(message, ContactKind.EMAIL)
        kinds["summons"].unwanted = "on hold"
        send_due(now=MORNING)

        assert planned_anew(message) == []


def test_a_greeting_looks_for_no_other_way():
    message = MessageFactory(text=True)
    way(message, ContactKind.EMAIL)
    send_due(now=MORNING)

    assert planned_anew(message) == []


def test_a_kind_with_an_address_of_its_own_has_no_other_way(monkeypatch: pytest.MonkeyPatch):
    message = MessageFactory(text=True, kind="summons")
    way(message, ContactKind.EMAIL)
    monkeypatch.setattr(Summons, "address", lambda self, message, now: "recipient@court.example")

    assert replan(message, now=NOW) is False


def test_to_a_person_who_signs_in_looks_for_no_other_way():
    assert replan(MessageFactory(kind="summons"), now=NOW) is False


class TestRefusals:
    def test_a_landline_is_written_down(self, twilio: Twilio):
        message = text_to(NUMBER, kind="summons")
        way(message, ContactKind.EMAIL)
        twilio.refuses[NUMBER] = 21614
        send_due(now=MORNING)

        assert list(ContactPoint.objects.unreachable().values_list("value", "unreachable_why")) == [
            (NUMBER, Unreachable.LANDLINE)
        ]
        assert planned_anew(message) == ["email"]

    def test_who_stopped_at_the_provider_has_stopped(self, twilio: Twilio):
        message = text_to(NUMBER)
        twilio.refuses[NUMBER] = 21610
        send_due(now=MORNING)

        newest = Consent.objects.newest_first().first()
        assert newest is not None
        assert (newest.given, newest.how, newest.contact_point.participant) == (False, "by_text", message.participant)
        assert not ContactPoint.objects.unreachable().exists()

    def test_a_stop_that_the_provider_answered_by_itself_is_no_failure(self, twilio: Twilio):
        answer = text_to(NUMBER, kind="answer")
        registry.register(Answer())
        twilio.refuses[NUMBER] = 21610

        assert send_due(now=MORNING).skipped == 1
        answer.refresh_from_db()
        assert (answer.state, answer.reason) == (State.SKIPPED, "the provider answers STOP by itself")

    def test_a_mailbox_that_is_none(self, serve: Serve):
        message = MessageFactory(user=None, participant=ParticipantFactory())
        point = way(message, ContactKind.EMAIL)
        with serve(Refusing(550, of=point.value)):
            send_due(now=MORNING)

        point.refresh_from_db()
        assert (point.unreachable_why, point.unreachable_at is not None) == (Unreachable.BOUNCED, True)

    def test_a_mailbox_that_is_full_stays(self, serve: Serve):
        message = MessageFactory(user=None, participant=ParticipantFactory())
        point = way(message, ContactKind.EMAIL)
        with serve(Refusing(452, of=point.value)):
            send_due(now=MORNING)

        point.refresh_from_db()
        assert point.unreachable_at is None

    def test_what_came_back_goes_another_way(self):
        message = MessageFactory(text=True, kind="summons", state=State.SENT, sent_at=NOW)
        message.contact_point = ContactPointFactory(participant=message.participant, value=NUMBER, safe=True)
        way(message, ContactKind.EMAIL)

        came_back(message, why=Unreachable.LANDLINE, now=NOW)

        assert planned_anew(message) == [str(Channel.EMAIL)]
