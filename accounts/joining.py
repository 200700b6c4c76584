"""What else begins when an invitation is accepted: an app above hands in how, when it starts, as for `endings`."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.models import Invitation, User


class Beginning(Protocol):
    def __call__(self, *, invitation: "Invitation", user: "User", now: datetime) -> object: ...


_beginnings: list[Beginning] = []


def begins_with_the_invitation(beginning: Beginning) -> None:
    """In the transaction in which the person comes to exist."""
    if beginning not in _beginnings:
        _beginnings.append(beginning)


def begin_all(*, invitation: "Invitation", user: "User", now: datetime) -> None:
    for beginning in _beginnings:
        beginning(invitation=invitation, user=user, now=now)
