"""Who did it: a person who signed in, or a task that ran."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Task:
    """Work that no person asked for just then, such as `Task("courts.propose")`."""

    name: str


Actor = User | Task


class UnknownActor(TypeError):
    """Nobody whom the trail could name: nothing may be written in his name."""


def label(by: Actor) -> str:
    """Raises UnknownActor: somebody not signed in, without an account that may be used, or a task without a name."""
    if isinstance(by, Task) and by.name:
        return f"task:{by.name}"
    if isinstance(by, User) and by.pk is not None and by.is_active:
        return f"user:{by.pk}"
    raise UnknownActor(f"Nothing is written by {type(by).__name__} {getattr(by, 'pk', by)!r}: who is that?")


def person(by: Actor) -> User | None:
    """The person; None: a task did it, and the event says which."""
    return None if isinstance(by, Task) else by


def has_role(by: Actor, *roles: Role) -> bool:
    """Whether the person has one of these roles just now. A task may do whatever it was written to do."""
    return isinstance(by, Task) or by.grants.current().filter(role__in=roles).exists()
