from datetime import datetime

from audit.models import name_of
from courts.models import Clerkship, Delivery, Recipient
from messaging.actions import Planned
from messaging.models import Channel
from participants.kinds import ContactKind
from participants.models import ContactPoint

REPORT_WAITING = "report_waiting"
REPORT_LINK = "report_link"
LETTER_CODE = "letter_code"

_HIS = {Recipient.Channel.EMAIL: ContactKind.EMAIL, Recipient.Channel.PAPER: ContactKind.POSTAL}


def report_waiting(delivery: Delivery, *, now: datetime) -> list[Planned]:
    """One neutral e-mail to each clerk of the court whose report lies on its pages."""
    court = delivery.document.report.referral.court
    clerks = Clerkship.objects.current().filter(court=court) if court else Clerkship.objects.none()
    return [
        Planned(
            key=f"{REPORT_WAITING}:{delivery.pk}:{clerk.user_id}",
            kind=REPORT_WAITING,
            channel=Channel.EMAIL,
            about=name_of(delivery),
            user_id=clerk.user_id,
            due_at=now,
        )
        for clerk in clerks
    ]


def address_of(recipient: Recipient, channel: str) -> str:
    """Where a copy goes; "" where none may go. His own goes to a contact point of his that is marked safe today."""
    if recipient.role != Recipient.Role.HIMSELF:
        return recipient.address if recipient.confirmed_at is not None else ""
    kind = _HIS.get(Recipient.Channel(channel))
    safe = ContactPoint.objects.safe().filter(participant=recipient.referral.participant_id, kind=kind)
    newest = safe.order_by("-safe_at", "-id").first() if kind else None
    return newest.value if newest else ""
