"""Where a man stands, looked up and written down in the transaction of whatever changed it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from accounts.actors import Actor
from audit.actions import record
from programs.kinds import MarkKind, RequirementKind
from programs.models import Curriculum, Enrollment, Mark, Module, Policy, Seat, Session, StandingChange
from programs.progress import Assessment, Marked, Reachable, Week, assess


def reassess_all(enrollments: Iterable[Enrollment], *, by: Actor, now: datetime) -> None:
    for enrollment in enrollments:
        reassess(enrollment=enrollment, by=by, now=now)


@transaction.atomic
def reassess(*, enrollment: Enrollment, by: Actor, now: datetime) -> Assessment:
    """Append a StandingChange where what is known of him changed; asked twice, nothing new is written."""
    assessment = assessment_of(enrollment, today=now.astimezone(enrollment.program.zone).date())
    facts = facts_of(assessment)
    newest = enrollment.standing_changes.order_by("-id").first()
    if newest is None or newest.new != assessment.standing or newest.facts != facts:
        change = StandingChange.objects.create(
            enrollment=enrollment, old=enrollment.standing, new=assessment.standing, facts=facts, at=now
        )
        Enrollment.objects.filter(pk=enrollment.pk).update(standing=assessment.standing)
        enrollment.standing = assessment.standing
        record(by=by, now=now, verb="enrollment.reassessed", on=enrollment, facts={"change": change.pk})
    return assessment


def assessment_of(enrollment: Enrollment, *, today: date) -> Assessment:
    seats = list(enrollment.seats.select_related("cohort__policy").order_by("id"))
    modules = _weeks(enrollment, seats)
    current = list(enrollment.marks.current().select_related("session__program"))
    marks = [marked(mark) for mark in current]
    policy = seats[-1].cohort.policy if seats else _newest_policy(enrollment)
    return assess(
        modules=modules,
        marks=marks,
        policy=policy.rules,
        requirements={RequirementKind(r.kind): r.met_on for r in enrollment.requirements.all()},
        reachable=_reachable(enrollment, seats, current, today),
        finish_by=enrollment.finish_by,
        today=today,
        started_on=_started_on(seats),
        made_up=_made_up(enrollment),
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


def _started_on(seats: Sequence[Seat]) -> date | None:
    """The day of the first session that his first seat gave him; None: there was none yet."""
    if not seats:
        return None
    standing = Session.objects.standing().filter(cohort=seats[0].cohort_id).select_related("program")
    return min((session.on for session in standing if session.on >= seats[0].from_on), default=None)


def _made_up(enrollment: Enrollment) -> list[date]:
    bookings = enrollment.bookings.standing().select_related("session__program")
    return [booking.session.on for booking in bookings]


def _reachable(enrollment: Enrollment, seats: Sequence[Seat], marks: Sequence[Mark], today: date) -> list[Reachable]:
    """Sessions still to come which he may attend: his own, those he is booked into, those with a seat free."""
    cohort_id = seats[-1].cohort_id if seats and seats[-1].to_on is None else None
    attended = {mark.session_id for mark in marks}
    busy = {mark.session.on for mark in marks if mark.kind != MarkKind.ABSENT}
    booked = set(enrollment.bookings.standing().values_list("session_id", flat=True))
    sessions = _coming(enrollment, today, seats)
    return [
        Reachable(session.pk, session.module_id, session.on, session.starts_at, own)
        for session in sessions
        if session.pk not in attended and session.on not in busy
        if (own := (cohort_id is not None and session.cohort_id == cohort_id) or session.pk in booked)
        or _has_room(session)
    ]


def _coming(enrollment: Enrollment, today: date, seats: Sequence[Seat]) -> list[Session]:
    language = seats[-1].cohort.language if seats else enrollment.participant.language
    start = datetime.combine(today, datetime.min.time(), enrollment.program.zone)
    seated = Count("cohort__seats", filter=Q(cohort__seats__to_on=None), distinct=True)
    booked = Count("bookings", filter=Q(bookings__canceled_at=None), distinct=True)
    return list(
        Session.objects.filter(
            program=enrollment.program,
            language=language,
            state=Session.State.PLANNED,
            starts_at__gte=start,
            starts_at__lt=start + timedelta(days=400),
        )
        .select_related("program")
        .annotate(expected=seated + booked)
    )


def _has_room(session: Session) -> bool:
    expected: int = session.expected  # type: ignore[attr-defined]  # annotated by _coming
    return expected < session.capacity
