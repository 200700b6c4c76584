"""Completion with its certificate, and a duplicate of one."""

from datetime import date

from core.refusal import Refusal
from courts.actions.facts.attendance import CREDITED, Attendance, How, attendance, completed
from courts.actions.facts.base import Telling, shared, untellable
from courts.actions.facts.fee import fee_standing
from courts.models import IssuedDocument, Referral
from courts.steps import ReportKind, Step
from courts.told import CompletionFacts, DuplicateFacts, RequirementFact
from programs.kinds import RequirementKind, Standing


class NotCompleted(Refusal):
    pass


class NothingToDuplicate(Refusal):
    pass


def completion(telling: Telling) -> CompletionFacts:
    """Raises NotCompleted, BeforeItsOrder, ReleaseMissing."""
    found = attendance(telling) if telling.referral.enrollment else None
    if found is None or found.seat is None:
        raise NotCompleted("He has never had a seat. There is nothing to certify.")
    if found.assessment.standing is not Standing.COMPLETED:
        raise NotCompleted("He hasn't completed everything yet. Look at what is missing in his file.")
    if found.earlier:
        raise untellable(telling)
    credited = found.those(*CREDITED)
    return {
        **shared(telling),
        "required": {"sessions": found.rules.sessions_required},
        "completed": completed(credited),
        "sessions": [
            {
                "week": one.week,
                "on": one.on.isoformat(),
                "minutes": one.minutes,
                "note": "Make-up" if one.how is How.MADE_UP else "",
            }
            for one in credited
        ],
        "requirements": _requirements(telling, found),
        "fee_standing": fee_standing(telling, found),
        "certificate_number": None,
    }


def _requirements(telling: Telling, found: Attendance) -> list[RequirementFact]:
    """Of one met before the court's own order it is said that it is met, not on which day."""
    met = dict(found.enrollment.requirements.values_list("kind", "met_on"))
    return [
        {"label": kind.label, "met_on": met[kind].isoformat() if telling.may_tell(met[kind]) else None, "met": True}
        for kind in RequirementKind
        if kind in found.rules.requires
    ]


def duplicate(telling: Telling) -> DuplicateFacts:
    """Raises NothingToDuplicate, BeforeItsOrder, ReleaseMissing."""
    original = _original(telling.referral)
    certified = original.snapshot
    if not telling.may_tell(date.fromisoformat(certified["completed"]["first_on"])):
        raise untellable(telling)
    issued_on = original.issued_at.astimezone(telling.referral.zone).date()
    return {
        **shared(telling),
        "original": {"number": original.number.text, "issued_on": issued_on.isoformat()},
        "required": certified["required"],
        "completed": certified["completed"],
        "certificate_number": None,
    }


def _original(referral: Referral) -> IssuedDocument:
    """The certificate that stands."""
    issued = IssuedDocument.objects.filter(report__referral=referral, report__kind=ReportKind.COMPLETION)
    gone = issued.filter(report__steps__step__in=(Step.SUPERSEDED, Step.WITHDRAWN)).values("pk")
    standing = issued.exclude(pk__in=gone).defer("content").select_related("number__program", "report__referral__key")
    original = standing.order_by("-issued_at", "-id").first()
    if original is None:
        raise NothingToDuplicate("There is no certificate of his to duplicate. Issue the completion report.")
    return original
