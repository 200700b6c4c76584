"""The steps that a report has taken, and to whom it goes."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actors import Actor, person
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines
from courts.models import Delivery, Recipient, Report, ReportStep
from courts.steps import ReportKind, Step, may_follow


class StepNotPossible(Refusal):
    pass


def last_step(report: Report) -> Step | None:
    newest = _newest(report)
    return Step(newest.step) if newest else None


def _newest(report: Report) -> ReportStep | None:
    return report.steps.order_by("-number").first()


def add_step(report: Report, step: Step, *, note: str = "", by: Actor, now: datetime) -> None:
    """Append a step. Raises StepNotPossible, also when somebody took another step at the same time."""
    newest = _newest(report)
    last = Step(newest.step) if newest else None
    if not may_follow(last, step):
        raise StepNotPossible(f"This report is {said(last)}. It can't be {said(step)} from there.")
    # Numbered after the very step that was looked at: whoever is faster takes the number.
    number = newest.number + 1 if newest else 1
    try:
        with transaction.atomic():
            ReportStep.objects.create(report=report, number=number, step=step, note=note, at=now, by=person(by))
            Report.objects.filter(pk=report.pk).update(last_step=step)
    except IntegrityError:
        raise StepNotPossible("Somebody has gone on with this report since. Look at it again.") from None
    report.last_step = step
    record(by=by, now=now, verb=f"report.{step}", on=report, facts={"kind": report.kind})


def said(step: Step | None) -> str:
    return step.replace("_", " ") if step else "new"


def recipients_of(report: Report, *, now: datetime) -> list[Recipient]:
    """Those confirmed who want this kind, and whose release, where there is one, runs today.

    A corrected report goes also to whoever was sent the one that it corrects.
    """
    today = deadlines.today_at(report.referral, now)
    had = _had_the_old_one(report)
    confirmed = report.referral.recipients.confirmed()
    wanting = [one for one in confirmed if one.pk not in had and one.wants(ReportKind(report.kind))]
    both = sorted([*had.values(), *wanting], key=lambda one: one.pk)
    return [one for one in both if one.may_be_told_on(today)]


def without_the_correction(report: Report, *, now: datetime) -> list[Recipient]:
    """Who was sent the old one, and whose release has ended since."""
    today = deadlines.today_at(report.referral, now)
    return [one for one in _had_the_old_one(report).values() if not one.may_be_told_on(today)]


def _had_the_old_one(report: Report) -> dict[int, Recipient]:
    """Also of one that was ended since: what went out wrong is put right wherever it went."""
    if report.supersedes_id is None:
        return {}
    sent = Delivery.objects.filter(document__report=report.supersedes_id, state=Delivery.State.SENT)
    return Recipient.objects.in_bulk(list(sent.values_list("recipient", flat=True)))
