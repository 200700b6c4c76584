import factory

from messaging.models import Channel, Message, State
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ParticipantFactory


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """To a person who signs in; `text=True`: to a participant's phone; `sent=True`: gone."""

    class Meta:
        model = Message

    class Params:
        text = factory.Trait(
            channel=Channel.TEXT, user=None, participant=factory.SubFactory(ParticipantFactory)
        )
        sent = factory.Trait(state=State.SENT, sent_at=NOW)

    key = factory.Sequence(lambda n: f"greeting:{n}")
    kind = "greeting"
    channel = Channel.EMAIL
    about = factory.Sequence(lambda n: f"accounts.User:{n}")
    user = factory.SubFactory(UserFactory)
    planned_at = NOW
    due_at = NOW
    try_at = factory.SelfAttribute("due_at")
    message_id = factory.Sequence(lambda n: f"<{n:032x}@notices.example>")
