"""Texts that come in. A STOP counts at once; whoever isn't known here never learns it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.actors import Task
from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.nudge import nudge
from core.refusal import Refusal
from messaging.actions.planning import Planned, plan
from messaging.actions.rerouting import leave_texts, no_longer_agreed
from messaging.models import Channel, InboundText
from messaging.stop import Meaning, meaning_of
from participants.actions import mark_unreachable, record_consent
from participants.kinds import ConsentHow, ContactKind, Unreachable
from participants.models import Consent, ContactPoint

BY = Task("messaging.came_in")
# The kinds that answer; `programs` knows the number to call.
STOPPED, STARTED, HELPED = "text_stopped", "text_started", "text_help"
# A START later than this needs a new word of his, recorded by somebody.
RESTORED_WITHIN = timedelta(days=30)
# Longer is nobody's text: ten segments and a bit.
LETTERS_KEPT = 2_000


class AlreadySeen(Refusal):
    pass


def came_in(*, provider_id: str, number: str, body: str, now: datetime) -> InboundText | None:
    """None: it had come already."""
    if InboundText.objects.filter(provider_id=provider_id).exists():
        return None
    try:
        return _take(provider_id, number, body[:LETTERS_KEPT].replace("\0", ""), now)
    except IntegrityError:
        # It comes twice at this moment; the other one does what is to be done.
        if InboundText.objects.filter(provider_id=provider_id).exists():
            return None
        raise


@transaction.atomic
def _take(provider_id: str, number: str, body: str, now: datetime) -> InboundText:
    said, points = meaning_of(body), _points_at(number)
    text = InboundText.objects.create(
        provider_id=provider_id,
        number=number,
        body=body,
        meaning=said.meaning,
        came_at=now,
        contact_point=points[0] if points else None,
    )
    facts = {"meaning": said.meaning, "stranger": said.stranger}
    record(by=BY, now=now, verb="text.came_in", on=text, facts=facts)
    if points:
        _do(text, points, stranger=said.stranger, now=now)
    return text


def _points_at(number: str) -> list[ContactPoint]:
    """The safe one first: the answer goes to its owner, in his language."""
    points = ContactPoint.objects.in_use().filter(kind=ContactKind.PHONE, value=number)
    found = points.select_related("participant__key").select_for_update(of=("self",)).order_by("id")
    return sorted(found, key=lambda point: point.safe_at is None or point.unreachable_at is not None)


def _do(text: InboundText, points: list[ContactPoint], *, stranger: bool, now: datetime) -> None:
    match text.meaning:
        case Meaning.STOP:
            stopped = _stop(points, now)
            if stranger:
                _of_a_stranger(points, now)
            elif stopped:
                _answer(STOPPED, text, points[0], now)
        case Meaning.START:
            if _start(points, now):
                _answer(STARTED, text, points[0], now)
        case Meaning.HELP:
            _answer(HELPED, text, points[0], now)


def _stop(points: list[ContactPoint], now: datetime) -> bool:
    """Whether somebody had agreed: only then there is something to confirm, so one STOP has one answer."""
    stopped = [point for point in points if no_longer_agreed(point, now=now)]
    leave_texts({point.participant_id for point in points}, now=now)
    return bool(stopped)


def _of_a_stranger(points: list[ContactPoint], now: datetime) -> None:
    for point in points:
        mark_unreachable(contact_point=point, why=Unreachable.WRONG_PERSON, by=BY, now=now)


def _start(points: list[ContactPoint], now: datetime) -> bool:
    """Restores only what a text from this number ended, and not long ago."""
    restored = False
    for point in points:
        newest = Consent.objects.about_texts(point).newest_first().first()
        by_text = newest is not None and not newest.given and newest.how == ConsentHow.BY_TEXT
        if newest and by_text and now - newest.at <= RESTORED_WITHIN:
            record_consent(contact_point=point, given=True, how=ConsentHow.BY_TEXT, by=BY, now=now)
            restored = True
    return restored


def _answer(kind: str, text: InboundText, point: ContactPoint, now: datetime) -> None:
    answer = Planned(
        key=f"{kind}:{text.pk}",
        kind=kind,
        channel=Channel.TEXT,
        about=name_of(text),
        participant_id=point.participant_id,
        language=point.participant.language,
        due_at=now,
        expires_at=now + timedelta(hours=1),
    )
    plan([answer], now=now)
    nudge("messaging.send_due")


@transaction.atomic
def seen(*, text: InboundText, by: User, now: datetime) -> None:
    """Somebody has read it and knows what to do. Raises AlreadySeen."""
    if not InboundText.objects.unread().filter(pk=text.pk).update(seen_at=now, seen_by=by):
        raise AlreadySeen("Somebody has noted already that this text was seen.")
    text.refresh_from_db()
    record(by=by, now=now, verb="text.seen", on=text)
