from datetime import datetime

from messaging.models import Message
from messaging.registry import Kind, Rendered

NOTICE, TO_HIM = "faults_notice", "faults_to_him"


class Notice(Kind):
    """To whom it goes stands in what it is about: thousands need no person each."""

    name = NOTICE

    def render(self, message: Message, now: datetime) -> Rendered:
        return Rendered("Good morning", "Please call.")

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        return None

    def address(self, message: Message, now: datetime) -> str | None:
        return message.about


class ToHim(Notice):
    """To a participant, by all rules that protect him: safe contact point, consent, quiet hours."""

    name = TO_HIM

    def address(self, message: Message, now: datetime) -> str | None:
        return super(Notice, self).address(message, now)
