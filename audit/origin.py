"""Where a change came from: a command's name, or a network address. Set at the edge, read by `record`."""

from contextvars import ContextVar

origin: ContextVar[str] = ContextVar("origin", default="")
