"""messaging: what the outbox refuses."""

import uuid
from datetime import timedelta

from messaging.models import Channel, State
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import (
    DiscretionExceptionFactory,
    InboundTextFactory,
    MessageFactory,
    WordingFactory,
)
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
    ("messaging_message_outcome_at", lambda: MessageFactory(outcome="delivered")),
    ("messaging_message_outcome_at", lambda: MessageFactory(outcome_at=NOW)),
    ("messaging_message_blanked_is_empty", lambda: MessageFactory(sent=True, blanked_at=NOW, body="Please call.")),
    ("messaging_message_printed_at_and_by", lambda: MessageFactory(channel=Channel.LETTER, printed_at=NOW)),
    ("messaging_message_printed_at_and_by", lambda: MessageFactory(printed_at=NOW, printed_by=UserFactory())),
    ("messaging_wording_in_order", lambda: again(WordingFactory, "template")),
    ("messaging_wording_from_one", lambda: WordingFactory(version=0)),
    ("messaging_discretionexception_once", lambda: again(DiscretionExceptionFactory, "phrase")),
    ("messaging_discretionexception_says_something", lambda: DiscretionExceptionFactory(phrase="")),
    ("messaging_discretionexception_ended_at_and_by", lambda: DiscretionExceptionFactory(ended_at=NOW)),
    ("messaging.InboundText.provider_id", lambda: again(InboundTextFactory, "provider_id")),
    ("messaging_inboundtext_seen_at_and_by", lambda: InboundTextFactory(seen_at=NOW)),
    ("messaging_inboundtext_blanked_is_empty", lambda: InboundTextFactory(blanked_at=NOW)),
]

ALLOWED: Listed = [
    (
        "messaging_discretionexception_once",
        lambda: again(DiscretionExceptionFactory, "phrase", ended_at=NOW, ended_by=UserFactory()),
    ),
    ("messaging_message_claimed_while_sending", lambda: MessageFactory(**CLAIMED)),
    (
        "messaging_message_expires_after_due",
        lambda: MessageFactory(due_at=NOW, expires_at=NOW + timedelta(seconds=1)),
    ),
]
