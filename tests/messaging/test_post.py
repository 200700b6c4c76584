"""Sending over SMTP to real servers on loopback, good ones and bad ones."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from pytest_django import Settings

from messaging.actions import send_due
from messaging.gateways import LocalGateway, TextNotSent, TextRefused
from messaging.models import Message, State
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory
from tests.messaging.conftest import Connect, Greeting, Serve
from tests.messaging.mail_servers import Dropping, Good, Refusing, Spurning, hanging
from tools.servers import free_port

pytestmark = pytest.mark.django_db
MORNING = NOW + timedelta(hours=6)


def counted() -> dict[str, int]:
    return {what: n for what, n in asdict(send_due(now=NOW)).items() if n}


def states() -> list[tuple[str, str, int]]:
    return list(Message.objects.order_by("pk").values_list("state", "reason", "attempts"))


def mails(number: int) -> list[Message]:
    return [MessageFactory.create(due_at=NOW - timedelta(minutes=number - n)) for n in range(number)]


class TestAGoodServer:
    def test_gets_each_on_one_connection(self, greeting: Greeting, serve: Serve):
        mails(30)

        with serve(server := Good()):
            assert counted() == {"sent": 30}

        assert len(server.mails) == 30
        assert server.connections == 1

    def test_sees_nothing_but_what_is_neutral(self, greeting: Greeting, serve: Serve):
        (message,) = mails(1)

        with serve(server := Good()):
            send_due(now=NOW)

        (mail,) = server.mails
        assert mail["Message-ID"] == message.message_id
        assert mail["From"] == "Pier Street Office <office@notices.example>"
        assert {header.lower() for header in mail} == {
            "content-type",
            "mime-version",
            "content-transfer-encoding",
            "subject",
            "from",
            "to",
            "date",
            "message-id",
            "auto-submitted",
            "x-peer",
            "x-mailfrom",
            "x-rcptto",
        } & {header.lower() for header in mail}
        assert "onus" not in str(mail).replace("@onus.example", "").lower()


class TestABadServer:
    def test_that_takes_no_calls_is_called_three_times_only(self, greeting: Greeting, connect: Connect):
        mails(5)
        connect(free_port())

        assert counted() == {"retried": 3}
        tried, waits = (State.QUEUED, "ConnectionRefusedError", 1), (State.QUEUED, "", 0)
        assert states() == [tried, tried, tried, waits, waits]

    def test_that_never_says_a_word_does_not_hold_us(self, greeting: Greeting, connect: Connect):
        mails(4)

        with hanging() as port:
            connect(port)
            assert counted() == {"retried": 3}

        assert states()[0] == (State.QUEUED, "SMTPServerDisconnected", 1)
        assert states()[3] == (State.QUEUED, "", 0)

    def test_once_it_is_well_again_gets_them_all(self, greeting: Greeting, connect: Connect, serve: Serve):
        mails(5)
        connect(free_port())
        send_due(now=NOW)

        with serve(server := Good()):
            send_due(now=NOW + timedelta(seconds=40))

        assert {state for state, _, _ in states()} == {State.SENT}
        assert len(server.mails) == 5

    def test_that_refuses_one_person_for_good_gets_the_others(self, greeting: Greeting, serve: Serve):
        MessageFactory.create(user__email="gone@court.example", due_at=NOW - timedelta(1))
        MessageFactory.create()

        with serve(server := Refusing(550, of="gone@court.example")):
            assert counted() == {"failed": 1, "sent": 1}

        assert states() == [(State.FAILED, "SMTPRecipientsRefused", 1), (State.SENT, "", 1)]
        assert len(server.mails) == 1

    def test_that_refuses_one_person_for_now_is_asked_again(self, greeting: Greeting, serve: Serve):
        MessageFactory.create(user__email="full@court.example", due_at=NOW - timedelta(1))
        MessageFactory.create()

        with serve(Refusing(451, of="full@court.example")):
            assert counted() == {"retried": 1, "sent": 1}

        assert states()[0] == (State.QUEUED, "SMTPRecipientsRefused", 1)
        assert timedelta(0) < Message.objects.earliest("pk").try_at - NOW < timedelta(seconds=32)

    @pytest.mark.parametrize(
        ("code", "outcome", "state"), [(554, "failed", State.FAILED), (452, "retried", State.QUEUED)]
    )
    def test_that_spurns_messages_is_no_trouble(
        self, greeting: Greeting, serve: Serve, code: int, outcome: str, state: State
    ):
        mails(5)

        with serve(Spurning(code)):
            assert counted() == {outcome: 5}

        assert states() == [(state, "SMTPDataError", 1)] * 5

    def test_that_hangs_up_after_the_data_gets_it_again_under_the_same_id(self, greeting: Greeting, serve: Serve):
        first, second = mails(2)

        with serve(server := Dropping()):
            assert counted() == {"retried": 1, "sent": 1}
            send_due(now=NOW + timedelta(seconds=40))

        assert [mail["Message-ID"] for mail in server.mails] == [
            first.message_id,
            second.message_id,
            first.message_id,
        ]
        assert {state for state, _, _ in states()} == {State.SENT}


class Recording(LocalGateway):
    """Keeps what it was given; does what the number's last digit stands for."""

    taken: list[tuple[str, str, str]] = []

    def send(self, to: str, body: str, reference: str) -> str:
        if to.endswith("1"):
            raise TextRefused
        if to.endswith("2"):
            raise TextNotSent
        self.taken.append((to, body, reference))
        if to.endswith("3"):
            raise TimeoutError("+12065550003 did not answer")
        return "SM1"


@pytest.fixture
def gateway(settings: Settings) -> list[tuple[str, str, str]]:
    settings.TEXT_GATEWAY = f"{__name__}.Recording"
    Recording.taken = []
    return Recording.taken


def text_to(number: str, **more: object) -> Message:
    point = ContactPointFactory.create(safe=True, value=number)
    ConsentFactory.create(contact_point=point)
    return MessageFactory.create(text=True, participant=point.participant, **more)


class TestATextGateway:
    def test_gets_number_body_and_reference(self, greeting: Greeting, gateway: list[tuple[str, str, str]]):
        message = text_to("+12065550100")

        assert send_due(now=MORNING).sent == 1

        message.refresh_from_db()
        assert gateway == [("+12065550100", "Good morning.", message.message_id)]
        assert (message.provider_id, message.address) == ("SM1", "+12065550100")

    @pytest.mark.parametrize(
        ("number", "state", "reason"),
        [
            ("+12065550001", State.FAILED, "TextRefused"),
            ("+12065550002", State.QUEUED, "TextNotSent"),
            ("+12065550003", State.UNKNOWN, "TimeoutError"),
        ],
    )
    def test_may_say_no(
        self, greeting: Greeting, gateway: list[tuple[str, str, str]], number: str, state: str, reason: str
    ):
        text_to(number)
        send_due(now=MORNING)

        assert states() == [(state, reason, 1)]

    def test_that_may_have_sent_it_never_gets_it_again(self, greeting: Greeting, gateway: list[tuple[str, str, str]]):
        text_to("+12065550003")
        for days in range(3):
            send_due(now=MORNING + timedelta(days))

        assert len(gateway) == 1

    def test_that_never_answers_gets_three_a_run(self, greeting: Greeting, gateway: list[tuple[str, str, str]]):
        for n in range(5):
            text_to(f"+120655500{n}3")

        assert send_due(now=MORNING).unknown == 3
        assert len(gateway) == 3

    def test_in_trouble_holds_up_no_mail(
        self, greeting: Greeting, gateway: list[tuple[str, str, str]], mailoutbox: list[object]
    ):
        for n in range(5):
            text_to(f"+120655500{n}2", due_at=NOW - timedelta(1))
        MessageFactory.create()

        counts = send_due(now=MORNING)

        assert (counts.sent, counts.retried) == (1, 3)
