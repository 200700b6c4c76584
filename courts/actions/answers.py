"""The program has answered, or taken something back: one neutral mail to whoever asked, that it stands on the pages."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from audit.models import name_of
from core.nudge import nudge
from courts.actions.desks import Desk
from courts.actions.notices import readers_of
from courts.models import Delivery, Referral, Report, ReportStep, Submission
from courts.steps import Step
from messaging.actions import Planned, plan
from messaging.models import Channel

DESK_ANSWER = "desk_answer"


def tell_referrer(referral: Referral, *, now: datetime) -> None:
    """It was accepted, or declined. What came by a list, or over the phone, nobody waits for on these pages."""
    sent = Submission.objects.select_related("court", "agency").filter(referral=referral).first()
    if sent is None:
        return
    there = Desk(court=sent.court, agency=sent.agency).people()
    _tell(sent, referral.moves.count(), _asked(there, sent.by_id), now)


def tell_answered(report: Report, *, now: datetime) -> None:
    """The court asked for a correction, and the report stands as it is."""
    asked: ReportStep | None = report.steps.filter(step=Step.CORRECTION_ASKED).order_by("-number").first()
    _tell(report, report.steps.count(), _asked(readers(report), asked.by_id if asked else None), now)


def tell_withdrawn(report: Report, *, now: datetime) -> None:
    """To everybody on whose pages it lies: he may have it in his file for weeks."""
    _tell(report, report.steps.count(), readers(report), now)


def readers(report: Report) -> list[int]:
    """Who works today where a copy of it lies."""
    related = ("document__report__referral", "recipient")
    laid = Delivery.objects.laid().known().filter(document__report=report).select_related(*related)
    light = laid.defer("document__content", "document__snapshot").order_by("pk")
    return list(dict.fromkeys(reader for one in light for reader in readers_of(one)))


def _asked(there: list[int], by: int | None) -> list[int]:
    """Whoever asked; where he has left since, or asked by telephone, each who works there."""
    return [by] if by is not None and by in there else there


def _tell(about: models.Model, number: int, people: Iterable[int], now: datetime) -> None:
    """`number`: the move or the step that it tells of; another answer is another mail."""
    planned = [
        Planned(
            key=f"{DESK_ANSWER}:{name_of(about)}:{number}:{user}",
            kind=DESK_ANSWER,
            channel=Channel.EMAIL,
            about=name_of(about),
            user_id=user,
            due_at=now,
        )
        for user in people
    ]
    if plan(planned, now=now):
        nudge("messaging.send_due")
