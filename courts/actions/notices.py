from datetime import datetime

from audit.models import name_of
from courts.kinds import NOT_FOR_COURTS
from courts.models import Clerkship, Delivery, Membership, Recipient
from messaging.actions import Planned
from messaging.models import Channel
from participants.kinds import ContactKind
from participants.models import ContactPoint

REPORT_WAITING = "report_waiting"
REPORT_LINK = "report_link"
LETTER_CODE = "letter_code"
DEADLINE_ALERT = "deadline_alert"

_HIS = {Recipient.Channel.EMAIL: ContactKind.EMAIL, Recipient.Channel.PAPER: ContactKind.POSTAL}


def report_waiting(delivery: Delivery, *, now: datetime) -> list[Planned]:
    """One neutral e-mail to each who works today where the report lies."""
    return [
        Planned(
            key=f"{REPORT_WAITING}:{delivery.pk}:{reader}",
            kind=REPORT_WAITING,
            channel=Channel.EMAIL,
            about=name_of(delivery),
            user_id=reader,
            due_at=now,
        )
        for reader in readers_of(delivery)
    ]


def readers_of(delivery: Delivery) -> list[int]:
    """Who may read it on the pages where it lies, as of now: the agency's members, or the court's clerks."""
    referral, agency = delivery.document.report.referral, delivery.recipient.agency_id
    if agency is not None:
        return list(Membership.objects.current().filter(agency=agency).order_by("id").values_list("user", flat=True))
    if referral.court_id is None or referral.kind in NOT_FOR_COURTS:
        return []
    clerks = Clerkship.objects.current().filter(court=referral.court_id)
    return list(clerks.order_by("id").values_list("user", flat=True))


def address_of(recipient: Recipient, channel: str) -> str:
    """Where a copy goes; "" where none may go. His own goes to a contact point of his that is marked safe today."""
    if recipient.role != Recipient.Role.HIMSELF:
        return recipient.address if recipient.confirmed_at is not None else ""
    kind = _HIS.get(Recipient.Channel(channel))
    safe = ContactPoint.objects.safe().filter(participant=recipient.referral.participant_id, kind=kind)
    newest = safe.order_by("-safe_at", "-id").first() if kind else None
    return newest.value if newest else ""
