"""Whether the trail is as it was written: each event by its own MAC, each seal by the chain. In flat memory."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from audit.macs import event_mac, seal_digest
from audit.models import Event, EventQuerySet, Seal

# Each minute one sealer; what lies open longer has none.
SEALED_WITHIN = timedelta(minutes=10)
AT_ONCE = 2_000
_SAID = ("at", "actor", "verb", "record", "origin", "key_id", "personal", "facts")


class Broken(Exception):
    """The first thing that isn't as it was written, in a sentence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`head`: the last seal's digest; "": nothing is sealed yet. `waiting`: events that no seal holds, long due."""

    events: int
    seals: int
    head: str
    waiting: int


class _Link(NamedTuple):
    """One event as the chain holds it."""

    seal: int | None
    event: int
    mac: str


def verify(*, now: datetime, head: str = "") -> Sound:
    """`head`: a digest that was told earlier, which must be in the chain. Raises Broken.

    An event that is taken away before its minute's seal leaves no trace: ids are given before they are committed.
    """
    sealed, seals = _links(Event.objects.exclude(seal_number=None)), Seal.objects.order_by("number")
    # Closed at the first finding too: a cursor on the server that is left open ends in the middle of something else.
    with closing(sealed), closing(_streamed(seals)) as chain:
        found = _followed(chain, groupby(sealed, key=itemgetter(0)), head)
    with closing(_links(Event.objects.unsealed())) as unsealed:
        events = found.events + sum(1 for _ in unsealed)
    waiting = Event.objects.unsealed().filter(at__lt=now - SEALED_WITHIN).count()
    return replace(found, events=events, waiting=waiting)


def _followed(chain: Iterable[Seal], told: Iterator[tuple[int | None, Iterable[_Link]]], head: str) -> Sound:
    events = number = 0
    last, was_there = "", not head
    group = next(told, None)
    for number, seal in enumerate(chain, start=1):
        if (seal.number, seal.previous) != (number, last):
            raise Broken(f"Seal {number} is missing from the chain, or was put in its place.")
        if group is None or group[0] != number:
            raise Broken(f"The events of seal {number} are missing{_which(seal)}.")
        events += _held_by(seal, group[1])
        last = seal.digest
        was_there = was_there or last == head
        group = next(told, None)
    if group is not None:
        raise Broken(f"There are events of seal {group[0]}, but no such seal: the chain was cut after seal {number}.")
    if not was_there:
        raise Broken(
            f"No seal has the digest {head}: what was sealed up to it was cut off, or another trail stands here."
        )
    return Sound(events, number, last, waiting=0)


def _held_by(seal: Seal, links: Iterable[_Link]) -> int:
    ids: list[int] = []

    def chained() -> Iterator[tuple[int, str]]:
        for link in links:
            ids.append(link.event)
            yield link.event, link.mac

    key = settings.AUDIT_KEY.encode()
    digest = seal_digest(key, number=seal.number, previous=seal.previous, events=chained())
    if (len(ids), ids[0], ids[-1]) != (seal.events, seal.first_event, seal.last_event):
        raise Broken(f"Seal {seal.number} holds {seal.events} events, and {len(ids)} are here{_which(seal)}.")
    if digest != seal.digest:
        raise Broken(
            f"Seal {seal.number} doesn't fit its events: one was taken away, added or exchanged{_which(seal)}."
        )
    return len(ids)


def _which(seal: Seal) -> str:
    return f" (events {seal.first_event} to {seal.last_event}, sealed {seal.at:%Y-%m-%d %H:%M} UTC)"


def _links(events: EventQuerySet) -> Generator[_Link]:
    """In the order of their seals; each is itself as it was written, or Broken is raised."""
    key = settings.AUDIT_KEY.encode()
    rows = events.order_by("seal_number", "id").values_list("seal_number", "id", "mac", *_SAID)
    with closing(_streamed(rows)) as found:
        for seal, event, mac, *values in found:
            if event_mac(key, **_said(values)) != mac:
                raise Broken(f"Event {event} isn't as it was written.")
            yield _Link(seal, event, mac)


def _streamed(rows: QuerySet[Any, Any]) -> Generator[Any]:
    yield from rows.iterator(chunk_size=AT_ONCE)


def _said(values: list[Any]) -> dict[str, Any]:
    said = dict(zip(_SAID, values, strict=True))
    personal, key = said["personal"], said["key_id"]
    return said | {"personal": None if personal is None else bytes(personal), "key_id": str(key) if key else ""}
