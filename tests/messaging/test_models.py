import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from messaging.models import Message, State
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
CLAIM: dict[str, Any] = {"state": State.SENDING, "claim": uuid.UUID(int=1)}


def test_due_is_what_is_queued_and_to_be_tried_by_now_the_oldest_first(now: datetime) -> None:
    later, earlier = MessageFactory(try_at=now), MessageFactory(try_at=now - SECOND)
    MessageFactory(try_at=now + SECOND)
    MessageFactory(state=State.SENT, sent_at=now, try_at=now)
    MessageFactory(**CLAIM, lease_until=now + SECOND, try_at=now)

    assert list(Message.objects.due(now)) == [earlier, later]


def test_a_lease_expires_after_its_last_instant(now: datetime) -> None:
    expired = MessageFactory(**CLAIM, lease_until=now - SECOND)
    MessageFactory(**CLAIM, lease_until=now)
    MessageFactory()

    assert list(Message.objects.lease_expired(now)) == [expired]


def test_what_speaks_of_one_record() -> None:
    about = MessageFactory(about="programs.Session:1")
    MessageFactory(about="programs.Session:11")

    assert list(Message.objects.about("programs.Session:1")) == [about]


def test_is_named_by_its_key() -> None:
    assert str(MessageFactory(key="session_day:1")) == "session_day:1"
