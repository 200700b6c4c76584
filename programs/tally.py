"""What the marks say: which weeks have credit, and what he missed in which way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from programs.kinds import MarkKind, NoCredit, RequirementKind, Why

_IN_ORDER = attrgetter("on", "session")
# A member of an enum is looked up slowly, and these are asked for at each mark.
_PRESENT, _LATE, _LEFT_EARLY = MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY
_ABSENT, _NOT_PROVIDED = MarkKind.ABSENT, MarkKind.NOT_PROVIDED


@dataclass(frozen=True, slots=True)
class Week:
    module: int
    week: int
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A mark that no later one corrects.

    `minutes`: how late he came, or how early he left. `length`: of the session, in minutes.
    """

    session: int
    module: int
    on: date
    kind: MarkKind
    minutes: int | None = None
    excused: bool = False
    gave_reason: bool = False
    length: int = 120
    # A coordinator laid two on that day: whoever was at this one may go to the other.
    doubled_up: bool = False

    @property
    def attended(self) -> int:
        """Of its length; it may have been shorter than was planned when he was marked."""
        return max(self.length - (self.minutes or 0), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A version of a program's policy. The figures are starting points; each program sets its own."""

    sessions_required: int = 10
    # False: any so many modules will do.
    each_module_required: bool = True
    # Minutes; more than that earns no credit.
    late_limit: int = 15
    early_limit: int = 15
    no_credit_counts_as: NoCredit = NoCredit.MISSED_WEEK
    excused_allowed: int = 2
    unexcused_warn_at: int = 1
    unexcused_notice_at: int = 2
    in_a_row_call_at: int = 2
    # Weeks he may miss, for whatever reason of his own, and make up.
    makeups_allowed: int = 3
    makeups_per_week: int = 1
    longest_break_days: int = 30
    requires: frozenset[RequirementKind] = frozenset(
        {
            RequirementKind.INTAKE,
            RequirementKind.EXIT_INTERVIEW,
            RequirementKind.AGREEMENT,
            RequirementKind.ASSIGNMENTS,
        }
    )


@dataclass(slots=True)
class Tally:
    credits: dict[int, Marked] = field(default_factory=dict)
    excused: list[Marked] = field(default_factory=list)
    unexcused: list[Marked] = field(default_factory=list)
    no_credit: list[Marked] = field(default_factory=list)
    not_provided: list[Marked] = field(default_factory=list)
    why: dict[int, Why] = field(default_factory=dict)
    there_on: list[date] = field(default_factory=list)
    in_a_row: int = 0

    @property
    def missed(self) -> list[Marked]:
        return [*self.excused, *self.unexcused, *self.no_credit]


def earns_credit(kind: MarkKind, minutes: int | None, policy: Rules) -> bool:
    if kind is _PRESENT:
        return True
    if kind is _LATE:
        return (minutes or 0) <= policy.late_limit
    return kind is _LEFT_EARLY and (minutes or 0) <= policy.early_limit


def tally_of(weeks: Mapping[int, Week], marks: Iterable[Marked], policy: Rules) -> Tally:
    tally = Tally()
    credited, there_on = tally.credits, tally.there_on
    for mark in sorted(marks, key=_IN_ORDER):
        kind, module = mark.kind, mark.module
        if kind is not _ABSENT:
            there_on.append(mark.on)
            if kind is _PRESENT or earns_credit(kind, mark.minutes, policy):
                tally.in_a_row = 0
                if module in weeks and module not in credited:
                    credited[module] = mark
                continue
        if kind is _NOT_PROVIDED:
            tally.not_provided.append(mark)
            tally.why[module] = Why.NOT_PROVIDED
        elif module not in credited:
            # Whoever has credit for the week already owes nobody that session.
            _miss(tally, mark, policy)
    return tally


def _miss(tally: Tally, mark: Marked, policy: Rules) -> None:
    absent = mark.kind is _ABSENT
    if not absent and policy.no_credit_counts_as is NoCredit.MISSED_WEEK:
        tally.no_credit.append(mark)
        tally.why[mark.module] = Why.NO_CREDIT
        tally.in_a_row = 0
        return
    tally.in_a_row += 1
    if mark.excused or (not absent and policy.no_credit_counts_as is NoCredit.EXCUSED):
        tally.excused.append(mark)
        tally.why[mark.module] = Why.EXCUSED
    else:
        tally.unexcused.append(mark)
        tally.why[mark.module] = Why.UNEXCUSED
