"""Reports in review, those of which a court asked a correction, and those that it hasn't acknowledged."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from courts.actions import deadlines
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.deadlines import add_business_days
from courts.models import Court, Delivery, Recipient, Report
from courts.steps import WITH_THE_COURT, ReportKind, Step
from office import words
from office.subjects import case, page, rows
from office.today import Line
from office.waiting.dates import Due
from office.waiting.making import about, gathered, more
from office.waiting.proposals import owed

# Working days of the court after which it is asked whether it has a report, and asked again.
UNANSWERED = (3, 7)
MOST_COUNTED = 100


def lines(due: Due, now: datetime) -> list[Line]:
    kinds = {
        "in_review": rows(Report).filter(state=Step.IN_REVIEW).order_by("made_at"),
        "correction": rows(Report).filter(state=Step.CORRECTION_ASKED).order_by("id"),
        "unanswered": _with_the_court(now),
    }
    found = gathered(rows(Report).prefetch_related("steps"), kinds)
    url = reverse("office:courts_report_changelist")
    with closures_at_hand():
        each = [line for one in sorted(found, key=lambda one: one.made_at) for line in _line(one, due, now)]
    return [
        *each,
        *more(found, "in_review", "Reports in review", f"{url}?state__exact=in_review"),
        *more(found, "correction", "Corrections asked", f"{url}?state__exact=correction_asked"),
        *more(found, "unanswered", "Reports with the courts", url),
    ]


def _line(one: Report, due: Due, now: datetime) -> Iterator[Line]:
    if one.state == Step.IN_REVIEW:  # type: ignore[attr-defined]  # rows() brings it along
        yield _in_review(one, due)
    elif one.state == Step.CORRECTION_ASKED:  # type: ignore[attr-defined]
        yield _correction_asked(one)
    else:
        yield from _not_acknowledged(one, now)


def _in_review(one: Report, due: Due) -> Line:
    return about(
        "in_review",
        one,
        what=f"In review: {words.plain(one.kind).lower()} report",
        why=case(one.referral),
        due_on=owed(due, one.referral_id, ReportKind(one.kind)),
        since=words.local_day(one.made_at),
        button="Go on with it",
        url=page(one),
    )


def _correction_asked(one: Report) -> Line:
    """Until it was answered that the report stands, or a corrected one is issued."""
    asked_at = max(step.at for step in one.steps.all() if step.step == Step.CORRECTION_ASKED)
    return about(
        "correction",
        one,
        what=f"Correction asked: {words.plain(one.kind).lower()} report",
        why=case(one.referral),
        since=words.local_day(asked_at),
        button="Answer it",
        url=page(one),
        broken=True,
    )


def _with_the_court(now: datetime) -> QuerySet[Report]:
    """Some courts never answer: no line then."""
    answers = Q(referral__court__acknowledges=Court.Acknowledges.REPLY) | Q(
        _unread_on_its_pages(), referral__court__acknowledges=Court.Acknowledges.PORTAL
    )
    longest_ago = now - timedelta(days=UNANSWERED[0])
    found: QuerySet[Report] = rows(Report).filter(answers, state__in=WITH_THE_COURT, made_at__lte=longest_ago)
    return found.order_by("id")


def _unread_on_its_pages() -> Exists:
    laid = Delivery.objects.filter(channel=Recipient.Channel.PORTAL, state=Delivery.State.SENT, acknowledged_at=None)
    return Exists(laid.filter(document__report=OuterRef("pk")))


def _not_acknowledged(one: Report, now: datetime) -> Iterator[Line]:
    """After three working days of the court, and louder after seven."""
    told_at = max(step.at for step in one.steps.all() if step.step in WITH_THE_COURT)
    told_on = told_at.astimezone(one.referral.zone).date()
    gone = _working_days(one, told_on, now)
    if gone >= UNANSWERED[0]:
        yield about(
            "unanswered",
            one,
            what="Not acknowledged",
            why=f"The court has had it for {gone} working days: ask it. {case(one.referral)}",
            since=told_on,
            broken=gone >= UNANSWERED[1],
        )


def _working_days(report: Report, since: date, now: datetime) -> int:
    """Of the court, since that day; no more are counted than one needs to know."""
    today = deadlines.today_at(report.referral, now)
    holidays = holidays_of(report.referral, since)
    return max((n for n in range(1, MOST_COUNTED) if add_business_days(since, n, holidays) <= today), default=0)
