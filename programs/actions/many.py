"""What assessments of many men rest on, looked up together: the same grounds as for one, in few queries."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from programs.actions.grounds import Booked, Coming, Evening, Grounds, evening, facts_of, marked_in
from programs.actions.standing import coming, with_expected
from programs.kinds import RequirementKind
from programs.models import (
    Booking,
    BreakApproval,
    Cohort,
    Curriculum,
    Enrollment,
    Mark,
    Module,
    Policy,
    Program,
    Requirement,
    Seat,
    Session,
    StandingChange,
)
from programs.progress import Rules, Week

logger = logging.getLogger(__name__)

AT_ONCE = 500


class Finding(NamedTuple):
    standing: str
    facts: dict[str, Any]


class Group(NamedTuple):
    """By whose rules, weeks and language somebody goes."""

    policy: int
    curriculum: int
    language: str


class Place(NamedTuple):
    cohort: int
    from_on: date
    to_on: date | None


class Pool:
    """What many men of one program share, each thing asked for once."""

    def __init__(self, program: Program, today: date) -> None:
        self.program, self.today, self._zone = program, today, program.zone
        self._coming: dict[str, Coming] = {}
        self._groups: dict[int, Group] = {}
        self._rules: dict[int, Rules] = {}
        self._weeks: dict[int, list[Week]] = {}
        self._newest_policy, self._newest_curriculum = self._newest(Policy), self._newest(Curriculum)

    def _newest(self, model: type[Policy | Curriculum]) -> int | None:
        versions = model._default_manager.filter(program=self.program).order_by("-version")
        return versions.values_list("pk", flat=True).first()

    def men(self) -> Any:
        open_ones = Enrollment.objects.open().filter(program=self.program).order_by("pk")
        return open_ones.annotate(speaks=F("participant__language")).only("finish_by")

    def coming(self, language: str) -> Coming:
        if language not in self._coming:
            to_come = with_expected(coming(self.program, language, self.today))
            self._coming[language] = Coming(self._with_zone(to_come), self.today)
        return self._coming[language]

    def _with_zone(self, sessions: Iterable[Session]) -> list[Session]:
        found = list(sessions)
        for session in found:
            session.program = self.program
        return found

    def evenings(self, sessions: Iterable[int], cohorts: Iterable[int]) -> list[Session]:
        """Those named, and those of the cohorts; none that was canceled."""
        wanted = Session.objects.standing().filter(Q(pk__in=sessions) | Q(cohort__in=cohorts))
        fields = ("program", "cohort", "module", "taught", "starts_at", "minutes", "minutes_held", "doubled_up_why")
        return self._with_zone(wanted.only(*fields).order_by())

    def know(self, cohorts: set[int]) -> None:
        unknown = Cohort.objects.filter(pk__in=cohorts - self._groups.keys())
        for pk, policy, curriculum, language in unknown.values_list("pk", "policy", "curriculum", "language"):
            self._groups[pk] = Group(policy, curriculum, language)

    def group(self, seats: Sequence[Place], speaks: str) -> Group | None:
        """Of the seat taken last; without one the newest versions count. None: nothing is taught yet."""
        if seats:
            return self._groups[seats[-1].cohort]
        if self._newest_policy is None or self._newest_curriculum is None:
            return None
        return Group(self._newest_policy, self._newest_curriculum, speaks)

    def rules(self, policy: int) -> Rules:
        if policy not in self._rules:
            self._rules[policy] = Policy.objects.get(pk=policy).rules
        return self._rules[policy]

    def weeks(self, curriculum: int) -> list[Week]:
        if curriculum not in self._weeks:
            modules = Module.objects.filter(curriculum=curriculum)
            self._weeks[curriculum] = [Week(module.pk, module.week) for module in modules]
        return self._weeks[curriculum]


@dataclass(slots=True)
class _Rows:
    """What the database knows of these men, by man."""

    seats: defaultdict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    marks: defaultdict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    met: defaultdict[int, dict[RequirementKind, date | None]] = field(default_factory=lambda: defaultdict(dict))
    bookings: defaultdict[int, dict[int, Booked]] = field(default_factory=lambda: defaultdict(dict))
    approved: dict[int, date] = field(default_factory=dict)
    evenings: dict[int, Evening] = field(default_factory=dict)
    # Of a cohort, the days on which it met or will meet.
    days: defaultdict[int, list[date]] = field(default_factory=lambda: defaultdict(list))


def findings(men: Sequence[Any], pool: Pool) -> dict[int, Finding | None]:
    """By enrollment; None: it could not be assessed. Where nothing is taught yet there is nothing to find."""
    rows = _rows([man.pk for man in men], pool)
    found: dict[int, Finding | None] = {}
    for man in men:
        group = pool.group(rows.seats.get(man.pk, ()), man.speaks)
        if group is not None:
            try:
                assessment = _grounds(man, group, rows, pool).assess(pool.today)
                found[man.pk] = Finding(assessment.standing.value, facts_of(assessment))
            except Exception as error:
                logger.error("assess enrollment %s: %s", man.pk, type(error).__name__)
                found[man.pk] = None
    return found


def written_down(men: Sequence[Any]) -> dict[int, Finding]:
    """What was found last."""
    changes = StandingChange.objects.filter(enrollment=OuterRef("pk")).order_by("-id")
    newest = Enrollment.objects.filter(pk__in=[man.pk for man in men]).annotate(
        newest=Subquery(changes.values("pk")[:1])
    )
    rows = StandingChange.objects.filter(pk__in=newest.values("newest"))
    return {pk: Finding(new, facts) for pk, new, facts in rows.values_list("enrollment_id", "new", "facts")}


def _grounds(man: Any, group: Group, rows: _Rows, pool: Pool) -> Grounds:
    seats = rows.seats.get(man.pk)
    evenings = rows.evenings
    return Grounds(
        weeks=pool.weeks(group.curriculum),
        rules=pool.rules(group.policy),
        marks=[marked_in(evenings[mark[0]], *mark[1:]) for mark in rows.marks.get(man.pk, ()) if mark[0] in evenings],
        met=rows.met.get(man.pk, {}),
        finish_by=man.finish_by,
        cohort=seats[-1].cohort if seats and seats[-1].to_on is None else None,
        started_on=_started_on(seats[0], rows) if seats else None,
        break_approved_until=rows.approved.get(man.pk) if seats else None,
        bookings=rows.bookings.get(man.pk, {}),
        coming=pool.coming(group.language),
    )


def _started_on(first: Place, rows: _Rows) -> date | None:
    return min((day for day in rows.days.get(first.cohort, ()) if day >= first.from_on), default=None)


def _rows(men: list[int], pool: Pool) -> _Rows:
    rows = _Rows()
    seats = Seat.objects.filter(enrollment__in=men).order_by("id")
    for man, cohort, from_on, to_on in seats.values_list("enrollment_id", "cohort_id", "from_on", "to_on"):
        rows.seats[man].append(Place(cohort, from_on, to_on))
    marks = Mark.objects.current().filter(enrollment__in=men)
    for man, *mark in marks.values_list("enrollment_id", "session_id", "kind", "minutes", "excuse", "gave_reason"):
        rows.marks[man].append(tuple(mark))
    for man, kind, on in Requirement.objects.filter(enrollment__in=men).values_list("enrollment_id", "kind", "met_on"):
        rows.met[man][RequirementKind(kind)] = on
    bookings = Booking.objects.standing().filter(enrollment__in=men).order_by("session__starts_at", "session_id")
    said = ("enrollment_id", "session_id", "session__starts_at", "one_a_day_waived_why")
    for man, session, starts_at, why in bookings.values_list(*said):
        rows.bookings[man][session] = Booked(starts_at.astimezone(pool.program.zone).date(), bool(why))
    approvals = BreakApproval.objects.filter(enrollment__in=men).order_by("id")
    rows.approved = dict(approvals.values_list("enrollment_id", "until"))
    _evenings(rows, pool)
    return rows


def _evenings(rows: _Rows, pool: Pool) -> None:
    pool.know({seat.cohort for seats in rows.seats.values() for seat in seats})
    marked = {mark[0] for marks in rows.marks.values() for mark in marks}
    first = {seats[0].cohort for seats in rows.seats.values()}
    for session in pool.evenings(marked, first):
        said = rows.evenings[session.pk] = evening(session)
        if session.cohort_id in first:
            rows.days[session.cohort_id].append(said.on)
