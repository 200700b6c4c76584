from factory.declarations import SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from messaging.models import Channel, DiscretionException, InboundText, Message, State, Wording
from messaging.stop import Meaning
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


class WordingFactory(DjangoModelFactory[Wording]):
    class Meta:
        model = Wording

    template = Sequence(lambda n: f"greeting{n}")
    channel = Channel.EMAIL
    language = "en"
    version = 1
    subject = "Hello"
    body = "Please call."
    at = NOW
    by = SubFactory(UserFactory)


class DiscretionExceptionFactory(DjangoModelFactory[DiscretionException]):
    class Meta:
        model = DiscretionException

    phrase = Sequence(lambda n: f"{n} Court Street")
    made_at = NOW
    made_by = SubFactory(UserFactory)


class InboundTextFactory(DjangoModelFactory[InboundText]):
    class Meta:
        model = InboundText

    provider_id = Sequence(lambda n: f"SM{n:032x}")
    number = Sequence(lambda n: f"+1206555{n % 10_000:04}")
    body = "Stop"
    meaning = Meaning.STOP
    came_at = NOW
