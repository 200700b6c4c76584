from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from audit.models import Event
from programs import schedule
from programs.actions import cohorts
from programs.actions.cohorts import MarksMissing, NotYetHeld, PolicyUnmeetable, TooFew, TooShort
from programs.actions.schedules import IntoThePast, LeaderElsewhere, NotOnADayOff, SessionOver, cancel_session
from programs.actions.standing import reassess
from programs.kinds import MarkKind
from programs.models import Cohort, Session
from tests.factories.accounts import UserFactory
from tests.factories.programs import (
    CurriculumFactory,
    DayOffFactory,
    MarkFactory,
    ModuleFactory,
    PolicyFactory,
    ProgramFactory,
)
from tests.programs.calendars import evening
from tests.programs.scene import FIRST_ON, Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Scene:
    return scene()


def cohort_of(weeks: int, first_on: date, now: datetime, **fields: Any) -> dict[str, Any]:
    program = fields.pop("program", None) or ProgramFactory()
    return {
        "curriculum": CurriculumFactory(program=program, weeks=weeks),
        "policy": PolicyFactory(program=program, sessions_required=weeks),
        "name": "Tuesdays",
        "first_on": first_on,
        "starts_at": time(18),
        "leaders": [UserFactory(), UserFactory()],
        "by": UserFactory(),
        "now": now,
        "place": "12 Pier Street",
        **fields,
    }


def days_of(cohort: Cohort) -> list[date]:
    return [session.on for session in cohort.sessions.all()]


# --- generating


def test_generates_a_session_for_each_week(now: datetime) -> None:
    said = cohort_of(10, date(2026, 3, 10), now, capacity=8, minutes=90, language="es", least=3)

    made = cohorts.generate_cohort(**said)

    sessions = list(made.sessions.all())
    assert (made.weekday, made.capacity, made.least, made.policy) == (1, 8, 3, said["policy"])
    assert [session.module.week for session in sessions] == list(range(1, 11))
    assert days_of(made) == [date(2026, 3, 10) + timedelta(weeks=week) for week in range(10)]
    assert {(s.minutes, s.language, s.place, s.capacity) for s in sessions} == {(90, "es", "12 Pier Street", 8)}
    assert {s.state for s in sessions} == {"planned"}
    assert [set(s.leaders.all()) for s in sessions] == [set(said["leaders"])] * 10
    assert told() == [(f"user:{said['by'].pk}", "cohort.generated", f"programs.Cohort:{made.pk}")]
    assert Event.objects.get().facts == {"first_on": "2026-03-10", "sessions": 10}


def test_meets_at_the_same_hour_in_summer_and_in_winter(now: datetime) -> None:
    made = cohorts.generate_cohort(**cohort_of(2, date(2026, 10, 27), now))

    # The clocks go back on Sunday, November 1.
    assert list(made.sessions.values_list("starts_at", flat=True)) == [
        datetime(2026, 10, 28, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 4, 2, 0, tzinfo=UTC),
    ]


def test_an_hour_that_the_clock_skips_is_the_first_instant_after(now: datetime) -> None:
    made = cohorts.generate_cohort(**cohort_of(2, date(2026, 3, 1), now, starts_at=time(2, 30)))

    assert list(made.sessions.values_list("starts_at", flat=True)) == [
        datetime(2026, 3, 1, 10, 30, tzinfo=UTC),
        datetime(2026, 3, 8, 10, 0, tzinfo=UTC),
    ]


def test_skips_the_states_holidays_and_the_programs_days_off(now: datetime) -> None:
    program = ProgramFactory(state="WA")
    DayOffFactory(program=program, on=date(2026, 5, 18))
    DayOffFactory(on=date(2026, 5, 11))

    made = cohorts.generate_cohort(**cohort_of(3, date(2026, 5, 11), now, program=program))

    # Monday, May 25 is Memorial Day.
    assert days_of(made) == [date(2026, 5, 11), date(2026, 6, 1), date(2026, 6, 8)]


def test_skips_holidays_of_the_next_year_too(now: datetime) -> None:
    made = cohorts.generate_cohort(**cohort_of(3, date(2026, 12, 18), now))

    # December 25 and January 1 are Fridays.
    assert days_of(made) == [date(2026, 12, 18), date(2027, 1, 8), date(2027, 1, 15)]


def test_a_policy_that_nobody_could_meet_is_refused(now: datetime) -> None:
    said = cohort_of(4, date(2026, 3, 10), now)
    said["policy"] = PolicyFactory(program=said["curriculum"].program, sessions_required=5)

    refused = refuses(PolicyUnmeetable, cohorts.generate_cohort, **said)

    assert str(refused) == (
        "The policy asks for 5 sessions, the curriculum has 4. Choose another version of one of them."
    )


def test_one_that_meets_nowhere_is_refused(now: datetime) -> None:
    refused = refuses(cohorts.NoPlace, cohorts.generate_cohort, **cohort_of(2, date(2026, 3, 10), now, place=""))

    assert str(refused) == "A cohort meets somewhere. Give its place, or the link to its video call."
    assert cohorts.generate_cohort(**cohort_of(2, date(2026, 3, 10), now, place="", link="https://meet.example/1"))


def test_a_weekday_that_is_always_off_is_refused(now: datetime) -> None:
    program = ProgramFactory()
    for week in range(54):
        DayOffFactory(program=program, on=date(2026, 3, 10) + timedelta(weeks=week))

    refuses(
        schedule.NoPossibleDay,
        cohorts.generate_cohort,
        **cohort_of(2, date(2026, 3, 10), now, program=program),
    )


def test_adds_a_makeup_session_of_no_cohort(running: Scene, now: datetime) -> None:
    module, before = running.curriculum.modules.get(week=2), Event.objects.count()
    when = now + timedelta(days=1)

    made = cohorts.add_makeup_session(
        module=module,
        starts_at=when,
        minutes=90,
        place="Room 2",
        capacity=4,
        language="es",
        leaders=[running.leader],
        by=running.coordinator,
        now=now,
    )

    stored = Session.objects.get(cohort=None)
    assert (stored, stored.program, stored.module, stored.starts_at) == (made, running.program, module, when)
    assert (stored.minutes, stored.capacity, stored.language) == (90, 4, "es")
    assert list(stored.leaders.all()) == [running.leader]
    actor = f"user:{running.coordinator.pk}"
    assert told(after=before) == [(actor, "session.added", f"programs.Session:{made.pk}")]


def test_a_makeup_session_tells_at_once_who_could_use_it(running: Scene, now: datetime) -> None:
    missed, there, elsewhere = running.seated(), running.seated(), running.seated(running.another_cohort(language="es"))
    for man in (missed, there, elsewhere):
        kind = MarkKind.PRESENT if man == there else MarkKind.ABSENT
        MarkFactory(enrollment=man, session=running.session(1), kind=kind)
        reassess(enrollment=man, by=running.coordinator, now=at(running.session(1), 60))
    before = {man: man.standing_changes.count() for man in (missed, there, elsewhere)}
    after = at(running.session(1), 120)

    made = cohorts.add_makeup_session(
        **{**adding(running, at(running.session(2), 60 * 24), after), "module": running.session(1).module}
    )

    assert [man.standing_changes.count() - before[man] for man in (missed, there, elsewhere)] == [1, 0, 0]
    found = missed.standing_changes.latest("id")
    assert (found.new, found.facts["makeups"]) == ("needs_makeups", [made.pk])


def adding(running: Scene, starts_at: datetime, now: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "module": running.curriculum.modules.get(week=2),
        "starts_at": starts_at,
        "minutes": 90,
        "place": "Room 2",
        "capacity": 4,
        "language": "en",
        "leaders": [running.leader],
        "by": running.coordinator,
        "now": now,
        **fields,
    }


def test_not_on_any_day_nowhere_or_while_its_leader_leads_another(running: Scene, now: datetime) -> None:
    with_cohort = at(running.session(1), 90)
    holiday = evening(running, date(2026, 5, 25))

    refuses(cohorts.NoPlace, cohorts.add_makeup_session, **adding(running, holiday, now, place=""))
    refuses(IntoThePast, cohorts.add_makeup_session, **adding(running, now, now))
    refuses(NotOnADayOff, cohorts.add_makeup_session, **adding(running, holiday, now))
    refuses(LeaderElsewhere, cohorts.add_makeup_session, **adding(running, with_cohort, now))
    for starts_at in (holiday, with_cohort):
        assert cohorts.add_makeup_session(**adding(running, starts_at, now, anyway=True)).led.count() == 1


def test_nobody_leads_two_cohorts_at_one_time(running: Scene, now: datetime) -> None:
    said = cohort_of(4, FIRST_ON, now, program=running.program, leaders=[running.leader])

    refuses(LeaderElsewhere, cohorts.generate_cohort, **{**said, "name": "Late", "starts_at": time(19, 59)})
    assert cohorts.generate_cohort(**{**said, "name": "Late", "starts_at": time(20)})
    assert cohorts.generate_cohort(**{**said, "name": "Beside", "starts_at": time(19), "anyway": True})


def test_names_a_substitute_once(running: Scene, now: datetime) -> None:
    session, user = running.session(1), UserFactory()

    for _ in range(2):
        cohorts.name_substitute(session=session, user=user, by=running.coordinator, now=now)

    assert session.led.get(user=user).role == "substitute"
    assert session.led.get(user=running.leader).role == "leader"


# --- closing


def close(running: Scene, session: Session, **fields: Any) -> None:
    cohorts.close_session(**closing(running, session, **fields))


def closing(running: Scene, session: Session, **fields: Any) -> dict[str, Any]:
    whole = {
        "session": session,
        "taught": session.module,
        "minutes_held": 120,
        "by": running.leader,
        "now": at(session, 120),
    }
    return {**whole, **fields}


def mark(running: Scene, session: Session, kind: MarkKind, **fields: Any) -> None:
    MarkFactory(enrollment=running.seated(), session=session, kind=kind, **fields)


def test_closed_it_says_what_was_taught_and_for_how_long(running: Scene) -> None:
    session = running.session(1)
    mark(running, session, MarkKind.PRESENT)
    before = Event.objects.count()

    close(running, session, minutes_held=110)

    stored = running.session(1)
    assert (stored.state, stored.taught, stored.minutes_held) == ("held", session.module, 110)
    assert (stored.closed_at, stored.closed_by) == (at(session, 120), running.leader)
    actor = f"user:{running.leader.pk}"
    assert told(after=before)[0] == (actor, "session.closed", f"programs.Session:{session.pk}")
    assert Event.objects.get(verb="session.closed").facts == {"taught": session.module_id, "minutes": 110}


def test_credit_goes_to_the_week_really_taught(running: Scene) -> None:
    session, him = running.session(1), running.seated()
    MarkFactory(enrollment=him, session=session)

    close(running, session, taught=running.curriculum.modules.get(week=2))

    assert him.standing_changes.latest("id").facts["credited"] == [2]


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        (1, "One person still has no mark. Mark everyone, then close the session."),
        (2, "2 people still have no mark. Mark everyone, then close the session."),
    ],
)
def test_is_not_closed_while_somebody_has_no_mark(running: Scene, without: int, sentence: str) -> None:
    session = running.session(1)
    mark(running, session, MarkKind.ABSENT)
    for _ in range(without):
        running.seated()

    refused = refuses(MarksMissing, cohorts.close_session, **closing(running, session))

    assert str(refused) == sentence


def test_is_not_closed_before_it_begins(running: Scene) -> None:
    session = running.session(1)

    refuses(NotYetHeld, cohorts.close_session, **closing(running, session, now=at(session, -1)))


def test_is_not_closed_twice_or_after_it_was_canceled(running: Scene, now: datetime) -> None:
    session, canceled = running.session(1), running.session(2)
    close(running, session)
    cancel_session(session=canceled, why=Session.Canceled.OTHER, by=running.coordinator, now=now)

    refuses(SessionOver, cohorts.close_session, **closing(running, session))
    refuses(SessionOver, cohorts.close_session, **closing(running, canceled))


@pytest.mark.parametrize(("present", "least"), [(1, 60), (3, 60), (4, 90)], ids=["one", "few", "many"])
def test_a_session_lasts_at_least_so_long(running: Scene, present: int, least: int) -> None:
    session = running.session(1)
    for _ in range(present):
        mark(running, session, MarkKind.LATE, minutes=5)
    mark(running, session, MarkKind.ABSENT)

    refuses(TooShort, cohorts.close_session, **closing(running, session, minutes_held=least - 1))
    close(running, session, minutes_held=least)

    assert running.session(1).minutes_held == least


def test_with_too_few_there_it_is_not_held() -> None:
    running = scene(policy={"least_present": 2})
    session = running.session(1)
    mark(running, session, MarkKind.PRESENT)
    mark(running, session, MarkKind.ABSENT)

    refusal = refuses(TooFew, cohorts.close_session, **closing(running, session))

    assert str(refusal) == (
        "With 1 present it doesn't count as held: the policy asks for 2. Cancel the session; it is nobody's absence."
    )
    mark(running, session, MarkKind.LATE, minutes=5)
    close(running, session)
    assert running.session(1).state == "held"


def test_where_nobody_came_it_may_be_short(running: Scene) -> None:
    session = running.session(1)
    mark(running, session, MarkKind.ABSENT)
    mark(running, session, MarkKind.SENT_HOME, rule="No phones")

    close(running, session, minutes_held=10)

    assert running.session(1).state == "held"


def test_a_substituted_module_of_another_curriculum_earns_nothing(running: Scene) -> None:
    session, him = running.session(1), running.seated()
    MarkFactory(enrollment=him, session=session)

    close(running, session, taught=ModuleFactory())

    assert him.standing_changes.latest("id").facts["credited"] == []


def test_a_leader_named_as_a_substitute_stays_the_leader(running: Scene, now: datetime) -> None:
    session = running.session(1)

    cohorts.name_substitute(session=session, user=running.leader, by=running.coordinator, now=now)

    assert session.led.get().role == "leader"
