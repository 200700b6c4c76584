from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from audit.models import Event
from messaging.models import Message
from programs.actions import schedules
from programs.actions.cohorts import generate_cohort
from programs.actions.schedules import (
    Following,
    IntoThePast,
    LeaderElsewhere,
    MovedMeanwhile,
    NotDoubled,
    NotMoved,
    NotOfOneCohort,
    NotOnADayOff,
    OutOfOrder,
    PastStays,
    SessionOver,
    TwoOnOneDay,
    WhyMissing,
)
from programs.models import Booking, Enrollment, Session
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.programs import (
    BookingFactory,
    CurriculumFactory,
    DayOffFactory,
    MarkFactory,
    PolicyFactory,
    ProgramFactory,
    SessionFactory,
)
from tests.programs.calendars import evening, march, weeks_of
from tests.programs.scene import Scene, at, scene
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

APRIL_7 = date(2026, 4, 7)
LAID = list(zip([1, 2, 3, 4], march(10, 17, 24, 31), strict=True))


@pytest.fixture
def running() -> Scene:
    return scene()


def moving(running: Scene, week: int, to: date | datetime, now: datetime, **fields: Any) -> dict[str, Any]:
    when = to if isinstance(to, datetime) else evening(running, to)
    return {"session": running.session(week), "to": when, "by": running.coordinator, "now": now, **fields}


# --- one


def test_one_moves_and_the_others_stay(running: Scene, now: datetime) -> None:
    him, session = running.seated(), running.session(2)

    done = schedules.move_session(**moving(running, 2, date(2026, 3, 19), now))

    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], march(10, 19, 24, 31), strict=True))
    assert ([one.pk for one in done.sessions], done.concerned) == ([session.pk], [him])
    assert running.session(2).minutes == session.minutes
    facts = Event.objects.get(verb="session.moved").facts
    assert facts == {
        "following": "stay",
        "old": "2026-03-18 01:00:00+00:00",
        "new": "2026-03-19 18:00:00-07:00",
    }
    assert him.standing_changes.latest("id").facts["finishes_on"] == "2026-03-31"


def test_who_cannot_be_told_is_to_be_called(running: Scene, now: datetime) -> None:
    him = running.seated()

    assert schedules.move_session(**moving(running, 2, date(2026, 3, 19), now)).to_call == [him]


@pytest.mark.parametrize(
    ("week", "to", "refusal", "sentence"),
    [
        (2, date(2026, 3, 1), IntoThePast, "This moment has passed. Choose one that is still to come."),
        (2, date(2026, 3, 17), NotMoved, "It is planned for that very time. Choose another one."),
        (
            2,
            date(2026, 3, 24),
            TwoOnOneDay,
            "The cohort has week 3 on March 24, 2026. Choose another day, or double up on that day, with a reason.",
        ),
        (
            2,
            date(2026, 3, 26),
            OutOfOrder,
            "It would pass week 3 on March 24, 2026. Move all that follow too, or swap the two weeks, with a reason.",
        ),
        (
            2,
            date(2026, 3, 9),
            OutOfOrder,
            "It would pass week 1 on March 10, 2026. Move all that follow too, or swap the two weeks, with a reason.",
        ),
        (
            4,
            date(2026, 5, 25),
            NotOnADayOff,
            "May 25, 2026 is kept free: Memorial Day. Choose another day, or tick “Even so”.",
        ),
    ],
    ids=["past", "same", "taken", "later", "earlier", "holiday"],
)
def test_not_anywhere(running: Scene, now: datetime, week: int, to: date, refusal: Any, sentence: str) -> None:
    assert str(refuses(refusal, schedules.move_session, **moving(running, week, to, now))) == sentence


def test_on_a_holiday_for_who_says_so(running: Scene, now: datetime) -> None:
    schedules.move_session(**moving(running, 4, date(2026, 5, 25), now, anyway=True))

    assert weeks_of(running.cohort)[-1] == (4, date(2026, 5, 25))


def test_the_past_never_moves(running: Scene) -> None:
    begun = at(running.session(2))
    canceled = running.session(1)
    schedules.cancel_session(
        session=canceled, why=Session.Canceled.OTHER, by=running.coordinator, now=begun - timedelta(days=1)
    )

    refuses(PastStays, schedules.move_session, **moving(running, 2, APRIL_7, begun))
    refuses(SessionOver, schedules.move_session, **moving(running, 1, date(2026, 3, 19), begun))


def test_nor_does_one_where_somebody_was_marked(running: Scene) -> None:
    session = running.session(4)
    MarkFactory(enrollment=running.seated(), session=session)

    refuses(PastStays, schedules.move_session, **moving(running, 4, APRIL_7, at(session, -10)))


def test_a_page_that_lay_open_too_long_is_refused(running: Scene, now: datetime) -> None:
    old = moving(running, 2, date(2026, 3, 18), now)
    schedules.move_session(**moving(running, 2, date(2026, 3, 19), now))

    refuses(MovedMeanwhile, schedules.move_session, **old)


def test_its_leader_leads_one_at_a_time(running: Scene, now: datetime) -> None:
    running.makeup(1, evening(running, date(2026, 3, 19), 19))

    refuses(LeaderElsewhere, schedules.move_session, **moving(running, 2, date(2026, 3, 19), now))
    schedules.move_session(**moving(running, 2, date(2026, 3, 19), now, anyway=True))


def test_what_he_booked_on_that_day_is_given_up(running: Scene, now: datetime) -> None:
    him = running.seated()
    there = SessionFactory(cohort=None, program=running.program, starts_at=evening(running, date(2026, 3, 19), 9))
    elsewhere = SessionFactory(cohort=None, program=running.program, starts_at=evening(running, date(2026, 3, 20), 9))
    BookingFactory(session=there, enrollment=him)
    kept = BookingFactory(session=elsewhere, enrollment=him)
    waived = BookingFactory(session=there, enrollment=running.seated(), one_a_day_waived_why="works nights")

    done = schedules.move_session(**moving(running, 2, date(2026, 3, 19), now))

    assert list(Booking.objects.standing().order_by("pk")) == [kept, waived]
    assert him in done.to_call


# --- and all that follow


def test_all_that_follow_go_as_many_days_along(running: Scene, now: datetime) -> None:
    done = schedules.move_session(**moving(running, 2, date(2026, 3, 19), now, following=Following.MOVE))

    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], [*march(10, 19, 26), date(2026, 4, 2)], strict=True))
    assert len(done.sessions) == 3


def test_each_is_told_once_of_the_first(running: Scene, now: datetime) -> None:
    him = running.seated()
    booked = BookingFactory(session=running.session(4), enrollment=running.seated(running.another_cohort())).enrollment

    schedules.move_session(**moving(running, 2, date(2026, 3, 19), now, following=Following.MOVE))

    told = set(Message.objects.values_list("participant", "kind", "about"))
    assert told == {
        (him.participant_id, "session_moved", f"programs.Session:{running.session(2).pk}"),
        (booked.participant_id, "session_moved", f"programs.Session:{running.session(4).pk}"),
    }


def test_they_leave_out_the_days_that_are_kept_free(running: Scene, now: datetime) -> None:
    DayOffFactory(program=running.program, on=date(2026, 3, 26))

    schedules.move_session(**moving(running, 2, date(2026, 3, 19), now, following=Following.MOVE))

    days = [date(2026, 3, 10), date(2026, 3, 19), date(2026, 4, 2), date(2026, 4, 9)]
    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], days, strict=True))


def test_a_new_hour_is_theirs_too_but_for_who_had_another(running: Scene, now: datetime) -> None:
    schedules.move_session(**moving(running, 3, evening(running, date(2026, 3, 24), 17), now))
    to = evening(running, date(2026, 3, 18), 19)

    schedules.move_session(**moving(running, 2, to, now, following=Following.MOVE))

    standing = running.cohort.sessions.all()
    assert [one.starts_at.astimezone(running.program.zone).hour for one in standing] == [18, 19, 17, 19]


def test_a_look_ahead_says_what_will_be(running: Scene, now: datetime) -> None:
    to = evening(running, date(2026, 3, 19))

    ahead = schedules.dates_after(session=running.session(2), to=to, following=Following.MOVE, now=now)

    schedules.move_session(session=running.session(2), to=to, following=Following.MOVE, by=running.coordinator, now=now)
    assert [(one.pk, start) for one, start in ahead] == list(
        running.cohort.sessions.filter(module__week__gt=1).values_list("pk", "starts_at")
    )


# --- two weeks swapped


def swapping(running: Scene, week: int, with_week: int, now: datetime, **fields: Any) -> dict[str, Any]:
    said = {"one": running.session(week), "other": running.session(with_week), "why": "A guest comes.", "now": now}
    return {**said, "by": running.coordinator, **fields}


def test_two_weeks_change_their_evenings(running: Scene, now: datetime) -> None:
    there, substitute = running.seated(), UserFactory()
    schedules.change_leaders(session=running.session(2), leaders=[substitute], by=running.coordinator, now=now)
    booked = BookingFactory(session=running.session(4), enrollment=running.seated(running.another_cohort())).enrollment

    done = schedules.swap_weeks(**swapping(running, 2, 4, now))

    assert weeks_of(running.cohort) == list(zip([1, 4, 3, 2], march(10, 17, 24, 31), strict=True))
    assert running.session(4).led.get().user == substitute
    assert running.session(2).led.get().user == running.leader
    assert {one.pk for one in done.concerned} == {there.pk, booked.pk}
    # The others come on the same evenings.
    assert done.to_call == [booked]
    assert Event.objects.get(verb="session.weeks_swapped").facts == {
        "with": running.session(4).pk,
        "why": "A guest comes.",
    }


def test_only_with_a_reason_and_within_a_cohort(running: Scene, now: datetime) -> None:
    other = running.another_cohort().sessions.all()[0]

    refuses(WhyMissing, schedules.swap_weeks, **swapping(running, 2, 4, now, why=" "))
    refuses(NotOfOneCohort, schedules.swap_weeks, **swapping(running, 2, 2, now))
    refuses(NotOfOneCohort, schedules.swap_weeks, **swapping(running, 2, 4, now, other=other))
    refuses(PastStays, schedules.swap_weeks, **swapping(running, 1, 4, at(running.session(1), 1)))


# --- two on one day


def doubling(running: Scene, week: int, day: date, hour: int, now: datetime, **fields: Any) -> dict[str, Any]:
    return moving(running, week, evening(running, day, hour), now, why="After the snow.", **fields)


def test_two_on_one_day_count_both(running: Scene, now: datetime) -> None:
    him = running.seated(finish_by=date(2026, 3, 24))

    done = schedules.double_up(**doubling(running, 4, date(2026, 3, 24), 20, now))

    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], march(10, 17, 24, 24), strict=True))
    assert (running.session(4).doubled_up_why, running.session(3).doubled_up_why) == ("After the snow.", "")
    assert (done.to_call, done.concerned) == ([him], [him])
    him.refresh_from_db()
    assert him.standing == "on_track"


@pytest.mark.parametrize("hour", [16, 20], ids=["before", "behind"])
def test_whoever_was_at_one_may_go_to_the_other(running: Scene, now: datetime, hour: int) -> None:
    him = running.seated(finish_by=date(2026, 3, 24))
    schedules.double_up(**doubling(running, 4, date(2026, 3, 24), hour, now))
    for week in (1, 2):
        MarkFactory(enrollment=him, session=running.session(week))
    first, second = sorted((running.session(3), running.session(4)), key=lambda one: one.starts_at)
    MarkFactory(enrollment=him, session=first)

    schedules.change_place(session=second, place="Room 2", by=running.coordinator, now=at(first, 30))

    him.refresh_from_db()
    assert him.standing == "on_track"
    assert him.standing_changes.latest("id").facts["missing"] == [second.module.week]


def test_what_was_canceled_is_held_beside_another(running: Scene, now: datetime) -> None:
    canceled = running.session(1)
    schedules.cancel_session(session=canceled, why=Session.Canceled.WEATHER, by=running.coordinator, now=now)

    schedules.double_up(**doubling(running, 1, date(2026, 3, 17), 20, now))

    assert weeks_of(running.cohort) == list(zip([2, 1, 3, 4], march(17, 17, 24, 31), strict=True))
    said = doubling(running, 2, date(2026, 3, 24), 20, now)
    refuses(NotDoubled, schedules.double_up, **{**said, "session": canceled})


def test_a_doubled_pair_moves_together_and_changes_its_hour_freely(running: Scene, now: datetime) -> None:
    schedules.double_up(**doubling(running, 4, date(2026, 3, 24), 20, now))

    schedules.move_session(**moving(running, 4, evening(running, date(2026, 3, 24), 21), now))
    schedules.move_session(**moving(running, 3, date(2026, 3, 25), now, following=Following.MOVE))

    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], march(10, 17, 25, 25), strict=True))
    assert running.session(4).doubled_up_why == "After the snow."
    too_early = moving(running, 4, evening(running, date(2026, 3, 25), 19), now)
    assert str(refuses(TwoOnOneDay, schedules.move_session, **too_early)) == (
        "Week 3 lasts from 6:00 pm to 8:00 pm on that day. Choose a time before or after it."
    )
    too_late = moving(running, 3, evening(running, date(2026, 3, 26), 20), now, following=Following.MOVE)
    assert str(refuses(TwoOnOneDay, schedules.move_session, **too_late)) == (
        "Week 4 would begin before week 3 is over. Choose another time."
    )
    schedules.move_session(**moving(running, 4, date(2026, 3, 27), now))
    assert running.session(4).doubled_up_why == ""


def test_doubling_up_asks_for_its_reason_and_its_room(running: Scene, now: datetime) -> None:
    refuses(WhyMissing, schedules.double_up, **{**doubling(running, 4, date(2026, 3, 24), 20, now), "why": ""})
    refuses(TwoOnOneDay, schedules.double_up, **doubling(running, 4, date(2026, 3, 24), 19, now))
    refuses(NotDoubled, schedules.double_up, **doubling(running, 4, date(2026, 3, 25), 20, now))
    refuses(PastStays, schedules.double_up, **doubling(running, 1, date(2026, 3, 24), 20, at(running.session(1), 1)))


# --- nights on which the clocks change

ZONES = ["America/Los_Angeles", "America/New_York", "America/Phoenix"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", [date(2026, 3, 8), date(2026, 11, 1)], ids=["spring", "fall"])
@pytest.mark.parametrize("hour", [time(1, 30), time(2, 30), time(18)])
def test_the_clock_on_the_wall_stays(zone: str, change: date, hour: time) -> None:
    program = ProgramFactory(time_zone=zone)
    early = datetime.combine(change - timedelta(days=30), time(12), tzinfo=UTC)
    by = UserFactory()
    cohort = generate_cohort(
        curriculum=CurriculumFactory(program=program, weeks=4),
        policy=PolicyFactory(program=program, sessions_required=4),
        name="Nights",
        first_on=change - timedelta(days=7),
        starts_at=hour,
        place="12 Pier Street",
        leaders=[UserFactory()],
        by=by,
        now=early,
    )
    laid = [(session.starts_at.astimezone(program.zone)) for session in cohort.sessions.all()]
    night = laid[1]
    skipped = hour == time(2, 30) and change.month == 3 and zone != "America/Phoenix"
    assert [at.time() for at in laid] == [hour, time(3) if skipped else hour, hour, hour]
    assert night.date() == change

    first = cohort.sessions.select_related("cohort", "program")[0]
    to = first.starts_at.astimezone(program.zone) + timedelta(days=1)
    schedules.move_session(session=first, to=to, following=Following.MOVE, by=by, now=early)
    moved = [session.starts_at.astimezone(program.zone) for session in cohort.sessions.all()]
    assert [at.time() for at in moved] == [hour] * 4
    schedules.cancel_session(
        session=cohort.sessions.select_related("cohort", "program")[0],
        why=Session.Canceled.OTHER,
        following=Following.MOVE,
        by=by,
        now=early,
    )
    again = [session.starts_at.astimezone(program.zone) for session in Session.objects.standing()]
    assert [at.time() for at in again] == [hour] * 4


# --- two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("following", Following)
def test_of_two_who_move_it_at_once_one_looks_again(running: Scene, now: datetime, following: Following) -> None:
    running.seated()
    said = [moving(running, 2, day, now, following=following) for day in march(18, 19)]

    done = at_once([lambda said=one: schedules.move_session(**said) for one in said])  # type: ignore[misc]

    assert sorted(type(one).__name__ for one in done) == ["Changed", "MovedMeanwhile"]
    moved = running.session(2).on
    assert moved in march(18, 19)
    assert Event.objects.filter(verb="session.moved").count() == (1 if following is Following.STAY else 3)
    assert Enrollment.objects.get().standing == "on_track"
