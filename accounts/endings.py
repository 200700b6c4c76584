"""What dies with a person's sessions: an app above hands in how, when it starts, as it does for the audit trail."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.actors import Actor
    from accounts.models import User


class Ending(Protocol):
    def __call__(self, *, user: "User", by: "Actor", now: datetime) -> object: ...


_endings: list[Ending] = []


def dies_with_the_sessions(ending: Ending) -> None:
    """In the transaction that signs the person out everywhere."""
    if ending not in _endings:
        _endings.append(ending)


def end_all(*, user: "User", by: "Actor", now: datetime) -> None:
    for ending in _endings:
        ending(user=user, by=by, now=now)
