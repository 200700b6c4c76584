from datetime import datetime

from audit.models import name_of
from courts.models import Clerkship, Delivery
from messaging.actions import Planned
from messaging.models import Channel

REPORT_WAITING = "report_waiting"


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
