"""Who changed a record, and when: from the audit trail, without the looks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from audit.models import Event
from office import words

LOOK = ".looked_at"
# On whoever looked through a list or searched: nothing of theirs changed by it.
LOOKED = ("list.shown", "search.made", "trail.searched")
SHOWN = 50
# What is done with a line of Today.
LINE = ("line.given", "line.given_back", "line.snoozed", "line.woken")


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    what: str
    said: str


def last_change(record: models.Model) -> Change | None:
    return next(iter(changes(record, at_most=1)), None)


def changes(record: models.Model, *, at_most: int = SHOWN) -> list[Change]:
    """The newest first."""
    changed = Event.objects.on(record).exclude(Q(verb__endswith=LOOK) | Q(verb__in=LOOKED))
    events = list(changed.order_by("-at", "-id")[:at_most])
    names = _names(event.actor for event in events)
    return [_change(event, names) for event in events]


def last_of_line(key: str) -> Change | None:
    """Who was at a line of Today last; `key`: as Today names it."""
    kind, _, record = key.partition(":")
    events = Event.objects.filter(record=record or kind, verb__in=LINE)
    last = next((one for one in events.order_by("-at", "-id")[:SHOWN] if one.facts.get("line") == kind), None)
    return _change(last, _names([last.actor])) if last else None


def _change(event: Event, names: dict[str, str]) -> Change:
    return Change(event.at, names.get(event.actor, "Onus itself"), words.plain(event.verb), _said(event.facts))


def _names(actors: Iterable[str]) -> dict[str, str]:
    people = {actor.partition(":")[2] for actor in actors if actor.startswith("user:")}
    return {f"user:{user.pk}": user.name for user in User.objects.filter(pk__in=people)}


def actors(labels: Iterable[str]) -> dict[str, str]:
    """By the actor that an event names: a person's name, also of who has left, or what the job does."""
    said = {one: words.job(one.removeprefix("task:")) for one in labels}
    return said | _names(said)


def _said(facts: dict[str, Any]) -> str:
    """What was there and what is; of what may not be told in clear text only that it changed."""
    return "; ".join(_lines(facts))


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    for name, sides in (facts.get("changed") or {}).items() if isinstance(facts.get("changed"), dict) else ():
        called = words.plain(name)
        yield f"{called}: {_worded(sides[0])} → {_worded(sides[1])}" if isinstance(sides, list) else f"{called} changed"
    if isinstance(facts.get("changed"), list):
        yield "changed: " + ", ".join(words.plain(name).lower() for name in facts["changed"])


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or words.NOTHING
    return str(value).replace("\n", ", ") if value not in (None, "") else words.NOTHING
