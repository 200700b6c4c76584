"""A court that can acknowledge on its own pages, and hasn't: its clerks are told once more."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions.life import last_step
from courts.actions.locks import locked
from courts.actions.notices import report_waiting
from courts.models import Delivery, Recipient, Report
from courts.steps import WITH_THE_COURT
from messaging.actions import Planned, plan


class NothingUnread(Refusal):
    pass


class NoClerk(Refusal):
    pass


class RemindedToday(Refusal):
    pass


@transaction.atomic
def remind(*, report: Report, by: User, now: datetime) -> int:
    """The same neutral e-mail again, to each clerk who serves there now, once a day; to how many.

    Raises NothingUnread, NoClerk, RemindedToday.
    """
    referral = locked(report.referral)
    laid = Delivery.objects.filter(
        document__report=report, channel=Recipient.Channel.PORTAL, state=Delivery.State.SENT, acknowledged_at=None
    )
    unread = laid.select_related("document__report__referral__court").first()
    if unread is None or last_step(report) not in WITH_THE_COURT:
        raise NothingUnread("Nothing lies unread on this court's pages. Look at the report again.")
    today = now.astimezone(referral.zone).date()
    again = [replace(one, key=f"{one.key}:{today.isoformat()}") for one in report_waiting(unread, now=now)]
    if not again:
        raise NoClerk("Nobody serves as this court's clerk now. Invite a clerk, or call the court.")
    told = _planned(again, now)
    record(by=by, now=now, verb="report.clerk_reminded", on=report, facts={"clerks": told})
    return told


def _planned(again: list[Planned], now: datetime) -> int:
    told = plan(again, now=now)
    if not told:
        raise RemindedToday("Its clerk was reminded today already. Call the court, or try again tomorrow.")
    nudge("messaging.send_due")
    return told
