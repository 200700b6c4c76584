from typing import Any

import factory

from accounts.actors import Task
from audit.actions import record
from audit.models import Event, Seal
from tests.factories.clock import NOW


class EventFactory(factory.django.DjangoModelFactory[Event]):
    """Takes what `audit.actions.event` takes, so that its MAC is a true one."""

    class Meta:
        model = Event

    by = Task("programs.plan")
    now = NOW
    verb = "mark.recorded"
    on = factory.Sequence(lambda n: f"programs.Mark:{n}")

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        return record(**kwargs)


class SealFactory(factory.django.DjangoModelFactory[Seal]):
    class Meta:
        model = Seal

    number = factory.Sequence(lambda n: n + 1)
    at = NOW
    events = 1
    first_event = 1
    last_event = 1
    previous = factory.Sequence(lambda n: f"{n:064x}")
    digest = factory.Sequence(lambda n: f"{n + 1:064x}")
