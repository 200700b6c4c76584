"""What a text gets back: that no more come, that they come again, or whom to call."""

from datetime import datetime
from zoneinfo import ZoneInfo

from messaging.actions.inbound import HELPED, STARTED, STOPPED
from messaging.guarding import discreet
from messaging.models import InboundText, Message
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered
from participants.models import ContactPoint
from programs.models import Enrollment, Program


def register_kinds() -> None:
    register(Stopped())
    register(Started())
    register(Helped())


class _Answer(Kind):
    """To the number that wrote, when it is still a safe one of his; at once, also at night: he has it in his hand."""

    asked_for = answers = True

    def render(self, message: Message, now: datetime) -> Rendered:
        program = _program(message)
        data = {"what": self.name, "number": program.callback_number if program else ""}
        sender = discreet(program.neutral_sender) if program else ""
        return rendered("answer", message, data, zone=ZoneInfo("UTC"), sender=sender)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        return None

    def address(self, message: Message, now: datetime) -> str | None:
        text = InboundText.objects.filter(pk=int(message.about.rpartition(":")[2])).first()
        safe = ContactPoint.objects.safe().filter(participant=message.participant_id)
        return text.number if text and safe.filter(value=text.number).exists() else None


class Stopped(_Answer):
    name = STOPPED


class Started(_Answer):
    name = STARTED


class Helped(_Answer):
    name = HELPED


def _program(message: Message) -> Program | None:
    """His newest; of an office with one program, that one, also before he is enrolled."""
    his = Enrollment.objects.filter(participant=message.participant_id).select_related("program")
    newest = his.order_by("-opened_at", "-id").first()
    return newest.program if newest else Program.objects.order_by("id").first()
