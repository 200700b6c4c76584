"""messaging: what the outbox refuses."""

import uuid
from datetime import timedelta

from messaging.models import Channel, State
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ParticipantFactory

CLAIMED = {"state": State.SENDING, "claim": uuid.UUID(int=1), "lease_until": NOW}

REFUSED: Listed = [
    ("messaging.Message.key", lambda: again(MessageFactory, "key")),
    ("messaging.Message.message_id", lambda: again(MessageFactory, "message_id")),
    ("messaging_message_claimed_while_sending", lambda: MessageFactory(**CLAIMED | {"claim": None})),
    ("messaging_message_claimed_while_sending", lambda: MessageFactory(**CLAIMED | {"lease_until": None})),
    ("messaging_message_claimed_while_sending", lambda: MessageFactory(**CLAIMED | {"state": State.QUEUED})),
    ("messaging_message_sent_at", lambda: MessageFactory(state=State.SENT, sent_at=None)),
    ("messaging_message_sent_at", lambda: MessageFactory(sent_at=NOW)),
    ("messaging_message_says_why", lambda: MessageFactory(state=State.SKIPPED, reason="")),
    ("messaging_message_says_why", lambda: MessageFactory(state=State.FAILED, reason="")),
    (
        "messaging_message_says_why",
        lambda: MessageFactory(state=State.UNKNOWN, reason="", channel=Channel.TEXT),
    ),
    (
        "messaging_message_unknown_is_a_text",
        lambda: MessageFactory(state=State.UNKNOWN, reason="Timeout", channel=Channel.EMAIL),
    ),
    (
        "messaging_message_to_one",
        lambda: MessageFactory(participant=ParticipantFactory(), user=UserFactory()),
    ),
    ("messaging_message_expires_after_due", lambda: MessageFactory(due_at=NOW, expires_at=NOW)),
]

ALLOWED: Listed = [
    ("messaging_message_claimed_while_sending", lambda: MessageFactory(**CLAIMED)),
    (
        "messaging_message_expires_after_due",
        lambda: MessageFactory(due_at=NOW, expires_at=NOW + timedelta(seconds=1)),
    ),
]
