from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.actors import Task
from programs.actions.cohorts import close_session
from programs.actions.enrollments import transfer
from programs.actions.marks import ReasonMissing, record_mark
from programs.actions.standing import assessment_of, marked, reassess, reassess_all
from programs.kinds import MarkKind, RequirementKind, Standing, Why
from programs.models import Enrollment, Mark, StandingChange
from programs.progress import Marked
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.programs import (
    BookingFactory,
    MarkFactory,
    PolicyFactory,
    RequirementFactory,
)
from tests.programs.scene import Scene, at, scene
from tests.refusals import nothing_written, told

pytestmark = pytest.mark.django_db
BY = Task("programs.plan")
MARCH_3, MARCH_11 = date(2026, 3, 3), date(2026, 3, 11)


@pytest.fixture
def running() -> Scene:
    return scene()


def missed_first(running: Scene) -> Enrollment:
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    return him


# --- what is written down


def test_a_new_finding_is_appended_and_stands_on_the_enrollment(running: Scene) -> None:
    him = missed_first(running)
    running.makeup(1, at(running.session(2)) + timedelta(days=1))
    before = len(told())

    reassess(enrollment=him, by=BY, now=at(running.session(1), 600))

    him.refresh_from_db()
    change = him.standing_changes.latest("id")
    assert (change.old, change.new, him.standing) == ("on_track", "needs_makeups", "needs_makeups")
    assert (change.at, change.taken_at) == (at(running.session(1), 600), None)
    assert told(after=before) == [("task:programs.plan", "enrollment.reassessed", f"programs.Enrollment:{him.pk}")]


def test_asked_again_nothing_new_is_written(running: Scene, now: datetime) -> None:
    him = running.seated()

    with nothing_written():
        assessment = reassess(enrollment=him, by=BY, now=now)

    assert assessment.standing == Standing.ON_TRACK


def test_the_same_standing_for_other_reasons_is_a_finding(running: Scene) -> None:
    him, before = running.seated(), StandingChange.objects.count()
    MarkFactory(enrollment=him, session=running.session(1))

    reassess(enrollment=him, by=BY, now=at(running.session(1), 60))

    assert StandingChange.objects.count() == before + 1
    change = him.standing_changes.latest("id")
    assert (change.old, change.new, change.facts["credited"]) == ("on_track", "on_track", [1])


def test_the_facts_name_weeks_and_days_and_nobody(running: Scene) -> None:
    him = missed_first(running)

    reassess(enrollment=him, by=BY, now=at(running.session(1), 600))

    facts = him.standing_changes.latest("id").facts
    assert (facts["missing"], facts["unexcused"], facts["excused"]) == ([1, 2, 3, 4], ["2026-03-10"], [])
    assert him.participant.first_name not in str(facts)
    assert him.participant.last_name not in str(facts)


def test_several_at_once(running: Scene) -> None:
    men = [missed_first(running) for _ in range(2)]
    untouched = running.seated()
    before = StandingChange.objects.count()

    reassess_all(men, by=BY, now=at(running.session(1), 600))

    new = StandingChange.objects.order_by("id")[before:]
    assert [change.enrollment for change in new] == men
    assert untouched not in [change.enrollment for change in new]


def test_finds_what_another_wrote_meanwhile(running: Scene) -> None:
    him = running.seated()
    stale = Enrollment.objects.get(pk=him.pk)
    Enrollment.objects.filter(pk=him.pk).update(finish_by=MARCH_11)

    reassess(enrollment=stale, by=BY, now=at(running.session(1), 600))

    assert (stale.finish_by, stale.standing) == (MARCH_11, Standing.CANNOT_FINISH)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_marked_while_the_session_is_closed_nothing_is_lost(running: Scene) -> None:
    men = [running.seated() for _ in range(4)]
    session = running.session(1)
    for man in men:
        MarkFactory(enrollment=man, session=session, kind=MarkKind.ABSENT)
    over = at(session, 120)
    marks = {mark.enrollment_id: mark for mark in session.marks.all()}
    corrected = [
        partial(
            record_mark,
            enrollment=man,
            session=running.session(1),
            kind=MarkKind.PRESENT,
            seen=marks[man.pk],
            idempotency_key=uuid4(),
            by=running.leader,
            now=over,
        )
        for man in reversed(men)
    ]
    close = partial(
        close_session, session=session, taught=session.module, minutes_held=120, by=running.leader, now=over
    )

    *taps, closing = at_once([*corrected, close])

    # A tap that comes after the closing needs a reason.
    assert {type(tap) for tap in taps} <= {Mark, ReasonMissing}
    assert closing is None
    for man, tap in zip(reversed(men), taps, strict=True):
        assert man.standing_changes.latest("id").facts["credited"] == ([1] if isinstance(tap, Mark) else [])


# --- what it is found from


def test_a_mark_as_progress_reads_it(running: Scene) -> None:
    session = running.session(1)
    mark = MarkFactory(session=session, kind=MarkKind.ABSENT, excuse="illness", gave_reason=True)

    assert marked(mark) == Marked(
        session=session.pk,
        module=session.module_id,
        on=date(2026, 3, 10),
        kind=MarkKind.ABSENT,
        excused=True,
        gave_reason=True,
        length=120,
    )


def test_a_mark_counts_for_what_was_taught_and_as_long_as_it_lasted(running: Scene) -> None:
    session, other = running.session(1), running.curriculum.modules.get(week=3)
    session.state, session.taught, session.minutes_held = "held", other, 75
    session.closed_at, session.closed_by = at(session), UserFactory()
    session.save()

    found = marked(MarkFactory(session=session, kind=MarkKind.LATE, minutes=9))

    assert (found.module, found.length, found.minutes) == (other.pk, 75, 9)


def test_only_the_newest_mark_counts(running: Scene) -> None:
    him = missed_first(running)
    first = him.marks.get()
    MarkFactory(enrollment=him, session=first.session, supersedes=first, kind=MarkKind.PRESENT)

    assessment = assessment_of(him, today=MARCH_11)

    assert [credit.week.week for credit in assessment.credited] == [1]
    assert assessment.unexcused == ()


def test_on_his_way_he_finishes_with_his_own_cohort(running: Scene) -> None:
    assessment = assessment_of(running.seated(), today=MARCH_3)

    assert assessment.finishes_on == date(2026, 3, 31)
    assert [session.own for session in assessment.plan] == [True] * 4


def test_a_missed_week_needs_a_session_of_another_group(running: Scene) -> None:
    him = missed_first(running)
    makeup = running.makeup(1, at(running.session(2)) + timedelta(days=1))

    assessment = assessment_of(him, today=MARCH_11)

    assert [session.session for session in assessment.makeups] == [makeup.pk]
    assert {missing.week.week: missing.why for missing in assessment.missing}[1] == Why.UNEXCUSED


@pytest.mark.parametrize("why", ["full", "another language", "canceled", "another program", "too late"])
def test_a_session_he_cannot_go_to_is_no_way_out(running: Scene, why: str) -> None:
    him = missed_first(running)
    when = at(running.session(2)) + timedelta(days=1 if why != "too late" else 420)
    makeup = running.makeup(1, when, capacity=1, language="es" if why == "another language" else "en")
    if why == "full":
        BookingFactory(session=makeup)
    if why == "canceled":
        makeup.state, makeup.canceled_why = "canceled", "weather"
        makeup.save()
    if why == "another program":
        makeup.program = scene().program
        makeup.save()

    assert assessment_of(him, today=MARCH_11).standing == Standing.CANNOT_FINISH


def test_a_full_session_he_is_booked_into_is_his_own(running: Scene) -> None:
    him = missed_first(running)
    makeup = running.makeup(1, at(running.session(2)) + timedelta(days=1), capacity=1)
    BookingFactory(session=makeup, enrollment=him)

    assessment = assessment_of(him, today=MARCH_11)

    assert (assessment.standing, assessment.makeups) == (Standing.ON_TRACK, ())
    assert makeup.pk in [session.session for session in assessment.plan]


def test_without_a_seat_the_newest_versions_count(running: Scene) -> None:
    PolicyFactory(program=running.program, version=30_000, sessions_required=2, each_module_required=False)
    waiting = running.waiting()
    seated = running.seated()

    assert assessment_of(waiting, today=MARCH_3).still_needed == 2
    assert assessment_of(seated, today=MARCH_3).still_needed == 4


def test_after_a_transfer_the_new_cohorts_sessions_are_his(running: Scene) -> None:
    him, wednesdays = running.seated(), running.another_cohort()

    transfer(enrollment=him, cohort=wednesdays, by=running.coordinator, now=at(running.session(1)))

    plan = assessment_of(him, today=MARCH_11).plan
    assert {session.session for session in plan if session.own} == set(wednesdays.sessions.values_list("pk", flat=True))


def test_completed_with_all_weeks_and_all_requirements(running: Scene) -> None:
    him = running.seated()
    for week in range(1, 5):
        MarkFactory(enrollment=him, session=running.session(week))
    today = date(2026, 4, 2)
    for kind in running.policy.rules.requires - {RequirementKind.INTAKE}:
        assert assessment_of(him, today=today).standing == Standing.REQUIREMENTS_OPEN
        RequirementFactory(enrollment=him, kind=kind, met_on=date(2026, 4, 1))

    assert assessment_of(him, today=today).standing == Standing.COMPLETED
