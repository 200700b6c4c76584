"""Templates of messages: one file a channel and language; the first line of an e-mail's is its subject."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation

from messaging.models import Channel, Message
from messaging.registry import Rendered


def rendered(template: str, message: Message, data: Mapping[str, Any], *, zone: ZoneInfo, sender: str = "") -> Rendered:
    """In the person's language, or in English; times by the clock of `zone`."""
    language = _language(message)
    source = Engine.get_default().get_template(f"messages/{template}.{message.channel}.{language}.txt")
    with translation.override(language), timezone.override(zone):
        # Plain text: an ampersand stays one.
        text = source.render(Context(data, autoescape=False)).strip()
    if message.channel == Channel.TEXT:
        return Rendered("", " ".join(text.split()), sender)
    subject, _, body = text.partition("\n")
    return Rendered(subject.strip(), body.strip() + "\n", sender)


def _language(message: Message) -> str:
    language = message.language.partition("-")[0].lower()
    return language if language in dict(settings.LANGUAGES) else "en"
