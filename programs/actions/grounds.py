"""What an assessment of one man rests on, however it was looked up: for him alone, or for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from programs.kinds import MarkKind, RequirementKind
from programs.models import Mark, Session
from programs.progress import Assessment, Marked, Reachable, Rules, Week, assess


@dataclass(frozen=True, slots=True)
class Evening:
    """Of a session, what a mark in it says."""

    session: int
    module: int
    on: date
    length: int
    doubled_up: bool = False


def evening(session: Session) -> Evening:
    """The week counts that was really taught, and the minutes that it really lasted."""
    return Evening(
        session.pk,
        session.taught_id or session.module_id,
        session.on,
        session.minutes_held or session.minutes,
        bool(session.doubled_up_why),
    )


def marked_in(evening: Evening, kind: str, minutes: int | None, excuse: str, gave_reason: bool) -> Marked:
    return Marked(
        session=evening.session,
        module=evening.module,
        on=evening.on,
        kind=MarkKind(kind),
        minutes=minutes,
        excused=bool(excuse),
        gave_reason=gave_reason,
        length=evening.length,
        doubled_up=evening.doubled_up,
    )


def marked(mark: Mark) -> Marked:
    return marked_in(evening(mark.session), mark.kind, mark.minutes, mark.excuse, mark.gave_reason)


class Coming:
    """The sessions of one program, in one language, still to come or to be logged.

    Each with `expected`, how many are there.
    """

    def __init__(self, sessions: Iterable[Session], today: date) -> None:
        self._today = today
        self._sessions = {session.pk: session for session in sessions}
        # Made as it is asked for: at a door it is one cohort's of many.
        self._own: dict[int | None, list[Reachable]] = {}

    @cached_property
    def _of_cohorts(self) -> dict[int, list[Session]]:
        found: defaultdict[int, list[Session]] = defaultdict(list)
        for session in self._sessions.values():
            if session.cohort_id is not None:
                found[session.cohort_id].append(session)
        return found

    @cached_property
    def _with_room(self) -> dict[int, list[tuple[int | None, Reachable]]]:
        """By module: the cohort whose session it is, and the session."""
        found: defaultdict[int, list[tuple[int | None, Reachable]]] = defaultdict(list)
        for session in self._sessions.values():
            if has_room(session, self._today):
                found[session.module_id].append((session.cohort_id, reachable(session, own=False)))
        return found

    def of_cohort(self, cohort: int | None) -> Sequence[Reachable]:
        if cohort not in self._own:
            sessions = () if cohort is None else self._of_cohorts.get(cohort, ())
            self._own[cohort] = [self._his(one, waived=bool(one.doubled_up_why)) for one in sessions]
        return self._own[cohort]

    def booked(self, bookings: Mapping[int, "Booked"], cohort: int | None) -> Iterator[Reachable]:
        for pk, booked in bookings.items():
            session = self._sessions.get(pk)
            if session is not None and (cohort is None or session.cohort_id != cohort):
                yield self._his(session, waived=booked.one_a_day_waived)

    def _his(self, session: Session, *, waived: bool) -> Reachable:
        return reachable(session, own=True, waived=waived, unlogged=session.on < self._today)

    def elsewhere(self, modules: Iterable[int], cohort: int | None) -> Iterator[Reachable]:
        """Sessions of these modules in which one could still ask for a place."""
        for module in modules:
            for other, session in self._with_room.get(module, ()):
                if other is None or other != cohort:
                    yield session


def reachable(session: Session, *, own: bool, waived: bool = False, unlogged: bool = False) -> Reachable:
    return Reachable(session.pk, session.module_id, session.on, session.starts_at, own, waived, unlogged)


def has_room(session: Any, today: date) -> bool:
    return bool(session.expected < session.capacity) and session.on >= today


@dataclass(frozen=True, slots=True)
class Booked:
    on: date
    one_a_day_waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """`cohort`: in which he has a seat now. `marks`: none of a canceled session, it counts for nothing."""

    weeks: Sequence[Week]
    rules: Rules
    marks: Sequence[Marked]
    met: Mapping[RequirementKind, date | None]
    finish_by: date | None
    cohort: int | None
    started_on: date | None
    break_approved_until: date | None
    bookings: Mapping[int, Booked]
    coming: Coming

    def assess(self, today: date) -> Assessment:
        """With the sessions that are his already, which is enough for most; else with all that he could ask for."""
        attended = {mark.session for mark in self.marks}
        # A day on which he may come twice is not taken by the first.
        waived = {pk for pk, booked in self.bookings.items() if booked.one_a_day_waived}
        there = [mark for mark in self.marks if mark.kind is not MarkKind.ABSENT and not mark.doubled_up]
        busy = {mark.on for mark in there if mark.session not in waived}
        his = [*self.coming.of_cohort(self.cohort), *self.coming.booked(self.bookings, self.cohort)]
        own = _open_to_him(his, attended, busy)
        found = self._assess(own, today)
        if not found.still_needed or self._in_time(found):
            return found
        wanted = [missing.week.module for missing in found.missing]
        others = _open_to_him(self.coming.elsewhere(wanted, self.cohort), attended | self.bookings.keys(), busy)
        return self._assess([*own, *others], today) if others else found

    def _in_time(self, found: Assessment) -> bool:
        day = found.finishes_on
        return day is not None and (self.finish_by is None or day <= self.finish_by)

    def _assess(self, sessions: Sequence[Reachable], today: date) -> Assessment:
        return assess(
            modules=self.weeks,
            marks=self.marks,
            policy=self.rules,
            requirements=self.met,
            reachable=sessions,
            finish_by=self.finish_by,
            today=today,
            started_on=self.started_on,
            break_approved_until=self.break_approved_until,
            made_up=[booked.on for booked in self.bookings.values()],
        )


def _open_to_him(sessions: Iterable[Reachable], attended: Collection[int], busy: Collection[date]) -> list[Reachable]:
    return [
        session
        for session in sessions
        if session.session not in attended and (session.on not in busy or session.one_a_day_waived)
    ]


def facts_of(assessment: Assessment) -> dict[str, Any]:
    """What a proposal needs to say, as JSON: weeks and days, no name."""
    return {
        "standing": assessment.standing.value,
        "credited": [credit.week.week for credit in assessment.credited],
        "credited_on": [credit.mark.on.isoformat() for credit in assessment.credited],
        "missing": [missing.week.week for missing in assessment.missing],
        "excused": [mark.on.isoformat() for mark in assessment.excused],
        "unexcused": [mark.on.isoformat() for mark in assessment.unexcused],
        "finishes_on": assessment.finishes_on and assessment.finishes_on.isoformat(),
        "plan": [session.session for session in assessment.plan],
        "makeups": [session.session for session in assessment.makeups],
        "reasons": [reason.facts() for reason in assessment.reasons],
    }
