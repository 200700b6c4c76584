"""Where a change came from: a command's name, or a network address. Set at the edge, read by `record`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(name: str) -> Iterator[None]:
    """What is recorded meanwhile came from there."""
    token = origin.set(name)
    try:
        yield
    finally:
        origin.reset(token)
