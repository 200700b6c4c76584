from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from messaging.actions import Planned, plan, send_due
from messaging.models import Channel, Message, State
from messaging.proof import said_hash
from participants.kinds import ContactKind
from participants.models import ContactPoint
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory
from tests.messaging.conftest import Greeting

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
Traveller = time_machine.Traveller

# Ten in the morning in Seattle, where the factories' participants live.
MORNING = NOW + timedelta(hours=6)
HELLO = Planned(key="hello:1", kind="greeting", channel=Channel.EMAIL, about="accounts.User:1", due_at=NOW)


class TestPlan:
    def test_writes_what_is_to_be_said(self):
        user = UserFactory.create()
        until = NOW + timedelta(days=1)

        assert plan([replace(HELLO, user_id=user.pk, expires_at=until, language="es")], now=MORNING) == 1

        message = Message.objects.get()
        assert (message.key, message.kind, message.channel, message.about) == (
            "hello:1",
            "greeting",
            Channel.EMAIL,
            "accounts.User:1",
        )
        assert (message.user, message.participant, message.language) == (user, None, "es")
        assert (message.planned_at, message.due_at, message.try_at) == (MORNING, NOW, NOW)
        assert (message.expires_at, message.state, message.attempts) == (until, State.QUEUED, 0)

    def test_gives_each_a_random_neutral_message_id(self):
        plan([HELLO, replace(HELLO, key="hello:2")], now=NOW)

        first, second = Message.objects.values_list("message_id", flat=True)
        assert first != second
        assert first.endswith("@notices.example>")

    def test_a_second_plan_changes_nothing(self):
        plan([HELLO], now=NOW)
        before = Message.objects.values().get()

        assert plan([replace(HELLO, about="accounts.User:2")], now=MORNING) == 0
        assert Message.objects.values().get() == before

    def test_counts_only_what_is_new(self):
        plan([HELLO], now=NOW)

        assert plan([HELLO, replace(HELLO, key="hello:2"), replace(HELLO, key="hello:2")], now=NOW) == 1

    def test_of_nothing_is_nothing(self):
        assert plan([], now=NOW) == 0

    def test_takes_more_than_a_statement_holds(self):
        many = (replace(HELLO, key=f"hello:{n}") for n in range(2_345))

        assert plan(many, now=NOW) == 2_345
        assert Message.objects.count() == 2_345

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param({"key": None}, id="not null"),
            pytest.param({"about": None}, id="not null, other column"),
            pytest.param({"expires_at": NOW - timedelta(1)}, id="check"),
        ],
    )
    def test_only_a_known_key_is_no_error(self, wrong: dict[str, Any]):
        with pytest.raises(IntegrityError), transaction.atomic():
            plan([replace(HELLO, key="hello:2"), replace(HELLO, **wrong)], now=NOW)

        assert not Message.objects.exists()

    def test_a_person_who_does_not_exist_is_an_error(self):
        nobody = replace(HELLO, user_id=987_654)

        with pytest.raises(IntegrityError):
            plan_and_check(nobody)

    def test_a_message_to_two_is_an_error(self):
        two = MessageFactory.create(text=True)

        with pytest.raises(IntegrityError), transaction.atomic():
            plan([replace(HELLO, user_id=UserFactory.create().pk, participant_id=two.participant_id)], now=NOW)


@transaction.atomic
def plan_and_check(message: Planned) -> None:
    """A foreign key is looked at when the transaction ends; here it never does."""
    plan([message], now=NOW)
    connection.check_constraints()


def counted(now: datetime = NOW, **more: int) -> dict[str, int]:
    """What was counted, without the zeros."""
    return {what: n for what, n in asdict(send_due(now=now, **more)).items() if n}


def left(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.reason


class TestSendDue:
    def test_sends_what_is_due(self, greeting: Greeting, now: datetime, settings: Settings):
        message = MessageFactory.create(user__email="clerk@court.example")

        assert counted() == {"sent": 1}

        (sent,) = mail.outbox
        assert (sent.subject, sent.body, sent.to) == ("Hello", "Good morning.", ["clerk@court.example"])
        assert sent.from_email == f"Pier Street Office <{settings.DEFAULT_FROM_EMAIL}>"
        assert sent.extra_headers == {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}

    def test_keeps_what_was_said_and_where(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(user__email="clerk@court.example")
        send_due(now=MORNING)
        message.refresh_from_db()

        assert (message.state, message.sent_at, message.attempts) == (State.SENT, MORNING, 1)
        assert (message.address, message.subject, message.body) == (
            "clerk@court.example",
            "Hello",
            "Good morning.",
        )
        assert (message.claim, message.lease_until) == (None, None)

    def test_keeps_the_proof_of_what_was_said(self, greeting: Greeting, now: datetime):
        message = mail_to_a_participant()
        greeting.wording = 3
        send_due(now=MORNING)
        message.refresh_from_db()

        assert (message.wording, message.contact_point) == (3, ContactPoint.objects.get())
        assert message.said_hash == said_hash("his@mail.example", "Hello", "Good morning.")

    def test_a_mail_to_one_who_signs_in_has_no_contact_point(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create()
        send_due(now=NOW)
        message.refresh_from_db()

        assert (message.wording, message.contact_point) == (0, None)
        assert message.said_hash == said_hash(message.user.email, "Hello", "Good morning.")

    def test_leaves_what_is_not_due(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(due_at=NOW + timedelta(seconds=1))

        assert counted() == {}
        assert left(message) == (State.QUEUED, "")

    def test_once_is_enough(self, greeting: Greeting, now: datetime):
        MessageFactory.create()

        assert [counted(), counted()] == [{"sent": 1}, {}]
        assert len(mail.outbox) == 1

    def test_takes_the_longest_due_first_and_no_more_than_it_may(self, greeting: Greeting, now: datetime):
        late, later = (MessageFactory.create(due_at=NOW - timedelta(hours=h)) for h in (2, 1))

        assert counted(limit=1) == {"sent": 1}
        assert [left(late)[0], left(later)[0]] == [State.SENT, State.QUEUED]

    def test_leaves_what_another_holds(self, greeting: Greeting, now: datetime):
        MessageFactory.create(state=State.SENDING, claim="1" * 32, lease_until=NOW - timedelta(hours=1))

        assert counted() == {}

    def test_leaves_letters_to_the_print_list(self, greeting: Greeting, now: datetime):
        letter = MessageFactory.create(text=True, channel=Channel.LETTER)

        assert counted(now=MORNING) == {}
        assert left(letter) == (State.QUEUED, "")


class TestTheLastLook:
    def test_what_has_expired_is_missed(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(due_at=NOW - timedelta(2), expires_at=NOW)

        assert counted() == {"missed": 1}
        assert left(message) == (State.MISSED, "")

    def test_what_never_expires_goes_after_years(self, greeting: Greeting, now: datetime):
        MessageFactory.create(due_at=NOW - timedelta(days=1_000))

        assert counted() == {"sent": 1}

    def test_what_is_no_longer_wanted_is_skipped(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create()
        greeting.unwanted = "moved"

        assert counted() == {"skipped": 1}
        assert left(message) == (State.SKIPPED, "moved")

    def test_a_contact_point_that_is_not_safe_gets_nothing(self, greeting: Greeting, now: datetime):
        point = ContactPointFactory.create(kind=ContactKind.EMAIL, value="home@family.example")
        message = MessageFactory.create(user=None, participant=point.participant)

        assert counted(now=MORNING) == {"skipped": 1}
        assert left(message) == (State.SKIPPED, "no safe contact point")
        assert mail.outbox == []

    def test_who_may_not_sign_in_gets_nothing(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(user__is_active=False)

        assert counted() == {"skipped": 1}
        assert left(message) == (State.SKIPPED, "no address")

    @pytest.mark.parametrize(
        ("said", "becomes"),
        [
            ([], (State.SKIPPED, "no consent to texts")),
            ([True], (State.SENT, "")),
            ([True, False], (State.SKIPPED, "no consent to texts")),
            ([True, False, True], (State.SENT, "")),
        ],
    )
    def test_a_text_needs_consent_that_stands(
        self, greeting: Greeting, now: datetime, said: list[bool], becomes: tuple[str, str]
    ):
        point = ContactPointFactory.create(safe=True)
        message = MessageFactory.create(text=True, participant=point.participant)
        for minutes, given in enumerate(said):
            ConsentFactory.create(contact_point=point, given=given, at=NOW + timedelta(minutes=minutes))

        counted(now=MORNING)

        assert left(message) == becomes

    def test_a_word_that_gives_something_away_stops_it(self, greeting: Greeting, now: datetime):
        message = mail_to_a_participant()
        greeting.body = "See you in court."

        assert counted(now=MORNING) == {"failed": 1}
        assert left(message) == (State.FAILED, "gives something away")
        assert mail.outbox == []

    def test_the_office_may_read_such_words(self, greeting: Greeting, now: datetime):
        MessageFactory.create()
        greeting.body = "See you in court."

        assert counted() == {"sent": 1}


class TestQuietHours:
    def test_a_participants_waits_till_nine_his_time(self, greeting: Greeting, now: datetime):
        message = mail_to_a_participant()

        assert counted(now=NOW) == {"put_off": 1}

        message.refresh_from_db()
        assert (message.state, message.try_at, message.attempts) == (
            State.QUEUED,
            NOW + timedelta(hours=5),
            0,
        )
        assert counted(now=NOW + timedelta(hours=5)) == {"sent": 1}

    def test_what_would_be_too_late_in_the_morning_is_missed(self, greeting: Greeting, now: datetime):
        message = mail_to_a_participant(expires_at=NOW + timedelta(hours=5))

        assert counted(now=NOW) == {"missed": 1}
        assert left(message) == (State.MISSED, "quiet hours")

    def test_the_office_is_written_to_by_night(self, greeting: Greeting, now: datetime):
        MessageFactory.create()

        assert counted(now=NOW) == {"sent": 1}


def mail_to_a_participant(**more: Any) -> Message:
    point = ContactPointFactory.create(safe=True, kind=ContactKind.EMAIL, value="his@mail.example")
    return MessageFactory.create(user=None, participant=point.participant, **more)


class TestPoison:
    def test_is_pushed_ahead_and_holds_up_nobody(self, greeting: Greeting, now: datetime):
        poison = [MessageFactory.create(language="xx", due_at=NOW - timedelta(1)) for _ in range(5)]
        MessageFactory.create()

        assert counted() == {"sent": 1, "retried": 5}
        assert left(poison[0]) == (State.QUEUED, "ValueError")
        assert poison[0].try_at == NOW + timedelta(seconds=30)

    def test_the_errors_text_is_nowhere(self, greeting: Greeting, now: datetime, caplog: pytest.LogCaptureFixture):
        message = MessageFactory.create(language="xx")
        send_due(now=NOW)

        assert caplog.messages == [f"message {message.pk}: retried (ValueError)"]

    def test_is_given_up_in_the_end(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(language="xx", attempts=13)

        assert counted() == {"failed": 1}
        assert left(message) == (State.FAILED, "ValueError")

    def test_what_a_court_requires_never_is(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(kind="summons", language="xx", attempts=1_000)

        assert counted() == {"retried": 1}
        assert left(message) == (State.QUEUED, "ValueError")

    def test_a_kind_that_only_a_newer_release_knows_waits_for_it(self, greeting: Greeting, now: datetime):
        message = MessageFactory.create(kind="from tomorrow", attempts=1_000)

        assert counted() == {"retried": 1}
        assert left(message) == (State.QUEUED, "UnknownKind")


def test_a_slow_server_makes_nothing_go_too_late(greeting: Greeting, traveller: Traveller, monkeypatch: Patch):
    first = MessageFactory.create()
    second = MessageFactory.create(due_at=NOW, expires_at=NOW + timedelta(minutes=1))
    _slow(monkeypatch, lambda: traveller.shift(timedelta(minutes=2)))

    counted()

    assert [left(first)[0], left(second)[0]] == [State.SENT, State.MISSED]


def test_hands_back_what_its_lease_is_too_short_for(greeting: Greeting, traveller: Traveller, monkeypatch: Patch):
    messages = [MessageFactory.create(due_at=NOW - timedelta(minutes=5 - n)) for n in range(3)]
    _slow(monkeypatch, lambda: traveller.shift(timedelta(seconds=61)))

    assert counted() == {"sent": 3}
    assert [Message.objects.get(pk=message.pk).attempts for message in messages] == [1, 1, 1]


@pytest.fixture
def traveller() -> Iterator[Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def _slow(monkeypatch: Patch, wait: Callable[[], None]) -> None:
    """A mail server that takes its time, by the clock that the test holds."""
    take = EmailBackend.send_messages

    def slowly(backend: EmailBackend, messages: list[EmailMessage]) -> int:
        wait()
        return take(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slowly)
