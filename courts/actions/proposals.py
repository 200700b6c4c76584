"""Proposals: made from what programs found, or from a list that says something else; a human decides."""

import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor, Task, person
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import deadlines as rules
from courts import proposing
from courts.actions import deadlines
from courts.actions.calendars import holidays_of
from courts.deadlines import DeadlineKind
from courts.kinds import ReferralKind
from courts.models import Proposal, Referral, Report
from courts.moves import State
from courts.proposing import Asker
from courts.steps import PROPOSALS, OtherProposal, ReportKind, Step
from participants.locks import lock_person
from programs.actions.bookings import book_makeup
from programs.models import Booking, Enrollment, Session, StandingChange

logger = logging.getLogger(__name__)

BY = Task("courts.propose")
AT_ONCE = 500
# While a court holds a case nothing is proposed; taken up again, it is looked at anew.
FOLLOWED = (State.ACCEPTED, State.ENROLLED)
# As long as such a report is proposed, in review or on its way, it is due on a day.
OWED_BY: dict[str, DeadlineKind] = {
    ReportKind.COMPLETION: DeadlineKind.COMPLETION_REPORT,
    ReportKind.NONCOMPLIANCE: DeadlineKind.NONCOMPLIANCE_REPORT,
    ReportKind.DID_NOT_BEGIN: DeadlineKind.NO_SHOW_REPORT,
}


class NoLongerOpen(Refusal):
    pass


class InReview(Refusal):
    pass


class NothingToSee(Refusal):
    pass


class NothingToBook(Refusal):
    pass


def propose_unread(*, now: datetime) -> int:
    """Read what programs found since the last time, each in a transaction of its own; how many were read.

    One that fails is left for the next time and doesn't hold up the others; the first failure is raised at last.
    """
    read, failures = 0, []
    for pk in list(StandingChange.objects.unread().values_list("pk", flat=True)[:AT_ONCE]):
        try:
            read += _read(pk, now)
        except Exception as error:
            logger.error("standing change %s: %s", pk, type(error).__name__)
            failures.append(error)
    if failures:
        raise failures[0]
    return read


@transaction.atomic
def _read(pk: int, now: datetime) -> bool:
    # Taken by a conditional update: of two workers one reads it.
    if not StandingChange.objects.filter(pk=pk, taken_at=None).update(taken_at=now):
        return False
    follow(StandingChange.objects.select_related("enrollment").get(pk=pk).enrollment, by=BY, now=now)
    return True


@transaction.atomic
def follow(enrollment: Enrollment, *, by: Actor, now: datetime) -> None:
    """Propose what follows from where he stands now; done twice, nothing new is written."""
    # Two at once would else end with what the slower one read first.
    lock_person(enrollment.participant_id)
    newest = enrollment.standing_changes.order_by("-id").first()
    if newest is None:
        return
    running = Referral.objects.filter(enrollment=enrollment, state__in=FOLLOWED).order_by("id")
    for number, referral in enumerate(running.select_related("court", "program", "key", "enrollment")):
        _follow(referral, newest, number == 0, by, now)


def _follow(referral: Referral, change: StandingChange, speaks_for_him: bool, by: Actor, now: datetime) -> None:
    asker = _asker(referral, speaks_for_him, now)
    wanted = proposing.wanted(change.facts, asker)
    _take_back(referral, proposing.BY_ITSELF - wanted, asker, by, now)
    for kind in sorted(wanted):
        _propose(referral, kind, change, asker, by, now)
    for kinds, reached in (
        (deadlines.MET_BY_A_FIRST_SESSION, bool(change.facts["credited"])),
        (deadlines.MET_BY_COMPLETION, proposing.has_completed(change.facts, asker)),
    ):
        settle = deadlines.meet if reached else deadlines.unmeet
        settle(referral, kinds, by=by, now=now)


def _asker(referral: Referral, speaks_for_him: bool, now: datetime) -> Asker:
    return Asker(
        today=deadlines.today_at(referral, now),
        since=told_since(referral),
        finish_by=rules.finish_by([deadlines.dates_of(referral, ())]),
        start_by=referral.start_by,
        owed_reports=referral.kind != ReferralKind.SELF,
        speaks_for_him=speaks_for_him,
        seated=referral.enrollment is not None and referral.enrollment.state == Enrollment.State.SEATED,
    )


def holds(proposal: Proposal, facts: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether it would be made anew on these facts."""
    first = (
        Referral.objects.filter(enrollment=proposal.referral.enrollment_id, state__in=FOLLOWED).order_by("id").first()
    )
    asker = _asker(proposal.referral, first in (None, proposal.referral), now)
    return proposal.kind in proposing.wanted(facts, asker) or proposing.is_left(proposal.kind, proposal.facts, asker)


def told_since(referral: Referral) -> date | None:
    """A court is told nothing from before its own order, unless it accepts earlier credit (None)."""
    if referral.court is None or referral.court.accepts_earlier_credit:
        return None
    return referral.ordered_on or referral.received_on


def _take_back(referral: Referral, kinds: Collection[str], asker: Asker, by: Actor, now: datetime) -> None:
    """One that no longer holds goes by itself, unless somebody opened it: then it is a person's to settle."""
    for proposal in referral.proposals.open().filter(kind__in=kinds, opened_at=None):
        if not proposing.is_left(proposal.kind, proposal.facts, asker):
            _withdraw(proposal, by, now)
    deadlines.waive(referral, [OWED_BY[kind] for kind in kinds if kind in OWED_BY], by=by, now=now)


def _propose(referral: Referral, kind: str, change: StandingChange, asker: Asker, by: Actor, now: datetime) -> None:
    """Anew only when something changed: what a person settled isn't proposed again on the same grounds."""
    newest = referral.proposals.filter(kind=kind).order_by("-id").first()
    if newest is not None and not _came_to_nothing(newest):
        same = proposing.grounds(kind, newest.facts) == proposing.grounds(kind, change.facts)
        is_open = newest.state == Proposal.State.OPEN
        left = newest.opened_at is not None or proposing.is_left(kind, newest.facts, asker)
        if same or (is_open and left):
            return
    propose(referral=referral, kind=kind, facts=change.facts, from_change=change, by=by, now=now)
    if kind in OWED_BY:
        due_on = report_due(referral, kind, change.facts, deadlines.today_at(referral, now), now)
        deadlines.add(referral, OWED_BY[kind], due_on, by=by, now=now)


def _came_to_nothing(proposal: Proposal) -> bool:
    """Taken back; or it was taken, and its report was withdrawn after it was issued, or its make-ups given up."""
    if proposal.state == Proposal.State.TAKEN and proposal.kind == OtherProposal.MAKE_UP:
        booked = Booking.objects.filter(
            enrollment=proposal.referral.enrollment_id, session__in=proposal.facts.get("makeups", ())
        )
        return booked.exists() and not booked.standing().exists()
    if proposal.state == Proposal.State.TAKEN:
        return Report.objects.in_state(Step.WITHDRAWN).filter(proposal=proposal).exists()
    return proposal.state == Proposal.State.WITHDRAWN


def report_due(referral: Referral, kind: str, facts: Mapping[str, Any], found_on: date, now: datetime) -> date:
    """By the facts that were found on that day."""
    holidays = holidays_of(referral, found_on)
    if kind == ReportKind.NONCOMPLIANCE:
        return rules.noncompliance_due(found_on, deadlines.next_hearing(referral, now), holidays)
    completed_on = date.fromisoformat(facts["finishes_on"])
    # Who referred him only afterwards is owed nothing for the time before.
    return rules.completion_report_due(max(completed_on, referral.received_on), referral.proof_due_by, holidays)


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
    """Put it before a coordinator; an open one of the same kind gives way to it. Raises InReview."""
    for older in referral.proposals.open().filter(kind=kind):
        if not _withdraw(older, by, now):
            raise InReview("Somebody is working on a proposal of this kind. Settle that one first.")
    proposal = Proposal.objects.create(
        referral=referral, kind=kind, facts=dict(facts), from_change=from_change, made_at=now
    )
    record(by=by, now=now, verb="proposal.made", on=proposal, facts={"kind": kind, "referral": referral.pk})
    return proposal


def propose_no_show(referral: Referral, on: date, *, by: User, now: datetime) -> None:
    """He didn't come to his intake: whether the court is told so, a person decides, however often it happens."""
    begun = referral.proposals.open().filter(kind=ReportKind.DID_NOT_BEGIN, opened_at__isnull=False)
    since = told_since(referral)
    may_be_told = since is None or on >= since
    if may_be_told and referral.state in FOLLOWED and not begun.exists():
        facts = {"missed_on": on.isoformat()}
        propose(referral=referral, kind=ReportKind.DID_NOT_BEGIN, facts=facts, by=by, now=now)


def take_back(referral: Referral, kind: ReportKind, *, by: User, now: datetime) -> None:
    """It holds no longer; one that somebody has opened is theirs to settle."""
    for proposal in referral.proposals.open().filter(kind=kind, opened_at=None):
        _withdraw(proposal, by, now)


def _withdraw(proposal: Proposal, by: Actor, now: datetime) -> bool:
    """False: somebody opened it in the meantime."""
    withdrawn = {"state": Proposal.State.WITHDRAWN, "settled_at": now, "settled_by": person(by)}
    if not Proposal.objects.open().filter(pk=proposal.pk, opened_at=None).update(**withdrawn):
        return False
    record(by=by, now=now, verb="proposal.withdrawn", on=proposal, facts={"kind": proposal.kind})
    return True


def withdraw_all(referral: Referral, kinds: Collection[str] = PROPOSALS, *, by: User, now: datetime) -> None:
    """Nobody will act on them any more: its referral is over, or taken up again."""
    for proposal in referral.proposals.open().filter(kind__in=kinds):
        _settle(proposal, Proposal.State.WITHDRAWN, by, now)


@transaction.atomic
def dismiss(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Raises NoLongerOpen, InReview."""
    if Report.objects.filter(proposal=proposal).exists():
        raise InReview("A report is being made from this proposal. Withdraw the report instead.")
    drop(proposal, by=by, now=now)


def drop(proposal: Proposal, *, by: User, now: datetime) -> None:
    """It won't be done, and what it would have owed the court isn't due any more. Raises NoLongerOpen."""
    _settle(proposal, Proposal.State.DISMISSED, by, now)
    if proposal.kind in OWED_BY:
        deadlines.waive(proposal.referral, (OWED_BY[proposal.kind],), by=by, now=now)


def take(proposal: Proposal, *, by: User, now: datetime) -> None:
    """It was done as proposed. Raises NoLongerOpen."""
    _settle(proposal, Proposal.State.TAKEN, by, now)


@transaction.atomic
def book(*, proposal: Proposal, by: User, now: datetime) -> list[Booking]:
    """Book the make-ups that it names: all of them or none.

    Raises NoLongerOpen, NothingToBook, and what `book_makeup` raises.
    """
    enrollment = proposal.referral.enrollment
    named = Session.objects.filter(pk__in=proposal.facts.get("makeups", ())).order_by("starts_at", "id")
    if enrollment is None or not named:
        raise NothingToBook("This proposal names no session. Book one from his case file.")
    lock_person(enrollment.participant_id)
    take(proposal, by=by, now=now)
    return [book_makeup(enrollment=enrollment, session=session, by=by, now=now) for session in named]


@transaction.atomic
def see(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Somebody in the office knows now that it no longer holds. Raises NothingToSee."""
    gone = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.WITHDRAWN, seen_at=None)
    if not gone.update(seen_at=now, seen_by=by):
        raise NothingToSee("Somebody has seen this already. There is nothing more to do.")
    record(by=by, now=now, verb="proposal.seen", on=proposal, facts={"kind": proposal.kind})


def _settle(proposal: Proposal, state: Proposal.State, by: User, now: datetime) -> None:
    settled = {"state": state, "settled_at": now, "settled_by": by}
    if not Proposal.objects.open().filter(pk=proposal.pk).update(**settled):
        raise NoLongerOpen("Somebody has settled this proposal already. Look at it again.")
    record(by=by, now=now, verb=f"proposal.{state}", on=proposal, facts={"kind": proposal.kind})
    proposal.refresh_from_db(fields=list(settled))
