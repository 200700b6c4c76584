"""What a report may tell a court, gathered from the rows. Nothing else ever reaches the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.refusal import Refusal
from courts.actions import deadlines, proposals
from courts.document import CompletionFacts, CopyTo, CourtFacts, CreditedSession, RequirementFact
from courts.kinds import LABELS, ReferralKind
from courts.models import Recipient, Referral
from programs.actions.standing import assessment_of
from programs.kinds import RequirementKind, Standing
from programs.models import Enrollment, Seat, Session, Signer
from programs.progress import Assessment

CLERK_ACTION = "CLERK'S ACTION REQUIRED: File this report."
STATEMENT = "This report states attendance and requirements only. It is not a risk assessment."


class NotCompleted(Refusal):
    pass


class BeforeItsOrder(Refusal):
    pass


class ReleaseMissing(Refusal):
    pass


@dataclass(frozen=True, slots=True)
class _Credited:
    """A credited session with its day on the court's own calendar, and the minutes he was there."""

    session: Session
    week: int
    minutes: int
    on: date


def completion_facts(
    referral: Referral, *, signer: Signer, recipients: Sequence[Recipient], now: datetime
) -> CompletionFacts:
    """Facts of a completion report as of now; its numbers are put in when they are reserved.

    Raises NotCompleted, BeforeItsOrder, ReleaseMissing.
    """
    enrollment, seat, assessment = _completed(referral, now)
    credited = _credited(referral, assessment)
    _may_be_told(referral, credited, recipients)
    rules = seat.cohort.policy.rules
    return {
        "letterhead": {
            "lines": referral.program.letterhead.splitlines(),
            "callback_number": referral.program.callback_number,
        },
        "number": "",
        "issued_on": deadlines.today_at(referral, now).isoformat(),
        "court": _court(referral),
        "plaintiff": referral.plaintiff,
        "defendant": referral.name_as_charged,
        "case_number": referral.case_number or None,
        "incident_number": referral.incident_number or None,
        "referral_kind": LABELS[ReferralKind(referral.kind)],
        "ordered_on": _iso(referral.ordered_on),
        "hearing_on": _iso(deadlines.next_hearing(referral, now)),
        "complete_by": _iso(referral.complete_by),
        "proof_due_by": _iso(referral.proof_due_by),
        "program_name": referral.program.name,
        "required": {"sessions": rules.sessions_required},
        "completed": {
            "sessions": len(credited),
            "minutes": sum(one.minutes for one in credited),
            "first_on": credited[0].on.isoformat(),
            "last_on": credited[-1].on.isoformat(),
        },
        "sessions": _sessions(credited, enrollment),
        "requirements": _requirements(referral, enrollment, rules.requires),
        "fee_standing": None,
        "certificate_number": None,
        "distribution": [_copy_to(referral, one) for one in recipients],
        "signer": {"name": signer.user.name, "title": signer.title},
        "statement": STATEMENT,
    }


def _completed(referral: Referral, now: datetime) -> tuple[Enrollment, Seat, Assessment]:
    enrollment = referral.enrollment
    seats = Seat.objects.filter(enrollment=enrollment).select_related("cohort__policy")
    seat = seats.order_by("-id").first()
    if enrollment is None or seat is None:
        raise NotCompleted("He has never had a seat. There is nothing to certify.")
    assessment = assessment_of(enrollment, today=now.astimezone(enrollment.program.zone).date())
    if assessment.standing is not Standing.COMPLETED:
        raise NotCompleted("He hasn't completed everything yet. Look at what is missing in his file.")
    return enrollment, seat, assessment


def _credited(referral: Referral, assessment: Assessment) -> list[_Credited]:
    """The earliest first."""
    sessions = Session.objects.in_bulk([credit.mark.session for credit in assessment.credited])
    found = [
        _Credited(
            session=(session := sessions[credit.mark.session]),
            week=credit.week.week,
            minutes=credit.mark.attended,
            on=session.starts_at.astimezone(referral.zone).date(),
        )
        for credit in assessment.credited
    ]
    return sorted(found, key=lambda one: one.session.starts_at)


def _may_be_told(referral: Referral, credited: Sequence[_Credited], recipients: Sequence[Recipient]) -> None:
    """Raises BeforeItsOrder, ReleaseMissing."""
    earlier = [one for one in credited if one.on < _ordered_on(referral)]
    if referral.court is None or not earlier:
        return
    if proposals.told_since(referral) is not None:
        raise BeforeItsOrder(
            "Some of his sessions were before this court's order, and this court counts none of those. "
            "Propose more time instead."
        )
    others = [one for one in recipients if one.role != Recipient.Role.HIMSELF]
    without = [one.get_role_display() for one in others if one.release_on is None]
    if without:
        raise ReleaseMissing(
            "Some of his sessions were before this court's order. Before it is told of them he must sign a "
            f"release for: {', '.join(without)}."
        )


def _ordered_on(referral: Referral) -> date:
    return referral.ordered_on or referral.received_on


def _court(referral: Referral) -> CourtFacts:
    court = referral.court
    if court is None:
        return {"caption": None, "number_label": "Case", "stamp_space": False, "clerk_action": None}
    return {
        # It may stand there in lines, as on a pleading; the document breaks them itself.
        "caption": " ".join(court.caption.split()),
        "number_label": court.get_number_label_display(),
        "stamp_space": court.wants_stamp_space,
        "clerk_action": CLERK_ACTION if court.wants_clerk_action_line else None,
    }


def _sessions(credited: Sequence[_Credited], enrollment: Enrollment) -> list[CreditedSession]:
    own = set(enrollment.seats.values_list("cohort_id", flat=True))
    return [
        {
            "week": one.week,
            "on": one.on.isoformat(),
            "minutes": one.minutes,
            "note": "" if one.session.cohort_id in own else "Make-up",
        }
        for one in credited
    ]


def _requirements(
    referral: Referral, enrollment: Enrollment, required: frozenset[RequirementKind]
) -> list[RequirementFact]:
    """Of one met before the court's own order it is said that it is met, not on which day."""
    met = dict(enrollment.requirements.values_list("kind", "met_on"))
    since = proposals.told_since(referral)
    return [
        {"label": kind.label, "met_on": None if since and met[kind] < since else met[kind].isoformat(), "met": True}
        for kind in RequirementKind
        if kind in required
    ]


def _copy_to(referral: Referral, recipient: Recipient) -> CopyTo:
    name = recipient.name
    if recipient.role == Recipient.Role.CLERK and referral.court is not None:
        name = name or referral.court.name
    return {"role": recipient.get_role_display(), "name": name}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
