"""What messages say: files that Onus brings along, one a channel and language; the first line of an e-mail's is its
subject. Those in `messaging.wording` the office may word itself: then its newest version counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.utils import dateformat, timezone, translation

from messaging.models import Channel, Message, Wording
from messaging.registry import Rendered
from messaging.segments import plain, weigh
from messaging.wording import fill


def rendered(template: str, message: Message, data: Mapping[str, Any], *, zone: ZoneInfo, sender: str = "") -> Rendered:
    """In the person's language, or in English; times by the clock of `zone`."""
    language = language_of(message)
    source = _file(template, message.channel, language)
    with translation.override(language), timezone.override(zone):
        # Plain text: an ampersand stays one.
        text = source.render(Context(data, autoescape=False)).strip()
    return _parted(text, message.channel, sender)


def _file(template: str, channel: str, language: str) -> Any:
    return Engine.get_default().get_template(f"messages/{template}.{channel}.{language}.txt")


def _parted(text: str, channel: str, sender: str = "", wording: int = 0) -> Rendered:
    if channel == Channel.TEXT:
        return Rendered("", " ".join(text.split()), sender, wording=wording)
    subject, _, body = text.strip().partition("\n")
    return Rendered(subject.strip(), body.strip() + "\n", sender, wording=wording)


def language_of(message: Message) -> str:
    language = message.language.partition("-")[0].lower()
    return language if language in dict(settings.LANGUAGES) else "en"


# --- What the office may word


@dataclass(frozen=True, slots=True)
class Words:
    """As they stand, with their placeholders. `version` 0: those that Onus brings along. A text has no subject."""

    subject: str
    body: str
    version: int = 0

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.body}" if self.subject else self.body


def words_of(template: str, channel: str, language: str) -> Words:
    """The office's newest, unless it went back to those that Onus brings along."""
    its = Wording.objects.filter(template=template, channel=channel, language=language)
    newest = its.order_by("-version").first()
    if newest is None or not newest.body:
        return shipped(template, channel, language)
    return Words(newest.subject, newest.body, newest.version)


def shipped(template: str, channel: str, language: str) -> Words:
    made = _parted(_file(template, channel, language).source, channel)
    return Words(made.subject, made.body.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a wording may speak of. `at` None: of no time."""

    number: str
    at: datetime | None = None
    place: str = ""
    zone: ZoneInfo
    sender: str = ""


def worded(template: str, message: Message, facts: Facts) -> Rendered:
    """In the person's language, or in English. A text leaves out so much of a place that it stays one segment."""
    language = language_of(message)
    # A letter says what an e-mail says.
    channel = Channel.EMAIL if message.channel == Channel.LETTER else message.channel
    return spoken(words_of(template, channel, language), channel, language, facts)


def spoken(words: Words, channel: str, language: str, facts: Facts) -> Rendered:
    values = _values(facts, language)
    if channel != Channel.TEXT:
        return _parted(fill(words.whole, values), channel, facts.sender, words.version)
    body = ""
    for place in _shorter(values["place"]):
        body = plain(fill(words.body, values | {"place": place}))
        if weigh(body).is_one:
            break
    return _parted(body, channel, facts.sender, words.version)


# As one says it in each language.
_FORMS = {
    "en": {"when": "l, F j, g:i A", "day": "l, F j, Y", "time": "g:i A"},
    "es": {"when": r"l j \d\e F, g:i A", "day": r"l j \d\e F \d\e Y", "time": "g:i A"},
}


def _values(facts: Facts, language: str) -> dict[str, str]:
    said = {"number": facts.number, "place": facts.place}
    if facts.at is None:
        return said
    local = facts.at.astimezone(facts.zone)
    forms = _FORMS[language if language in _FORMS else "en"]
    with translation.override(language):
        return said | {name: dateformat.format(local, form) for name, form in forms.items()}


def _shorter(place: str) -> Iterator[str]:
    """All of it, then without its last part, down to none; half a link leads nowhere."""
    yield place
    parts = place.split(", ")
    for count in range(len(parts) - 1, 0, -1):
        yield ", ".join(parts[:count])
    words = [] if "://" in place else parts[0].split()
    for count in range(len(words) - 1, 2, -1):
        yield " ".join(words[:count])
    if place:
        yield ""
