"""What was written to the trail by somebody else than its own actions is found, and named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.actions import seal
from audit.models import Event, Seal
from audit.verification import Broken, Sound, verify
from core.immutable import lifted
from tests.factories.audit import EventFactory
from tests.factories.clock import NOW
from tests.factories.vault import KeyFactory
from vault.models import Key

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def trail(now: datetime) -> list[Event]:
    """Three seals over two events each; the first events hold personal values."""
    key = KeyFactory()
    events: list[Event] = []
    for minute in range(3):
        at = now + minute * MINUTE
        events.append(EventFactory(now=at, key=key, personal={"said": f"minute {minute}"}, facts={"minute": minute}))
        events.append(EventFactory(now=at))
        assert seal(now=at) is not None
    return events


def broken(*, head: str = "") -> str:
    with pytest.raises(Broken) as found:
        verify(now=NOW + 3 * MINUTE, head=head)
    return str(found.value)


def test_nothing_was_written_yet(now: datetime) -> None:
    assert verify(now=now) == Sound(events=0, seals=0, head="", waiting=0)


def test_all_is_as_it_was_written(trail: list[Event]) -> None:
    EventFactory(now=NOW + 3 * MINUTE)
    last = Seal.objects.latest("number").digest

    assert verify(now=NOW + 3 * MINUTE) == Sound(events=7, seals=3, head=last, waiting=0)


def test_what_was_forgotten_still_verifies(trail: list[Event], now: datetime) -> None:
    Key.objects.all().destroy(now=now)

    assert verify(now=NOW).events == 6


@pytest.mark.parametrize("field", ["actor", "verb", "record", "origin", "facts", "at", "personal", "key_id", "mac"])
def test_a_changed_event_is_named(trail: list[Event], field: str) -> None:
    other = {
        "facts": {"minute": 9}, "at": NOW - MINUTE, "personal": b"other", "key_id": KeyFactory().pk, "mac": "0" * 64,
    }.get(field, "user:9")  # fmt: skip
    with lifted(connection):
        Event.objects.filter(pk=trail[2].pk).update(**{field: other})

    assert broken() == f"Event {trail[2].pk} isn't as it was written."


def of_seal(number: int) -> str:
    row = Seal.objects.get(number=number)
    return f" (events {row.first_event} to {row.last_event}, sealed {row.at:%Y-%m-%d %H:%M} UTC)"


def take_one_away(trail: list[Event]) -> str:
    said = f"Seal 2 holds 2 events, and 1 are here{of_seal(2)}."
    Event.objects.filter(pk=trail[3].pk).delete()
    return said


def take_a_minute_away(trail: list[Event]) -> str:
    said = f"The events of seal 2 are missing{of_seal(2)}."
    Event.objects.filter(seal_number=2).delete()
    return said


def add_one(trail: list[Event]) -> str:
    """With a true MAC, as only who has the key can make one."""
    late = EventFactory(now=NOW)
    Event.objects.filter(pk=late.pk).update(seal_number=2)
    return f"Seal 2 holds 2 events, and 3 are here{of_seal(2)}."


def exchange_one(trail: list[Event]) -> str:
    said = f"Seal 2 doesn't fit its events: one was taken away, added or exchanged{of_seal(2)}."
    other = EventFactory(now=NOW, facts={"minute": 9})
    first = Event.objects.get(pk=trail[2].pk)
    names = ("at", "actor", "verb", "record", "origin", "key_id", "personal", "facts", "mac")
    same = {name: getattr(other, name) for name in names}
    other.delete()
    Event.objects.filter(pk=first.pk).update(**same)
    return said


def take_a_seal_out(trail: list[Event]) -> str:
    Seal.objects.filter(number=2).delete()
    return "Seal 2 is missing from the chain, or was put in its place."


def cut_the_chain(trail: list[Event]) -> str:
    Seal.objects.filter(number=3).delete()
    return "There are events of seal 3, but no such seal: the chain was cut after seal 2."


@pytest.mark.parametrize(
    "tamper", [take_one_away, take_a_minute_away, add_one, exchange_one, take_a_seal_out, cut_the_chain]
)
def test_what_is_missing_or_too_much_is_named(trail: list[Event], tamper: Callable[[list[Event]], str]) -> None:
    with lifted(connection):
        said = tamper(trail)

    assert broken() == said


def test_a_cut_tail_shows_by_a_head_that_was_told_before(trail: list[Event]) -> None:
    head = Seal.objects.latest("number").digest
    with lifted(connection):
        Event.objects.filter(seal_number=3).delete()
        Seal.objects.filter(number=3).delete()

    assert verify(now=NOW).seals == 2
    assert broken(head=head) == (
        f"No seal has the digest {head}: what was sealed up to it was cut off, or another trail stands here."
    )


def test_an_earlier_head_is_in_the_chain(trail: list[Event]) -> None:
    assert verify(now=NOW, head=Seal.objects.get(number=1).digest).seals == 3


def test_events_that_no_sealer_took_are_counted(trail: list[Event]) -> None:
    EventFactory(now=NOW)

    assert verify(now=NOW + timedelta(minutes=11)).waiting == 1


@pytest.mark.usefixtures("trail", "now")
def test_the_command_says_the_head() -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)

    head = Seal.objects.latest("number").digest
    assert out.getvalue() == f"6 events, 3 seals: all as they were written.\nHead: {head}\n"


def test_the_command_fails_with_what_to_do(trail: list[Event], now: datetime) -> None:
    with lifted(connection):
        Event.objects.filter(pk=trail[0].pk).update(actor="user:9")

    with pytest.raises(CommandError, match=f"Event {trail[0].pk} isn't as it was written. Stop the web") as failed:
        call_command("verify_audit")

    assert failed.value.returncode == 1
