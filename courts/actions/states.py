"""A referral's way from received to closed. Each move is a row: who, when, why."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor, person
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines, life, proposals
from courts.actions.answers import tell_referrer
from courts.actions.locks import locked
from courts.deadlines import DeadlineKind
from courts.kinds import ReferralKind
from courts.models import Delivery, Hold, Referral, ReferralMove, Report
from courts.moves import OWES, Closing, State, may_move
from courts.steps import PROPOSALS, ReportKind, Step
from programs.actions import enrollments
from programs.kinds import Standing
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


class NoLongerCompleted(Refusal):
    pass


class MovedNowhere(Refusal):
    pass


class SeatStillNeeded(Refusal):
    pass


class ReferredAgain(Refusal):
    pass


ENDS_AS: dict[str, Enrollment.Ended] = {
    Closing.DISCHARGED: Enrollment.Ended.DISCHARGED,
    Closing.WITHOUT_FAULT: Enrollment.Ended.WITHOUT_FAULT,
    Closing.DID_NOT_BEGIN: Enrollment.Ended.DID_NOT_BEGIN,
}


def move(
    referral: Referral,
    new: State,
    *,
    why: str = "",
    facts: Mapping[str, Any] | None = None,
    taken_apart: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """Move a locked referral, and append the row that tells it. Raises MoveNotPossible."""
    old = State(referral.state)
    if not may_move(old, new, taken_apart=taken_apart):
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


def _said(word: str) -> str:
    return word.replace("_", " ")


@transaction.atomic
def accept(*, referral: Referral, answers: Mapping[str, bool], by: User, now: datetime) -> Enrollment:
    """Take him in: a new enrollment, or the one that another court's referral opened.

    `answers`: the eligibility checklist by code. Raises AnswersMissing, NotEligible, MoveNotPossible.
    """
    referral = locked(referral)
    _check_eligibility(referral, answers)
    enrollment = _open_enrollment(referral)
    if enrollment is None:
        enrollment = enrollments.enroll(participant=referral.participant, program=referral.program, by=by, now=now)
    referral.enrollment = enrollment
    move(referral, State.ACCEPTED, facts={"answers": dict(answers)}, by=by, now=now)
    if enrollment.state == Enrollment.State.SEATED:
        became_enrolled(referral, by=by, now=now)
    tell_enrollment(enrollment, by, now)
    tell_referrer(referral, now=now)
    return enrollment


def _open_enrollment(referral: Referral) -> Enrollment | None:
    return referral.participant.enrollments.open().filter(program=referral.program).first()


def tell_enrollment(enrollment: Enrollment, by: User, now: datetime) -> None:
    """What his open referrals ask of his enrollment: a date, silence, and what follows from where he stands."""
    referrals = Referral.objects.fulfilled_by(enrollment)
    deadlines.bind(enrollment, by=by, now=now)
    silent = referrals.exists() and not referrals.exclude(state=State.ON_HOLD).exists()
    enrollments.silence(enrollment=enrollment, silent=silent, by=by, now=now)
    proposals.follow(enrollment, by=by, now=now)


def _check_eligibility(referral: Referral, answers: Mapping[str, bool]) -> None:
    items = list(referral.program.eligibility.all())
    unanswered = [item.question for item in items if item.code not in answers]
    if unanswered:
        raise AnswersMissing(f"Answer each question of the checklist first: {' '.join(unanswered)}")
    failed = [item.question for item in items if answers[item.code] is not item.must_be]
    if failed:
        raise NotEligible(f"By the checklist he can't be accepted: {' '.join(failed)} Decline the referral instead.")


def became_enrolled(referral: Referral, *, why: str = "", by: Actor, now: datetime) -> None:
    """He has a seat: the court's enroll-by is met."""
    move(referral, State.ENROLLED, why=why, by=by, now=now)
    deadlines.meet(referral, deadlines.MET_BY_A_SEAT, by=by, now=now)


@transaction.atomic
def decline(*, referral: Referral, why: str, by: User, now: datetime) -> None:
    """Not accepted: nothing binds any more but the report that says so. Raises MoveNotPossible."""
    referral = locked(referral)
    move(referral, State.DECLINED, why=why, by=by, now=now)
    if referral.kind == ReferralKind.SELF:
        _wind_up(referral, by=by, now=now)
    else:
        _wind_up(referral, but=deadlines.MET_BY_REPORT[ReportKind.NOT_ACCEPTED], by=by, now=now)
        proposals.propose(referral=referral, kind=ReportKind.NOT_ACCEPTED, facts={"why": why}, by=by, now=now)
    _let_go(referral, by, now)
    tell_referrer(referral, now=now)


@transaction.atomic
def hold(*, referral: Referral, reason: str, review_on: date, keeps_seat: bool, by: User, now: datetime) -> Hold:
    """The court holds the case: no reminders, deadlines silent.

    Raises ReviewInThePast, SeatStillNeeded, MoveNotPossible.
    """
    referral = locked(referral)
    if review_on <= deadlines.today_at(referral, now):
        raise ReviewInThePast("Choose a day to look again that is still to come.")
    move(referral, State.ON_HOLD, why=reason, facts={"review_on": review_on.isoformat()}, by=by, now=now)
    held = Hold.objects.create(
        referral=referral, reason=reason, review_on=review_on, keeps_seat=keeps_seat, began_at=now, began_by=by
    )
    deadlines.silence(referral, by=by, now=now)
    enrollment = referral.enrollment
    assert enrollment is not None, "the database holds it: a referral on hold has an enrollment"
    if not keeps_seat:
        _give_up_seat(enrollment, by, now)
    tell_enrollment(enrollment, by, now)
    return held


def _give_up_seat(enrollment: Enrollment, by: User, now: datetime) -> None:
    if Referral.objects.fulfilled_by(enrollment).filter(state=State.ENROLLED).exists():
        raise SeatStillNeeded("Another referral of his still runs, and he sits for that one. Keep the seat.")
    if enrollment.seats.taken().exists():
        enrollments.wait_list(enrollment=enrollment, by=by, now=now)


@transaction.atomic
def resume(*, referral: Referral, by: User, now: datetime) -> None:
    """Raises MoveNotPossible."""
    referral = locked(referral)
    enrollment = referral.enrollment
    if referral.state != State.ON_HOLD or enrollment is None:
        raise MoveNotPossible(f"This referral is {_said(referral.state)}, not on hold.")
    _go_on(referral, enrollment, by=by, now=now)
    _end_hold(referral, by, now)
    deadlines.sound(referral, by=by, now=now)
    tell_enrollment(enrollment, by, now)


def _go_on(referral: Referral, enrollment: Enrollment, *, why: str = "", by: User, now: datetime) -> None:
    """To where he stands: in his seat, or waiting for one."""
    if enrollment.seats.taken().exists():
        became_enrolled(referral, why=why, by=by, now=now)
    else:
        move(referral, State.ACCEPTED, why=why, by=by, now=now)


def _end_hold(referral: Referral, by: User, now: datetime) -> None:
    for held in referral.holds.filter(ended_at=None):
        Hold.objects.filter(pk=held.pk).update(ended_at=now, ended_by=by)
        record(by=by, now=now, verb="hold.ended", on=held, facts={"referral": referral.pk})


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

    `moved_to`: the new court's referral, when the case moved; an undecided one takes his enrollment over.
    Raises ReportNotDelivered, NoLongerCompleted, MovedNowhere, MoveNotPossible.
    """
    referral = locked(referral)
    _check_moved(referral, closing, moved_to)
    referral.closing, referral.closed_at, referral.moved_to = closing, now, moved_to
    referral.closing_report = _report_owed(referral, closing)
    move(referral, State.CLOSED, why=why, facts={"closing": closing}, by=by, now=now)
    if moved_to is not None:
        _hand_over(referral, moved_to, by, now)
    _end_hold(referral, by, now)
    _wind_up(referral, by=by, now=now)
    _let_go(referral, by, now)


def _hand_over(referral: Referral, moved_to: Referral, by: User, now: datetime) -> None:
    if Referral.objects.awaiting_decision().filter(pk=moved_to.pk).update(enrollment=referral.enrollment):
        record(by=by, now=now, verb="referral.enrollment_taken_over", on=moved_to, facts={"from": referral.pk})


def _check_moved(referral: Referral, closing: Closing, moved_to: Referral | None) -> None:
    if (closing is Closing.MOVED) == (moved_to is None):
        raise MovedNowhere("Name the new court's referral, if and only if the case moved there.")
    if moved_to is None:
        return
    if moved_to.pk == referral.pk or moved_to.participant_id != referral.participant_id:
        raise MovedNowhere("The new court's referral must be another one of the same man.")
    if Referral.objects.filter(moved_to=moved_to).exists():
        raise MovedNowhere("Another case has moved to that referral already. Look at the two again.")


def _report_owed(referral: Referral, closing: Closing) -> Report | None:
    owed = OWES[closing]
    if owed is None:
        return None
    delivered = (Step.DELIVERED, Step.ACKNOWLEDGED, Step.STANDS, Step.CORRECTION_ASKED)
    # A copy may have come back since.
    report = (
        referral.reports.filter(kind=owed)
        .in_state(*delivered)
        .exclude(document__deliveries__in=Delivery.objects.holding_up())
        .order_by("-id")
        .first()
    )
    if report is None and referral.kind != ReferralKind.SELF:
        raise ReportNotDelivered(
            f"The {_said(owed)} report hasn't been delivered to everyone who gets it. "
            "Deliver it, then close the referral."
        )
    if report is not None and closing is Closing.COMPLETED:
        _check_still_completed(referral)
    return report


def _check_still_completed(referral: Referral) -> None:
    enrollment = referral.enrollment
    if enrollment is None or enrollment.standing != Standing.COMPLETED:
        raise NoLongerCompleted(
            "A mark was corrected since the report was made, and he hasn't completed any more. "
            "Withdraw the report, or correct the mark."
        )


def _wind_up(referral: Referral, *, but: Collection[DeadlineKind] = (), by: User, now: datetime) -> None:
    """Nothing more goes to the court, and nothing binds `but` these dates."""
    _call_off(referral, PROPOSALS, "The referral is over.", by, now)
    deadlines.waive(referral, set(DeadlineKind) - set(but), by=by, now=now)


def _call_off(referral: Referral, kinds: Collection[str], why: str, by: User, now: datetime) -> None:
    """Withdrawn, not dismissed: nobody decided against it, and it may be proposed again on the same grounds."""
    in_hand = referral.reports.filter(kind__in=kinds).in_state(Step.PROPOSED, Step.IN_REVIEW)
    for report in in_hand.order_by("id"):
        life.add_step(report, Step.WITHDRAWN, note=why, by=by, now=now)
    proposals.withdraw_all(referral, kinds, by=by, now=now)


def _let_go(referral: Referral, by: User, now: datetime) -> None:
    """The enrollment ends with its last open referral; else it goes on for the others."""
    enrollment = referral.enrollment
    if enrollment is None or enrollment.closed_at is not None:
        return
    if Referral.objects.fulfilled_by(enrollment).exists():
        tell_enrollment(enrollment, by, now)
    elif enrollment.referrals.filter(closing=Closing.COMPLETED).exists():
        enrollments.finish(enrollment=enrollment, by=by, now=now)
    else:
        why = ENDS_AS.get(referral.closing, Enrollment.Ended.NO_REFERRAL_LEFT)
        enrollments.end(enrollment=enrollment, why=why, by=by, now=now)


@transaction.atomic
def reopen(*, referral: Referral, why: str, by: User, now: datetime) -> None:
    """Take a closed or declined referral up again where it can go on.

    Raises ReferredAgain, MoveNotPossible.
    """
    referral = locked(referral)
    _check_not_referred_again(referral)
    closed = referral.state == State.CLOSED
    referral.closing, referral.closing_report, referral.closed_at, referral.moved_to = "", None, None, None
    if closed and referral.enrollment is not None:
        referral.enrollment = _open_enrollment(referral) or _reopened(referral.enrollment, by, now)
        _go_on(referral, referral.enrollment, why=why, by=by, now=now)
    else:
        move(referral, State.RECEIVED, why=why, by=by, now=now)
        _undo_refusal(referral, by, now)
    deadlines.lay(referral, by=by, now=now)
    if referral.enrollment is not None:
        tell_enrollment(referral.enrollment, by, now)


def _undo_refusal(referral: Referral, by: User, now: datetime) -> None:
    """The court needn't be told of it any more; if it was, its proof is owed again all the same."""
    _call_off(referral, (ReportKind.NOT_ACCEPTED,), "The referral was opened again.", by, now)
    deadlines.unmeet(referral, deadlines.MET_BY_REPORT[ReportKind.NOT_ACCEPTED], by=by, now=now)


def _reopened(enrollment: Enrollment, by: User, now: datetime) -> Enrollment:
    enrollments.reopen(enrollment=enrollment, by=by, now=now)
    return enrollment


def _check_not_referred_again(referral: Referral) -> None:
    number = referral.normalized_case_number
    same = Referral.objects.open().numbered(referral.court, number).filter(participant=referral.participant)
    if number and referral.court_id and same.exclude(pk=referral.pk).exists():
        raise ReferredAgain("He has been referred again under this number. Go on with that referral.")
