"""Whom the office must speak with about his case: he is asked to call, and told nothing else."""

from collections.abc import Iterator
from datetime import datetime

from audit.models import name_of
from courts.models import Proposal, Report, ReportStep
from courts.steps import CALLED_BACK, OtherProposal, ReportKind, Step
from programs.actions.calling import LOOK_BACK, PLEASE_CALL_CASE, Ask, ask_to_call

# A warning, and several evenings missed in a row: both are for a person's voice.
BY_VOICE = (OtherProposal.WARN, OtherProposal.CALL)


def plan_asks(*, now: datetime) -> int:
    """How many are new. Of one man there is one at a time, whatever happened: see `ask_to_call`."""
    return ask_to_call([*_proposed(now), *_completed(now)], now=now)


def _proposed(now: datetime) -> Iterator[Ask]:
    new = Proposal.objects.open().filter(kind__in=BY_VOICE, made_at__gt=now - LOOK_BACK)
    heard = new.filter(referral__enrollment__closed_at=None, referral__enrollment__silent=False)
    for one in heard.select_related("referral__participant", "referral__program").order_by("id"):
        yield _ask(f"proposal:{one.pk}", one, one.made_at)


def _completed(now: datetime) -> Iterator[Ask]:
    """His report went to the court. A corrected one says nothing new to him."""
    issued = ReportStep.objects.filter(step=Step.ISSUED, at__gt=now - LOOK_BACK, report__kind=ReportKind.COMPLETION)
    standing = issued.filter(report__supersedes=None).exclude(report__last_step__in=CALLED_BACK)
    for step in standing.select_related("report__referral__participant", "report__referral__program").order_by("id"):
        referral = step.report.referral
        yield _ask(f"completed:{referral.enrollment_id or f'of {referral.pk}'}", step.report, step.at)


def _ask(key: str, about: Proposal | Report, since: datetime) -> Ask:
    referral = about.referral
    return Ask(
        key=f"{PLEASE_CALL_CASE}:{key}",
        kind=PLEASE_CALL_CASE,
        about=name_of(about),
        participant=referral.participant_id,
        language=referral.participant.language,
        since=since,
        zone=referral.program.zone,
    )
