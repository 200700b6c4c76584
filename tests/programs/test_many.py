"""Many looked up together: for each man exactly what is found for him alone."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions.grounds import facts_of
from programs.actions.many import Finding, Pool, findings, written_down
from programs.actions.standing import assessment_of, reassess
from programs.kinds import MarkKind, RequirementKind
from programs.models import Enrollment, Session
from tests.factories.programs import (
    BookingFactory,
    BreakApprovalFactory,
    EnrollmentFactory,
    MarkFactory,
    ProgramFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
)
from tests.programs.scene import Scene, at, scene

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 1)
NOW = datetime.combine(TODAY, time(20)).astimezone()


def together(running: Scene, today: date = TODAY) -> dict[int, Finding | None]:
    pool = Pool(running.program, today)
    return findings(list(pool.men()), pool)


def alone(running: Scene, today: date = TODAY) -> dict[int, Finding | None]:
    """Each looked up anew, as an action does."""
    men = Enrollment.objects.open().filter(program=running.program).select_related("program", "participant")
    found = {man.pk: assessment_of(man, today=today) for man in men}
    return {pk: Finding(one.standing.value, facts_of(one)) for pk, one in found.items()}


class Life:
    """What may happen in a program, by the throw of a die."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.running = scene(weeks=4, policy=self._policy(), capacity=5)
        self.others = [
            self.running.another_cohort(name=f"Group {number}", first_on=date(2026, 3, day), capacity=4)
            for number, day in enumerate((18, 24), start=1)
        ]
        self.spanish = self.running.another_cohort(name="Martes", first_on=date(2026, 3, 17), language="es")
        self.makeups = [self._makeup(week) for week in (1, 2, 3, 4, 1, 3)]

    def _policy(self) -> dict[str, object]:
        choice = self.dice.choice
        return {"makeups_per_week": choice([0, 1, 2]), "longest_break_days": choice([7, 30]), "makeups_allowed": 4}

    def _makeup(self, week: int) -> Session:
        starts_at = at(self.running.session(1)) + timedelta(days=self.dice.randint(20, 40))
        return self.running.makeup(week, starts_at, capacity=self.dice.randint(1, 3))

    def likely(self, percent: int) -> bool:
        return self.dice.random() * 100 < percent

    def go(self) -> Scene:
        for _ in range(14):
            self.somebody()
        planned = list(Session.objects.filter(program=self.running.program, marks=None))
        marked = list(Session.objects.filter(marks__isnull=False).distinct())
        # By hand: no action cancels an evening that people were at.
        off = [*self.dice.sample(planned, 2), self.dice.choice(marked)]
        Session.objects.filter(pk__in=[one.pk for one in off]).update(state="canceled", canceled_why="other")
        return self.running

    def somebody(self) -> None:
        by = self.dice.choice([None, TODAY - timedelta(1), TODAY + timedelta(self.dice.randint(1, 40))])
        fields = {"participant__language": self.dice.choice(["en", "es"]), "finish_by": by}
        him = EnrollmentFactory(program=self.running.program, state="seated", **fields)
        for kind in RequirementKind:
            if self.likely(70):
                RequirementFactory(enrollment=him, kind=kind, met_on=TODAY - timedelta(5))
        if self.likely(15):
            return  # he waits
        self.take_seats(him)
        if self.likely(40):
            BreakApprovalFactory(enrollment=him, until=TODAY + timedelta(self.dice.randint(-9, 9)))
        if self.likely(30):
            BreakApprovalFactory(enrollment=him, until=TODAY + timedelta(self.dice.randint(-9, 9)))
        for session in self.dice.sample(self.makeups, 2):
            if self.likely(30):
                waived: dict[str, Any] = {"one_a_day_waived_why": "He asked."} if self.likely(50) else {}
                canceled = {"canceled_at": NOW, "canceled_by": self.running.coordinator} if self.likely(30) else {}
                BookingFactory(enrollment=him, session=session, **waived, **canceled)

    def take_seats(self, him: Enrollment) -> None:
        cohort = self.dice.choice([self.running.cohort, *self.others, self.spanish])
        seat = SeatFactory(enrollment=him, cohort=cohort, from_on=date(2026, 3, self.dice.randint(1, 20)))
        self.mark(him, cohort.sessions.filter(starts_at__lt=NOW))
        if self.likely(30):
            seat.to_on, seat.closed_at, seat.closed_by = TODAY, NOW, self.running.coordinator
            seat.save()
            if self.likely(70):
                SeatFactory(enrollment=him, cohort=self.dice.choice(self.others), from_on=TODAY)

    def mark(self, him: Enrollment, sessions: Any) -> None:
        for session in sessions:
            if self.likely(80):
                first = MarkFactory(enrollment=him, session=session, **self.kind())
                if self.likely(20):
                    MarkFactory(enrollment=him, session=session, supersedes=first, **self.kind())

    def kind(self) -> dict[str, Any]:
        kind = self.dice.choice([*MarkKind, MarkKind.ABSENT, MarkKind.PRESENT, MarkKind.PRESENT])
        more: dict[MarkKind, dict[str, Any]] = {
            MarkKind.LATE: {"minutes": self.dice.randint(1, 40)},
            MarkKind.LEFT_EARLY: {"minutes": self.dice.randint(1, 40)},
            MarkKind.SENT_HOME: {"rule": "No phones"},
            MarkKind.ABSENT: {"excuse": self.dice.choice(["", "", "work"]), "gave_reason": self.likely(50)},
        }
        return {"kind": kind, **more.get(kind, {})}


@pytest.mark.parametrize("seed", range(12))
def test_together_the_same_is_found_as_alone(seed: int) -> None:
    running = Life(seed).go()
    found = together(running)

    assert found == alone(running)
    assert len(found) == 14


def test_the_lives_are_varied() -> None:
    """Else the test above would prove little."""
    standings: set[str] = set()
    codes: set[str] = set()
    for seed in range(12):
        for one in together(Life(seed).go()).values():
            assert one is not None
            standings.add(one.standing)
            codes |= {reason["code"] for reason in one.facts["reasons"]}

    assert standings >= {"on_track", "needs_makeups", "cannot_finish", "policy_exceeded"}
    assert codes >= {"long_break", "no_credit", "in_a_row", "no_session", "date_passed", "requirement_open"}


def test_a_doubled_up_evening_gives_credit_beside_another_of_the_same_day() -> None:
    running = scene()
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1))
    second = running.session(2)
    Session.objects.filter(pk=second.pk).update(starts_at=at(running.session(1), 150))
    that_day = date(2026, 3, 10)
    assert second.pk not in [one.session for one in assessment_of(him, today=that_day).plan]

    Session.objects.filter(pk=second.pk).update(doubled_up_why="Two weeks were lost to the snow.")

    assert second.pk in [one.session for one in assessment_of(him, today=that_day).plan]
    assert together(running, that_day) == alone(running, that_day)


def test_marks_of_a_canceled_session_count_for_nothing() -> None:
    running = scene()
    him = running.seated()
    for week, kind in ((1, MarkKind.PRESENT), (2, MarkKind.ABSENT)):
        MarkFactory(enrollment=him, session=running.session(week), kind=kind)
    Session.objects.filter(cohort=running.cohort, module__week__lte=2).update(state="canceled", canceled_why="place")

    found = assessment_of(him, today=date(2026, 3, 18))

    assert (found.credited, found.unexcused) == ((), ())
    assert together(running, date(2026, 3, 18)) == alone(running, date(2026, 3, 18))


def test_an_approved_break_is_none() -> None:
    running = scene(policy={"longest_break_days": 7})
    him = running.seated()
    late = running.session(4)
    Session.objects.filter(cohort=running.cohort).exclude(pk=late.pk).exclude(module__week=1).delete()
    today = date(2026, 3, 19)
    assert assessment_of(him, today=today).standing == "policy_exceeded"

    BreakApprovalFactory(enrollment=him, until=date(2026, 3, 18))
    assert assessment_of(him, today=today).standing == "policy_exceeded"
    BreakApprovalFactory(enrollment=him, until=today)
    assert assessment_of(him, today=today).standing == "cannot_finish"
    assert together(running, today) == alone(running, today)


@pytest.mark.parametrize(
    ("days", "standing", "credited_by"),
    [(1, "on_track", "2026-03-31"), (14, "on_track", "2026-03-31"), (15, "cannot_finish", None)],
    ids=["the morning after", "two weeks later", "for no longer"],
)
def test_an_evening_that_nobody_logged_is_held_against_nobody(
    days: int, standing: str, credited_by: str | None
) -> None:
    running = scene()
    him, last = running.seated(), running.session(4)
    for week in (1, 2, 3):
        MarkFactory(enrollment=him, session=running.session(week))
    today = last.on + timedelta(days)

    found = assessment_of(him, today=today)

    assert (found.standing, found.finishes_on and found.finishes_on.isoformat()) == (standing, credited_by)
    assert together(running, today) == alone(running, today)


def test_nobody_is_sent_to_an_evening_elsewhere_that_is_over() -> None:
    running = scene()
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    running.makeup(1, at(running.session(2)) + timedelta(days=1))
    today = date(2026, 3, 19)

    assert assessment_of(him, today=today).standing == "cannot_finish"
    assert together(running, today) == alone(running, today)


# Both nights on which the clocks change, shortly before and after midnight on each wall.
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York", "America/Phoenix"])
@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1)])
def test_an_evening_is_to_come_until_its_day_is_over_on_the_programs_wall(zone: str, day: date) -> None:
    program = ProgramFactory(time_zone=zone)
    start = datetime(day.year, day.month, day.day, 23, 30, tzinfo=ZoneInfo(zone))
    session = SessionFactory(cohort=None, program=program, starts_at=start, language="en")

    assert Session.objects.get(pk=session.pk).on == day
    for today, there in ((day, True), (day + timedelta(days=1), False)):
        pool = Pool(program, today)
        elsewhere = pool.coming("en").elsewhere([session.module_id], None)
        assert [one.on for one in elsewhere] == ([day] if there else [])


def test_of_two_approvals_the_newest_counts_though_it_ends_sooner() -> None:
    running = scene(policy={"longest_break_days": 7})
    him = running.seated()
    Session.objects.filter(cohort=running.cohort, module__week__in=(2, 3)).delete()
    today = date(2026, 3, 19)
    BreakApprovalFactory(enrollment=him, until=today)
    assert assessment_of(him, today=today).standing == "cannot_finish"

    BreakApprovalFactory(enrollment=him, until=date(2026, 3, 18))

    assert assessment_of(him, today=today).standing == "policy_exceeded"
    assert together(running, today) == alone(running, today)


def test_where_nothing_is_taught_yet_there_is_nothing_to_find() -> None:
    him = EnrollmentFactory()

    pool = Pool(him.program, TODAY)

    assert findings(list(pool.men()), pool) == {}


def test_what_was_written_last(now: datetime) -> None:
    running = scene()
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1))
    reassess(enrollment=him, by=running.coordinator, now=at(running.session(1), 60))
    last = him.standing_changes.latest("id")

    assert written_down([him, EnrollmentFactory()]) == {him.pk: Finding(last.new, last.facts)}


@pytest.fixture
def few() -> Scene:
    running = scene()
    running.seated()
    return running


def asked(running: Scene) -> int:
    with CaptureQueriesContext(connection) as said:
        together(running)
    return len(said)


def test_however_many_they_are_the_same_is_asked(few: Scene) -> None:
    one = asked(few)
    for _ in range(3):
        MarkFactory(enrollment=few.seated(), session=few.session(1))

    assert asked(few) == one == 13
