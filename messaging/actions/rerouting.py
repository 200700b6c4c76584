"""A notice that nobody may miss looks for another way by itself, when the one that was planned is closed."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import Task
from messaging.actions.planning import Planned, plan
from messaging.addresses import agreeing, has_way
from messaging.bounces import STOPPED, of_error
from messaging.models import Channel, Message, State
from messaging.registry import Kind, UnknownKind, kind
from participants.actions import mark_unreachable, record_consent
from participants.kinds import ConsentHow, Unreachable
from participants.models import ContactPoint

BY = Task("messaging.send_due")
# Why a message didn't go that are about the way, not about the message.
NO_WAY = frozenset({"no safe contact point", "no consent to texts", "texts can't be answered"})
# What is over sooner doesn't go by letter.
BY_POST = timedelta(days=4)


def closed(message: Message, *, reason: str, now: datetime) -> None:
    """It was skipped; in the transaction in which that is written down."""
    if reason in NO_WAY:
        replan(message, now=now)


def refused(message: Message, *, point: ContactPoint | None, error: Exception, now: datetime) -> None:
    """The way out refused it for good; in the transaction in which that is written down."""
    if point is not None:
        if getattr(error, "code", "") == STOPPED:
            no_longer_agreed(point, now=now)
        elif why := of_error(error):
            mark_unreachable(contact_point=point, why=why, by=BY, now=now)
    replan(message, now=now)


def came_back(message: Message, *, why: Unreachable | None, now: datetime) -> None:
    """It had gone, and somebody says that it did not arrive."""
    if message.contact_point and why:
        mark_unreachable(contact_point=message.contact_point, why=why, by=BY, now=now)
    replan(message, now=now)


@transaction.atomic
def leave_texts(participants: set[int], *, now: datetime) -> None:
    """He wants no more texts: what nobody may miss, and waits to go as one, goes another way."""
    waiting = Message.objects.filter(participant__in=participants, channel=Channel.TEXT, state=State.QUEUED)
    for message in waiting.select_for_update():
        if must_arrive(message):
            Message.objects.filter(pk=message.pk).update(state=State.SKIPPED, reason="no consent to texts")
            replan(message, now=now)


def replan(message: Message, *, now: datetime) -> bool:
    """Whether another way was found. A second call for the same message finds what the first one planned."""
    if message.participant_id is None or not must_arrive(message):
        return False
    channel = _next(message, now)
    if channel is None:
        return False
    plan([_again(message, channel, now)], now=now)
    return True


def must_arrive(message: Message) -> bool:
    """One that nobody may miss and that goes where he is reached; a kind with an address of its own has no other."""
    try:
        its_kind = kind(message.kind)
    except UnknownKind:
        return False
    return its_kind.required and type(its_kind).address is Kind.address


def _next(message: Message, now: datetime) -> Channel | None:
    """Text, then e-mail, then a letter: never back."""
    him = message.participant_id or 0
    if message.channel == Channel.TEXT and has_way(him, Channel.EMAIL):
        return Channel.EMAIL
    in_time = message.expires_at is None or message.expires_at - now >= BY_POST
    by_post = message.channel != Channel.LETTER and in_time and has_way(him, Channel.LETTER)
    return Channel.LETTER if by_post else None


def _again(message: Message, channel: Channel, now: datetime) -> Planned:
    return Planned(
        key=f"{message.key}:{channel}",
        kind=message.kind,
        channel=channel,
        about=message.about,
        participant_id=message.participant_id,
        language=message.language,
        due_at=now,
        expires_at=message.expires_at,
    )


def no_longer_agreed(point: ContactPoint, *, now: datetime) -> bool:
    """Whether he had agreed until now."""
    agreed = point.pk in agreeing([point])
    if agreed:
        record_consent(contact_point=point, given=False, how=ConsentHow.BY_TEXT, by=BY, now=now)
    return agreed
