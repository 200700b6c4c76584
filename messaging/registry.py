"""The kinds of message. Each stands in the app that knows what it speaks of; that app registers it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import ClassVar

from messaging import addresses
from messaging.models import Message


@dataclass(frozen=True, slots=True)
class Attachment:
    """Of an e-mail. Read when it is sent; no row of the outbox keeps it."""

    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent. `sender` is the name beside the neutral address; a text has no subject.

    `keys` are words of the body by which somebody gets in: a link, a code.
    """

    subject: str
    body: str
    sender: str = ""
    attachments: tuple[Attachment, ...] = ()
    keys: tuple[str, ...] = ()
    # Which version of the office's words; 0: those that Onus brings along.
    wording: int = 0

    @property
    def kept(self) -> str:
        """The body as the outbox keeps it: whoever reads it there doesn't get in."""
        return reduce(lambda body, key: body.replace(key, "…"), self.keys, self.body)


class Kind(ABC):
    name: ClassVar[str]
    # A notice that nobody may miss: it is tried until it goes.
    required: ClassVar[bool] = False
    # Somebody waits for it before a screen: it doesn't wait for the morning.
    asked_for: ClassVar[bool] = False
    # By what it may be about, the way from there to its man: isn't planned anew once it was skipped, so it goes along
    # with that record when two files are taken apart. Empty: it is planned anew, or goes with nothing of his.
    goes_with: ClassVar[Mapping[str, str]] = {}

    # It answers a text of his: it goes to that number whatever he agreed to, as the one word that he gets back.
    answers: ClassVar[bool] = False

    @abstractmethod
    def render(self, message: Message, now: datetime) -> Rendered: ...

    @abstractmethod
    def still_wanted(self, message: Message, now: datetime) -> str | None:
        """Asked when it is about to go. None: yes; else why it isn't sent, in words that name nobody."""

    def address(self, message: Message, now: datetime) -> str | None:
        """Where it goes, as known when it is about to go. None: nowhere that is safe."""
        return addresses.of(message)


class UnknownKind(LookupError):
    pass


class KindRegisteredTwice(TypeError):
    pass


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.name in _kinds:
        raise KindRegisteredTwice(kind.name)
    _kinds[kind.name] = kind


def kind(name: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> list[Kind]:
    return [_kinds[name] for name in names()]


def names() -> list[str]:
    """Of all kinds that an app has registered."""
    return sorted(_kinds)
