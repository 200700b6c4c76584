"""Onus broken on purpose, to show that the faults would find it: `make faults-broken`."""

from collections.abc import Callable
from typing import Any

from core import clock
from messaging.actions import sweeping
from messaging.models import Message, State
from messaging.post import Post


def mark_before_sending() -> None:
    """Nothing goes twice then, and what was marked when its worker died never goes."""
    then_send = Post.hand_over

    def hand_over(post: Post, message: Message, *rest: Any) -> str:
        free: dict[str, Any] = {"claim": None, "lease_until": None}
        Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=clock.now(), **free)
        return then_send(post, message, *rest)

    setattr(Post, "hand_over", hand_over)  # noqa: B010  a method is no place to assign to, says mypy


def texts_go_again() -> None:
    """What a dead worker held goes again, texts too."""
    setattr(sweeping, "GOES_ONCE", ())  # noqa: B010


def ways() -> dict[str, Callable[[], None]]:
    return {"mark-before-sending": mark_before_sending, "texts-go-again": texts_go_again}
