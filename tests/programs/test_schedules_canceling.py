from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from programs.actions import schedules
from programs.actions.cohorts import close_session, name_substitute
from programs.actions.schedules import (
    Following,
    IntoThePast,
    LeaderElsewhere,
    NothingFollows,
    NothingThatDay,
    NotOnADayOff,
    OneOrTheOther,
    SessionOver,
    TwoOnOneDay,
)
from programs.kinds import MarkKind
from programs.models import Booking, Mark, Session
from tests.factories.accounts import UserFactory
from tests.factories.programs import BookingFactory, DayOffFactory, MarkFactory, SessionLeaderFactory
from tests.programs.calendars import evening, march, weeks_of
from tests.programs.scene import FIRST_ON, Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db

APRIL_7 = date(2026, 4, 7)


@pytest.fixture
def running() -> Scene:
    return scene()


def canceling(running: Scene, session: Session, now: datetime, **fields: Any) -> dict[str, Any]:
    return {"session": session, "why": Session.Canceled.WEATHER, "by": running.coordinator, "now": now, **fields}


# --- one evening


def test_a_snow_day_is_nobodys_absence(running: Scene, now: datetime) -> None:
    session, him = running.session(1), running.seated()

    done = schedules.cancel_session(**canceling(running, session, now))

    stored = running.session(1)
    assert (stored.state, stored.canceled_why) == ("canceled", "weather")
    assert (done.session, done.replacement, done.moved, done.concerned) == (session, None, [], [him])
    assert him.marks.count() == 0
    newest = him.standing_changes.latest("id")
    assert (newest.facts["excused"], newest.facts["unexcused"]) == ([], [])
    assert (newest.new, newest.facts["missing"]) == ("cannot_finish", [1, 2, 3, 4])


def test_replaced_in_the_same_stroke_everyone_can_still_finish(running: Scene, now: datetime) -> None:
    session, him, before = running.session(1), running.seated(), Event.objects.count()
    name_substitute(session=session, user=UserFactory(), by=running.coordinator, now=now)

    again = at(session) + timedelta(days=2)
    replacement = schedules.cancel_session(**canceling(running, session, now, replaced_at=again)).replacement

    assert replacement is not None
    assert (replacement.module, replacement.cohort, replacement.state) == (session.module, running.cohort, "planned")
    assert set(replacement.led.values_list("user", "role")) == set(session.led.values_list("user", "role"))
    assert replacement.led.count() == 2
    him.refresh_from_db()
    assert him.standing == "on_track"
    facts = Event.objects.filter(id__gt=before).get(verb="session.canceled").facts
    assert facts == {"why": "weather", "replaced_by": replacement.pk, "moved": {}}


def test_bookings_go_with_the_session_and_others_stay(running: Scene, now: datetime) -> None:
    makeup = running.makeup(1, now + timedelta(days=9))
    booking, other = BookingFactory(session=makeup, enrollment=running.seated()), BookingFactory()

    schedules.cancel_session(**canceling(running, makeup, now, why=Session.Canceled.PLACE))

    assert list(Booking.objects.standing()) == [other]
    assert Booking.objects.get(pk=booking.pk).canceled_by == running.coordinator


def test_what_was_canceled_or_held_is_not_canceled(running: Scene, now: datetime) -> None:
    canceled, held = running.session(1), running.session(2)
    schedules.cancel_session(**canceling(running, canceled, now))
    close_session(session=held, taught=held.module, minutes_held=120, by=running.leader, now=at(held, 120))

    refuses(SessionOver, schedules.cancel_session, **canceling(running, canceled, now))
    refuses(SessionOver, schedules.cancel_session, **canceling(running, held, now))


def test_marks_stay_and_count_for_nothing(running: Scene) -> None:
    session, him = running.session(1), running.seated()
    mark = MarkFactory(enrollment=him, session=session, kind=MarkKind.ABSENT)

    schedules.cancel_session(**canceling(running, session, at(session, 30)))

    assert list(Mark.objects.values_list("pk", "kind", "session")) == [(mark.pk, "absent", session.pk)]
    assert him.standing_changes.latest("id").facts["unexcused"] == []


# --- and all that follow


def test_each_week_moves_to_the_evening_of_the_next(running: Scene, now: datetime) -> None:
    him, first, last = running.seated(), running.session(1), running.session(4)

    done = schedules.cancel_session(**canceling(running, running.session(2), now, following=Following.MOVE))

    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], [*march(10, 24, 31), APRIL_7], strict=True))
    assert [session.module.week for session in done.moved] == [3, 4]
    assert done.replacement is not None
    assert (done.replacement.module.week, done.replacement.on) == (2, date(2026, 3, 24))
    assert running.cohort.sessions.get(state="canceled").on == date(2026, 3, 17)
    assert (running.session(1).pk, running.session(4).pk) == (first.pk, last.pk)
    him.refresh_from_db()
    assert (him.standing, done.concerned) == ("on_track", [him])
    assert him.standing_changes.latest("id").facts["finishes_on"] == "2026-04-07"


def test_the_last_one_finds_the_next_day_that_is_free(running: Scene, now: datetime) -> None:
    DayOffFactory(program=running.program, on=APRIL_7)

    schedules.cancel_session(**canceling(running, running.session(4), now, following=Following.MOVE))

    assert weeks_of(running.cohort)[-1] == (4, APRIL_7 + timedelta(weeks=1))


def test_said_afterwards_nothing_moves_into_the_past(running: Scene) -> None:
    first, second = running.session(1), running.session(2)

    schedules.cancel_session(**canceling(running, first, at(second, 10), following=Following.MOVE))

    # Week 2 has begun: it is held or not, but it doesn't move.
    assert weeks_of(running.cohort) == list(zip([2, 1, 3, 4], [*march(17, 24, 31), APRIL_7], strict=True))


def test_who_stands_in_does_so_on_that_evening(running: Scene, now: datetime) -> None:
    substitute = UserFactory()
    name_substitute(session=running.session(2), user=substitute, by=running.coordinator, now=now)

    schedules.cancel_session(**canceling(running, running.session(1), now, following=Following.MOVE))

    led = Session.objects.standing().filter(led__user=substitute).values_list("module__week", flat=True)
    assert list(led) == [1]
    assert running.session(4).led.get().user == running.leader


def test_who_makes_up_a_moved_week_goes_with_it(running: Scene, now: datetime) -> None:
    him = running.seated(running.another_cohort(name="Thursdays", first_on=FIRST_ON + timedelta(days=2)))
    kept = BookingFactory(session=running.session(3), enrollment=him)

    done = schedules.cancel_session(**canceling(running, running.session(2), now, following=Following.MOVE))

    assert list(Booking.objects.standing()) == [kept]
    assert [one.pk for one in done.concerned] == [him.pk]
    assert him in done.to_call


def test_a_booking_that_clashes_now_is_given_up_and_he_is_called(running: Scene, now: datetime) -> None:
    other = running.another_cohort(name="Also Tuesdays", first_on=date(2026, 3, 31))
    him = running.seated(other)
    booking = BookingFactory(session=running.session(3), enrollment=him)

    done = schedules.cancel_session(**canceling(running, running.session(3), now - timedelta(days=1)))
    assert (done.to_call, Booking.objects.standing().count()) == ([him], 0)
    booking.canceled_at = booking.canceled_by = None
    booking.session = running.session(2)
    booking.save()

    # Week 2 moves from March 17 to the 31st, when his own cohort meets.
    done = schedules.cancel_session(**canceling(running, running.session(1), now, following=Following.MOVE))
    assert Booking.objects.standing().count() == 0
    assert done.to_call == [him]


def test_a_makeup_session_has_nothing_that_follows(running: Scene, now: datetime) -> None:
    makeup = running.makeup(1, now + timedelta(days=9))

    refuses(NothingFollows, schedules.cancel_session, **canceling(running, makeup, now, following=Following.MOVE))


def test_either_replaced_or_followed(running: Scene, now: datetime) -> None:
    said = canceling(running, running.session(1), now, following=Following.MOVE, replaced_at=now + timedelta(days=9))

    refuses(OneOrTheOther, schedules.cancel_session, **said)


# --- where it is held instead


@pytest.mark.parametrize(
    ("day", "refusal", "sentence"),
    [
        (date(2026, 3, 2), IntoThePast, "This moment has passed. Choose one that is still to come."),
        (
            date(2026, 3, 24),
            TwoOnOneDay,
            "The cohort has week 3 on March 24, 2026. Choose another day, or double up on that day, with a reason.",
        ),
        (
            date(2026, 5, 25),
            NotOnADayOff,
            "May 25, 2026 is kept free: Memorial Day. Choose another day, or tick “Even so”.",
        ),
        (
            date(2026, 3, 19),
            NotOnADayOff,
            "March 19, 2026 is kept free: retreat. Choose another day, or tick “Even so”.",
        ),
    ],
    ids=["past", "taken", "holiday", "day off"],
)
def test_not_on_any_day(running: Scene, now: datetime, day: date, refusal: Any, sentence: str) -> None:
    DayOffFactory(program=running.program, on=date(2026, 3, 19), reason="retreat")
    said = canceling(running, running.session(1), now, replaced_at=evening(running, day))

    assert str(refuses(refusal, schedules.cancel_session, **said)) == sentence


def test_a_holiday_is_no_hindrance_to_who_says_so(running: Scene, now: datetime) -> None:
    said = canceling(running, running.session(1), now, replaced_at=evening(running, date(2026, 5, 25)), anyway=True)

    assert schedules.cancel_session(**said).replacement is not None


def test_its_leader_leads_one_at_a_time(running: Scene, now: datetime) -> None:
    other = running.makeup(4, evening(running, date(2026, 3, 12), 19), minutes=60)
    SessionLeaderFactory(session=other)

    for hour in (18, 19):
        said = canceling(running, running.session(1), now, replaced_at=evening(running, date(2026, 3, 12), hour))
        assert str(refuses(LeaderElsewhere, schedules.cancel_session, **said)) == (
            f"{running.leader.name} leads a make-up session on March 12, 2026 at 7:00 pm. "
            "Choose another time or leader, or tick “Even so”."
        )
    said = canceling(running, running.session(1), now, replaced_at=evening(running, date(2026, 3, 12), 20))
    assert schedules.cancel_session(**said).replacement is not None


# --- a whole day


def test_snow_takes_the_whole_day(running: Scene, now: datetime) -> None:
    other = running.another_cohort(name="Late", first_on=FIRST_ON + timedelta(weeks=1))
    makeup = running.makeup(1, evening(running, date(2026, 3, 17), 9))
    booked = BookingFactory(session=makeup, enrollment=running.seated(running.another_cohort())).enrollment
    men = [running.seated(), running.seated(other), booked]
    before = Event.objects.count()

    done = schedules.cancel_day(
        program=running.program,
        on=date(2026, 3, 17),
        why=Session.Canceled.WEATHER,
        following=Following.MOVE,
        by=running.coordinator,
        now=now,
    )

    assert done.canceled[0].session == makeup
    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], [*march(10, 24, 31), APRIL_7], strict=True))
    assert weeks_of(other)[0] == (1, date(2026, 3, 24))
    assert {man.pk for man in done.to_call} == {man.pk for man in men}
    assert [verb for _, verb, _ in told(after=before)].count("session.canceled") == 3


def test_two_of_one_cohort_on_that_day_both_move_off_it(running: Scene, now: datetime) -> None:
    said: dict[str, Any] = {"by": running.coordinator, "now": now}
    schedules.double_up(
        session=running.session(3), to=evening(running, date(2026, 3, 17), 20), why="A guest comes.", **said
    )

    done = schedules.cancel_day(
        program=running.program,
        on=date(2026, 3, 17),
        why=Session.Canceled.WEATHER,
        following=Following.MOVE,
        **said,
    )

    days = [*march(10, 31), APRIL_7, APRIL_7 + timedelta(weeks=1)]
    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], days, strict=True))
    assert [one.session.module.week for one in done.canceled] == [2, 3]


def test_where_somebody_was_marked_the_evening_took_place(running: Scene, now: datetime) -> None:
    session = running.session(1)
    MarkFactory(enrollment=running.seated(), session=session)
    said: dict[str, Any] = {
        "program": running.program,
        "why": Session.Canceled.WEATHER,
        "by": running.coordinator,
        "now": at(session, 30),
    }

    refuses(NothingThatDay, schedules.cancel_day, on=FIRST_ON, **said)
    refuses(NothingThatDay, schedules.cancel_day, on=FIRST_ON + timedelta(days=1), **said)
