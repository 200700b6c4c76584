"""What a provider, a mail server, the post or a person says about a message that went, or that may have gone."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from messaging.actions.rerouting import came_back, no_longer_agreed
from messaging.bounces import STOPPED, of_code
from messaging.gateways import ProviderSilent, TextGateway, gateway
from messaging.models import Channel, Message, MessageQuerySet, Outcome, State
from participants.kinds import ContactKind, Unreachable
from participants.models import ContactPoint

logger = logging.getLogger(__name__)

# Asked twice, a minute apart: a text may show up at the provider after the look.
LOOKED, NOT_THERE = "looked for at the provider", "not at the provider"
LOOK_AFTER = timedelta(minutes=5)
# A provider that doesn't answer is left in peace till the next minute.
LOOK_AT_MOST = 50


class NotUnknown(Refusal):
    pass


def by_provider(provider_id: str, reference: str = "") -> Message | None:
    """By the provider's id; else by our reference, the first half of the Message-ID, when that id never reached us."""
    found = Message.objects.filter(provider_id=provider_id).first() if provider_id else None
    if found is None and reference:
        message_id = f"<{reference}@{settings.NEUTRAL_DOMAIN}>"
        found = Message.objects.filter(message_id=message_id, provider_id="").first()
    return found


@transaction.atomic
def note_outcome(*, message: Message, delivered: bool, code: str = "", provider_id: str = "", now: datetime) -> bool:
    """False: it was known. The first one stands; only "delivered" corrects a "not delivered"."""
    message = _locked(Message.objects.filter(pk=message.pk))
    _arrived_there(message, provider_id, now)
    if message.outcome == Outcome.DELIVERED or (message.outcome and not delivered):
        return False
    outcome = Outcome.DELIVERED if delivered else Outcome.NOT_DELIVERED
    _write(message, outcome, "" if delivered else f"code {code}" if code else "no reason given", now)
    if not delivered:
        if code == STOPPED and message.contact_point:
            no_longer_agreed(message.contact_point, now=now)
        came_back(message, why=of_code(code), now=now)
    return True


@transaction.atomic
def bounced(*, message: Message, why: Unreachable, now: datetime) -> bool:
    """An e-mail or a letter came back. False: it was known."""
    message = _locked(Message.objects.filter(pk=message.pk))
    if message.outcome == Outcome.NOT_DELIVERED:
        return False
    _write(message, Outcome.NOT_DELIVERED, why.replace("_", " "), now)
    came_back(message, why=why, now=now)
    return True


def _locked(messages: MessageQuerySet) -> Message:
    return messages.select_for_update(of=("self",)).select_related("contact_point").get()


def _write(message: Message, outcome: Outcome, why: str, now: datetime) -> None:
    message.outcome, message.outcome_why, message.outcome_at = outcome, why, now
    message.save(update_fields=["outcome", "outcome_why", "outcome_at"])


def _arrived_there(message: Message, provider_id: str, now: datetime) -> None:
    """A text of which nobody knew whether it went: whoever tells what became of it has got it."""
    if message.state != State.UNKNOWN:
        return
    message.state, message.sent_at, message.reason = State.SENT, now, ""
    message.provider_id = provider_id or message.provider_id
    message.save(update_fields=["state", "sent_at", "reason", "provider_id"])


# --- Texts that may have gone


def look_up_unknown(*, now: datetime) -> int:
    """Ask the provider about texts that may have gone; how many did. The others are a human's: none goes again."""
    open_ones = Message.objects.unknown().exclude(reason=NOT_THERE).filter(try_at__lt=now - LOOK_AFTER)
    asked = gateway()
    try:
        return sum(_look_up(one, asked, now) for one in open_ones.select_related("contact_point")[:LOOK_AT_MOST])
    except ProviderSilent as silence:
        logger.warning("texts that may have gone: not all looked up (%s)", str(silence))
        return 0
    finally:
        asked.hang_up()


def _look_up(message: Message, asked: TextGateway, now: datetime) -> bool:
    since = message.try_at - timedelta(minutes=1)
    ids = {one for number in _numbers(message) for one in asked.gone(number, since, now)}
    known = set(Message.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    rivals = Message.objects.unknown().filter(participant=message.participant_id).exclude(pk=message.pk)
    if len(ids - known) == 1 and not rivals.exists():
        return _went(message, (ids - known).pop(), now)
    # None, or more than one to choose from: better a person looks.
    reason = NOT_THERE if message.reason == LOOKED else LOOKED
    Message.objects.unknown().filter(pk=message.pk).update(reason=reason)
    return False


def _numbers(message: Message) -> list[str]:
    """Where it may have gone."""
    if message.contact_point:
        return [message.contact_point.value]
    his = ContactPoint.objects.filter(participant=message.participant_id, kind=ContactKind.PHONE)
    return sorted(set(his.values_list("value", flat=True)))


def _went(message: Message, provider_id: str, now: datetime) -> bool:
    gone = {"state": State.SENT, "sent_at": now, "reason": "", "provider_id": provider_id}
    return bool(Message.objects.unknown().filter(pk=message.pk).update(**gone))


@transaction.atomic
def settle_unknown(*, message: Message, went: bool, by: User, now: datetime) -> None:
    """What a person found out. Raises NotUnknown."""
    became = {"state": State.SENT, "sent_at": now, "reason": ""}
    changes = became if went else {"state": State.FAILED, "reason": "did not go, says the office"}
    if not Message.objects.unknown().filter(pk=message.pk, channel=Channel.TEXT).update(**changes):
        raise NotUnknown("It is known by now what became of this text. Look at it again.")
    message.refresh_from_db()
    record(by=by, now=now, verb="message.settled", on=message, facts={"went": went})
