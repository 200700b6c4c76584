"""Ten weeks: who came, who came late, who stayed away, and what the office made of it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter

from core.refusal import Refusal
from courts.actions import seating, states
from courts.models import Referral
from courts.moves import Closing
from demo.dates import ZONE, at
from demo.stage import Stage
from programs.actions import bookings, cohorts, enrollments, marks, schedules
from programs.actions.schedules.days import off_from
from programs.actions.standing import assessment_of
from programs.kinds import MarkKind, Why
from programs.models import Enrollment, Mark, Seat, Session

# Who did not simply come: cohort, seat (from 1), week; then the mark and its minutes.
UNUSUAL: dict[tuple[str, int, int], tuple[MarkKind, int | None]] = {
    ("A", 1, 2): (MarkKind.LATE, 10),
    ("A", 2, 3): (MarkKind.LATE, 20),
    ("A", 3, 4): (MarkKind.ABSENT, None),
    ("A", 6, 6): (MarkKind.LEFT_EARLY, 10),
    ("A", 7, 6): (MarkKind.LEFT_EARLY, 40),
    ("B", 1, 2): (MarkKind.LATE, 15),
    ("B", 3, 5): (MarkKind.ABSENT, None),
    ("B", 4, 7): (MarkKind.ABSENT, None),
    ("C", 2, 3): (MarkKind.ABSENT, None),
    ("C", 4, 5): (MarkKind.ABSENT, None),
    ("C", 5, 3): (MarkKind.ABSENT, None),
    ("C", 5, 4): (MarkKind.ABSENT, None),
    ("C", 5, 5): (MarkKind.ABSENT, None),
    ("C", 7, 8): (MarkKind.LATE, 5),
}
# In a demonstration: whose make-ups are this week's.
UNUSUAL_LATELY: dict[tuple[str, int, int], tuple[MarkKind, int | None]] = {
    ("A", 4, 7): (MarkKind.ABSENT, None),
    ("A", 8, 7): (MarkKind.LEFT_EARLY, 45),
    ("B", 6, 9): (MarkKind.ABSENT, None),
}
# Of these the one whose make-up is proposed, and not booked yet: the first one's evening has room for him.
LEFT_TO_BOOK = {("A", 8)}
GAVE_A_REASON = {("B", 3, 5), ("C", 4, 5)}
EXCUSED = {("B", 3, 5), ("C", 4, 5)}
# Of an evening that its facilitator left open.
UNMARKED = 2


def hold_all_sessions(stage: Stage) -> None:
    """Evening by evening, until none is planned any more."""
    while session := Session.objects.from_now(stage.now).select_related("program", "cohort").first():
        events_before(stage, session.starts_at)
        stage.over_by(session.starts_at + timedelta(minutes=session.minutes))
        stage.go_to(session.starts_at)
        session.refresh_from_db()
        if session.on == stage.dates.snow and session.cohort:
            snow_day(stage, session)
        elif session.state == Session.State.PLANNED:
            hold_session(stage, session)


def events_before(stage: Stage, when: datetime) -> None:
    nights = stage.dates.first_nights
    coming = [(nights.get(cohort, stage.dates.begins) + timedelta(days=days), what) for cohort, days, what in EVENTS]
    for day, happens in sorted(coming, key=itemgetter(0)):
        if stage.now < at(day, 11) <= when:
            stage.go_to(at(day, 11))
            _let_happen(stage, happens)


def _let_happen(stage: Stage, happens: Callable[[Stage], None]) -> None:
    """Around another day the holidays fall otherwise, and what went well as written may be refused."""
    try:
        happens(stage)
    except Refusal as refusal:
        if not stage.breaks_off:
            raise
        stage.say(str(refusal))


def hold_session(stage: Stage, session: Session) -> None:
    roster = list(Enrollment.objects.on_roster(session).select_related("participant").order_by("id"))
    leader = session.led.get().user
    left_open = session.on == stage.dates.left_open and session.cohort is not None
    for enrollment in roster[: -UNMARKED if left_open else None]:
        _mark(stage, session, enrollment, leader_id=leader.pk)
    stage.go_to(session.starts_at + timedelta(minutes=session.minutes))
    if left_open:
        return
    cohorts.close_session(
        session=session, taught=session.module, minutes_held=session.minutes, by=leader, now=stage.now
    )
    there = session.marks.current().exclude(kind=MarkKind.ABSENT).count()
    name = session.cohort.name if session.cohort else "Make-up"
    stage.say(f"{name}, week {session.module.week}: {there} of {len(roster)} there.")
    for enrollment in roster:
        _excuse(stage, session, enrollment)
        if not (stage.breaks_off and _place(session, enrollment)[:2] in LEFT_TO_BOOK):
            arrange_makeups(stage, enrollment)


def _place(session: Session, enrollment: Enrollment) -> tuple[str, int, int]:
    """Cohort, the seat by the order in which they were taken, week."""
    if session.cohort is None:
        return ("", 0, session.module.week)
    seats = list(Seat.objects.filter(cohort=session.cohort).order_by("id").values_list("enrollment_id", flat=True))
    place = seats.index(enrollment.pk) + 1 if enrollment.pk in seats else 0
    return (session.cohort.name[-1], place, session.module.week)


def _mark(stage: Stage, session: Session, enrollment: Enrollment, *, leader_id: int) -> None:
    place = _place(session, enrollment)
    unusual = UNUSUAL | UNUSUAL_LATELY if stage.breaks_off else UNUSUAL
    kind, minutes = unusual.get(place, (MarkKind.PRESENT, None))
    leader = next(user for user in stage.facilitators if user.pk == leader_id)
    marks.record_mark(
        enrollment=enrollment,
        session=session,
        kind=kind,
        minutes=minutes,
        gave_reason=place in GAVE_A_REASON,
        idempotency_key=uuid.uuid4(),
        by=leader,
        now=stage.now,
    )


def _excuse(stage: Stage, session: Session, enrollment: Enrollment) -> None:
    if _place(session, enrollment) not in EXCUSED:
        return
    mark = Mark.objects.current().get(session=session, enrollment=enrollment)
    marks.excuse(
        mark=mark,
        excuse=Mark.Excuse.ILLNESS,
        idempotency_key=uuid.uuid4(),
        by=stage.coordinator,
        now=stage.now,
    )
    stage.say(f"{enrollment.participant.called} is excused for that evening.")


def snow_day(stage: Stage, session: Session) -> None:
    """Nobody's absence; the evening is held one week after the last one, or on the next day that is free."""
    last = Session.objects.standing().filter(cohort=session.cohort).last()
    assert last is not None, "the cohort still has sessions"
    free, off = last.on + timedelta(weeks=1), off_from(session.program, last.on, 1)
    while free in off:
        free += timedelta(days=1)
    again = at(free, last.starts_at.astimezone(ZONE).hour, 30)
    schedules.cancel_session(
        session=session,
        why=Session.Canceled.WEATHER,
        replaced_at=again,
        by=stage.coordinator,
        now=stage.now,
    )
    stage.say(f"Snow: week {session.module.week} of Cohort B is canceled and held on {again:%B} {again.day}.")


def arrange_makeups(stage: Stage, enrollment: Enrollment) -> None:
    """For each week he has missed and isn't booked for: a Saturday's make-up, one a week."""
    enrollment.refresh_from_db()
    if enrollment.closed_at is not None or not enrollment.seats.taken().exists():
        return
    if not _has_missed_any(enrollment):
        return
    booked = set(enrollment.bookings.standing().values_list("session__module_id", flat=True))
    for missing in assessment_of(enrollment, today=stage.today).missing:
        if missing.why is Why.NOT_YET or missing.week.module in booked:
            continue
        try:
            session = _saturday(stage, enrollment, missing.week.module)
            bookings.book_makeup(enrollment=enrollment, session=session, by=stage.coordinator, now=stage.now)
        except Refusal as refusal:
            stage.say(f"{enrollment.participant.called} week {missing.week.week}: {refusal}")
        else:
            day = f"{session.on:%b} {session.on.day}"
            stage.say(f"{enrollment.participant.called} makes up week {missing.week.week} on {day}.")


def _has_missed_any(enrollment: Enrollment) -> bool:
    """Asked before the whole of his progress is worked out."""
    moved = enrollment.seats.count() > 1
    return moved or enrollment.marks.exclude(kind=MarkKind.PRESENT).exists()


def _saturday(stage: Stage, enrollment: Enrollment, module_id: int) -> Session:
    """A make-up session of that week in his language: one that stands, or a new one on his next free Saturday."""
    seat = enrollment.seats.taken().select_related("cohort").get()
    language = seat.cohort.language
    standing = Session.objects.from_now(stage.now).filter(cohort=None, module=module_id, language=language)
    if session := standing.first():
        return session
    taken = {booking.session.on for booking in enrollment.bookings.standing().select_related("session__program")}
    day = stage.today + timedelta(days=(5 - stage.today.weekday()) % 7 + 7)
    hour = 10 if language == "en" else 13
    busy = set(Session.objects.from_now(stage.now).filter(cohort=None).values_list("starts_at", flat=True))
    off = off_from(stage.curriculum.program, day, 10)
    while day in taken or day in off or at(day, hour) in busy:
        day += timedelta(weeks=1)
    return cohorts.add_makeup_session(
        module=stage.curriculum.modules.get(pk=module_id),
        starts_at=at(day, hour),
        minutes=120,
        place="516 Fourth Avenue, second floor",
        capacity=12,
        language=language,
        leaders=[stage.facilitators[1 if language == "es" else 0]],
        by=stage.coordinator,
        now=stage.now,
    )


# --- What happens on some days


def _seated(stage: Stage, cohort: str, place: int) -> Enrollment:
    seats = Seat.objects.filter(cohort=stage.cohorts[cohort]).select_related("enrollment__participant").order_by("id")
    return seats[place - 1].enrollment


def second_intake(stage: Stage) -> None:
    from demo.intake import hold_intakes

    hold_intakes(stage)


def put_on_hold(stage: Stage) -> None:
    man = _seated(stage, "B", 10)
    referral = Referral.objects.fulfilled_by(man).get()
    review_on = stage.today + timedelta(days=13)
    states.hold(
        referral=referral,
        reason="competency evaluation",
        review_on=review_on,
        keeps_seat=False,
        by=stage.coordinator,
        now=stage.now,
    )
    stage.say(f"{man.participant.called} The court holds his case; review on {review_on:%B} {review_on.day}.")


def take_up_again(stage: Stage) -> None:
    man = _seated(stage, "B", 10)
    referral = Referral.objects.fulfilled_by(man).get()
    states.resume(referral=referral, by=stage.coordinator, now=stage.now)
    man.refresh_from_db()
    seating.place(enrollment=man, cohort=stage.cohorts["B"], by=stage.coordinator, now=stage.now)
    stage.say(f"{man.participant.called} His case goes on, and he sits in Cohort B again.")
    book_what_he_missed(stage, man)


def book_what_he_missed(stage: Stage, man: Enrollment) -> None:
    """Weeks that his cohort held while he was away."""
    held = Session.objects.filter(cohort=man.seats.taken().get().cohort, state=Session.State.HELD)
    missing = {missing.week.module for missing in assessment_of(man, today=stage.today).missing}
    for session in held.filter(module__in=missing):
        makeup = _saturday(stage, man, session.module_id)
        bookings.book_makeup(enrollment=man, session=makeup, by=stage.coordinator, now=stage.now)
        stage.say(f"{man.participant.called} makes up week {session.module.week} on {makeup.on:%b} {makeup.on.day}.")


def dismiss(stage: Stage) -> None:
    man = _seated(stage, "C", 8)
    for referral in Referral.objects.fulfilled_by(man):
        states.close(
            referral=referral,
            closing=Closing.DISMISSED,
            why="dismissed by the court",
            by=stage.coordinator,
            now=stage.now,
        )
    stage.say(f"{man.participant.called} The court dismisses his case; nothing is owed, his seat is free.")


def transfer(stage: Stage) -> None:
    man = _seated(stage, "A", 9)
    enrollments.transfer(enrollment=man, cohort=stage.cohorts["C"], by=stage.coordinator, now=stage.now)
    stage.say(f"{man.participant.called} works Mondays from now on and moves from Cohort A to Cohort C.")
    book_what_he_missed(stage, man)


# So many days after the first night of that cohort, or after the first day of all.
EVENTS = (
    ("", 9, second_intake),
    ("B", 17, put_on_hold),
    ("C", 20, dismiss),
    ("C", 22, transfer),
    ("B", 30, take_up_again),
)
