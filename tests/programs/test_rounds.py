"""The night's round: due once a night by the program's own clock, caught up after an outage, the same done twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.models import Event
from core.models import Heartbeat
from programs.actions import rounds
from programs.actions.rounds import last_night, reassess_due, reassess_program
from programs.actions.standing import reassess
from programs.kinds import MarkKind, Standing
from programs.models import Enrollment, StandingChange
from programs.tasks import reassess as task
from tests.factories.programs import EnrollmentFactory, MarkFactory, ProgramFactory
from tests.programs.scene import Scene, at, scene

LA, NEW_YORK, PHOENIX = map(ZoneInfo, ("America/Los_Angeles", "America/New_York", "America/Phoenix"))
# Half past three in the morning in Seattle, on a day after the third evening.
NIGHT = datetime(2026, 3, 26, 10, 30, tzinfo=UTC)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        # An ordinary night.
        pytest.param(utc(3, 3, 10, 59), LA, utc(3, 2, 11), id="a minute before"),
        pytest.param(utc(3, 3, 11, 0), LA, utc(3, 3, 11), id="on the hour"),
        pytest.param(utc(3, 4, 10, 59), LA, utc(3, 3, 11), id="until the next"),
        # March 8: at two the clocks go to three. Phoenix has none of it.
        pytest.param(utc(3, 8, 9, 59), LA, utc(3, 7, 11), id="spring, Los Angeles, 1:59 before"),
        pytest.param(utc(3, 8, 10, 0), LA, utc(3, 8, 10), id="spring, Los Angeles, the hour that is three"),
        pytest.param(utc(3, 8, 6, 59), NEW_YORK, utc(3, 7, 8), id="spring, New York, 1:59 before"),
        pytest.param(utc(3, 8, 7, 0), NEW_YORK, utc(3, 8, 7), id="spring, New York, the hour that is three"),
        pytest.param(utc(3, 8, 9, 59), PHOENIX, utc(3, 7, 10), id="spring, Phoenix, before"),
        pytest.param(utc(3, 8, 10, 0), PHOENIX, utc(3, 8, 10), id="spring, Phoenix, at three"),
        # November 1: the hour from one to two comes twice.
        pytest.param(utc(11, 1, 8, 30), LA, utc(10, 31, 10), id="autumn, Los Angeles, 1:30 the first time"),
        pytest.param(utc(11, 1, 9, 30), LA, utc(10, 31, 10), id="autumn, Los Angeles, 1:30 the second time"),
        pytest.param(utc(11, 1, 10, 59), LA, utc(10, 31, 10), id="autumn, Los Angeles, 2:59"),
        pytest.param(utc(11, 1, 11, 0), LA, utc(11, 1, 11), id="autumn, Los Angeles, at three"),
        pytest.param(utc(11, 1, 7, 59), NEW_YORK, utc(10, 31, 7), id="autumn, New York, 2:59"),
        pytest.param(utc(11, 1, 8, 0), NEW_YORK, utc(11, 1, 8), id="autumn, New York, at three"),
        pytest.param(utc(11, 1, 10, 0), PHOENIX, utc(11, 1, 10), id="autumn, Phoenix, at three"),
    ],
)
def test_when_the_newest_night_fell_due(now: datetime, zone: ZoneInfo, due: datetime) -> None:
    assert last_night(now, zone) == due


@pytest.fixture
def running(db: None) -> Scene:
    return scene()


def outdated(running: Scene) -> Enrollment:
    """He missed his first evening, and nobody has looked at him since he was seated."""
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.ABSENT)
    return him


def round_of(program_id: int) -> tuple[datetime, datetime | None, str]:
    row = Heartbeat.objects.get(job=f"programs.reassess:{program_id}")
    return row.began_at, row.came_through_at, row.failure


# --- what is written


def test_who_changed_is_written_down_and_nobody_else(running: Scene) -> None:
    him, other = outdated(running), running.seated()
    reassess(enrollment=other, by=rounds.BY, now=NIGHT)
    before = StandingChange.objects.count()

    assert reassess_due(now=NIGHT) == 1

    him.refresh_from_db()
    change = StandingChange.objects.latest("id")
    assert StandingChange.objects.count() == before + 1
    assert (change.enrollment, change.new, change.at) == (him, Standing.CANNOT_FINISH, NIGHT)
    assert him.standing == Standing.CANNOT_FINISH
    event = Event.objects.on(him).order_by("-id").first()
    assert event is not None
    assert (event.verb, event.actor, event.facts) == (
        "enrollment.reassessed",
        "task:programs.reassess",
        {"change": change.pk},
    )


def test_twice_changes_nothing(running: Scene) -> None:
    outdated(running)
    reassess_program(running.program, now=NIGHT)
    before = StandingChange.objects.count()

    assert reassess_program(running.program, now=NIGHT) == 0
    assert StandingChange.objects.count() == before


def test_a_date_that_passed_is_found_though_nobody_tapped_anything(running: Scene) -> None:
    him = running.seated(finish_by=date(2026, 3, 25))
    reassess(enrollment=him, by=rounds.BY, now=NIGHT - timedelta(days=1))

    assert reassess_due(now=NIGHT) == 1
    codes = [reason["code"] for reason in him.standing_changes.latest("id").facts["reasons"]]
    assert "date_passed" in codes


def test_whose_enrollment_is_over_is_left_alone(running: Scene) -> None:
    him = outdated(running)
    Enrollment.objects.filter(pk=him.pk).update(state="ended", ended_why="discharged", closed_at=NIGHT)

    assert reassess_due(now=NIGHT) == 0


def test_more_than_are_looked_up_at_once(running: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AT_ONCE", 2)
    men = [outdated(running) for _ in range(5)]

    assert reassess_program(running.program, now=NIGHT) == 5
    assert {man.standing_changes.latest("id").new for man in men} == {Standing.CANNOT_FINISH}


def test_who_was_marked_after_he_was_looked_up_keeps_that(running: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found for many is only a hint: under his lock it is looked at again."""
    him = outdated(running)
    look_again = rounds._look_again

    def marked_meanwhile(pk: int, now: datetime) -> bool:
        old = him.marks.get()
        MarkFactory(enrollment=him, session=old.session, supersedes=old, kind=MarkKind.PRESENT)
        reassess(enrollment=him, by=running.leader, now=now)
        return look_again(pk, now)

    monkeypatch.setattr(rounds, "_look_again", marked_meanwhile)

    assert reassess_program(running.program, now=NIGHT) == 0
    assert him.standing_changes.latest("id").facts["credited"] == [1]


def test_one_that_fails_does_not_hold_up_the_others(running: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, well = outdated(running), outdated(running)
    look_again = rounds._look_again

    def stumble(pk: int, now: datetime) -> bool:
        if pk == poisoned.pk:
            raise ZeroDivisionError
        return look_again(pk, now)

    monkeypatch.setattr(rounds, "_look_again", stumble)
    with pytest.raises(ZeroDivisionError):
        reassess_due(now=NIGHT)

    assert well.standing_changes.latest("id").new == Standing.CANNOT_FINISH
    assert round_of(running.program.pk) == (NIGHT, None, "ZeroDivisionError")


def test_a_program_that_fails_does_not_hold_up_the_others(running: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    other = scene()
    him = outdated(other)
    real = rounds.reassess_program

    def stumble(program: object, *, now: datetime) -> int:
        if program == running.program:
            raise ZeroDivisionError
        return real(program, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(rounds, "reassess_program", stumble)
    with pytest.raises(ZeroDivisionError):
        reassess_due(now=NIGHT)

    assert him.standing_changes.latest("id").new == Standing.CANNOT_FINISH


# --- when


def due(running: Scene, now: datetime) -> bool:
    """Whether a round is made then: somebody is outdated who was not before."""
    outdated(running)
    return reassess_due(now=now) > 0


def test_once_a_night(running: Scene) -> None:
    assert due(running, NIGHT)
    for later in (timedelta(minutes=1), timedelta(hours=20), timedelta(hours=23, minutes=29)):
        assert not due(running, NIGHT + later)
    assert due(running, NIGHT + timedelta(hours=23, minutes=30))


def test_after_an_outage_once_for_all_the_nights(running: Scene) -> None:
    assert due(running, NIGHT)
    noon = NIGHT + timedelta(days=5, hours=8)
    assert due(running, noon)
    assert not due(running, noon + timedelta(minutes=1))


def test_each_program_by_its_own_clock(running: Scene) -> None:
    eastern = ProgramFactory(time_zone="America/New_York")
    reassess_due(now=NIGHT)
    # Three in New York, midnight in Los Angeles.
    next_night = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)

    reassess_due(now=next_night)

    assert round_of(eastern.pk)[1] == next_night
    assert round_of(running.program.pk)[1] == NIGHT


def test_while_another_worker_makes_the_round_it_is_not_made_twice(running: Scene) -> None:
    job = f"programs.reassess:{running.program.pk}"
    Heartbeat.objects.create(job=job, began_at=NIGHT - timedelta(minutes=59))
    assert not due(running, NIGHT)

    # That worker died.
    assert due(running, NIGHT + timedelta(minutes=1))


def test_of_two_workers_with_the_same_row_at_hand_one_takes_it(running: Scene) -> None:
    job = f"programs.reassess:{running.program.pk}"
    Heartbeat.objects.create(job=job, began_at=NIGHT - timedelta(days=1), came_through_at=NIGHT - timedelta(days=1))

    assert [rounds._claimed(running.program, NIGHT) for _ in range(2)] == [True, False]


def test_a_program_where_nothing_is_taught_yet(db: None) -> None:
    EnrollmentFactory()

    assert reassess_due(now=NIGHT) == 0


@pytest.mark.usefixtures("db", "now")
def test_the_task_beats(running: Scene, now: datetime) -> None:
    task()

    assert Heartbeat.objects.get(job="programs.reassess").came_through_at == now
    assert round_of(running.program.pk)[1] == now


@pytest.mark.usefixtures("now")
def test_the_evening_of_marks_is_no_other_finding(running: Scene) -> None:
    """After an action has looked at a man, the night finds the same."""
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1))
    reassess(enrollment=him, by=running.leader, now=at(running.session(1), 60))

    assert reassess_program(running.program, now=at(running.session(1), 500)) == 0
