"""What of a person's somebody else must take over when they leave."""

from collections.abc import Iterator
from datetime import datetime

from accounts.models import User
from participants.models import Appointment
from programs.models import Session, Signer


def left_behind(user: User, *, now: datetime) -> list[str]:
    return list(_lines(user, now))


def _lines(user: User, now: datetime) -> Iterator[str]:
    led = Session.objects.from_now(now).led_by(user).count()
    if led:
        yield f"{_many(led, 'planned session')} {'is' if led == 1 else 'are'} led by {user.name}: name a substitute."
    planned = Appointment.objects.planned().filter(with_whom=user, starts_at__gt=now).count()
    if planned:
        yield f"{_many(planned, 'appointment')} with {user.name} ahead: move or cancel."
    for signer in Signer.objects.filter(user=user, ended_at=None).select_related("program"):
        yield f"{user.name} signs for {signer.program.name}: name another signer, and end this one."


def _many(number: int, what: str) -> str:
    return f"One {what}" if number == 1 else f"{number} {what}s"
