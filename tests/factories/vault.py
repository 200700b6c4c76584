from typing import Any

import factory

from tests.factories.clock import NOW
from vault.models import Bond, Key


class KeyFactory(factory.django.DjangoModelFactory[Key]):
    class Meta:
        model = Key

    kind = Key.Kind.PERSON
    made_at = NOW

    @classmethod
    def _create(cls, model_class: type[Key], *args: Any, **kwargs: Any) -> Key:
        key = Key.new(kwargs.pop("kind"), now=kwargs.pop("made_at"))
        for name, value in kwargs.items():
            setattr(key, name, value)
        key.save(force_insert=True)
        return key


class BondFactory(factory.django.DjangoModelFactory[Bond]):
    class Meta:
        model = Bond

    one = factory.SubFactory(KeyFactory)
    other = factory.SubFactory(KeyFactory)
    made_at = NOW
