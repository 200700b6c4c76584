"""Messages that wait for a person: those that broke, letters, and texts that came in."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from messaging.looking import QUIET_HOURS
from messaging.models import InboundText, Message
from messaging.models import State as Sent
from messaging.stop import Meaning
from office import words
from office.subjects import rows
from office.waiting.found import Found, page
from participants.models import tried
from programs.kinds import Change

# A message that broke is told of so long, unless somebody has tried to reach him since.
BROKE_WITHIN = timedelta(days=7)


def broken(now: datetime, today: date) -> QuerySet[Any]:
    # The states are named twice: a small index holds these three, and the database must see that it answers.
    lately = Q(due_at__gte=now - BROKE_WITHIN, state__in=(Sent.FAILED, Sent.UNKNOWN, Sent.MISSED))
    lately &= Q(state__in=(Sent.FAILED, Sent.UNKNOWN)) | _of_the_night()
    return rows(Message).filter(lately).exclude(tried("participant", since="due_at")).order_by("due_at")


def _of_the_night() -> Q:
    """What was too late by morning, and was not said before. Whoever wasn't told of a change has a line of his own."""
    same = Message.objects.filter(about=OuterRef("about"), kind=OuterRef("kind"), participant=OuterRef("participant"))
    return Q(~Exists(same.filter(state=Sent.SENT)), state=Sent.MISSED, reason=QUIET_HOURS) & ~Q(kind__in=Change)


BROKE = {
    Sent.FAILED: ("Message failed", "It did not go. Reach him another way."),
    Sent.MISSED: ("Not told in time", "It fell into the night, and by morning it was too late. Call him."),
    Sent.UNKNOWN: ("Text may not have gone", "Nobody can tell whether it went, and it isn't sent again. Ask him."),
}
HELD = ("Message held back", "It would give something away. Look at its wording.")


def message(found: Found) -> dict[str, Any]:
    what, why = HELD if found.three.startswith("gives something away") else BROKE[Sent(found.two)]
    said = {"what": what, "why": f"{words.plain(found.one)}. {why}", "broken": True}
    whom = {} if found.whom else {"whom": "To staff or a court"}
    return said | whom | {"button": "Look", "url": page(Message, found.pk)}


def texts(now: datetime, today: date) -> QuerySet[Any]:
    return rows(InboundText).filter(pk__in=InboundText.objects.unread().values("pk")).order_by("came_at")


CAME = {
    Meaning.STOP: ("He wrote STOP", "No more texts go to this number. Agree on another way."),
    Meaning.START: ("He wrote START", "Texts go to this number again."),
    Meaning.HELP: ("He wrote HELP", "He was answered with our number. Call him."),
    Meaning.OTHER: ("A text came in", "Nobody has read it yet."),
}


def text(found: Found) -> dict[str, Any]:
    what, why = CAME[Meaning(found.one)]
    said = {"what": what, "why": why, "button": "Read it", "url": page(InboundText, found.pk)}
    return said | ({} if found.whom else {"whom": "A number that is nobody's here"})


# --- Letters, which go only by somebody's hand

PRINTED = Case(When(printed_at__isnull=False, then=Value("printed")), default=Value(""), output_field=CharField())


def letters(now: datetime, today: date) -> QuerySet[Any]:
    return rows(Message).filter(pk__in=Message.objects.letters_to_print(now).values("pk")).order_by("due_at")


def letter(found: Found) -> dict[str, Any]:
    what = "Letter to post" if found.two else "Letter to print"
    why = f"{words.plain(found.one)}. Nothing else reaches him."
    return {"what": what, "why": why, "button": "Open letters", "url": reverse("office:letters")}
