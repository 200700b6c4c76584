"""Who gets a report, and how: an address is written down once, then confirmed by calling back, never at a delivery."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.actions import record
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions.life import last_step
from courts.actions.notices import address_of
from courts.models import Delivery, Recipient, Referral, Report
from courts.steps import CALLED_BACK, ReportKind

Channel = Recipient.Channel
HIS_WAYS = (Channel.BY_HAND, Channel.EMAIL, Channel.PAPER)
NEEDS_NO_ADDRESS = (Channel.PORTAL, Channel.BY_HAND, Channel.EFILING)


class AddressMissing(Refusal):
    pass


class RecipientThere(Refusal):
    pass


class ReleaseOutOfOrder(Refusal):
    pass


class RecipientEnded(Refusal):
    pass


class NoSafeAddress(Refusal):
    pass


class NotIssued(Refusal):
    pass


class NoAttachmentThere(Refusal):
    pass


@transaction.atomic
def add(
    *,
    referral: Referral,
    role: Recipient.Role,
    name: str,
    channel: Recipient.Channel,
    address: str,
    kinds: Sequence[ReportKind] = (),
    release_on: date | None = None,
    release_until: date | None = None,
    by: User,
    now: datetime,
) -> Recipient:
    """Not confirmed yet: nothing goes there before somebody has called back.

    Raises AddressMissing, RecipientThere, ReleaseOutOfOrder, and NoSafeAddress for his own copy.
    """
    if role == Recipient.Role.HIMSELF:
        raise NoSafeAddress("His own copy goes to a contact point of his that is safe. Use “A copy for him”.")
    if not address and channel not in NEEDS_NO_ADDRESS:
        raise AddressMissing(f"Give the address to which it goes by {channel.label}.")
    if release_until is not None and (release_on is None or release_until < release_on):
        raise ReleaseOutOfOrder("A release ends on the day it begins, or later.")
    said = {"role": role, "name": name, "channel": channel, "address": address, "kinds": list(kinds)}
    return _created(referral, by, now, **said, release_on=release_on, release_until=release_until)


def _created(referral: Referral, by: User, now: datetime, **said: object) -> Recipient:
    try:
        with transaction.atomic():
            made = Recipient.objects.create(referral=referral, **said)
    except IntegrityError:
        raise RecipientThere("This recipient is there already, with the same way and address.") from None
    facts = {"referral": referral.pk, "role": made.role, "channel": made.channel}
    record(by=by, now=now, verb="recipient.added", on=made, facts=facts)
    return made


@transaction.atomic
def confirm(*, recipient: Recipient, by: User, now: datetime) -> None:
    """The address was confirmed by calling back at a number known from elsewhere."""
    recipient.confirmed_at, recipient.confirmed_by = now, by
    recipient.save(update_fields=["confirmed_at", "confirmed_by"])
    record(by=by, now=now, verb="recipient.confirmed", on=recipient, facts={"referral": recipient.referral_id})


@transaction.atomic
def end(*, recipient: Recipient, by: User, now: datetime) -> None:
    """It gets nothing more; copies that are on their way stay as they are. Raises RecipientEnded."""
    if not Recipient.objects.in_use().filter(pk=recipient.pk).update(ended_at=now):
        raise RecipientEnded("This recipient has been ended already.")
    recipient.ended_at = now
    record(by=by, now=now, verb="recipient.ended", on=recipient, facts={"referral": recipient.referral_id})


@transaction.atomic
def record_release(*, recipient: Recipient, begins_on: date, ends_on: date | None, by: User, now: datetime) -> None:
    """He signed that this recipient may be told also of what was before the order. Raises ReleaseOutOfOrder."""
    if ends_on is not None and ends_on < begins_on:
        raise ReleaseOutOfOrder("A release ends on the day it begins, or later.")
    recipient.release_on, recipient.release_until = begins_on, ends_on
    recipient.save(update_fields=["release_on", "release_until"])
    facts = {"referral": recipient.referral_id, "from": begins_on, "until": ends_on}
    record(by=by, now=now, verb="recipient.release_recorded", on=recipient, facts=facts)


@transaction.atomic
def note_attachment_asked(*, recipient: Recipient, on: date, by: User, now: datetime) -> None:
    """The court asked in writing that the document itself be attached. Raises NoAttachmentThere."""
    if recipient.channel != Channel.EMAIL or recipient.role == Recipient.Role.HIMSELF:
        raise NoAttachmentThere("Only a copy that goes to a party by e-mail can carry an attachment.")
    recipient.attachment_asked_on = on
    recipient.save(update_fields=["attachment_asked_on"])
    facts = {"referral": recipient.referral_id, "on": on}
    record(by=by, now=now, verb="recipient.attachment_asked", on=recipient, facts=facts)


@transaction.atomic
def give_him_a_copy(*, report: Report, channel: Recipient.Channel, by: User, now: datetime) -> Delivery:
    """His own, of what was issued: handed to him, or to his contact point that is safe just then.

    Raises NotIssued, NoSafeAddress, RecipientThere.
    """
    document = getattr(report, "document", None)
    if document is None or last_step(report) in CALLED_BACK:
        raise NotIssued("Only a report that was issued and still stands can be copied to him.")
    himself = _himself(report.referral, channel, by, now)
    if document.deliveries.filter(recipient=himself).exists():
        raise RecipientThere("A copy goes to him that way already.")
    delivery = Delivery.objects.create(document=document, recipient=himself, channel=channel)
    facts = {"report": report.pk, "channel": channel}
    record(by=by, now=now, verb="delivery.queued", on=delivery, facts=facts)
    nudge("courts.deliver")
    return delivery


def _himself(referral: Referral, channel: Recipient.Channel, by: User, now: datetime) -> Recipient:
    """Called back nobody: that his contact point is safe was marked by somebody, and it is asked again each time."""
    own = {"role": Recipient.Role.HIMSELF, "channel": channel, "address": ""}
    there = referral.recipients.in_use().filter(**own).first()
    found = there or _created(referral, by, now, **own, confirmed_at=now, confirmed_by=by)
    if channel != Channel.BY_HAND and not address_of(found, channel):
        raise NoSafeAddress("No such contact point of his is marked safe. Mark one, or hand the copy to him.")
    return found
