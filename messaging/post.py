"""Handing a message over: e-mails on one kept connection, texts to the gateway."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from messaging.gateways import TextNotSent, TextRefused, gateway
from messaging.looking import Ready
from messaging.models import Channel, Message


class MaybeSent(Exception):
    """A text may have gone, and must not go twice."""


class Post:
    def __init__(self) -> None:
        self._connection = get_connection()
        self._gateway = gateway()

    def hand_over(self, message: Message, ready: Ready) -> str:
        """Returns the provider's id; "" where there is none, as over SMTP. Raises what the way out raises."""
        if message.channel == Channel.TEXT:
            return self._text(message, ready)
        return self._mail(message, ready)

    def hang_up(self) -> None:
        """After trouble too: the next message begins on a connection of its own."""
        self._gateway.hang_up()
        try:
            self._connection.close()
        except OSError:
            # Every SMTPException is one. It would not say good-bye; Django has dropped it all the same.
            return

    def _mail(self, message: Message, ready: Ready) -> str:
        mail = EmailMessage(
            ready.rendered.subject,
            ready.rendered.body,
            formataddr((ready.rendered.sender, settings.DEFAULT_FROM_EMAIL)),
            [ready.address],
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        )
        for one in ready.rendered.attachments:
            mail.attach(one.name, one.content, one.mimetype)
        # Opened first: a backend hangs up after each call when it had to open by itself.
        self._connection.open()
        self._connection.send_messages([mail])
        # A provider's API gives it an id, by which it tells of it later; SMTP has none.
        return str(getattr(getattr(mail, "anymail_status", None), "message_id", None) or "")[:120]

    def _text(self, message: Message, ready: Ready) -> str:
        try:
            return self._gateway.send(ready.address, ready.rendered.body, message.message_id)
        except (TextRefused, TextNotSent):
            raise
        except Exception as error:
            raise MaybeSent(type(error).__name__) from error
