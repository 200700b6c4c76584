"""Two workers, dying workers, late workers: what goes twice, and what never."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import QuerySet

from messaging import claims
from messaging.actions import send_due, sending, sweep
from messaging.claims import claim, settle
from messaging.looking import Ready
from messaging.models import Channel, Message, State
from messaging.post import Post
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory
from tests.messaging.conftest import Greeting, Serve
from tests.messaging.mail_servers import Good

LEASE = timedelta(seconds=120)
MORNING = NOW + timedelta(hours=6)
TOKEN = UUID(int=7)


class Killed(BaseException):
    """As `kill -9`: nothing that catches exceptions sees it."""


@pytest.fixture
def dies_before_marking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The worker sends and is killed; `.undo()` for the one that comes after it."""

    def die(*_: object) -> str:
        raise Killed

    patch = pytest.MonkeyPatch()
    patch.setattr(sending, "_sent", die)
    return patch


def a_text() -> Message:
    point = ContactPointFactory.create(safe=True)
    ConsentFactory.create(contact_point=point)
    return MessageFactory.create(text=True, participant=point.participant)


@pytest.mark.django_db
class TestClaim:
    def test_holds_them_by_token_and_lease(self, now: datetime):
        first, second = MessageFactory.create(), MessageFactory.create()

        mine = claim(channel=Channel.EMAIL, now=NOW, at_most=10)

        assert [message.pk for message in mine] == [first.pk, second.pk]
        assert len({message.claim for message in mine}) == 1
        assert {(m.state, m.lease_until, m.attempts) for m in mine} == {(State.SENDING, NOW + LEASE, 1)}

    def test_twice_gets_nothing_the_second_time(self, now: datetime):
        MessageFactory.create()

        assert len(claim(channel=Channel.EMAIL, now=NOW, at_most=10)) == 1
        assert claim(channel=Channel.EMAIL, now=NOW, at_most=10) == []

    def test_leases_by_the_real_clock_whatever_time_it_works_on(self, now: datetime):
        MessageFactory.create()

        (mine,) = claim(channel=Channel.EMAIL, now=NOW + timedelta(days=100), at_most=1)

        assert mine.lease_until == NOW + LEASE

    def test_settles_only_what_it_still_holds(self, now: datetime):
        MessageFactory.create()
        (mine,) = claim(channel=Channel.EMAIL, now=NOW, at_most=1)
        Message.objects.update(claim=TOKEN)

        assert not settle(mine, state=State.SENT, sent_at=NOW)
        assert Message.objects.get().state == State.SENDING


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_not_made_inside_a_transaction():
    """It would be undone by a rollback after the message had gone."""
    with pytest.raises(RuntimeError), transaction.atomic():
        claim(channel=Channel.EMAIL, now=NOW, at_most=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(greeting: Greeting, serve: Serve):
    messages = [MessageFactory.create(due_at=NOW - timedelta(seconds=n)) for n in range(60)]
    start = threading.Barrier(2)
    sent: list[int] = []

    def work() -> None:
        start.wait()
        try:
            sent.append(send_due(now=NOW).sent)
        finally:
            connection.close()

    with serve(server := Good()):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sum(sent) == 60
    assert sorted(mail["Message-ID"] for mail in server.mails) == sorted(m.message_id for m in messages)


@pytest.mark.django_db
class TestAWorkerThatDies:
    def test_between_sending_and_marking_lets_it_go_again_under_the_same_id(
        self, greeting: Greeting, serve: Serve, dies_before_marking: pytest.MonkeyPatch, now: datetime
    ):
        message = MessageFactory.create()

        with serve(server := Good()):
            with pytest.raises(Killed):
                send_due(now=NOW)
            dies_before_marking.undo()
            assert send_due(now=NOW).sent == 0
            with time_machine.travel(NOW + LEASE + timedelta(seconds=1), tick=False):
                assert sweep(now=NOW) == 1
                assert send_due(now=NOW).sent == 1

        assert [mail["Message-ID"] for mail in server.mails] == [message.message_id] * 2

    def test_never_sends_a_text_twice(self, greeting: Greeting, dies_before_marking: pytest.MonkeyPatch, now: datetime):
        message = a_text()

        with pytest.raises(Killed):
            send_due(now=MORNING)
        dies_before_marking.undo()
        with time_machine.travel(NOW + LEASE + timedelta(seconds=1), tick=False):
            assert sweep(now=MORNING) == 1
            assert send_due(now=MORNING).sent == 0

        message.refresh_from_db()
        assert (message.state, message.reason) == (State.UNKNOWN, "interrupted")

    def test_leaves_the_texts_that_were_not_begun(
        self, greeting: Greeting, dies_before_marking: pytest.MonkeyPatch, now: datetime
    ):
        for _ in range(3):
            a_text()

        with pytest.raises(Killed):
            send_due(now=MORNING)
        dies_before_marking.undo()

        assert send_due(now=MORNING).sent == 2


@pytest.mark.django_db
class TestSweep:
    def test_leaves_what_is_still_leased(self, now: datetime):
        held(lease_until=NOW + timedelta(seconds=1))

        assert sweep(now=NOW + timedelta(days=100)) == 0

    @pytest.mark.parametrize(
        ("attempts", "wait"),
        [(1, timedelta(0)), (3, timedelta(0)), (4, timedelta(seconds=30)), (10, timedelta(hours=6))],
    )
    def test_queues_a_mail_again(self, now: datetime, attempts: int, wait: timedelta):
        message = held(attempts=attempts)

        assert sweep(now=NOW) == 1

        message.refresh_from_db()
        assert (message.state, message.try_at, message.claim) == (State.QUEUED, NOW + wait, None)

    def test_takes_back_each_by_its_own_attempts(self, now: datetime):
        once, often = held(attempts=1), held(attempts=5, claim=UUID(int=8))

        assert sweep(now=NOW) == 2

        assert [Message.objects.get(pk=m.pk).try_at for m in (once, often)] == [
            NOW,
            NOW + timedelta(minutes=2),
        ]

    def test_only_the_first_of_a_claim_was_in_its_hands(self, now: datetime):
        """The others were not begun: however often their worker dies, they are not to blame, and wait for nothing."""
        first, second, third = (held(attempts=5, due_at=NOW - timedelta(seconds=9 - n)) for n in range(3))

        assert sweep(now=NOW) == 3

        left = [Message.objects.get(pk=m.pk) for m in (first, second, third)]
        assert [(m.state, m.attempts) for m in left] == [("queued", 5), ("queued", 4), ("queued", 4)]
        assert [m.try_at for m in left] == [NOW + timedelta(minutes=2), second.try_at, third.try_at]

    def test_leaves_of_a_claim_what_is_renewed(self, now: datetime):
        mine, renewed = held(), held(lease_until=NOW + timedelta(seconds=1))

        assert sweep(now=NOW) == 1
        assert [Message.objects.get(pk=m.pk).state for m in (mine, renewed)] == [State.QUEUED, State.SENDING]

    def test_leaves_what_is_settled(self, now: datetime):
        MessageFactory.create(sent=True)
        MessageFactory.create()

        assert sweep(now=NOW + timedelta(1)) == 0


def held(**more: object) -> Message:
    its = {"claim": TOKEN, "lease_until": NOW - timedelta(seconds=1), "attempts": 1} | more
    return MessageFactory.create(state=State.SENDING, **its)


@pytest.mark.django_db
def test_a_worker_later_than_its_lease_overwrites_nothing(
    greeting: Greeting, now: datetime, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    message = MessageFactory.create()
    hand_over = Post.hand_over

    def slowly(*args: object) -> str:
        Message.objects.update(claim=TOKEN)
        return hand_over(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Post, "hand_over", slowly)
    send_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.claim) == (State.SENDING, TOKEN)
    assert caplog.messages == [f"message {message.pk}: sent after its lease had ended"]


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT])
def test_a_worker_later_than_its_lease_says_that_it_went(
    greeting: Greeting, channel: Channel, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    """Stopped for minutes, not killed: what was taken back meanwhile neither goes twice nor stays unknown."""
    message = a_text() if channel == Channel.TEXT else MessageFactory.create()
    hand_over, handed = Post.hand_over, []

    def slowly(*args: object) -> str:
        with time_machine.travel(NOW + timedelta(hours=7), tick=False):
            assert sweep(now=MORNING) == 1
        handed.append(hand_over(*args))  # type: ignore[arg-type]
        return handed[-1]

    monkeypatch.setattr(Post, "hand_over", slowly)
    send_due(now=MORNING)
    send_due(now=MORNING + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, message.reason, message.claim) == (State.SENT, "", None)
    assert message.provider_id == handed[0]
    assert len(handed) == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_only_what_became_of_an_email_is_marked_without_waiting(
    greeting: Greeting, monkeypatch: pytest.MonkeyPatch, now: datetime
):
    asked: list[tuple[str, str]] = []

    def waits(self: Post, message: Message, ready: Ready) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            asked.append((message.channel, cursor.fetchone()[0]))
        return ""

    monkeypatch.setattr(Post, "hand_over", waits)
    MessageFactory.create()
    a_text()
    send_due(now=MORNING)

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert (asked, cursor.fetchone()) == ([("email", "off"), ("text", "on")], ("on",))


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_claim_waits_whatever_holds_around_it(monkeypatch: pytest.MonkeyPatch, now: datetime):
    asked: list[str] = []
    free = claims._free

    def seen(channel: Channel, now: datetime) -> QuerySet[Message]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            asked.append(cursor.fetchone()[0])
        found: QuerySet[Message] = free(channel, now)
        return found

    monkeypatch.setattr(claims, "_free", seen)
    with claims.marked_lightly(Channel.EMAIL):
        claim(channel=Channel.EMAIL, now=NOW, at_most=1)

    assert asked == ["on"]
