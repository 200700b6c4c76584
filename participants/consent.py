"""Whether he agreed to texts: the newest word counts, and silence is a no."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """Given, or revoked; `id` tells which was recorded later when two have the same time."""

    id: int
    contact_point: int
    given: bool
    at: datetime


def may_text(events: Iterable[ConsentEvent], contact_point: int) -> bool:
    """For one number: STOP from it says nothing about another. Safety and quiet hours are asked elsewhere."""
    about_it = [event for event in events if event.contact_point == contact_point]
    newest = max(about_it, key=lambda event: (event.at, event.id), default=None)
    return newest is not None and newest.given
