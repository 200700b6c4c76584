"""Why he stands where he stands: the reasons, found in one case's facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from programs.kinds import RequirementKind
from programs.plan import Need, Plan, Reachable
from programs.reasons import Code, Reason
from programs.tally import Marked, Rules, Tally, Week

_REQUIREMENTS = tuple(RequirementKind)


@dataclass(slots=True, kw_only=True)
class Case:
    """What the reasons are found in."""

    weeks: Mapping[int, Week]
    policy: Rules
    tally: Tally
    need: Need
    met: Mapping[RequirementKind, date | None]
    reachable: Sequence[Reachable]
    plan: Plan | None
    finish_by: date | None
    today: date
    open: tuple[RequirementKind, ...] = field(init=False)
    completed: bool = field(init=False)
    finishes_on: date | None = field(init=False)

    def __post_init__(self) -> None:
        requires = self.policy.requires
        self.open = tuple(kind for kind in _REQUIREMENTS if kind in requires and not self.met.get(kind))
        self.completed = not self.need.sessions and not self.open
        self.finishes_on = self._finish()

    def _finish(self) -> date | None:
        if self.need.sessions:
            return self.plan.finishes_on if self.plan else None
        return self._completed_on() if self.completed else None

    @property
    def in_time(self) -> bool:
        # With nothing open but requirements, they can all be met today.
        day = self.finishes_on if self.need.sessions or self.completed else self.today
        return day is not None and (self.finish_by is None or day <= self.finish_by)

    def _completed_on(self) -> date:
        """The day on which the last of what completion asks for was there."""
        marks, number = self.tally.credits, self.policy.sessions_required
        enough = sorted(mark.on for mark in marks.values())[number - 1 : number]
        bind = binding(self.weeks, self.policy)
        binding_on = [mark.on for module, mark in marks.items() if module in bind]
        met = [day for kind in self.policy.requires if (day := self.met.get(kind))]
        return max([*enough, *binding_on, *met], default=self.today)

    def weeks_of(self, modules: Iterable[int]) -> tuple[int, ...]:
        weeks = self.weeks
        return tuple(sorted({weeks[module].week for module in modules if module in weeks}))

    def weeks_marked(self, marks: Iterable[Marked]) -> tuple[int, ...]:
        return self.weeks_of([mark.module for mark in marks])


def unmeetable(policy: Rules, modules: Sequence[Week]) -> Reason | None:
    """Why nobody could ever complete by that policy; None: it can be met."""
    if policy.sessions_required <= len(modules):
        return None
    return Reason(code=Code.POLICY_UNMEETABLE, count=policy.sessions_required, allowed=len(modules))


def binding(weeks: Mapping[int, Week], policy: Rules) -> set[int]:
    """The modules without which nobody completes."""
    return {module for module, week in weeks.items() if week.required} if policy.each_module_required else set()


def outlook(case: Case) -> list[Reason]:
    """Whether and when he finishes."""
    if case.completed:
        code = Code.COMPLETED if case.in_time else Code.COMPLETED_LATE
        return [Reason(code=code, on=case.finishes_on, by=case.finish_by)]
    if case.in_time:
        return _on_the_way(case)
    passed = case.finish_by is not None and case.today > case.finish_by
    obstacles = [Reason(code=Code.DATE_PASSED, by=case.finish_by)] if passed else _obstacles(case)
    if not case.need.sessions:
        return obstacles
    return [Reason(code=Code.CANNOT_FINISH, on=case.finishes_on, by=case.finish_by), *obstacles]


def _on_the_way(case: Case) -> list[Reason]:
    if case.plan is None:
        return []
    makeups = case.plan.makeups
    return [
        Reason(
            code=Code.NEEDS_MAKEUPS if makeups else Code.ON_TRACK,
            weeks=case.weeks_of(session.module for session in makeups),
            count=len(makeups) or None,
            on=case.finishes_on,
            by=case.finish_by,
        )
    ]


def _obstacles(case: Case) -> list[Reason]:
    """Why no plan ends in time: too few modules, weeks not held in time, or sessions that clash."""
    never = unmeetable(case.policy, tuple(case.weeks.values()))
    if never:
        return [never]
    held = {one.module for one in case.reachable if case.finish_by is None or one.on <= case.finish_by}
    without = case.need.must - held
    if without:
        return [Reason(code=Code.NO_SESSION, weeks=case.weeks_of(without), by=case.finish_by)]
    if len(case.need.others & held) < case.need.more:
        return [Reason(code=Code.NO_SESSION, count=case.need.more, by=case.finish_by)]
    return [Reason(code=Code.SESSIONS_CLASH, allowed=case.policy.makeups_per_week, by=case.finish_by)]


def conduct(case: Case) -> list[Reason]:
    """What he missed, against what the policy allows."""
    tally, policy = case.tally, case.policy
    reasons = list(_unexcused(case))
    if len(tally.excused) > policy.excused_allowed:
        reasons.append(_counted(case, Code.EXCUSED_EXCEEDED, tally.excused, policy.excused_allowed))
    missed = {mark.module: mark for mark in tally.missed}.values()
    if len(missed) > policy.makeups_allowed:
        reasons.append(_counted(case, Code.MAKEUPS_EXCEEDED, missed, policy.makeups_allowed))
    if tally.in_a_row >= policy.in_a_row_call_at > 0:
        reasons.append(Reason(code=Code.IN_A_ROW, count=tally.in_a_row))
    undecided = [mark for mark in tally.unexcused if mark.gave_reason]
    for code, marks in (
        (Code.REASON_GIVEN, undecided),
        (Code.NO_CREDIT, tally.no_credit),
        (Code.NOT_PROVIDED, [mark for mark in tally.not_provided if mark.module not in tally.credits]),
    ):
        if marks:
            reasons.append(_counted(case, code, marks, None))
    return reasons


def _unexcused(case: Case) -> Iterable[Reason]:
    policy, marks = case.policy, case.tally.unexcused
    allowed = max(policy.unexcused_notice_at - 1, 0)
    if len(marks) > allowed:
        yield _counted(case, Code.UNEXCUSED_EXCEEDED, marks, allowed)
    elif len(marks) >= policy.unexcused_warn_at and marks:
        yield _counted(case, Code.UNEXCUSED_WARNING, marks, allowed)


def _counted(case: Case, code: Code, marks: Iterable[Marked], allowed: int | None) -> Reason:
    marks = tuple(marks)
    return Reason(code=code, weeks=case.weeks_marked(marks), count=len(marks), allowed=allowed)


def breaks(case: Case, started_on: date | None, approved_until: date | None) -> list[Reason]:
    """A break of more than so many days, counted from the start on, needs an administrator's approval [P].

    Told by the day it began, which doesn't change from one day to the next.
    """
    if started_on is None or not case.need.sessions:
        return []
    there = [started_on, *(day for day in case.tally.there_on if day > started_on)]
    allowed = case.policy.longest_break_days
    began = _longest([*there, max(case.today, there[-1])], allowed, approved_until)
    if began:
        return [Reason(code=Code.LONG_BREAK, on=began, allowed=allowed)]
    ahead = [session.on for session in case.plan.sessions] if case.plan else []
    begins = _longest([there[-1], *ahead], allowed, approved_until)
    return [Reason(code=Code.BREAK_AHEAD, on=begins, allowed=allowed)] if begins else []


def _longest(days: Sequence[date], allowed: int, approved_until: date | None) -> date | None:
    """When the longest break of more than `allowed` days began, but for those that ended while approved."""
    gaps = [
        ((end - begin).days, begin)
        for begin, end in pairwise(days)
        if (end - begin).days > allowed and (approved_until is None or end > approved_until)
    ]
    return max(gaps)[1] if gaps else None


def still_open(case: Case) -> list[Reason]:
    return [Reason(code=Code.REQUIREMENT_OPEN, requirement=kind) for kind in case.open]
