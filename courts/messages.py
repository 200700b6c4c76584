"""Notices to clerks and alerts to the office: an id and a link, nobody's name, nobody's case number."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import RoleGrant
from accounts.roles import Role
from courts.actions.alerts import DEADLINE_ALERT
from courts.actions.deadlines import today_at
from courts.actions.notices import REPORT_WAITING
from courts.deadlines import DeadlineKind
from courts.models import Clerkship, Deadline, Delivery
from courts.moves import OVER, State
from courts.steps import Step
from messaging.models import Message, MessageQuerySet
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered


def register_kinds() -> None:
    register(ReportWaiting())
    register(DeadlineAlert())


class ReportWaiting(Kind):
    name = REPORT_WAITING
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        return rendered("report_waiting", message, {"link": f"{settings.SITE_URL}/court/"}, zone=ZoneInfo("UTC"))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        delivery = Delivery.objects.select_related("document__report__referral").get(pk=_id(message))
        report = delivery.document.report
        if delivery.acknowledged_at is not None:
            return "acknowledged"
        newest = report.steps.order_by("-number").first()
        if newest and newest.step in (Step.SUPERSEDED, Step.WITHDRAWN):
            return newest.step
        serving = Clerkship.objects.current().filter(court=report.referral.court_id, user=message.user_id)
        return None if serving.exists() else "no longer a clerk there"


class DeadlineAlert(Kind):
    name = DEADLINE_ALERT
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        deadline = _deadline(message)
        data = {
            "referral": deadline.referral_id,
            "what": DeadlineKind(deadline.kind).label,
            "due_on": deadline.due_on,
            # Counted now: after an outage the number is the true one.
            "when": when((deadline.due_on - today_at(deadline.referral, now)).days),
            "link": f"{settings.SITE_URL}/office/",
        }
        return rendered("deadline_alert", message, data, zone=deadline.referral.zone)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        deadline = _deadline(message)
        if deadline.state != Deadline.State.OPEN:
            return f"deadline {deadline.state}"
        if deadline.referral.state == State.ON_HOLD:
            return "on hold"
        if deadline.referral.state in OVER:
            return f"referral {deadline.referral.state}"
        if _newer(message).exists():
            return "a newer alert stands"
        told = RoleGrant.objects.current().filter(user=message.user_id, role__in=_TOLD)
        return None if told.exists() else "no longer in the office"


_TOLD = (Role.COORDINATOR, Role.ADMINISTRATOR)


def when(days: int) -> str:
    """How far off the day is, in words; negative: gone by."""
    if days == 0:
        return "today"
    number = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {number}" if days > 0 else f"{number} late"


def _id(message: Message) -> int:
    return int(message.about.rpartition(":")[2])


def _deadline(message: Message) -> Deadline:
    related = ("referral__court", "referral__program")
    return Deadline.objects.select_related(*related).get(pk=_id(message))


def _newer(message: Message) -> MessageQuerySet:
    same = Message.objects.about(message.about).filter(kind=message.kind, user=message.user_id)
    return same.filter(pk__gt=message.pk)
