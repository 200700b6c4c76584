"""The office words its own messages: each version is kept, and none gives anything away."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from messaging.guarding import words_in
from messaging.models import Channel, Wording
from messaging.rendering import Facts, Words, spoken
from messaging.segments import Alphabet, plain, strange, weigh
from messaging.wording import BY_TEMPLATE, faults

CHANNELS = (Channel.EMAIL, Channel.TEXT)
# A Wednesday in September at ten: no day, no month and no hour is longer.
LONGEST = datetime(2026, 9, 30, 22, 30, tzinfo=ZoneInfo("UTC"))


class NotSendable(Refusal):
    """`wrong`: what is, a sentence each."""

    def __init__(self, wrong: list[str]) -> None:
        self.wrong = wrong
        super().__init__(" ".join(wrong))


class WordedSince(Refusal):
    pass


class SaysTheSame(Refusal):
    pass


def is_worded(template: str, channel: str, language: str) -> bool:
    return template in BY_TEMPLATE and channel in CHANNELS and language in dict(settings.LANGUAGES)


def wrong_with(template: str, channel: str, language: str, words: Words) -> list[str]:
    """What keeps it from being sent, a sentence each; empty: nothing."""
    return list(_wrong(template, channel, language, words))


def _wrong(template: str, channel: str, language: str, words: Words) -> Iterator[str]:
    if not words.body.strip():
        yield "Write what it says."
    if channel == Channel.EMAIL and not words.subject.strip():
        yield "An e-mail needs a subject."
    yield from faults(words.whole, BY_TEMPLATE[template].holds)
    if found := words_in(words.whole):
        said = ", ".join(f"“{word}”" for word in found)
        yield f"Whoever reads along must learn nothing: leave out {said}."
    if channel == Channel.TEXT:
        yield from _too_heavy(language, words)


def _too_heavy(language: str, words: Words) -> Iterator[str]:
    if "stop" not in words.body.casefold():
        yield "Each text says how to end texts: “Reply STOP”."
    facts = Facts(number="+12065550100", at=LONGEST, place="", zone=ZoneInfo("UTC"))
    body = spoken(words, Channel.TEXT, language, facts).body
    weight = weigh(body)
    if weight.alphabet is Alphabet.UCS_2:
        yield f"Some phones need three times the room for it, and so it costs: leave out {' '.join(strange(body))}."
    elif not weight.is_one:
        over = weight.signs - 160
        yield f"On the longest day it doesn't fit into one text: {over} sign{'' if over == 1 else 's'} too many."


@transaction.atomic
def reword(
    *, template: str, channel: str, language: str, subject: str, body: str, after: int, by: User, now: datetime
) -> Wording:
    """The next version. `after`: the one that stood there when the page was made; 0: none did.

    Raises NotSendable, WordedSince.
    """
    body = body.strip().replace("\r\n", "\n")
    body = plain(body) if channel == Channel.TEXT else body
    words = Words("" if channel == Channel.TEXT else " ".join(subject.split()), body)
    if wrong := wrong_with(template, channel, language, words):
        raise NotSendable(wrong)
    return _append(template, channel, language, words, after, by, now)


@transaction.atomic
def restore(*, template: str, channel: str, language: str, after: int, by: User, now: datetime) -> Wording:
    """Back to the words that Onus brings along. Raises WordedSince, SaysTheSame."""
    newest = versions(template, channel, language).first()
    if newest is None or not newest.body:
        raise SaysTheSame("It says what Onus brings along already.")
    return _append(template, channel, language, Words("", ""), after, by, now)


def versions(template: str, channel: str, language: str) -> QuerySet[Wording]:
    """The newest first."""
    its = Wording.objects.filter(template=template, channel=channel, language=language)
    return its.select_related("by").order_by("-version")


def _append(template: str, channel: str, language: str, words: Words, after: int, by: User, now: datetime) -> Wording:
    last = versions(template, channel, language).aggregate(last=Max("version"))["last"] or 0
    since = WordedSince("Somebody has worded it anew since you opened the page. Look at that first.")
    if last != after:
        raise since
    try:
        with transaction.atomic():
            made = Wording.objects.create(
                template=template,
                channel=channel,
                language=language,
                version=last + 1,
                subject=words.subject,
                body=words.body,
                at=now,
                by=by,
            )
    except IntegrityError:
        raise since from None
    facts = {"template": template, "channel": channel, "language": language, "version": made.version}
    record(by=by, now=now, verb="wording.written" if words.body else "wording.restored", on=made, facts=facts)
    return made
