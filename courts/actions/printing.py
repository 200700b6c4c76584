"""What goes on paper: the letter as issued, and a neutral sheet before what leaves the house."""

from datetime import datetime

from accounts.models import User
from courts import cover
from courts.actions import deliveries
from courts.models import Delivery, Recipient

BY_HAND, FAX = Recipient.Channel.BY_HAND, Recipient.Channel.FAX


def print_copy(*, delivery: Delivery, by: User, now: datetime) -> bytes:
    """The file for the printer; marked as printed once it is made. Raises what `to_print` raises."""
    delivery = deliveries.read(delivery)
    to = deliveries.to_print(delivery)
    made = bytes(delivery.document.content)
    if delivery.channel != BY_HAND:
        made = cover.joined(cover.cover(_cover(delivery, to, made, now)), made)
    deliveries.note_printed(delivery=delivery, by=by, now=now)
    return made


def _cover(delivery: Delivery, to: str, letter: bytes, now: datetime) -> cover.CoverFacts:
    """Never a case number, never the man's name, unless the letter goes to himself."""
    recipient, referral = delivery.recipient, delivery.document.report.referral
    program, on = referral.program, now.astimezone(referral.program.zone)
    own = recipient.role == Recipient.Role.HIMSELF
    court = referral.court.name if referral.court and recipient.role == Recipient.Role.CLERK else ""
    named = referral.participant.legal_name if own else recipient.name or court or recipient.get_role_display()
    return {
        "to": named,
        "address": "" if delivery.channel == FAX else to,
        "fax": to if delivery.channel == FAX else "",
        "sender": program.neutral_sender,
        "number": program.callback_number,
        "on": f"{on:%B} {on.day}, {on.year}",
        "pages": cover.pages_of(letter) + 1,
    }
