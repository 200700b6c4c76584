"""What a refusal must leave behind: nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from audit.models import Event
from core.refusal import Refusal
from tests.house import our_models


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in our_models()}


@contextmanager
def nothing_written() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


@contextmanager
def only_written(verb: str) -> Iterator[None]:
    """One event, such as a look or a refusal of the page, and nothing else."""
    before, last = everything(), Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    after = everything()
    assert {label for label in after if after[label] != before[label]} == {"audit.Event"}
    assert list(Event.objects.filter(pk__gt=last).values_list("verb", flat=True)) == [verb]


def refuses(refusal: type[Refusal], action: Callable[..., object], **said: object) -> Refusal:
    """The refusal that the action raised, having written nothing; its text is a sentence or two."""
    with nothing_written(), pytest.raises(Refusal) as caught:
        action(**said)
    assert type(caught.value) is refusal
    assert str(caught.value).endswith(".")
    return caught.value


def told(*, after: int = 0) -> list[tuple[str, str, str]]:
    """What the audit trail says: who, what, on which record."""
    return list(Event.objects.order_by("id").values_list("actor", "verb", "record")[after:])
