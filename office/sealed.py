"""The head of the audit trail's chain, mailed once a day: kept where nobody of the house can change it, it shows later
that the trail's end was cut off. Numbers and a digest; nobody's name."""

from datetime import datetime

from accounts.roles import Role
from audit.models import Seal, name_of
from courts.actions.telling import having
from courts.deadlines import DIGEST_AT
from messaging.actions import Planned, plan
from messaging.models import Channel, Message
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered
from programs.models import Program

HEAD = "audit_head"


def plan_heads(*, now: datetime) -> int:
    """To each administrator, from eight on, also on days when nobody works; returns how many are new."""
    local = now.astimezone(Program.objects.office_zone())
    newest = Seal.objects.order_by("-number").first() if local.time() >= DIGEST_AT else None
    if newest is None:
        return 0
    return plan(
        (
            Planned(
                key=f"{HEAD}:{local.date()}:{user}",
                kind=HEAD,
                channel=Channel.EMAIL,
                about=name_of(newest),
                user_id=user,
                due_at=now,
            )
            for user in sorted(having(Role.ADMINISTRATOR))
        ),
        now=now,
    )


def register_kinds() -> None:
    register(AuditHead())


class AuditHead(Kind):
    name = HEAD
    # A day without one is a day whose end could be cut off.
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        seal = Seal.objects.get(pk=int(message.about.rpartition(":")[2]))
        return rendered("audit_head", message, {"seal": seal}, zone=Program.objects.office_zone())

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        return None if message.user_id in having(Role.ADMINISTRATOR) else "no longer an administrator"
