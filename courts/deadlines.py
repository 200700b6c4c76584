"""Business days, the dates that bind, and when to call attention to them. All days are the court's.

A rule marked [P] comes from a neighboring field whose rules are codified: Washington domestic-violence
treatment, Texas court-ordered education, California batterer programs.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from programs.kinds import Labeled


class DeadlineKind(Labeled):
    ENROLL_BY = "enroll_by", "Enroll by"
    START_BY = "start_by", "Start by"
    COMPLETE_BY = "complete_by", "Complete by"
    PROOF_DUE_BY = "proof_due_by", "Proof due by"
    HEARING = "hearing", "Hearing"
    PROGRESS_REPORT = "progress_report", "Progress report due"
    JURISDICTION_ENDS = "jurisdiction_ends", "Court's jurisdiction ends"
    COMPLETION_REPORT = "completion_report", "Completion report due"
    NONCOMPLIANCE_REPORT = "noncompliance_report", "Noncompliance report due"
    NO_SHOW_REPORT = "no_show_report", "No-show report due"


class Source(StrEnum):
    COURT = "court"
    RULE = "rule"


class ProgressWanted(Labeled):
    MONTHLY = "monthly", "By the 10th of the month"
    BEFORE_HEARING = "before_hearing", "Before the hearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtDates:
    """As a referral carries them; None: the court set none."""

    enroll_by: date | None = None
    start_by: date | None = None
    complete_by: date | None = None
    proof_due_by: date | None = None
    hearings: tuple[date, ...] = ()
    next_progress_on: date | None = None
    jurisdiction_ends: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    kind: DeadlineKind
    due_on: date
    source: Source


def is_business_day(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_business_days(day: date, number: int, holidays: Container[date]) -> date:
    """The day itself isn't counted. Of 0 days: the day, or the first business day after it."""
    if number < 0:
        raise ValueError("business days are counted forward")
    if number == 0:
        return day if is_business_day(day, holidays) else add_business_days(day, 1, holidays)
    while number:
        day += timedelta(days=1)
        number -= is_business_day(day, holidays)
    return day


def previous_business_day(day: date, holidays: Container[date]) -> date:
    """The last business day before that day."""
    day -= timedelta(days=1)
    while not is_business_day(day, holidays):
        day -= timedelta(days=1)
    return day


def business_day_by(day: date, holidays: Container[date]) -> date:
    """That day, or the last business day before it: what is due on a Sunday is handed in on Friday."""
    return day if is_business_day(day, holidays) else previous_business_day(day, holidays)


def binding_dates(dates: CourtDates, today: date) -> list[Due]:
    """The court's own dates, as it set them, soonest first. Hearings that are over bind nobody."""
    set_by_court = {
        DeadlineKind.ENROLL_BY: dates.enroll_by,
        DeadlineKind.START_BY: dates.start_by,
        DeadlineKind.COMPLETE_BY: dates.complete_by,
        DeadlineKind.PROOF_DUE_BY: dates.proof_due_by,
        DeadlineKind.PROGRESS_REPORT: dates.next_progress_on,
        DeadlineKind.JURISDICTION_ENDS: dates.jurisdiction_ends,
    }
    found = [Due(kind, day, Source.COURT) for kind, day in set_by_court.items() if day]
    found += [Due(DeadlineKind.HEARING, day, Source.COURT) for day in set(dates.hearings) if day >= today]
    order = list(DeadlineKind)
    return sorted(found, key=lambda due: (due.due_on, order.index(due.kind)))


def finish_by(all_dates: Iterable[CourtDates]) -> date | None:
    """The soonest day by which one enrollment's open referrals need him to have finished; None: none binds.

    Proof can't come before completion, and a court orders nothing after its jurisdiction ends. A hearing
    alone asks for a report, not for an end.
    """
    days = [
        day for dates in all_dates for day in (dates.complete_by, dates.proof_due_by, dates.jurisdiction_ends) if day
    ]
    return min(days, default=None)


def completion_report_due(completed_on: date, proof_due_by: date | None, holidays: Container[date]) -> date:
    """Within 5 business days, and never after proof-due-by [P].

    A due date before the completion says that the report is late from the start.
    """
    return _soonest(add_business_days(completed_on, 5, holidays), proof_due_by, holidays)


def noncompliance_due(on: date, court_date: date | None, holidays: Container[date]) -> date:
    """Within 5 business days, at the latest 7 calendar days; the court's date rules if it is sooner [P]."""
    rule = min(add_business_days(on, 5, holidays), business_day_by(on + timedelta(days=7), holidays))
    return _soonest(rule, court_date, holidays)


def no_show_due(on: date, holidays: Container[date], court_date: date | None = None) -> date:
    """A no-show at intake: the next business day; the court's date rules if it is sooner [P]."""
    return _soonest(add_business_days(on, 1, holidays), court_date, holidays)


def progress_due(
    wanted: ProgressWanted,
    *,
    period_end: date,
    hearing: date | None,
    court_date: date | None,
    holidays: Container[date],
) -> date | None:
    """By the 10th of the month after the period, or before the hearing, as the court wants it [P].

    None: it is wanted before a hearing, none is set, and the court named no date.
    """
    if wanted is ProgressWanted.MONTHLY:
        rule = business_day_by(_tenth_after(period_end), holidays)
    elif hearing:
        rule = previous_business_day(hearing, holidays)
    else:
        return business_day_by(court_date, holidays) if court_date else None
    return _soonest(rule, court_date, holidays)


def _tenth_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=10)


def _soonest(rule: date, court_date: date | None, holidays: Container[date]) -> date:
    """If a court's date is sooner, the court's date rules [P]; and it is kept on a business day."""
    return rule if court_date is None else min(rule, business_day_by(court_date, holidays))


LADDER = (14, 7, 3, 1, 0)


def next_alert(due_on: date, last_alert: date | None, today: date, holidays: Container[date]) -> date:
    """14, 7, 3, 1 and 0 days before, then every second business day until the deadline is met.

    `today` when rungs were missed, however many: after an outage one alert goes, with the true days left.
    Always later than the last alert. `last_alert` None: none has gone yet.
    """
    rung = _next_rung(due_on, last_alert)
    if rung is not None:
        return max(rung, today)
    overdue = add_business_days(last_alert or due_on, 2, holidays)
    return overdue if overdue >= today else add_business_days(today, 0, holidays)


def _next_rung(due_on: date, last_alert: date | None) -> date | None:
    """The first rung after the last alert. None: the ladder is done."""
    rungs = (due_on - timedelta(days=days) for days in LADDER)
    return next((rung for rung in rungs if last_alert is None or rung > last_alert), None)


# By the office's clock, on its working days.
DIGEST_AT = time(8)


def cannot_wait(due_on: date, today: date, holidays: Container[date], *, digest_is_out: bool = False) -> bool:
    """Whether it is due today or late; or due before, or on, the day of the next digest, when today has none to come.

    `holidays`: the days on which the office or the court is closed.
    """
    to_come = is_business_day(today, holidays) and not digest_is_out
    return due_on <= (today if to_come else add_business_days(today, 1, holidays))
