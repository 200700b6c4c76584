from factory.declarations import SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from messaging.models import Channel, Message, State
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ParticipantFactory


class MessageFactory(DjangoModelFactory[Message]):
    """To a person who signs in; `text=True`: to a participant's phone; `sent=True`: gone."""

    class Meta:
        model = Message

    class Params:
        text = Trait(channel=Channel.TEXT, user=None, participant=SubFactory(ParticipantFactory))
        sent = Trait(state=State.SENT, sent_at=NOW)

    key = Sequence(lambda n: f"greeting:{n}")
    kind = "greeting"
    channel = Channel.EMAIL
    about = Sequence(lambda n: f"accounts.User:{n}")
    user = SubFactory(UserFactory)
    planned_at = NOW
    due_at = NOW
    try_at = SelfAttribute("due_at")
    message_id = Sequence(lambda n: f"<{n:032x}@notices.example>")
