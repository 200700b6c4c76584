"""Each way to break Onus does break it: the row that a killed worker leaves then says the wrong thing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from faults.__main__ import WAYS
from faults.broken import ways
from faults.kinds import Notice
from messaging import registry
from messaging.actions import send_due, sweep, sweeping
from messaging.models import Channel, Message, State
from messaging.post import Post
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def whole_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is set here is put back, whoever sets it anew."""
    monkeypatch.setattr(Post, "hand_over", Post.hand_over)
    monkeypatch.setattr(sweeping, "GOES_ONCE", sweeping.GOES_ONCE)
    yield
    monkeypatch.undo()
    assert sweeping.GOES_ONCE == (Channel.TEXT,)


def test_each_can_be_asked_for():
    assert set(WAYS) == set(ways())


def test_a_text_goes_again(now: datetime):
    its = {"claim": UUID(int=1), "lease_until": NOW - timedelta(seconds=1), "attempts": 1}
    text = MessageFactory.create(text=True, state=State.SENDING, **its)

    ways()["texts-go-again"]()
    sweep(now=NOW)

    assert Message.objects.get(pk=text.pk).state == State.QUEUED


def test_marked_before_it_is_sent(now: datetime, monkeypatch: pytest.MonkeyPatch):
    class Killed(BaseException):
        pass

    def die(*_: object) -> str:
        raise Killed

    notice = Notice()
    monkeypatch.setitem(registry._kinds, notice.name, notice)
    message = MessageFactory.create(kind=notice.name, about="one@inbox.example")
    monkeypatch.setattr(Post, "hand_over", die)
    ways()["mark-before-sending"]()

    with pytest.raises(Killed):
        send_due(now=NOW)

    assert Message.objects.get(pk=message.pk).state == State.SENT
