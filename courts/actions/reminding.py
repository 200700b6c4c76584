"""A court that can acknowledge on its own pages, and hasn't: its clerks are told once more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.actions.life import last_step
from courts.actions.locks import locked
from courts.actions.notices import REPORT_WAITING, report_waiting
from courts.deadlines import add_business_days
from courts.models import Delivery, Report
from courts.steps import WITH_THE_COURT
from messaging.actions import Planned, plan
from messaging.models import Message

_HEAVY = ("document__content", "document__snapshot")


class NothingUnread(Refusal):
    pass


class NoClerk(Refusal):
    pass


class RemindedToday(Refusal):
    pass


@transaction.atomic
def remind(*, report: Report, by: User, now: datetime) -> int:
    """The same neutral e-mail again, to each who works today where it lies unread, once a day; to how many.

    Raises NothingUnread, NoClerk, RemindedToday.
    """
    referral = locked(report.referral)
    laid = Delivery.objects.laid().filter(document__report=report, acknowledged_at=None)
    unread = list(laid.select_related("recipient", "document__report__referral").order_by("id").defer(*_HEAVY))
    if not unread or last_step(report) not in WITH_THE_COURT:
        raise NothingUnread("Nothing lies unread on this court's pages. Look at the report again.")
    today = now.astimezone(referral.zone).date()
    told_once = [one for delivery in unread for one in report_waiting(delivery, now=now)]
    again = [replace(one, key=f"{one.key}:{today.isoformat()}") for one in told_once]
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


# --- By itself

# Working days of the court after which whoever works there is told once more, and once again.
AGAIN_AFTER = (3, 7)
# An outage longer than this, and a person asks.
LONGEST_AGO = timedelta(days=30)


def remind_unread(*, now: datetime) -> int:
    """Of what lies unread on a page since three working days, and since seven; returns how many e-mails are new.

    After an outage one goes, not two; and none on a day on which somebody pressed the button.
    """
    # No court's third working day comes sooner than two days after.
    waiting = Delivery.objects.waiting().laid().filter(sent_at__lte=now - timedelta(days=2))
    laid = waiting.filter(sent_at__gt=now - LONGEST_AGO).select_related(
        "recipient", "document__report__referral__court"
    )
    with closures_at_hand():
        due = [(one, rung) for one in laid.defer(*_HEAVY).order_by("id") if (rung := _rung(one, now))]
    told = _told_lately([one for one, _ in due], now)
    again = [
        replace(notice, key=f"{notice.key}:after{rung}")
        for delivery, rung in due
        if name_of(delivery) not in told
        for notice in report_waiting(delivery, now=now)
    ]
    return plan(again, now=now)


def _rung(delivery: Delivery, now: datetime) -> int:
    """The last one whose day has come; 0: none has."""
    referral = delivery.document.report.referral
    assert delivery.sent_at is not None, "it was laid there"
    laid_on, today = (at.astimezone(referral.zone).date() for at in (delivery.sent_at, now))
    holidays = holidays_of(referral, laid_on)
    come = (days for days in AGAIN_AFTER if add_business_days(laid_on, days, holidays) <= today)
    return max(come, default=0)


def _told_lately(deliveries: Iterable[Delivery], now: datetime) -> set[str]:
    """Of which somebody wrote within a day."""
    abouts = [name_of(one) for one in deliveries]
    notices = Message.objects.filter(about__in=abouts, kind=REPORT_WAITING, planned_at__gt=now - timedelta(days=1))
    return set(notices.exclude(key__regex=r":after\d+$").values_list("about", flat=True))
