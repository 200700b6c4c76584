"""Calling attention to the dates that bind, by the ladder of `courts.deadlines`.

What can't wait goes at once; the rest stands in the office's digest of the next working day.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from audit.models import name_of
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.actions.deadlines import today_at
from courts.actions.notices import DEADLINE_ALERT
from courts.actions.telling import Office, office
from courts.deadlines import DIGEST_AT, cannot_wait, next_alert
from courts.models import Deadline
from messaging.actions import Planned, plan
from messaging.models import Channel
from programs import schedule
from programs.models import DayOff

logger = logging.getLogger(__name__)

AT_ONCE = 500
# Nowhere is the calendar further ahead; each court's own day is looked at after that.
FURTHEST_AHEAD = timedelta(hours=14)


def plan_alerts(*, now: datetime) -> int:
    """Write the alerts whose day has come at their court; returns how many are new."""
    with closures_at_hand():
        return _plan_all(now)


def _plan_all(now: datetime) -> int:
    new, after = 0, 0
    while True:
        due = Deadline.objects.to_alert((now + FURTHEST_AHEAD).date()).filter(pk__gt=after).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return new
        new += _plan(ids, now)
        after = ids[-1]


@transaction.atomic
def _plan(ids: list[int], now: datetime) -> int:
    """The alerts and the days of the next ones stand or fall together."""
    locked = Deadline.objects.select_for_update(of=("self",)).filter(pk__in=ids, next_alert_on__isnull=False)
    due = [d for d in locked.select_related("referral__court", "referral__program") if _has_come(d, now)]
    there = office({deadline.referral.participant_id for deadline in due})
    untold = [deadline for deadline in due if not there.told(deadline.referral.participant_id)]
    if untold:
        # Left as they are, so that they go as soon as there is somebody.
        logger.error("%s deadlines are to be alerted, and there is nobody to tell", len(untold))
        due = [deadline for deadline in due if deadline not in untold]
    messages: list[Planned] = []
    closed = _office_closed(due, now)
    for deadline in due:
        today = today_at(deadline.referral, now)
        holidays = holidays_of(deadline.referral, today)
        told = _told(deadline, there, today)
        if _cannot_wait(deadline, today, holidays | closed[deadline.referral.program_id], now):
            messages += _messages(deadline, told, now)
        deadline.last_alert_on = today
        deadline.next_alert_on = next_alert(deadline.due_on, today, today, holidays)
    Deadline.objects.bulk_update(due, ["last_alert_on", "next_alert_on"])
    return plan(messages, now=now)


def _office_closed(due: list[Deadline], now: datetime) -> dict[int, set[date]]:
    """By program: days on which there is no digest though courts may sit."""
    programs = {deadline.referral.program_id: deadline.referral.program for deadline in due}
    years = (now.year - 1, now.year, now.year + 1)
    closed = {pk: set(schedule.state_holidays(program.state, years)) for pk, program in programs.items()}
    for program, on in DayOff.objects.filter(program__in=closed).values_list("program", "on"):
        closed[program].add(on)
    return closed


def _cannot_wait(deadline: Deadline, today: date, closed: frozenset[date], now: datetime) -> bool:
    there = now.astimezone(deadline.referral.program.zone)
    return cannot_wait(deadline.due_on, today, closed, digest_is_out=there.time() >= DIGEST_AT)


def _has_come(deadline: Deadline, now: datetime) -> bool:
    on: date | None = deadline.next_alert_on
    return on is not None and on <= today_at(deadline.referral, now)


def _told(deadline: Deadline, there: Office, today: date) -> frozenset[int]:
    man = deadline.referral.participant_id
    return there.all_told(man) if deadline.due_on < today else there.told(man)


def _messages(deadline: Deadline, told: frozenset[int], now: datetime) -> Iterator[Planned]:
    day = today_at(deadline.referral, now)
    for user in sorted(told):
        yield Planned(
            key=f"{DEADLINE_ALERT}:{deadline.pk}:{day}:{user}",
            kind=DEADLINE_ALERT,
            channel=Channel.EMAIL,
            about=name_of(deadline),
            user_id=user,
            due_at=now,
        )
