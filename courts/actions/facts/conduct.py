"""Noncompliance and discharge: the rule, dated facts, the warnings, and what he can still do. No conclusions."""

from collections.abc import Callable
from datetime import date

from core.refusal import Refusal
from courts.actions.facts.attendance import Attendance, Evening, How, attendance, exceeded
from courts.actions.facts.base import Telling, shared
from courts.models import Proposal
from courts.steps import OtherProposal
from courts.told import ComplianceFacts, DatedFact
from programs.progress import Rules
from programs.reasons import Code, Reason

WARNED = "The program warned him of the consequences of another absence"
WHAT = {
    How.EXCUSED: "Did not attend the session; excused",
    How.UNEXCUSED: "Did not attend the session; not excused",
    How.WITHOUT_CREDIT: "Attended the session in part; no credit",
}
RULES: dict[Code, Callable[[Rules], str]] = {
    Code.UNEXCUSED_EXCEEDED: lambda r: (
        f"After {_number(r.unexcused_notice_at, 'unexcused absence')} the program notifies the court."
    ),
    Code.EXCUSED_EXCEEDED: lambda r: f"No more than {_number(r.excused_allowed, 'excused absence')} may be made up.",
    Code.MAKEUPS_EXCEEDED: lambda r: f"No more than {_number(r.makeups_allowed, 'missed week')} may be made up.",
    Code.LONG_BREAK: lambda r: f"A break of more than {r.longest_break_days} days needs the program's approval.",
}


class WithinTheRules(Refusal):
    pass


def noncompliance(telling: Telling) -> ComplianceFacts:
    """Raises NotEnrolled, WithinTheRules."""
    found = attendance(telling)
    reasons = exceeded(telling, found)
    if not reasons:
        raise WithinTheRules("Nothing that happened under this court's order exceeds the policy. Withdraw the report.")
    rules = [RULES[one.code](found.rules) for one in reasons]
    return _facts(telling, found, rules, reasons)


def discharge(telling: Telling) -> ComplianceFacts:
    """Raises NotEnrolled."""
    found = attendance(telling)
    reasons = exceeded(telling, found)
    return _facts(telling, found, [telling.words["rule"], *(RULES[one.code](found.rules) for one in reasons)], reasons)


def _facts(telling: Telling, found: Attendance, rules: list[str], reasons: list[Reason]) -> ComplianceFacts:
    return {
        **shared(telling),
        "rules": rules,
        "dated": _dated(found, reasons),
        "warnings": [{"on": on.isoformat(), "what": WARNED} for on in _warned_on(telling, found)],
        "required": {"sessions": found.rules.sessions_required},
        "completed": found.completed,
        "words": {name: text for name, text in telling.words.items() if name not in ("rule", "what_changed")},
    }


def _dated(found: Attendance, reasons: list[Reason]) -> list[DatedFact]:
    dated = [(one.on, _what(one)) for one in found.those(*WHAT)]
    dated += [
        (one.on, f"Last attended on this day; then none for more than {one.allowed} days")
        for one in reasons
        if one.code is Code.LONG_BREAK and one.on
    ]
    return [{"on": on.isoformat(), "what": what} for on, what in sorted(dated)]


def _what(one: Evening) -> str:
    return WHAT[one.how]


def _warned_on(telling: Telling, found: Attendance) -> list[date]:
    """One of his referrals speaks for all: the program warns him once."""
    warned = Proposal.objects.filter(
        referral__enrollment=found.enrollment, kind=OtherProposal.WARN, state=Proposal.State.TAKEN
    )
    days = {at.astimezone(telling.referral.zone).date() for at in warned.values_list("settled_at", flat=True) if at}
    return sorted(day for day in days if telling.may_tell(day))


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
