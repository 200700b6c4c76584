"""What a report may tell a court, gathered from the rows. Nothing else ever reaches the document."""

from collections.abc import Sequence
from datetime import date, datetime

from core.refusal import Refusal
from courts.document import CompletionFacts, CourtFacts, CreditedSession, RequirementFact
from courts.kinds import LABELS, ReferralKind
from courts.models import Recipient, Referral
from programs.actions.standing import assessment_of
from programs.kinds import RequirementKind, Standing
from programs.models import Seat, Session, Signer
from programs.progress import Assessment, Credit

STATEMENT = "This report states attendance and requirements only. It is not a risk assessment."


class NotCompleted(Refusal):
    pass


class BeforeItsOrder(Refusal):
    pass


def completion_facts(
    referral: Referral, *, number: str, signer: Signer, recipients: Sequence[Recipient], now: datetime
) -> CompletionFacts:
    """Facts of a completion report as of now. Raises NotCompleted, BeforeItsOrder."""
    assessment, seat = _assessed(referral, now)
    credits = _credits(referral, assessment)
    today = now.astimezone(referral.zone).date()
    rules = seat.cohort.policy.rules
    length = seat.cohort.minutes
    return {
        "letterhead": {
            "lines": referral.program.letterhead.splitlines(),
            "callback_number": referral.program.callback_number,
        },
        "number": number,
        "issued_on": today.isoformat(),
        "court": _court(referral),
        "plaintiff": referral.plaintiff,
        "defendant": referral.name_as_charged,
        "case_number": referral.case_number or None,
        "incident_number": referral.incident_number or None,
        "referral_kind": LABELS[ReferralKind(referral.kind)],
        "ordered_on": _iso(referral.ordered_on),
        "hearing_on": _iso(_next_hearing(referral, now)),
        "complete_by": _iso(referral.complete_by),
        "proof_due_by": _iso(referral.proof_due_by),
        "program_name": referral.program.letterhead.splitlines()[0],
        "required": {"sessions": rules.sessions_required, "minutes": rules.sessions_required * length},
        "completed": {
            "sessions": len(credits),
            "minutes": sum(credit.mark.length for credit in credits),
            "first_on": min(credit.mark.on for credit in credits).isoformat(),
            "last_on": max(credit.mark.on for credit in credits).isoformat(),
        },
        "sessions": _sessions(credits, seat),
        "requirements": _requirements(referral, rules.requires),
        "fee_standing": None,
        "certificate_number": number,
        "distribution": [{"role": one.get_role_display(), "name": one.name} for one in recipients],
        "signer": {"name": signer.user.name, "title": signer.title},
        "statement": STATEMENT,
    }


def _assessed(referral: Referral, now: datetime) -> tuple[Assessment, Seat]:
    enrollment = referral.enrollment
    seat = enrollment and enrollment.seats.select_related("cohort__policy").order_by("-id").first()
    if enrollment is None or seat is None:
        raise NotCompleted("He has never had a seat. There is nothing to certify.")
    assessment = assessment_of(enrollment, today=now.astimezone(enrollment.program.zone).date())
    if assessment.standing is not Standing.COMPLETED:
        raise NotCompleted("He hasn't completed everything yet. Look at what is missing in his file.")
    return assessment, seat


def _credits(referral: Referral, assessment: Assessment) -> list[Credit]:
    credits = sorted(assessment.credited, key=lambda credit: credit.mark.on)
    if _earlier_counts(referral) or all(credit.mark.on >= _since(referral) for credit in credits):
        return credits
    raise BeforeItsOrder(
        "Some of his sessions were before this court's order, and this court counts none of those. "
        "Propose more time instead."
    )


def _earlier_counts(referral: Referral) -> bool:
    return referral.court is None or referral.court.accepts_earlier_credit


def _since(referral: Referral) -> date:
    return referral.ordered_on or referral.received_on


def _court(referral: Referral) -> CourtFacts:
    court = referral.court
    if court is None:
        return {"caption": None, "number_label": "Case", "stamp_space": False, "clerk_action": None}
    action = "CLERK'S ACTION REQUIRED: File this report and set no further compliance hearing on this condition."
    return {
        "caption": court.caption,
        "number_label": court.get_number_label_display(),
        "stamp_space": court.wants_stamp_space,
        "clerk_action": action if court.wants_clerk_action_line else None,
    }


def _sessions(credits: Sequence[Credit], seat: Seat) -> list[CreditedSession]:
    sessions = Session.objects.in_bulk([credit.mark.session for credit in credits])
    own = set(seat.enrollment.seats.values_list("cohort_id", flat=True))
    return [
        {
            "week": credit.week.week,
            "on": credit.mark.on.isoformat(),
            "minutes": credit.mark.length,
            "note": "" if sessions[credit.mark.session].cohort_id in own else "Make-up",
        }
        for credit in credits
    ]


def _requirements(referral: Referral, required: frozenset[RequirementKind]) -> list[RequirementFact]:
    """A day before the court's own order isn't named; that the requirement is met may be."""
    assert referral.enrollment is not None, "whoever completed is enrolled"
    met = dict(referral.enrollment.requirements.values_list("kind", "met_on"))
    shown = [(kind, met[kind]) for kind in RequirementKind if kind in required]
    return [
        {"label": kind.label, "met_on": on.isoformat() if _earlier_counts(referral) or on >= _since(referral) else None}
        for kind, on in shown
    ]


def _next_hearing(referral: Referral, now: datetime) -> date | None:
    hearing = referral.hearings.filter(canceled_at=None, at__gt=now).order_by("at").first()
    return hearing.at.astimezone(referral.zone).date() if hearing else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
