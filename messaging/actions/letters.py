"""Letters: looked at again, printed, taken to the post by somebody, and sometimes returned."""

import logging
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import dateformat, translation

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from messaging.actions.outcomes import bounced
from messaging.addresses import point_at
from messaging.looking import Halt, Ready, look_again
from messaging.models import Channel, Message, State
from messaging.proof import said_hash
from messaging.sheets import Letter, address_lines, letters, paragraphs
from participants.kinds import Unreachable

logger = logging.getLogger(__name__)

AT_ONCE = 100


class NotPrinted(Refusal):
    pass


class NotAtThePost(Refusal):
    pass


@transaction.atomic
def print_letters(*, messages: Iterable[int], by: User, now: datetime) -> bytes:
    """One file for the printer; b"": none of them is wanted any more, and each says why.

    A letter that is printed twice is worded twice: what was printed last is what counts as said.
    """
    waiting = Message.objects.letters_to_print(now).filter(pk__in=list(messages)[:AT_ONCE])
    rows = waiting.select_related("participant", "user").select_for_update(of=("self",))
    ready = [(message, found) for message in rows if (found := _looked_at(message, now))]
    if not ready:
        return b""
    made = letters([_letter(message, found, now) for message, found in ready])
    for message, found in ready:
        _printed(message, found, by, now)
    return made


def _looked_at(message: Message, now: datetime) -> Ready | None:
    try:
        found = look_again(message, now=now)
    except Exception as error:  # whatever it is: one letter must not hold up the others
        logger.warning("letter %s: %s", message.pk, type(error).__name__)
        found = Halt(State.FAILED, type(error).__name__)
    if isinstance(found, Ready):
        return found
    _drop(message, found)
    return None


def _drop(message: Message, halt: Halt) -> None:
    """Not by post any more; also the words of an earlier print."""
    empty = {"address": "", "subject": "", "body": "", "said_hash": ""}
    if halt.try_at is None:
        Message.objects.filter(pk=message.pk).update(state=halt.state, reason=halt.reason, **empty)


def _letter(message: Message, found: Ready, now: datetime) -> Letter:
    name = message.participant.legal_name if message.participant else ""
    language = "es" if message.language.startswith("es") else "en"
    return {
        "to": address_lines(name, found.address),
        "sender": [line for line in (found.rendered.sender, *settings.RETURN_ADDRESS) if line],
        "on": _day(message, now, language),
        "subject": found.rendered.subject,
        "body": paragraphs(found.rendered.body),
        "language": language,
    }


def _day(message: Message, now: datetime, language: str) -> str:
    """By his own calendar, in his own language."""
    there = now.astimezone(ZoneInfo(message.participant.time_zone)) if message.participant else now
    with translation.override(language):
        return dateformat.format(there, r"j \d\e F \d\e Y" if language == "es" else "F j, Y")


def _printed(message: Message, found: Ready, by: User, now: datetime) -> None:
    said = found.rendered
    message.address, message.subject, message.body = found.address, said.subject, said.kept
    message.said_hash = said_hash(found.address, said.subject, said.body)
    message.wording, message.contact_point = said.wording, point_at(message, found.address)
    message.printed_at, message.printed_by = now, by
    message.save()
    record(by=by, now=now, verb="letter.printed", on=message)


@transaction.atomic
def posted(*, message: Message, by: User, now: datetime) -> None:
    """Somebody took it to the post. Raises NotPrinted."""
    printed = Message.objects.filter(
        pk=message.pk, channel=Channel.LETTER, state=State.QUEUED, printed_at__isnull=False
    )
    if not printed.update(state=State.SENT, sent_at=now):
        raise NotPrinted("This letter isn't printed, or it went already. Look at it again, and print it first.")
    message.refresh_from_db()
    record(by=by, now=now, verb="letter.posted", on=message)


@transaction.atomic
def returned(*, message: Message, by: User, now: datetime) -> None:
    """It came back: nothing more goes to that address until somebody marks it safe anew. Raises NotAtThePost."""
    at_the_post = message.channel == Channel.LETTER and message.state == State.SENT
    if not at_the_post or not bounced(message=message, why=Unreachable.BOUNCED, now=now):
        raise NotAtThePost("Only a letter that went to the post can come back, and only once.")
    message.refresh_from_db()
    record(by=by, now=now, verb="letter.returned", on=message)
