import factory

from core.models import Heartbeat
from tests.factories.clock import NOW


class HeartbeatFactory(factory.django.DjangoModelFactory[Heartbeat]):
    class Meta:
        model = Heartbeat

    job = factory.Sequence(lambda n: f"programs.job_{n}")
    began_at = NOW
    came_through_at = NOW
