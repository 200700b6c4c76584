"""What follows from where a man stands: kinds of proposal, never a decision. No Django."""

from collections.abc import Mapping
from typing import Any

from courts.steps import OtherProposal, ReportKind
from programs.kinds import Standing
from programs.reasons import Code

FOR_STANDING: dict[Standing, frozenset[str]] = {
    Standing.COMPLETED: frozenset({ReportKind.COMPLETION}),
    Standing.REQUIREMENTS_OPEN: frozenset(),
    Standing.ON_TRACK: frozenset(),
    Standing.NEEDS_MAKEUPS: frozenset({OtherProposal.MAKE_UP}),
    Standing.CANNOT_FINISH: frozenset({ReportKind.MORE_TIME}),
    Standing.POLICY_EXCEEDED: frozenset({ReportKind.NONCOMPLIANCE}),
}
FOR_REASON = {Code.UNEXCUSED_WARNING: OtherProposal.WARN, Code.IN_A_ROW: OtherProposal.CALL}
# Those made by the program itself: it may also take them back.
BY_ITSELF = frozenset().union(*FOR_STANDING.values(), FOR_REASON.values())


def wanted(facts: Mapping[str, Any]) -> frozenset[str]:
    """The kinds of proposal for what a reassessment found (`StandingChange.facts`)."""
    reasons = {FOR_REASON[code] for reason in facts["reasons"] if (code := Code(reason["code"])) in FOR_REASON}
    standing = Standing(facts["standing"])
    return FOR_STANDING[standing] | (reasons if standing is not Standing.COMPLETED else frozenset())
