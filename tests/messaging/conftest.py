from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import pytest
from pytest_django import Settings

from messaging import registry
from messaging.models import Message
from messaging.registry import Kind, Rendered
from tests.messaging.mail_servers import Good, serving
from tests.messaging.twilio_server import FROM, SID, TOKEN, Twilio, speaking

Connect = Callable[[int], None]
Serve = Callable[[Good], AbstractContextManager[int]]


class Greeting(Kind):
    name = "greeting"

    def __init__(self) -> None:
        self.unwanted: str | None = None
        self.body = "Good morning."
        self.wording = 0

    def render(self, message: Message, now: datetime) -> Rendered:
        if message.language == "xx":
            raise ValueError("somebody@private.example")
        return Rendered("Hello", self.body, "Pier Street Office", wording=self.wording)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        return self.unwanted


class Summons(Greeting):
    name = "summons"
    required = True


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kind]:
    """A registry of its own, empty."""
    own: dict[str, Kind] = {}
    monkeypatch.setattr(registry, "_kinds", own)
    return own


@pytest.fixture
def greeting(kinds: dict[str, Kind]) -> Greeting:
    made = Greeting()
    registry.register(made)
    registry.register(Summons())
    return made


@pytest.fixture
def connect(settings: Settings) -> Connect:
    """Send by SMTP to that port from now on."""

    def to(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3

    return to


@pytest.fixture
def serve(connect: Connect) -> Serve:
    @contextmanager
    def serve_and_connect(handler: Good) -> Iterator[int]:
        with serving(handler) as port:
            connect(port)
            yield port

    return serve_and_connect


@pytest.fixture
def twilio(settings: Settings) -> Iterator[Twilio]:
    """Texts go by a server on loopback that speaks Twilio's API."""
    made = Twilio()
    with speaking(made) as url:
        settings.TEXT_GATEWAY = "messaging.twilio.TwilioGateway"
        settings.TWILIO_API, settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = url, SID, TOKEN
        settings.TWILIO_FROM, settings.TWILIO_HEARS_STOP = FROM, True
        settings.SITE_URL = "https://onus.notices.example"
        yield made
