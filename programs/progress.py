"""Can he still finish, and by when? No Django, no clock, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from programs.findings import Case, binding, breaks, conduct, outlook, still_open, unmeetable
from programs.kinds import RequirementKind, Standing, Why
from programs.plan import Limits, Need, Plan, Reachable, best_plan, earliest_plan
from programs.reasons import EXCEEDS_POLICY, Reason
from programs.tally import Marked, Rules, Week, earns_credit, tally_of

__all__ = [
    "Assessment",
    "Credit",
    "Marked",
    "Missing",
    "Reachable",
    "Rules",
    "Standing",
    "Week",
    "assess",
    "earns_credit",
    "unmeetable",
]


class Credit(NamedTuple):
    week: Week
    mark: Marked


class Missing(NamedTuple):
    week: Week
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """`finishes_on`: the day on which he completed or, by the plan, can.

    None: no plan leads there, or no session is needed any more and only requirements are open.

    `still_needed` counts sessions.
    """

    standing: Standing
    credited: tuple[Credit, ...]
    missing: tuple[Missing, ...]
    still_needed: int
    excused: tuple[Marked, ...]
    unexcused: tuple[Marked, ...]
    no_credit: tuple[Marked, ...]
    in_a_row: int
    open_requirements: tuple[RequirementKind, ...]
    plan: tuple[Reachable, ...]
    finishes_on: date | None
    reasons: tuple[Reason, ...]

    @property
    def makeups(self) -> tuple[Reachable, ...]:
        """Those of the plan's sessions that still have to be booked."""
        return tuple(session for session in self.plan if not session.own)


def assess(
    *,
    modules: Sequence[Week],
    marks: Iterable[Marked],
    policy: Rules,
    requirements: Mapping[RequirementKind, date | None],
    reachable: Iterable[Reachable],
    finish_by: date | None,
    today: date,
    started_on: date | None = None,
    break_approved_until: date | None = None,
    made_up: Iterable[date] = (),
) -> Assessment:
    """Where he stands, and the plan by which he finishes.

    The plan asks for as few make-ups as it can, then ends as early as it can; where none ends by `finish_by`,
    it is the one that ends earliest.

    `reachable`: without what he may no longer attend, such as a session he has a mark for, or another on a
    day on which he was at one. `made_up`: days of make-ups attended or booked, which use up what their weeks
    allow. `started_on` None: he hasn't begun, no break is counted. `break_approved_until`: breaks that end by
    then are approved.
    """
    weeks = {week.module: week for week in modules}
    tally = tally_of(weeks, marks, policy)
    need = _need(weeks, tally.credits.keys(), policy)
    # What a facilitator hasn't logged yet is held against nobody: he may well have been there.
    ahead = [session for session in reachable if session.on >= today or session.unlogged]
    case = Case(
        weeks=weeks,
        policy=policy,
        tally=tally,
        need=need,
        met=requirements,
        reachable=ahead,
        plan=_plan(need, ahead, Limits(policy.makeups_per_week, tuple(made_up)), finish_by),
        finish_by=finish_by,
        today=today,
    )
    on_breaks = breaks(case, started_on, break_approved_until)
    return _assessment(case, (*outlook(case), *conduct(case), *on_breaks, *still_open(case)))


def _assessment(case: Case, reasons: tuple[Reason, ...]) -> Assessment:
    tally = case.tally
    return Assessment(
        standing=_standing(case, reasons),
        credited=tuple([Credit(case.weeks[module], mark) for module, mark in tally.credits.items()]),
        missing=_missing(case),
        still_needed=case.need.sessions,
        excused=tuple(tally.excused),
        unexcused=tuple(tally.unexcused),
        no_credit=tuple(tally.no_credit),
        in_a_row=tally.in_a_row,
        open_requirements=case.open,
        plan=case.plan.sessions if case.plan else (),
        finishes_on=case.finishes_on,
        reasons=reasons,
    )


def _need(weeks: Mapping[int, Week], credited: Iterable[int], policy: Rules) -> Need:
    credited, bind = set(credited), binding(weeks, policy)
    must = bind - credited
    more = max(policy.sessions_required - len(credited) - len(must), 0)
    others = weeks.keys() - bind - credited if more else set()
    return Need(frozenset(must), frozenset(others), more)


def _plan(need: Need, ahead: Sequence[Reachable], limits: Limits, finish_by: date | None) -> Plan | None:
    if not need.sessions or not ahead:
        return None
    by = finish_by or max(session.on for session in ahead)
    return best_plan(need, ahead, limits, by) or earliest_plan(need, ahead, limits)


def _standing(case: Case, reasons: Iterable[Reason]) -> Standing:
    if case.completed:
        return Standing.COMPLETED
    if not case.need.sessions:
        return Standing.REQUIREMENTS_OPEN if case.in_time else Standing.CANNOT_FINISH
    if any(reason.code in EXCEEDS_POLICY for reason in reasons):
        return Standing.POLICY_EXCEEDED
    if case.plan is None or not case.in_time:
        return Standing.CANNOT_FINISH
    return Standing.NEEDS_MAKEUPS if case.plan.makeups else Standing.ON_TRACK


def _missing(case: Case) -> tuple[Missing, ...]:
    wanted = case.need.must | case.need.others
    return tuple(
        Missing(week, case.tally.why.get(module, Why.NOT_YET))
        for module, week in case.weeks.items()
        if module in wanted
    )
