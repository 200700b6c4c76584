"""What follows from where a man stands: kinds of proposal, never a decision. No Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courts.steps import OtherProposal, ReportKind
from programs.kinds import Standing
from programs.reasons import EXCEEDS_POLICY, Code

Facts = Mapping[str, Any]

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
REPORTS = frozenset(ReportKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What one referral may be told and what it needs: another court's date or days say nothing to this one.

    `since`: nothing before that day is told; None: earlier days may be. `finish_by` None: it set no date.
    `owed_reports`: a self-referral is owed none. `speaks_for_him`: one of his referrals does, so that the
    office is told once to call him. `seated`: he has a seat, whose evenings say when he can be through.
    """

    today: date
    since: date | None = None
    finish_by: date | None = None
    start_by: date | None = None
    owed_reports: bool = True
    speaks_for_him: bool = True
    seated: bool = True


def wanted(facts: Facts, asker: Asker) -> frozenset[str]:
    """The kinds of proposal for what a reassessment found (`StandingChange.facts`)."""
    found = _reports(facts, asker) if asker.owed_reports else frozenset()
    found = found | _for_the_office(facts) if asker.speaks_for_him else found
    through = facts["standing"] == Standing.COMPLETED
    return found if asker.seated or through else found - _for_who_waits(asker)


def _for_who_waits(asker: Asker) -> frozenset[str]:
    """What his page of cohorts answers better, as long as the date isn't over: he is to be given a seat first."""
    over = asker.finish_by is not None and asker.today > asker.finish_by
    return frozenset({OtherProposal.MAKE_UP}) if over else frozenset({OtherProposal.MAKE_UP, ReportKind.MORE_TIME})


def is_left(kind: str, facts: Facts, asker: Asker) -> bool:
    """Whether what somebody asked for, from the page of cohorts, is left as it is: no reassessment knows better.

    Until he is seated, or his court's dates leave room for the cohort that would fit best.
    """
    if asker.seated or kind != ReportKind.MORE_TIME or not facts.get("ask_for"):
        return False
    return is_too_soon(asker.finish_by, facts["ask_for"]) or is_too_soon(asker.start_by, facts.get("begins_on"))


def is_too_soon(binding: date | None, day: str | None) -> bool:
    return binding is not None and day is not None and binding < date.fromisoformat(day)


def has_completed(facts: Facts, asker: Asker) -> bool:
    return facts["standing"] == Standing.COMPLETED and not _any_before(facts["credited_on"], asker.since)


def _reports(facts: Facts, asker: Asker) -> frozenset[str]:
    found = FOR_STANDING[Standing(facts["standing"])] & REPORTS
    if ReportKind.COMPLETION in found and not has_completed(facts, asker):
        # He is through for another court; for this one the weeks before its order are still missing.
        return frozenset({ReportKind.MORE_TIME})
    if ReportKind.MORE_TIME in found and not _ends_too_late(facts, asker):
        return frozenset()
    if ReportKind.NONCOMPLIANCE in found and not _happened_under_its_order(facts, asker.since):
        return frozenset()
    return found


def _for_the_office(facts: Facts) -> frozenset[str]:
    standing = Standing(facts["standing"])
    if standing is Standing.COMPLETED:
        return frozenset()
    codes = {Code(reason["code"]) for reason in facts["reasons"]}
    return FOR_STANDING[standing] - REPORTS | {FOR_REASON[code] for code in codes & FOR_REASON.keys()}


def _ends_too_late(facts: Facts, asker: Asker) -> bool:
    """By this court's own date; the enrollment's is the soonest of all its courts'."""
    if asker.finish_by is None:
        return False
    if facts["finishes_on"]:
        return date.fromisoformat(facts["finishes_on"]) > asker.finish_by
    # No plan leads there; or no session is missing any more, and the rest can be done today.
    return bool(facts["missing"]) or asker.today > asker.finish_by


def _happened_under_its_order(facts: Facts, since: date | None) -> bool:
    days = [*facts["excused"], *facts["unexcused"]]
    days += [reason["on"] for reason in facts["reasons"] if reason["code"] == Code.LONG_BREAK]
    return since is None or any(date.fromisoformat(day) >= since for day in days)


def _any_before(days: Iterable[str], since: date | None) -> bool:
    return since is not None and any(date.fromisoformat(day) < since for day in days)


# What each kind rests on: names of facts, codes of reasons. While these are the same, nothing is new.
_GROUNDS: dict[str, tuple[tuple[str, ...], frozenset[Code]]] = {
    ReportKind.COMPLETION: (("credited_on", "finishes_on"), frozenset()),
    ReportKind.MORE_TIME: (("finishes_on",), frozenset({Code.CANNOT_FINISH, Code.DATE_PASSED})),
    ReportKind.NONCOMPLIANCE: (("excused", "unexcused"), EXCEEDS_POLICY),
    OtherProposal.WARN: (("unexcused",), frozenset()),
    OtherProposal.CALL: (("excused", "unexcused"), frozenset({Code.IN_A_ROW})),
    OtherProposal.MAKE_UP: (("makeups",), frozenset({Code.NEEDS_MAKEUPS})),
}


def grounds(kind: str, facts: Facts) -> list[Any]:
    """The part of the facts on which a proposal of that kind rests."""
    names, codes = _GROUNDS[kind]
    # What was found before make-ups were named names none.
    return [[facts.get(name, []) for name in names], [r for r in facts["reasons"] if r["code"] in codes]]
