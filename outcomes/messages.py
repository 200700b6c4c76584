"""The one message: a few questions, a link, a number. It doesn't say about what, from whom, or why him."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from django.conf import settings

from messaging.guarding import discreet
from messaging.models import Message
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered
from outcomes.actions.asking import QUESTIONS
from outcomes.actions.tickets import token_of
from outcomes.kinds import State, Way
from outcomes.models import Asking, Ticket


def register_kinds() -> None:
    register(Questions())


class Questions(Kind):
    name = QUESTIONS
    goes_with: ClassVar[Mapping[str, str]] = {"outcomes.Asking": "enrollment__participant"}

    def render(self, message: Message, now: datetime) -> Rendered:
        ticket = Ticket.objects.select_related("asking__enrollment__program").get(asking=_asking_id(message))
        program, token = ticket.asking.enrollment.program, token_of(ticket)
        data = {
            "link": f"{settings.SITE_URL}/q/{token}/",
            "number": program.callback_number,
            "until": ticket.asking.closes_on,
        }
        made = rendered("questions", message, data, zone=program.zone, sender=discreet(program.neutral_sender))
        return replace(made, keys=(token,))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        asking = Asking.objects.select_related("enrollment").filter(pk=_asking_id(message)).first()
        if asking is None or asking.state != State.HANDED:
            return f"asking {asking.state if asking else 'gone'}"
        if asking.enrollment.participant_id != message.participant_id:
            return "another man's"
        # Begun, or a tablet was handed to him meanwhile.
        ticket = Ticket.objects.filter(asking=asking, way=Way.LINK).exclude(sealed=b"").first()
        if ticket is None or ticket.is_taken:
            return "begun"
        return None if str(ticket.pk) in message.key.split(":") else "another link was sent"


def _asking_id(message: Message) -> int:
    return int(message.about.rpartition(":")[2])
