"""The way out for texts: a small protocol, and the gateway that keeps them here."""

from datetime import datetime
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string


class TextRefused(Exception):
    """The provider takes it neither now nor later: a landline, a blocked number. `code`: the provider's, or ""."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class TextNotSent(Exception):
    """It surely did not go; later it may."""


class ProviderSilent(Exception):
    """It couldn't be asked, or gave no answer that can be read. Later it may."""


class TextGateway(Protocol):
    def send(self, to: str, body: str, reference: str) -> str:
        """Returns the provider's id. `reference` is the same for the same message.

        Raises TextRefused or TextNotSent; whatever else it raises may have happened after the text went.
        """
        ...

    def hang_up(self) -> None:
        """The next call begins on a connection of its own."""
        ...

    def deaf(self) -> str:
        """Why a STOP would not be heard, and what to set; "": it would be."""
        ...

    def elsewhere(self) -> str:
        """Asked of the provider: where it takes what comes in, when not to us; "": to us, or it doesn't say.

        Raises ProviderSilent.
        """
        ...

    def gone(self, to: str, since: datetime, until: datetime) -> list[str]:
        """The ids of the texts that went to this number in this time. Raises ProviderSilent."""
        ...

    def redact(self, provider_id: str) -> None:
        """Blank what it keeps of a text; one that it has forgotten is blank. Raises ProviderSilent, TextRefused."""
        ...


class LocalGateway:
    """Sends nothing: the row in the outbox, with address and body, is the mailbox."""

    def send(self, to: str, body: str, reference: str) -> str:
        return f"local-{uuid4().hex}"

    def hang_up(self) -> None:
        """It calls nobody."""

    def deaf(self) -> str:
        """Nothing leaves, and nobody could answer."""
        return ""

    def elsewhere(self) -> str:
        return ""

    def gone(self, to: str, since: datetime, until: datetime) -> list[str]:
        return []

    def redact(self, provider_id: str) -> None:
        """What it keeps is the row in the outbox."""


def gateway() -> TextGateway:
    path = settings.TEXT_GATEWAY
    made: TextGateway = import_string(path)()
    return made
