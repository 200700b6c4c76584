"""What can be done about who gets a report, and about a copy that goes by e-mail."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from courts.actions import mailing, recipients
from courts.models import Delivery, Recipient, Referral, Report
from courts.moves import OVER
from courts.steps import CALLED_BACK, Step
from office.deeds import referrals, reports
from office.doing import Deed, Done, declare
from office.forms import deliveries as forms

# What stands there is declared before these, and is offered before these.
BEFORE = (referrals, reports)
TO_COPY = frozenset(Step) - {Step.PROPOSED, Step.IN_REVIEW, *CALLED_BACK}


def _add(referral: Referral, *, by: User, now: datetime, **said: Any) -> Done:
    made = recipients.add(referral=referral, by=by, now=now, **said)
    by_address = made.channel != Recipient.Channel.PORTAL
    return Done(f"Added. {'Call back and confirm it.' if by_address else 'Reports will lie on its pages.'}")


def _attachment(recipient: Recipient, *, on: date, by: User, now: datetime) -> Done:
    recipients.note_attachment_asked(recipient=recipient, on=on, by=by, now=now)
    return Done("Noted. From now on the letter itself is attached.")


def _own_copy(report: Report, *, channel: Recipient.Channel, by: User, now: datetime) -> Done:
    delivery = recipients.give_him_a_copy(report=report, channel=channel, by=by, now=now)
    by_mail = delivery.channel == Recipient.Channel.EMAIL
    return Done("It goes to him by itself." if by_mail else "It waits under To print.")


def _new_link(delivery: Delivery, *, by: User, now: datetime) -> Done:
    mailing.send_new_link(delivery=delivery, by=by, now=now)
    return Done("A new link is on its way to the same address. The old one opens nothing any more.")


def _takes_attachments(recipient: Recipient) -> bool:
    party = recipient.channel == Recipient.Channel.EMAIL and recipient.role != Recipient.Role.HIMSELF
    return party and recipient.ended_at is None and recipient.attachment_asked_on is None


declare(
    Deed(
        noun=Referral,
        name="add-recipient",
        label="Add a recipient",
        form=forms.AddRecipient,
        do=_add,
        offered=lambda referral: referral.state not in OVER,
        warning="Nothing goes there before somebody has called back and confirmed it.",
        aside=True,
    ),
    Deed(
        noun=Recipient,
        name="attachment",
        label="It asked for the letter as an attachment",
        form=forms.AttachmentAsked,
        do=_attachment,
        offered=_takes_attachments,
        warning="Only when it asked in writing: an e-mail can be read on its way.",
        aside=True,
    ),
    Deed(
        noun=Report,
        name="own-copy",
        label="A copy for him",
        form=forms.OwnCopy,
        do=_own_copy,
        offered=lambda report: report.state in TO_COPY,
        aside=True,
    ),
    Deed(
        noun=Delivery,
        name="new-link",
        label="Send a new link",
        do=_new_link,
        offered=lambda copy: copy.channel == Recipient.Channel.EMAIL and copy.acknowledged_at is None,
        first=True,
    ),
)
