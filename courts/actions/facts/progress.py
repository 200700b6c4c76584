"""How it goes: what he attended in a period, and whether he keeps to what the court and the program ask."""

from datetime import date, timedelta

from courts import deadlines as rules
from courts.actions import deadlines
from courts.actions.calendars import holidays_of
from courts.actions.facts.attendance import (
    CREDITED,
    Attendance,
    Evening,
    How,
    attendance,
    binding_on,
    exceeded,
)
from courts.actions.facts.base import Telling, iso, shared
from courts.actions.facts.fee import fee_standing
from courts.deadlines import ProgressWanted
from courts.models import IssuedDocument
from courts.steps import ReportKind, Step
from courts.told import CountedFacts, PeriodFacts, ProgressFacts
from programs.kinds import RequirementKind, Standing

IN_COMPLIANCE = "In compliance"
AT_RISK = "At risk"
OUT_OF_COMPLIANCE = "Out of compliance"


def progress(telling: Telling) -> ProgressFacts:
    """Raises NotEnrolled."""
    found = attendance(telling)
    from_on, to_on = _period(telling, found)
    told = [one for one in found.evenings if one.on <= to_on]
    period: PeriodFacts = {"from_on": from_on.isoformat(), "to_on": to_on.isoformat()}
    return {
        **shared(telling),
        "period": period,
        "required": {"sessions": found.rules.sessions_required},
        "counted": _counted(told),
        "sessions": [one.fact for one in told if one.on >= from_on],
        "assignments": _assignments(found),
        "fee_standing": fee_standing(telling, found),
        "compliance": _compliance(telling, found),
        "remarks": telling.words["remarks"],
        "next_report_on": iso(_next_report_on(telling)),
    }


def _period(telling: Telling, found: Attendance) -> tuple[date, date]:
    """From the day after the last report's until today; a corrected report is about the same days as the old one."""
    old = telling.report.supersedes
    if old is not None:
        period = old.document.snapshot["period"]
        return date.fromisoformat(period["from_on"]), date.fromisoformat(period["to_on"])
    standing = IssuedDocument.objects.filter(report__referral=telling.referral, report__kind=ReportKind.PROGRESS)
    gone = standing.filter(report__steps__step__in=(Step.SUPERSEDED, Step.WITHDRAWN)).values("pk")
    last = standing.exclude(pk__in=gone).defer("content").order_by("-issued_at", "-id").first()
    if last is not None:
        after = date.fromisoformat(last.snapshot["period"]["to_on"]) + timedelta(days=1)
        return min(after, telling.today), telling.today
    opened_on = found.enrollment.opened_at.astimezone(telling.referral.zone).date()
    from_on = max(opened_on, telling.since) if telling.since else opened_on
    return min(from_on, telling.today), telling.today


def _counted(told: list[Evening]) -> CountedFacts:
    hows = [one.how for one in told]
    return {
        "credited": sum(how in CREDITED for how in hows),
        "made_up": hows.count(How.MADE_UP),
        "excused": hows.count(How.EXCUSED),
        "unexcused": hows.count(How.UNEXCUSED),
        "without_credit": hows.count(How.WITHOUT_CREDIT),
    }


def _assignments(found: Attendance) -> str | None:
    if RequirementKind.ASSIGNMENTS not in found.rules.requires:
        return None
    handed_in = found.enrollment.requirements.filter(kind=RequirementKind.ASSIGNMENTS).exists()
    return "Handed in" if handed_in else "Not all handed in yet"


def _compliance(telling: Telling, found: Attendance) -> str:
    """By his standing, as far as it rests on what this court may be told, and on its own date."""
    standing = found.assessment.standing
    if standing is Standing.POLICY_EXCEEDED and exceeded(telling, found):
        return OUT_OF_COMPLIANCE
    if standing is Standing.NEEDS_MAKEUPS or _ends_too_late(telling, found):
        return AT_RISK
    warned = len(found.those(How.UNEXCUSED)) >= found.rules.unexcused_warn_at
    through = standing in (Standing.COMPLETED, Standing.REQUIREMENTS_OPEN)
    return AT_RISK if warned and not through else IN_COMPLIANCE


def _ends_too_late(telling: Telling, found: Attendance) -> bool:
    by, standing = binding_on(telling), found.assessment.standing
    if by is None or standing is Standing.COMPLETED:
        return False
    if found.finishes_on is not None:
        return found.finishes_on > by
    # No plan leads there; or none can be told, as the weeks before its order don't count.
    return bool(found.assessment.missing) or telling.today > by


def _next_report_on(telling: Telling) -> date | None:
    """As the court wants it. A day of its own that is over says nothing of the next one."""
    referral = telling.referral
    wanted = ProgressWanted(referral.court.progress_wanted) if referral.court else ProgressWanted.MONTHLY
    asked_for = referral.next_progress_on
    return rules.progress_due(
        wanted,
        period_end=telling.today,
        hearing=deadlines.next_hearing(referral, telling.now),
        court_date=asked_for if asked_for and asked_for > telling.today else None,
        holidays=holidays_of(referral, telling.today),
    )
