"""The way out for texts: a small protocol, and the gateway that keeps them here."""

from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string


class TextRefused(Exception):
    """The provider takes it neither now nor later: a landline, a blocked number."""


class TextNotSent(Exception):
    """It surely did not go; later it may."""


class TextGateway(Protocol):
    def send(self, to: str, body: str, reference: str) -> str:
        """Returns the provider's id. `reference` is the same for the same message.

        Raises TextRefused or TextNotSent; whatever else it raises may have happened after the text went.
        """
        ...


class LocalGateway:
    """Sends nothing: the row in the outbox, with address and body, is the mailbox."""

    def send(self, to: str, body: str, reference: str) -> str:
        return f"local-{uuid4().hex}"


def gateway() -> TextGateway:
    path = settings.TEXT_GATEWAY
    made: TextGateway = import_string(path)()
    return made
