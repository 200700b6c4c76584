from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from programs.actions import schedules
from programs.actions.cohorts import name_substitute
from programs.actions.enrollments import CohortFull, MustNotShareAGroup
from programs.actions.placement import TooLateToJoin
from programs.actions.schedules import (
    BelowTheLeast,
    CannotMerge,
    CohortOver,
    Following,
    LeaderElsewhere,
    NoLeader,
    NoPlace,
    NotLogged,
    PastStays,
    SeatsTaken,
    SessionOver,
    StillSitting,
)
from programs.models import Booking, Cohort, Session
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, CohortFactory, MarkFactory
from tests.programs.scene import FIRST_ON, Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Scene:
    return scene()


def of_session(running: Scene, week: int, now: datetime, **fields: Any) -> dict[str, Any]:
    return {"session": running.session(week), "by": running.coordinator, "now": now, **fields}


def of_cohort(running: Scene, now: datetime, **fields: Any) -> dict[str, Any]:
    return {"cohort": running.cohort, "by": running.coordinator, "now": now, **fields}


# --- where


def test_one_is_held_elsewhere(running: Scene, now: datetime) -> None:
    him = running.seated()

    done = schedules.change_place(**of_session(running, 2, now, place="Room 2", link="https://meet.example/1"))

    places = list(running.cohort.sessions.values_list("place", "link"))
    here = ("12 Pier Street", "")
    assert places == [here, ("Room 2", "https://meet.example/1"), here, here]
    assert (done.concerned, done.to_call) == ([him], [him])
    assert Cohort.objects.get().place == "12 Pier Street"


def test_all_that_follow_are_and_the_cohort_too(running: Scene, now: datetime) -> None:
    schedules.change_place(**of_session(running, 2, now, place="Room 2", following=Following.MOVE))

    assert list(running.cohort.sessions.values_list("place", flat=True)) == ["12 Pier Street", *["Room 2"] * 3]
    assert Cohort.objects.get().place == "Room 2"


def test_somewhere_and_not_afterwards(running: Scene, now: datetime) -> None:
    refuses(NoPlace, schedules.change_place, **of_session(running, 2, now, place=" "))
    refuses(PastStays, schedules.change_place, **of_session(running, 1, at(running.session(1)), place="Room 2"))
    schedules.cancel_session(**of_session(running, 1, now, why=Session.Canceled.OTHER))
    refuses(SessionOver, schedules.change_place, **of_session(running, 1, now, place="Room 2"))


# --- who leads


def test_others_lead_it(running: Scene, now: datetime) -> None:
    one, two = UserFactory(), UserFactory()
    name_substitute(session=running.session(2), user=UserFactory(), by=running.coordinator, now=now)

    schedules.change_leaders(**of_session(running, 2, now, leaders=[one, two]))

    assert set(running.session(2).led.values_list("user", "role")) == {(one.pk, "leader"), (two.pk, "leader")}
    assert running.session(3).led.get().user == running.leader
    schedules.change_leaders(**of_session(running, 2, now, leaders=[two], following=Following.MOVE))
    assert [list(running.session(week).leaders.all()) for week in (1, 2, 3, 4)] == [
        [running.leader],
        [two],
        [two],
        [two],
    ]


def test_somebody_does_and_nobody_two_at_once(running: Scene, now: datetime) -> None:
    other = running.another_cohort(name="Late", first_on=FIRST_ON)
    busy = other.sessions.all()[0].led.get().user

    refuses(NoLeader, schedules.change_leaders, **of_session(running, 1, now, leaders=[]))
    refuses(LeaderElsewhere, schedules.change_leaders, **of_session(running, 1, now, leaders=[busy]))
    refuses(LeaderElsewhere, name_substitute, session=running.session(1), user=busy, by=running.coordinator, now=now)
    schedules.change_leaders(**of_session(running, 1, now, leaders=[busy], anyway=True))
    assert running.session(1).led.get().user == busy


# --- how many seats


def test_more_seats_or_fewer(running: Scene, now: datetime) -> None:
    him = running.seated()

    done = schedules.change_capacity(**of_cohort(running, at(running.session(1)), capacity=3))

    assert Cohort.objects.get().capacity == 3
    assert list(running.cohort.sessions.values_list("capacity", flat=True)) == [12, 3, 3, 3]
    assert done.concerned == [him]


def test_never_fewer_than_are_taken(running: Scene, now: datetime) -> None:
    for _ in range(3):
        running.seated()
    BookingFactory(session=running.session(2), enrollment=running.seated(running.another_cohort()))

    assert str(refuses(SeatsTaken, schedules.change_capacity, **of_cohort(running, now, capacity=2))) == (
        "3 seats are taken in Tuesdays. Give it as many, or move somebody to another cohort first."
    )
    assert str(refuses(SeatsTaken, schedules.change_capacity, **of_cohort(running, now, capacity=3))) == (
        "4 people are expected on March 17, make-ups among them. Give it as many seats, or cancel a make-up first."
    )
    assert str(refuses(BelowTheLeast, schedules.change_capacity, **of_cohort(running, now, capacity=1))) == (
        "Tuesdays needs 2 men at least. Give it as many seats, or more."
    )
    schedules.change_capacity(**of_cohort(running, now, capacity=4))


# --- over


def test_an_empty_cohort_is_closed_and_its_evenings_canceled(running: Scene, now: datetime) -> None:
    booked = BookingFactory(session=running.session(2), enrollment=running.seated(running.another_cohort()))

    done = schedules.close_cohort(**of_cohort(running, now))

    stored = Cohort.objects.get(pk=running.cohort.pk)
    assert (stored.closed_at, stored.merged_into) == (now, None)
    assert set(stored.sessions.values_list("state", "canceled_why")) == {("canceled", "other")}
    assert Booking.objects.standing().count() == 0
    assert done.to_call == [booked.enrollment]
    refuses(CohortOver, schedules.close_cohort, **of_cohort(running, now))
    refuses(CohortOver, schedules.change_capacity, **of_cohort(running, now, capacity=5))


def test_not_while_somebody_sits_there_or_an_evening_is_open(running: Scene, now: datetime) -> None:
    refuses(NotLogged, schedules.close_cohort, **of_cohort(running, at(running.session(1), 1)))
    running.seated()
    refuses(StillSitting, schedules.close_cohort, **of_cohort(running, now))


# --- into another


@pytest.fixture
def other(running: Scene) -> Cohort:
    return running.another_cohort()


def test_everybody_goes_on_in_the_other(running: Scene, other: Cohort, now: datetime) -> None:
    men, there = [running.seated() for _ in range(2)], running.seated(other)
    mark = MarkFactory(enrollment=men[0], session=running.session(1))
    before, later = Event.objects.count(), at(running.session(1), -10)

    done = schedules.merge(**of_cohort(running, later, into=other))

    assert ([man.pk for man in done.moved], [man.pk for man in done.to_call]) == ([man.pk for man in men],) * 2
    assert set(other.seats.taken().values_list("enrollment", flat=True)) == {*(man.pk for man in men), there.pk}
    assert running.cohort.seats.taken().count() == 0
    stored = Cohort.objects.get(pk=running.cohort.pk)
    assert (stored.closed_at, stored.merged_into) == (later, other)
    assert set(stored.sessions.values_list("state", flat=True)) == {"canceled"}
    assert list(men[0].marks.all()) == [mark]
    verbs = [verb for _, verb, _ in told(after=before)]
    assert [verbs.count(verb) for verb in ("enrollment.transferred", "cohort.closed", "cohort.merged")] == [2, 1, 1]


def test_nobody_moves_unless_all_can(running: Scene, now: datetime) -> None:
    small = running.another_cohort(name="Small", capacity=2)
    men = [running.seated() for _ in range(3)]

    refused = refuses(CohortFull, schedules.merge, **of_cohort(running, now, into=small))

    assert str(refused) == (
        f"{men[2].participant.called}: Small has no free seat. "
        "Choose another cohort, or leave him on the wait list. Nobody was moved."
    )


def test_nobody_moves_beside_whom_he_must_not_meet(running: Scene, other: Cohort, now: datetime) -> None:
    pair = sorted((running.seated().participant, running.seated(other).participant), key=lambda man: man.pk)
    NonAssociationFactory(one=pair[0], other=pair[1])

    refuses(MustNotShareAGroup, schedules.merge, **of_cohort(running, now, into=other))


def test_a_booking_that_clashes_with_the_other_is_given_up(running: Scene, other: Cohort, now: datetime) -> None:
    him = running.seated()
    day = other.sessions.all()[2].starts_at - timedelta(hours=6)
    clash = BookingFactory(session=running.makeup(1, day), enrollment=him)
    kept = BookingFactory(session=running.makeup(1, day + timedelta(days=1)), enrollment=him)

    schedules.merge(**of_cohort(running, now, into=other))

    assert list(Booking.objects.standing()) == [kept]
    assert Booking.objects.get(pk=clash.pk).canceled_by == running.coordinator


def test_past_the_last_week_to_join_only_for_who_says_so(running: Scene, other: Cohort) -> None:
    running.seated()
    for week in (1, 2, 3):
        session = running.session(week)
        Session.objects.filter(pk=session.pk).update(state="canceled", canceled_why="other")
    late = running.session(3).starts_at + timedelta(days=3)

    refuses(TooLateToJoin, schedules.merge, **of_cohort(running, late, into=other))
    schedules.merge(**of_cohort(running, late, into=other, anyway=True))


def test_only_where_their_weeks_count(running: Scene, other: Cohort, now: datetime) -> None:
    spanish = running.another_cohort(name="Miércoles", language="es")
    newer = CohortFactory(program=running.program)
    elsewhere = CohortFactory()

    sentences = [
        str(refuses(CannotMerge, schedules.merge, **of_cohort(running, now, into=into)))
        for into in (running.cohort, elsewhere, spanish, newer)
    ]

    assert sentences == [
        "It can be merged only into another cohort of its program. Choose one.",
        "It can be merged only into another cohort of its program. Choose one.",
        "Miércoles is held in another language. Choose another cohort.",
        f"{newer.name} follows another curriculum: their weeks wouldn't count. Choose another.",
    ]
    schedules.merge(**of_cohort(running, now, into=other))
    refuses(CohortOver, schedules.merge, **of_cohort(running, now, into=other))


@pytest.mark.django_db(transaction=True)
def test_two_cohorts_do_not_swallow_each_other(running: Scene, now: datetime) -> None:
    other = running.another_cohort()
    for cohort in (running.cohort, other):
        running.seated(cohort)
    both = [
        of_cohort(running, now, cohort=one, into=two) for one, two in ((running.cohort, other), (other, running.cohort))
    ]

    done = at_once([lambda said=one: schedules.merge(**said) for one in both])  # type: ignore[misc]

    assert sorted(type(one).__name__ for one in done) == ["CohortOver", "Merged"]
    assert Cohort.objects.open().get().seats.taken().count() == 2
