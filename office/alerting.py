"""That a list left the house: kept in the trail, and when administrators are told, in which words."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from audit.actions import record
from audit.models import Event
from messaging.actions import Planned, plan
from messaging.models import Channel, Message
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered
from programs.models import Program

EXPORT_ALERT = "export_alert"
UNUSUAL_ROWS, UNUSUAL_A_DAY = 500, 3


def unusual(rows: int, earlier_today: int) -> bool:
    """Whether the administrators are told: many at once, or again and again."""
    return rows > UNUSUAL_ROWS or earlier_today >= UNUSUAL_A_DAY


@transaction.atomic
def note_export(*, noun: str, rows: int, said: Mapping[str, Any], by: User, now: datetime) -> None:
    """That a list leaves the house: how many rows, which filters and columns, what for; never what stood in it."""
    event = record(by=by, now=now, verb="list.exported", on=by, facts={"list": noun, "rows": rows, **said})
    began = now.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = Event.objects.on(by).filter(verb="list.exported", at__gte=began, pk__lt=event.pk).count()
    if unusual(rows, earlier):
        plan(export_alerts(event, now), now=now)


def export_alerts(event: Event, now: datetime) -> Iterator[Planned]:
    """To each administrator, also to one who exported it himself."""
    told = RoleGrant.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    for user in sorted(set(told.values_list("user", flat=True))):
        yield Planned(
            key=f"{EXPORT_ALERT}:{event.pk}:{user}",
            kind=EXPORT_ALERT,
            channel=Channel.EMAIL,
            about=f"audit.Event:{event.pk}",
            user_id=user,
            due_at=now,
        )


def register_kinds() -> None:
    register(ExportAlert())


class ExportAlert(Kind):
    """An id, a number and a link; whoever reads over a shoulder learns no name and no court."""

    name = EXPORT_ALERT
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        event = _event(message)
        data = {
            "who": event.actor.partition(":")[2],
            "rows": f"{event.facts['rows']:,}",
            "at": event.at,
            "link": f"{settings.SITE_URL}/office/audit/event/{event.pk}/",
        }
        return rendered("export_alert", message, data, zone=Program.objects.office_zone())

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        told = RoleGrant.objects.current().filter(user=message.user_id, role=Role.ADMINISTRATOR)
        return None if told.exists() else "no longer an administrator"


def _event(message: Message) -> Event:
    return Event.objects.get(pk=int(message.about.rpartition(":")[2]))
