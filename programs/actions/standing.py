"""Where a man stands, looked up and written down in the transaction of whatever changed it.

It is looked up at each tap at a door, so each thing is asked for once.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, IntegerField, Q, QuerySet, Value

from accounts.actors import Actor
from audit.actions import event, record_all
from audit.models import Event
from programs.kinds import MarkKind, RequirementKind
from programs.models import Curriculum, Enrollment, Mark, Module, Policy, Seat, Session, StandingChange
from programs.progress import Assessment, Marked, Reachable, Week, assess


class Part(StrEnum):
    """Why a session bears on him."""

    COMING = "coming"
    FIRST = "first"
    BOOKED = "booked"


Evenings = dict[Part, list[Session]]


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
    assessment, events = look_again(enrollment, _current_marks(enrollment), by=by, now=now)
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
    return _assessed(enrollment, _current_marks(enrollment), today)


def _current_marks(enrollment: Enrollment) -> QuerySet[Mark]:
    return enrollment.marks.current().select_related("session__program")


def _assessed(enrollment: Enrollment, marks: Iterable[Mark], today: date) -> Assessment:
    seats = list(enrollment.seats.select_related("cohort__policy").order_by("id"))
    current = [marked(mark) for mark in marks]
    policy = seats[-1].cohort.policy if seats else _newest_policy(enrollment)
    evenings = _evenings(enrollment, seats, today)
    return assess(
        modules=_weeks(enrollment, seats),
        marks=current,
        policy=policy.rules,
        requirements={RequirementKind(r.kind): r.met_on for r in enrollment.requirements.all()},
        reachable=_reachable(evenings, seats, current),
        finish_by=enrollment.finish_by,
        today=today,
        started_on=_started_on(evenings, seats),
        made_up=[session.on for session in evenings[Part.BOOKED]],
    )


def marked(mark: Mark) -> Marked:
    session = mark.session
    return Marked(
        session=session.pk,
        module=session.taught_id or session.module_id,
        on=session.on,
        kind=MarkKind(mark.kind),
        minutes=mark.minutes,
        excused=bool(mark.excuse),
        gave_reason=mark.gave_reason,
        length=session.minutes_held or session.minutes,
    )


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
        "reasons": [reason.facts() for reason in assessment.reasons],
    }


def _weeks(enrollment: Enrollment, seats: Sequence[Seat]) -> list[Week]:
    if seats:
        curriculum = seats[-1].cohort.curriculum_id
    else:
        curriculum = Curriculum.objects.filter(program=enrollment.program).latest("version").pk
    return [Week(module.pk, module.week) for module in Module.objects.filter(curriculum=curriculum)]


def _newest_policy(enrollment: Enrollment) -> Policy:
    return Policy.objects.filter(program=enrollment.program).latest("version")


def _evenings(enrollment: Enrollment, seats: Sequence[Seat], today: date) -> Evenings:
    """The sessions that bear on him, by why: one query of parts, so that each part goes by its own index."""
    parts = {
        Part.COMING: _coming(enrollment, seats, today),
        Part.FIRST: Session.objects.standing().filter(cohort__in=[seat.cohort_id for seat in seats[:1]]),
        Part.BOOKED: Session.objects.filter(bookings__enrollment=enrollment, bookings__canceled_at=None),
    }
    first, *others = (_labeled(queryset, part) for part, queryset in parts.items())
    found: Evenings = {part: [] for part in Part}
    for session in first.union(*others, all=True).order_by("starts_at", "id"):
        if session.program_id == enrollment.program_id:
            session.program = enrollment.program
        found[session.part].append(session)
    return found


def _labeled(sessions: QuerySet[Session], part: Part) -> QuerySet[Any]:
    seated = Count("cohort__seats", filter=Q(cohort__seats__to_on=None), distinct=True)
    booked = Count("bookings", filter=Q(bookings__canceled_at=None), distinct=True)
    expected = seated + booked if part is Part.COMING else Value(0, IntegerField())
    return sessions.annotate(expected=expected, part=Value(part, CharField())).order_by()


def _coming(enrollment: Enrollment, seats: Sequence[Seat], today: date) -> QuerySet[Session]:
    start = datetime.combine(today, datetime.min.time(), enrollment.program.zone)
    return Session.objects.filter(
        program=enrollment.program,
        language=seats[-1].cohort.language if seats else enrollment.participant.language,
        state=Session.State.PLANNED,
        starts_at__gte=start,
        starts_at__lt=start + timedelta(days=400),
    )


def _started_on(evenings: Evenings, seats: Sequence[Seat]) -> date | None:
    """The day of the first session that his first seat gave him; None: there was none yet."""
    days = (session.on for session in evenings[Part.FIRST])
    return min((day for day in days if day >= seats[0].from_on), default=None)


def _reachable(evenings: Evenings, seats: Sequence[Seat], marks: Sequence[Marked]) -> list[Reachable]:
    """Sessions still to come which he may attend: his own, those he is booked into, those with a seat free."""
    cohort_id = seats[-1].cohort_id if seats and seats[-1].to_on is None else None
    attended = {mark.session for mark in marks}
    busy = {mark.on for mark in marks if mark.kind is not MarkKind.ABSENT}
    booked = {session.pk for session in evenings[Part.BOOKED]}
    return [
        Reachable(session.pk, session.module_id, session.on, session.starts_at, own)
        for session in evenings[Part.COMING]
        if session.pk not in attended and session.on not in busy
        if (own := (cohort_id is not None and session.cohort_id == cohort_id) or session.pk in booked)
        or _has_room(session)
    ]


def _has_room(session: Session) -> bool:
    expected: int = session.expected  # type: ignore[attr-defined]  # annotated by _labeled
    return expected < session.capacity
