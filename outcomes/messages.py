"""The one message: a few questions, a link, a number. It doesn't say about what, from whom, or why him."""

from dataclasses import replace
from datetime import datetime

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
        return None if ticket and not ticket.is_taken else "begun"


def _asking_id(message: Message) -> int:
    return int(message.about.rpartition(":")[2])
