"""Proposals: made from what programs found, or from a list that says something else; a human decides."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import deadlines as rules
from courts import proposing
from courts.actions import deadlines
from courts.deadlines import DeadlineKind
from courts.models import Proposal, Referral
from courts.steps import ReportKind
from programs.kinds import Standing
from programs.models import StandingChange

BY = Task("courts.propose")
AT_ONCE = 500


class NoLongerOpen(Refusal):
    pass


def propose_unread(*, now: datetime) -> int:
    """Read what programs found since the last time, each in a transaction of its own; how many were read."""
    unread = StandingChange.objects.unread().values_list("pk", flat=True)[:AT_ONCE]
    return sum(_read(pk, now) for pk in list(unread))


@transaction.atomic
def _read(pk: int, now: datetime) -> bool:
    # Taken by a conditional update: two workers never read one change both.
    if not StandingChange.objects.filter(pk=pk, taken_at=None).update(taken_at=now):
        return False
    change = StandingChange.objects.select_related("enrollment").get(pk=pk)
    newer = change.enrollment.standing_changes.filter(pk__gt=pk).exists()
    if not newer:
        for referral in Referral.objects.fulfilled_by(change.enrollment).select_related("court", "program", "key"):
            _follow(referral, change, now)
    return True


def _follow(referral: Referral, change: StandingChange, now: datetime) -> None:
    wanted = set(proposing.wanted(change.facts))
    if ReportKind.COMPLETION in wanted and not _all_under_its_order(referral, change):
        wanted.discard(ReportKind.COMPLETION)
    _withdraw_stale(referral, wanted, now)
    for kind in sorted(wanted):
        _propose(referral, kind, change, now)
    if change.facts["credited"]:
        deadlines.meet(referral, deadlines.MET_BY_A_FIRST_SESSION, by=BY, now=now)
    _owe(referral, change, now)


def _all_under_its_order(referral: Referral, change: StandingChange) -> bool:
    """A court is told nothing from before its own order, unless it accepts earlier credit."""
    if referral.court is None or referral.court.accepts_earlier_credit:
        return True
    since = referral.ordered_on or referral.received_on
    return all(date.fromisoformat(day) >= since for day in change.facts["credited_on"])


def _owe(referral: Referral, change: StandingChange, now: datetime) -> None:
    today = deadlines.today_at(referral, now)
    holidays = deadlines.holidays_of(referral, today)
    if change.new == Standing.COMPLETED:
        deadlines.meet(referral, deadlines.MET_BY_COMPLETION, by=BY, now=now)
        due = rules.completion_report_due(today, referral.proof_due_by, holidays)
        deadlines.add(referral, DeadlineKind.COMPLETION_REPORT, due, by=BY, now=now)
    elif change.new == Standing.POLICY_EXCEEDED:
        due = rules.noncompliance_due(today, None, holidays)
        deadlines.add(referral, DeadlineKind.NONCOMPLIANCE_REPORT, due, by=BY, now=now)
    else:
        gone = (DeadlineKind.NONCOMPLIANCE_REPORT, DeadlineKind.COMPLETION_REPORT)
        deadlines.waive(referral, gone, by=BY, now=now)


def _withdraw_stale(referral: Referral, wanted: set[str], now: datetime) -> None:
    """One that no longer holds and nobody opened goes by itself; an opened one is a person's to settle."""
    stale = referral.proposals.open().filter(kind__in=proposing.BY_ITSELF - wanted, opened_at=None)
    for proposal in stale:
        _settle(proposal, Proposal.State.WITHDRAWN, BY, now)


def _propose(referral: Referral, kind: str, change: StandingChange, now: datetime) -> None:
    """Anew only when something changed: what a person settled isn't proposed again on the same facts."""
    newest = referral.proposals.filter(kind=kind).order_by("-id").first()
    if newest is not None and (newest.state == Proposal.State.OPEN or newest.state == Proposal.State.TAKEN):
        return
    if newest is not None and newest.state == Proposal.State.DISMISSED and newest.facts == change.facts:
        return
    propose(referral=referral, kind=kind, facts=change.facts, from_change=change, by=BY, now=now)


@transaction.atomic
def propose(
    *,
    referral: Referral,
    kind: str,
    facts: Mapping[str, Any],
    from_change: StandingChange | None = None,
    by: Actor,
    now: datetime,
) -> Proposal:
    """Put it before a coordinator; an open one of the same kind gives way to it."""
    for older in referral.proposals.open().filter(kind=kind):
        _settle(older, Proposal.State.WITHDRAWN, by, now)
    proposal = Proposal.objects.create(
        referral=referral, kind=kind, facts=dict(facts), from_change=from_change, made_at=now
    )
    record(by=by, now=now, verb="proposal.made", on=proposal, facts={"kind": kind, "referral": referral.pk})
    return proposal


@transaction.atomic
def dismiss(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Raises NoLongerOpen."""
    _settle(proposal, Proposal.State.DISMISSED, by, now)


def _settle(proposal: Proposal, state: Proposal.State, by: Actor, now: datetime) -> None:
    settled_by = by if isinstance(by, User) else None
    settled = {"state": state, "settled_at": now, "settled_by": settled_by}
    settled["opened_at"] = F("opened_at") if state is Proposal.State.WITHDRAWN else now
    if not Proposal.objects.open().filter(pk=proposal.pk).update(**settled):
        raise NoLongerOpen("Somebody has settled this proposal already. Look at it again.")
    record(by=by, now=now, verb=f"proposal.{state}", on=proposal, facts={"kind": proposal.kind})
    proposal.refresh_from_db()


def take(proposal: Proposal, *, by: User, now: datetime) -> None:
    """It was done as proposed. Raises NoLongerOpen."""
    _settle(proposal, Proposal.State.TAKEN, by, now)
