"""Where a man stands, looked up and written down in the transaction of whatever changed it.

It is looked up at each tap at a door, so each thing is asked for once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from accounts.actors import Actor
from audit.actions import event, record_all
from audit.models import Event
from programs.actions.grounds import Booked, Coming, Grounds, facts_of, has_room, marked, reachable
from programs.kinds import MarkKind, RequirementKind
from programs.models import (
    BreakApproval,
    Curriculum,
    Enrollment,
    Mark,
    Module,
    Policy,
    Program,
    Seat,
    Session,
    StandingChange,
)
from programs.progress import Assessment, Marked, Reachable, Standing, Week

__all__ = [
    "Part",
    "assessment_of",
    "coming",
    "current_marks",
    "facts_of",
    "look_again",
    "marked",
    "reassess",
    "reassess_all",
    "with_expected",
]


class Part(StrEnum):
    """Why a session bears on him."""

    OWN = "own"
    ELSEWHERE = "elsewhere"
    FIRST = "first"
    BOOKED = "booked"


# Who has no mark in a session that is over counts as if he may have been there, for so long; then he was not.
LOGGED_WITHIN = timedelta(days=14)
# Each annotated by `_labeled`.
Evenings = dict[Part, list[Any]]


def reassess_all(enrollments: Iterable[Enrollment], *, by: Actor, now: datetime) -> None:
    """The lowest first, as whoever locks several does."""
    for enrollment in sorted(enrollments, key=attrgetter("pk")):
        reassess(enrollment=enrollment, by=by, now=now)


@transaction.atomic(savepoint=False)
def reassess(*, enrollment: Enrollment, by: Actor, now: datetime) -> Assessment:
    """Append a StandingChange where what is known of him changed; asked twice, nothing new is written."""
    # His row is the lock: of two at once the later would else write down what the other has outdated.
    locked = Enrollment.objects.select_for_update()
    enrollment.refresh_from_db(fields=["standing", "finish_by"], from_queryset=locked)
    assessment, events = look_again(enrollment, current_marks(enrollment), by=by, now=now)
    record_all(events)
    return assessment


def look_again(
    enrollment: Enrollment, marks: Iterable[Mark], *, by: Actor, now: datetime
) -> tuple[Assessment, list[Event]]:
    """`reassess`, for an action that holds his lock, has his current marks at hand and saves the events itself."""
    assessment = _assessed(enrollment, marks, now.astimezone(enrollment.program.zone).date())
    facts = facts_of(assessment)
    newest = enrollment.standing_changes.order_by("-id").first()
    if newest is not None and newest.new == assessment.standing and newest.facts == facts:
        return assessment, []
    change = StandingChange.objects.create(
        enrollment=enrollment, old=enrollment.standing, new=assessment.standing, facts=facts, at=now
    )
    if newest is None or newest.new != assessment.standing:
        Enrollment.objects.filter(pk=enrollment.pk).update(standing=assessment.standing)
    enrollment.standing = assessment.standing
    verb, said = "enrollment.reassessed", {"change": change.pk}
    return assessment, [event(by=by, now=now, verb=verb, on=enrollment, facts=said)]


def assessment_of(enrollment: Enrollment, *, today: date) -> Assessment:
    return _assessed(enrollment, current_marks(enrollment), today)


def current_marks(enrollment: Enrollment) -> QuerySet[Mark]:
    return enrollment.marks.current().select_related("session__program")


def _assessed(enrollment: Enrollment, marks: Iterable[Mark], today: date) -> Assessment:
    seats = list(_with_approval(enrollment.seats.select_related("cohort__policy")).order_by("id"))
    policy = seats[-1].cohort.policy if seats else _newest_policy(enrollment)
    his_marks = [marked(mark) for mark in marks if mark.session.state != Session.State.CANCELED]
    enough = _are_enough(enrollment, his_marks)
    evenings = _evenings(enrollment, seats, today, without_others=enough)
    others = None if enough else evenings[Part.ELSEWHERE]
    grounds = Grounds(
        weeks=_weeks(enrollment, seats),
        rules=policy.rules,
        marks=his_marks,
        met={RequirementKind(r.kind): r.met_on for r in enrollment.requirements.all()},
        finish_by=enrollment.finish_by,
        cohort=seats[-1].cohort_id if seats and seats[-1].to_on is None else None,
        started_on=_started_on(evenings, seats),
        break_approved_until=seats[-1].approved_until if seats else None,
        bookings={one.pk: Booked(one.on, bool(one.waived)) for one in evenings[Part.BOOKED]},
        coming=_HisComing(enrollment, evenings, others, _speaks(enrollment, seats), today),
    )
    return grounds.assess(today)


def _with_approval(seats: QuerySet[Seat]) -> QuerySet[Any]:
    """Each with the day until which an administrator lets him be away: who has no seat is on no break."""
    approved = BreakApproval.objects.filter(enrollment=OuterRef("enrollment")).order_by("-id")
    return seats.annotate(approved_until=Subquery(approved.values("until")[:1]))


def _weeks(enrollment: Enrollment, seats: Sequence[Seat]) -> list[Week]:
    if seats:
        curriculum = seats[-1].cohort.curriculum_id
    else:
        curriculum = Curriculum.objects.filter(program=enrollment.program).latest("version").pk
    return [Week(module.pk, module.week) for module in Module.objects.filter(curriculum=curriculum)]


def _newest_policy(enrollment: Enrollment) -> Policy:
    return Policy.objects.filter(program=enrollment.program).latest("version")


def _speaks(enrollment: Enrollment, seats: Sequence[Seat]) -> str:
    return seats[-1].cohort.language if seats else enrollment.participant.language


def _are_enough(enrollment: Enrollment, marks: Iterable[Marked]) -> bool:
    """Whether his cohort's evenings will do, most likely: he was on track and always there. No answer rests on it."""
    return enrollment.standing == Standing.ON_TRACK and all(mark.kind is MarkKind.PRESENT for mark in marks)


def _evenings(enrollment: Enrollment, seats: Sequence[Seat], today: date, *, without_others: bool) -> Evenings:
    """The sessions that bear on him, by why: one query of parts, so that each part goes by its own index."""
    sits_in = [seat.cohort_id for seat in seats[-1:] if seat.to_on is None]
    to_come = coming(enrollment.program, _speaks(enrollment, seats), today)
    parts = {
        Part.OWN: to_come.filter(cohort__in=sits_in),
        Part.FIRST: Session.objects.standing().filter(cohort__in=[seat.cohort_id for seat in seats[:1]]),
        Part.BOOKED: Session.objects.filter(bookings__enrollment=enrollment, bookings__canceled_at=None),
    }
    if not without_others:
        parts[Part.ELSEWHERE] = to_come.exclude(cohort__in=sits_in)
    first, *others = (_labeled(queryset, part) for part, queryset in parts.items())
    found: Evenings = {part: [] for part in Part}
    for session in first.union(*others, all=True).order_by("starts_at", "id"):
        if session.program_id == enrollment.program_id:
            session.program = enrollment.program
        found[session.part].append(session)
    return found


def _labeled(sessions: QuerySet[Session], part: Part) -> QuerySet[Any]:
    """With `part`, how many are `expected` (asked of those elsewhere), and why one a day was `waived`."""
    expected = EXPECTED if part is Part.ELSEWHERE else Value(0, IntegerField())
    waived = F("bookings__one_a_day_waived_why") if part is Part.BOOKED else Value("", CharField())
    return sessions.annotate(expected=expected, waived=waived, part=Value(part, CharField())).order_by()


class _HisComing(Coming):
    """His cohort's sessions and those he is booked on. `others` None: asked for only where these aren't enough."""

    def __init__(
        self, enrollment: Enrollment, evenings: Evenings, others: list[Any] | None, language: str, today: date
    ) -> None:
        self._program, self._language, self._today = enrollment.program, language, today
        self._others = others
        super().__init__([*evenings[Part.OWN], *filter(self._is_coming, evenings[Part.BOOKED])], today)

    def _is_coming(self, session: Session) -> bool:
        """As `coming` asks."""
        there = session.program_id == self._program.pk and session.language == self._language
        start, end = _span(self._program, self._today)
        return there and session.state == Session.State.PLANNED and start <= session.starts_at < end

    def elsewhere(self, modules: Iterable[int], cohort: int | None) -> Iterator[Reachable]:
        wanted = set(modules)
        others = self._looked_up(wanted) if self._others is None else self._others
        for session in others:
            session.program = self._program
            if (
                session.module_id in wanted
                and has_room(session, self._today)
                and (session.cohort_id is None or session.cohort_id != cohort)
            ):
                yield reachable(session, own=False)

    def _looked_up(self, modules: Iterable[int]) -> QuerySet[Any]:
        return with_expected(coming(self._program, self._language, self._today).filter(module__in=list(modules)))


# Seats taken in its cohort, and make-ups booked.
EXPECTED = Count("cohort__seats", filter=Q(cohort__seats__to_on=None), distinct=True) + Count(
    "bookings", filter=Q(bookings__canceled_at=None), distinct=True
)


def with_expected(sessions: QuerySet[Session]) -> QuerySet[Any]:
    """With how many are `expected` there."""
    return sessions.annotate(expected=EXPECTED).order_by()


def coming(program: Program, language: str, today: date) -> QuerySet[Session]:
    """Also those lately over that nobody has logged yet."""
    start, end = _span(program, today)
    return Session.objects.filter(
        program=program, language=language, state=Session.State.PLANNED, starts_at__gte=start, starts_at__lt=end
    )


def _span(program: Program, today: date) -> tuple[datetime, datetime]:
    start = datetime.combine(today, datetime.min.time(), program.zone)
    return start - LOGGED_WITHIN, start + timedelta(days=400)


def _started_on(evenings: Evenings, seats: Sequence[Seat]) -> date | None:
    """The day of the first session that his first seat gave him; None: there was none yet."""
    days = (session.on for session in evenings[Part.FIRST])
    return min((day for day in days if day >= seats[0].from_on), default=None)
