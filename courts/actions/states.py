"""A referral's way from received to closed. Each move is a row: who, when, why."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor, person
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines
from courts.models import Hold, Proposal, Recipient, Referral, ReferralMove, Report
from courts.moves import OWES, Closing, State, may_move
from courts.steps import Step
from programs.actions import enrollments
from programs.models import Enrollment


class MoveNotPossible(Refusal):
    pass


class NotEligible(Refusal):
    pass


class AnswersMissing(Refusal):
    pass


class ReviewInThePast(Refusal):
    pass


class ReportNotDelivered(Refusal):
    pass


class MovedNowhere(Refusal):
    pass


ENDS_AS = {
    Closing.DISCHARGED: Enrollment.Ended.DISCHARGED,
    Closing.WITHOUT_FAULT: Enrollment.Ended.WITHOUT_FAULT,
    Closing.DID_NOT_BEGIN: Enrollment.Ended.DID_NOT_BEGIN,
}


def locked(referral: Referral) -> Referral:
    """The referral as it stands now, its row locked until the transaction ends."""
    return (
        Referral.objects.select_for_update(of=("self",))
        .select_related("key", "program", "court", "participant__key", "enrollment__program")
        .get(pk=referral.pk)
    )


def move(
    referral: Referral,
    new: State,
    *,
    why: str = "",
    facts: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Move a locked referral, and append the row that tells it. Raises MoveNotPossible."""
    old = State(referral.state)
    if not may_move(old, new):
        raise MoveNotPossible(f"This referral is {_said(old)}. It can't be {_said(new)} from there.")
    referral.state = new
    referral.save(update_fields=["state", "enrollment", "closing", "closing_report", "closed_at", "moved_to"])
    ReferralMove.objects.create(
        referral=referral,
        number=referral.moves.count() + 1,
        old=old,
        new=new,
        at=now,
        by=person(by),
        why=why,
        facts=dict(facts or {}),
    )
    record(
        by=by,
        now=now,
        verb=f"referral.{new}",
        on=referral,
        key=referral.key,
        personal={"why": why} if why else None,
        facts={"from": old, **(facts or {})},
    )


def _said(state: State) -> str:
    return state.replace("_", " ")


@transaction.atomic
def accept(*, referral: Referral, answers: Mapping[str, bool], by: User, now: datetime) -> Enrollment:
    """Take him in: a new enrollment, or the one that another court's referral opened.

    `answers`: the eligibility checklist by code. Raises AnswersMissing, NotEligible, MoveNotPossible.
    """
    referral = locked(referral)
    _check_eligibility(referral, answers)
    enrollment = referral.participant.enrollments.open().filter(program=referral.program).first()
    if enrollment is None:
        enrollment = enrollments.enroll(participant=referral.participant, program=referral.program, by=by, now=now)
    referral.enrollment = enrollment
    move(referral, State.ACCEPTED, facts={"answers": dict(answers)}, by=by, now=now)
    deadlines.bind(enrollment, by=by, now=now)
    if enrollment.state == Enrollment.State.SEATED:
        became_enrolled(referral, by=by, now=now)
    return enrollment


def _check_eligibility(referral: Referral, answers: Mapping[str, bool]) -> None:
    items = list(referral.program.eligibility.all())
    unanswered = [item.question for item in items if item.code not in answers]
    if unanswered:
        raise AnswersMissing(f"Answer each question of the checklist first: {' '.join(unanswered)}")
    failed = [item.question for item in items if answers[item.code] is not item.must_be]
    if failed:
        raise NotEligible(f"By the checklist he can't be accepted: {' '.join(failed)} Decline the referral instead.")


def became_enrolled(referral: Referral, *, by: Actor, now: datetime) -> None:
    """He has a seat: the court's enroll-by is met."""
    move(referral, State.ENROLLED, by=by, now=now)
    deadlines.meet(referral, deadlines.MET_BY_A_SEAT, by=by, now=now)


@transaction.atomic
def decline(*, referral: Referral, why: str, by: User, now: datetime) -> None:
    """Not accepted: nothing binds any more but the report that says so. Raises MoveNotPossible."""
    referral = locked(referral)
    move(referral, State.DECLINED, why=why, by=by, now=now)
    deadlines.waive(referral, by=by, now=now)


@transaction.atomic
def hold(
    *, referral: Referral, reason: str, review_on: date, keeps_seat: bool, by: User, now: datetime
) -> Hold:
    """The court holds the case: no reminders, deadlines silent. Raises ReviewInThePast, MoveNotPossible."""
    referral = locked(referral)
    if review_on <= now.astimezone(referral.zone).date():
        raise ReviewInThePast("Choose a day to look again that is still to come.")
    move(referral, State.ON_HOLD, why=reason, facts={"review_on": review_on.isoformat()}, by=by, now=now)
    held = Hold.objects.create(
        referral=referral, reason=reason, review_on=review_on, keeps_seat=keeps_seat, began_at=now, began_by=by
    )
    deadlines.silence(referral)
    enrollment = referral.enrollment
    assert enrollment is not None, "the database holds it: a referral on hold has an enrollment"
    if not keeps_seat and enrollment.seats.taken().exists():
        enrollments.wait_list(enrollment=enrollment, by=by, now=now)
    # Another court's referral may still run: then he is still reminded.
    if not Referral.objects.fulfilled_by(enrollment).exclude(state=State.ON_HOLD).exists():
        enrollments.silence(enrollment=enrollment, silent=True, by=by, now=now)
    return held


@transaction.atomic
def resume(*, referral: Referral, by: User, now: datetime) -> None:
    """Raises MoveNotPossible."""
    referral = locked(referral)
    enrollment = referral.enrollment
    seated = enrollment is not None and enrollment.seats.taken().exists()
    move(referral, State.ENROLLED if seated else State.ACCEPTED, by=by, now=now)
    referral.holds.filter(ended_at=None).update(ended_at=now, ended_by=by)
    deadlines.sound(referral, now=now)
    if enrollment is not None:
        enrollments.silence(enrollment=enrollment, silent=False, by=by, now=now)


@transaction.atomic
def close(
    *,
    referral: Referral,
    closing: Closing,
    moved_to: Referral | None = None,
    why: str = "",
    by: User,
    now: datetime,
) -> None:
    """Close it for good reason; what its reason owes the court must have been delivered.

    `moved_to`: the new court's referral, when the case moved. Raises ReportNotDelivered, MovedNowhere, MoveNotPossible.
    """
    referral = locked(referral)
    if (closing is Closing.MOVED) == (moved_to is None):
        raise MovedNowhere("Name the new court's referral, if and only if the case moved there.")
    referral.closing, referral.closed_at, referral.moved_to = closing, now, moved_to
    referral.closing_report = _report_owed(referral, closing)
    move(referral, State.CLOSED, why=why, facts={"closing": closing}, by=by, now=now)
    referral.holds.filter(ended_at=None).update(ended_at=now, ended_by=by)
    referral.proposals.filter(state=Proposal.State.OPEN).update(
        state=Proposal.State.WITHDRAWN, settled_at=now, settled_by=by
    )
    deadlines.waive(referral, by=by, now=now)
    _let_go(referral, closing, by, now)


def _report_owed(referral: Referral, closing: Closing) -> Report | None:
    owed = OWES[closing]
    if owed is None:
        return None
    delivered = (Step.DELIVERED, Step.ACKNOWLEDGED, Step.STANDS, Step.CORRECTION_ASKED)
    report = referral.reports.filter(kind=owed).in_state(*delivered).order_by("-id").first()
    if report is None and referral.kind != "self":
        raise ReportNotDelivered(
            f"The {_named(owed)} report hasn't been delivered to everyone who gets it. Deliver it, then close the referral."
        )
    return report


def _named(kind: str) -> str:
    return kind.replace("_", " ")


def _let_go(referral: Referral, closing: Closing, by: User, now: datetime) -> None:
    """The enrollment ends with its last open referral; else only its date is set anew."""
    enrollment = referral.enrollment
    if enrollment is None or enrollment.closed_at is not None:
        return
    if Referral.objects.fulfilled_by(enrollment).exists():
        deadlines.bind(enrollment, by=by, now=now)
    elif closing is Closing.COMPLETED:
        enrollments.finish(enrollment=enrollment, by=by, now=now)
    else:
        why = ENDS_AS.get(closing, Enrollment.Ended.NO_REFERRAL_LEFT)
        enrollments.end(enrollment=enrollment, why=why, by=by, now=now)


@transaction.atomic
def reopen(*, referral: Referral, why: str, by: User, now: datetime) -> None:
    """Take a closed or declined referral up again where it can go on. Raises MoveNotPossible, AlreadyEnrolled."""
    referral = locked(referral)
    new = State.RECEIVED
    if referral.enrollment is not None:
        open_one = referral.participant.enrollments.open().filter(program=referral.program).first()
        if open_one is None:
            enrollments.reopen(enrollment=referral.enrollment, by=by, now=now)
        else:
            referral.enrollment = open_one
        new = State.ENROLLED if referral.enrollment.seats.taken().exists() else State.ACCEPTED
    referral.closing, referral.closing_report, referral.closed_at, referral.moved_to = "", None, None, None
    move(referral, new, why=why, by=by, now=now)
    deadlines.lay(referral, now=now)
    if referral.enrollment is not None:
        deadlines.bind(referral.enrollment, by=by, now=now)


@transaction.atomic
def confirm_recipient(*, recipient: Recipient, by: User, now: datetime) -> None:
    """The address was confirmed by calling back at a number known from elsewhere."""
    recipient.confirmed_at, recipient.confirmed_by = now, by
    recipient.save(update_fields=["confirmed_at", "confirmed_by"])
    record(by=by, now=now, verb="recipient.confirmed", on=recipient, facts={"referral": recipient.referral_id})
