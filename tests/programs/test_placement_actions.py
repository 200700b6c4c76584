"""What placing a man rests on, read from the database."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from programs.actions import enrollments
from programs.actions.placement import OtherLanguage, TooLateToJoin, Wishes, placement_of
from programs.kinds import MarkKind
from programs.models import Cohort, Enrollment
from programs.placement import Bar
from tests.factories.clock import NOW
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, MarkFactory, SeatFactory, SessionFactory
from tests.programs.scene import FIRST_ON, Scene, at, scene
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def him(running: Scene) -> Enrollment:
    return running.waiting(finish_by=date(2026, 5, 29))


def found(man: Enrollment, *, now: datetime = NOW, **wishes: Any) -> dict[str, Any]:
    """By the cohort's name: the offer's last day, or what bars him."""
    it = placement_of(man, wishes=Wishes(**wishes), now=now)
    said: dict[str, Any] = {one.group.name: one.finishes_on for one in it.offers}
    return said | {one.group.name: one.bar for one in it.barred}


def test_each_open_cohort_is_looked_at(running: Scene, him: Enrollment) -> None:
    running.another_cohort()
    running.another_cohort(name="Spanish", language="es", first_on=FIRST_ON + 2 * DAY)
    closed = running.another_cohort(name="Closed", first_on=FIRST_ON + 3 * DAY)
    Cohort.objects.filter(pk=closed.pk).update(closed_at=NOW)
    scene()  # another program's

    assert found(him) == {
        "Tuesdays": date(2026, 3, 31),
        "Wednesdays": date(2026, 4, 1),
        "Spanish": Bar.OTHER_LANGUAGE,
    }
    assert found(him, weekdays=frozenset({2})) == {
        "Wednesdays": date(2026, 4, 1),
        "Tuesdays": Bar.OTHER_WEEKDAY,
        "Spanish": Bar.OTHER_LANGUAGE,
    }


def test_the_days_in_hand_are_kept(running: Scene) -> None:
    him = running.waiting(finish_by=date(2026, 4, 7))

    assert found(him) == {"Tuesdays": date(2026, 3, 31)}
    assert found(him, days_in_hand=8) == {"Tuesdays": Bar.ENDS_TOO_LATE}


def test_seats_taken_count(him: Enrollment, running: Scene) -> None:
    full = running.another_cohort(capacity=2)
    for _ in range(2):
        SeatFactory(cohort=full)
    SeatFactory(cohort=running.cohort, to_on=date(2026, 3, 4), closed_at=NOW, closed_by=running.coordinator)
    it = placement_of(him, wishes=Wishes(), now=NOW)

    assert [(one.group.name, one.group.free) for one in it.offers] == [("Tuesdays", 12)]
    assert [(one.group.name, one.bar, one.on) for one in it.barred] == [("Wednesdays", Bar.FULL, None)]


def test_an_evening_full_of_makeups_counts(running: Scene, him: Enrollment) -> None:
    small = running.another_cohort(capacity=2)
    SeatFactory(cohort=small)
    BookingFactory(session=small.sessions.get(module__week=2))
    BookingFactory(session=small.sessions.get(module__week=3), canceled_at=NOW, canceled_by=running.coordinator)
    (barred,) = placement_of(him, wishes=Wishes(), now=NOW).barred

    assert (barred.group.name, barred.bar, barred.on) == ("Wednesdays", Bar.FULL, date(2026, 3, 18))


@pytest.mark.parametrize("there", ["seat", "booking"])
def test_never_beside_whom_he_must_not_meet(running: Scene, there: str) -> None:
    pair = NonAssociationFactory()
    him = running.waiting(participant=pair.one)
    if there == "seat":
        SeatFactory(cohort=running.cohort, enrollment__participant=pair.other)
    else:
        BookingFactory(session=running.session(3), enrollment__participant=pair.other)

    assert found(him) == {"Tuesdays": Bar.KEPT_APART}


def test_not_past_the_last_week_to_join(running: Scene, him: Enrollment) -> None:
    makeup = running.makeup(1, at(running.session(2), 2 * 24 * 60))

    assert found(him, now=at(running.session(1), 1)) == {"Tuesdays": date(2026, 3, 31)}
    assert found(him, now=at(running.session(2), 1)) == {"Tuesdays": Bar.TOO_LATE_TO_JOIN}
    (offer,) = placement_of(him, wishes=Wishes(), now=at(running.session(1), 1)).offers
    assert [one.session for one in offer.makeups] == [makeup.pk]


def test_a_makeup_without_a_place_makes_up_nothing(running: Scene, him: Enrollment) -> None:
    full = running.makeup(1, at(running.session(2), 2 * 24 * 60), capacity=1)
    BookingFactory(session=full)

    assert found(him, now=at(running.session(1), 1)) == {"Tuesdays": Bar.NO_PLAN}


def test_who_has_a_seat_is_shown_the_others(running: Scene) -> None:
    him = running.seated()
    MarkFactory(enrollment=him, session=running.session(1), kind=MarkKind.PRESENT)
    running.another_cohort(first_on=FIRST_ON + 8 * DAY)

    assert found(him, now=at(running.session(1), 1)) == {"Wednesdays": date(2026, 4, 8)}


def test_on_a_day_on_which_he_was_there_he_goes_nowhere_else(running: Scene) -> None:
    """He was at his make-up at noon: that evening is none of his."""
    him = running.waiting()
    noon = running.makeup(2, at(running.session(1), -360))
    MarkFactory(enrollment=him, session=noon)

    assert found(him, now=at(running.session(1), -60)) == {"Tuesdays": Bar.NO_PLAN}


def many(running: Scene, number: int) -> None:
    for n in range(number):
        cohort = running.another_cohort(name=f"Cohort {n}", first_on=FIRST_ON + n * DAY, starts_at=time(18))
        SeatFactory(cohort=cohort)
        BookingFactory(session=cohort.sessions.first())


@pytest.mark.parametrize("number", [3, 30])
def test_many_cohorts_ask_no_more(running: Scene, number: int) -> None:
    pair = NonAssociationFactory()
    him = running.waiting(participant=pair.one, finish_by=date(2026, 5, 29))
    SeatFactory(cohort=running.cohort, enrollment__participant=pair.other)
    many(running, number)
    him = Enrollment.objects.select_related("participant", "program").get(pk=him.pk)
    with CaptureQueriesContext(connection) as asked:
        it = placement_of(him, wishes=Wishes(), now=NOW)

    assert (len(it.offers), len(it.barred)) == (number, 1)
    assert len(asked) == 9


# --- seated against it


def test_nobody_joins_a_group_in_another_language_unless_said_so(running: Scene, him: Enrollment) -> None:
    spanish = running.another_cohort(language="es")
    said = {"enrollment": him, "cohort": spanish, "by": running.coordinator, "now": NOW}
    refuses(OtherLanguage, enrollments.seat, **said)

    enrollments.seat(**said, anyway=True)  # type: ignore[arg-type]

    assert him.seats.get().cohort == spanish


def test_nobody_joins_after_the_last_week_unless_said_so(running: Scene, him: Enrollment) -> None:
    said = {"enrollment": him, "cohort": running.cohort, "by": running.coordinator}
    late = at(running.session(2), 1)
    refuses(TooLateToJoin, enrollments.seat, **said, now=late)

    enrollments.seat(**said, anyway=True, now=late)  # type: ignore[arg-type]

    assert him.seats.get().cohort == running.cohort


def test_until_its_second_evening_begins_he_joins(running: Scene, him: Enrollment) -> None:
    enrollments.seat(enrollment=him, cohort=running.cohort, by=running.coordinator, now=at(running.session(2), -1))

    assert him.seats.count() == 1


def test_who_moves_brings_his_weeks(running: Scene) -> None:
    him, other = running.seated(), running.another_cohort(first_on=FIRST_ON + DAY)
    for week in (1, 2):
        MarkFactory(enrollment=him, session=running.session(week))
    late = at(other.sessions.get(module__week=2), 1)
    enrollments.transfer(enrollment=him, cohort=other, by=running.coordinator, now=late)

    assert him.seats.taken().get().cohort == other
    newcomer = running.seated()
    refuses(TooLateToJoin, enrollments.transfer, enrollment=newcomer, cohort=other, by=running.coordinator, now=late)


def test_who_sat_there_before_goes_on(running: Scene) -> None:
    him = running.seated()
    by, late = running.coordinator, at(running.session(3), 1)
    enrollments.wait_list(enrollment=him, by=by, now=at(running.session(1), -60))
    enrollments.seat(enrollment=him, cohort=running.cohort, by=by, now=late)

    assert him.seats.taken().get().cohort == running.cohort


@pytest.mark.parametrize("anyway", [False, True])
def test_the_trail_says_that_he_joined_anyway(running: Scene, him: Enrollment, anyway: bool) -> None:
    enrollments.seat(enrollment=him, cohort=running.cohort, anyway=anyway, by=running.coordinator, now=NOW)

    facts = Event.objects.get(verb="enrollment.seated").facts
    assert facts == {"cohort": running.cohort.pk, "seat": him.seats.get().pk, **({"anyway": True} if anyway else {})}


def test_a_session_elsewhere_in_another_language_makes_up_nothing(running: Scene, him: Enrollment) -> None:
    SessionFactory(
        cohort=None,
        program=running.program,
        module=running.session(1).module,
        starts_at=at(running.session(2), 2 * 24 * 60),
        language="es",
    )

    assert found(him, now=at(running.session(1), 1)) == {"Tuesdays": Bar.NO_PLAN}
