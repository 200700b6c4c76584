from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine

from accounts.roles import Role
from programs.actions import schedules
from programs.actions.cohorts import generate_cohort
from programs.models import Cohort, Session
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import BookingFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.programs.calendars import march, weeks_of
from tests.programs.scene import FIRST_ON, Scene, at, scene
from tests.refusals import nothing_written

APRIL_7 = date(2026, 4, 7)


@pytest.fixture
def running() -> Scene:
    return scene()


def ahead(answer: Any) -> list[str]:
    """What the page says will come of it; nothing is done yet."""
    assert answer.status_code == 200
    lines: list[str] = answer.context["ahead"]
    return lines


def press_twice(desk: Desk, record: Any, name: str, **said: Any) -> tuple[list[str], str]:
    """What was shown first, and what was said when it was done."""
    with nothing_written():
        first = desk.press(record, name, **said)
        shown = ahead(first)
    return shown, desk.notice(desk.press(record, name, **said, seen=first.context["seen"]))


# --- canceled


def test_a_session_is_canceled_and_held_another_day(desk: Desk, running: Scene) -> None:
    him, session = running.seated(), running.session(1)
    called = him.participant.called

    answer = desk.press(session, "cancel", why="weather", replaced_at="2026-04-07T18:00")

    said = f"Canceled; nobody's absence. It is held on Tue, Apr 7, 6:00 pm instead. To be called: {called}"
    assert desk.notice(answer) == said
    assert (running.cohort.sessions.get(state="canceled").canceled_why) == "weather"
    with nothing_written():
        assert desk.press(session, "cancel", why="weather").status_code == 409


def test_it_is_looked_at_before_the_others_move(desk: Desk, running: Scene) -> None:
    said = {"why": "weather", "following": "move"}

    shown, notice = press_twice(desk, running.session(1), "cancel", **said)

    days = ["Week 1: Tue, Mar 17, 6:00 pm", "Week 2: Tue, Mar 24, 6:00 pm"]
    assert shown == [*days, "Week 3: Tue, Mar 31, 6:00 pm", "Week 4: Tue, Apr 7, 6:00 pm"]
    assert notice == (
        "Canceled; nobody's absence. It is held on Tue, Mar 17, 6:00 pm instead. 3 later weeks moved too."
    )
    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], [*march(17, 24, 31), APRIL_7], strict=True))


def test_what_was_seen_is_what_is_done(desk: Desk, running: Scene) -> None:
    """Somebody moves the last week between the two."""
    said = {"why": "weather", "following": "move"}
    seen = desk.press(running.session(1), "cancel", **said).context["seen"]
    desk.notice(desk.press(running.session(4), "move", to="2026-04-01T18:00"))

    with nothing_written():
        again = desk.press(running.session(1), "cancel", **said, seen=seen)

    assert ahead(again)[-1] == "Week 4: Tue, Apr 7, 6:00 pm"
    assert ahead(again)[-2] == "Week 3: Wed, Apr 1, 6:00 pm"


def test_nothing_follows_a_makeup_session(desk: Desk, running: Scene) -> None:
    makeup = running.makeup(1, NOW + timedelta(days=9))

    page = desk.get(desk.button(makeup, "cancel"))

    assert "following" not in page.context["form"].fields
    assert desk.notice(desk.press(makeup, "cancel", why="other")) == "Canceled; nobody's absence."
    assert {"swap", "double"}.isdisjoint(buttons(desk.get(f"/office/programs/session/{makeup.pk}/")))


# --- moved


def test_one_is_moved(desk: Desk, running: Scene) -> None:
    answer = desk.press(running.session(2), "move", to="2026-03-19T18:00")

    assert desk.notice(answer) == "It is held on Thu, Mar 19, 6:00 pm now."


def test_all_that_follow_are_looked_at_first(desk: Desk, running: Scene) -> None:
    shown, notice = press_twice(desk, running.session(3), "move", to="2026-03-26T19:00", following="move")

    assert shown == ["Week 3: Thu, Mar 26, 7:00 pm", "Week 4: Thu, Apr 2, 7:00 pm"]
    assert notice == "It is held on Thu, Mar 26, 7:00 pm now. 1 later week moved too."


def test_refusals_stand_on_the_form(desk: Desk, running: Scene) -> None:
    with nothing_written():
        passing = desk.press(running.session(2), "move", to="2026-03-26T18:00")

    assert refusals(passing) == [
        "It would pass week 3 on March 24, 2026. Move all that follow too, or swap the two weeks, with a reason."
    ]


def test_no_possible_day_is_said_already_at_the_look(desk: Desk, running: Scene) -> None:
    past = desk.press(running.session(2), "move", to="2026-03-02T18:00")

    assert refusals(past) == ["This moment has passed. Choose one that is still to come."]


def test_two_weeks_are_swapped(desk: Desk, running: Scene) -> None:
    other = running.session(4)
    page = desk.get(desk.button(running.session(2), "swap"))
    offered = page.context["form"].fields["other"].queryset
    assert [one.module.week for one in offered] == [1, 3, 4]

    answer = desk.press(running.session(2), "swap", other=other.pk, why="A guest comes.")

    assert desk.notice(answer) == "Swapped: week 2 on Tue, Mar 31 and week 4 on Tue, Mar 17."


def test_a_canceled_week_is_doubled_up(desk: Desk, running: Scene) -> None:
    desk.notice(desk.press(running.session(1), "cancel", why="weather"))
    canceled = running.session(1)

    answer = desk.press(canceled, "double", to="2026-03-17T20:00", why="After the snow.")

    assert desk.notice(answer) == "Week 1 is held on Tue, Mar 17, 8:00 pm, beside the other one."
    made = Session.objects.standing().get(module__week=1)
    assert (made.doubled_up_why, answer["Location"]) == ("After the snow.", f"/office/programs/session/{made.pk}/")
    assert "After the snow." in text(desk.get(answer["Location"]))


# --- where, and who


def test_it_is_held_elsewhere(desk: Desk, running: Scene) -> None:
    answer = desk.press(running.session(3), "place", place="Room 2", link="", following="move")

    assert desk.notice(answer) == "It is held at Room 2 now. 1 later week too."


def test_others_lead_it(desk: Desk, running: Scene) -> None:
    other = UserFactory(roles=[Role.FACILITATOR], name="Priya Raman")
    page = desk.get(desk.button(running.session(3), "leaders"))
    assert page.context["form"].fields["leaders"].initial == [running.leader.pk]

    answer = desk.press(running.session(3), "leaders", leaders=[other.pk])

    assert desk.notice(answer) == "Led by Priya Raman now."


# --- a cohort


def test_seats_are_never_fewer_than_are_taken(desk: Desk, running: Scene) -> None:
    for _ in range(3):
        running.seated()
    with nothing_written():
        answer = desk.press(running.cohort, "seats", capacity=2)

    assert refusals(answer) == [
        "3 seats are taken in Tuesdays. Give it as many, or move somebody to another cohort first."
    ]
    assert desk.notice(desk.press(running.cohort, "seats", capacity=3)) == "Tuesdays has 3 seats now."


def test_a_makeup_is_added_to_a_cohort_or_a_week(desk: Desk, running: Scene) -> None:
    module = running.curriculum.modules.get(week=2)
    said: dict[str, Any] = {
        "module": module.pk,
        "starts_at": "2026-03-21T10:00",
        "minutes": 90,
        "capacity": 4,
        "language": "en",
    }
    form = desk.get(desk.button(running.cohort, "makeup")).context["form"]
    assert (form.fields["place"].initial, form.fields["capacity"].initial) == ("12 Pier Street", 12)

    answer = desk.press(running.cohort, "makeup", **said, place="Room 2", leaders=[running.leader.pk])
    assert desk.notice(answer) == "Week 2 can be made up on Sat, Mar 21, 10:00 am."
    made = Session.objects.get(cohort=None)
    assert (made.module, made.capacity, made.place, answer["Location"]) == (
        module,
        4,
        "Room 2",
        f"/office/programs/session/{made.pk}/",
    )

    with nothing_written():
        clash = desk.press(module, "makeup", **said, place="Room 3", leaders=[running.leader.pk])
    assert refusals(clash) == [
        f"{running.leader.name} leads a make-up session on March 21, 2026 at 10:00 am. "
        "Choose another time or leader, or tick “Even so”."
    ]
    assert desk.get(desk.button(module, "makeup")).context["form"].fields["module"].initial == module.pk


def test_a_cohort_goes_on_in_another(desk: Desk, running: Scene) -> None:
    other, him = running.another_cohort(), running.seated()
    shown, notice = press_twice(desk, running.cohort, "merge", into=other.pk)

    called = him.participant.called
    weeks = [f"Week {week} on {day} is canceled" for week, day in enumerate(("Tue, Mar 10", "Tue, Mar 17"), 1)]
    assert shown[:3] == [f"{called} moves to Wednesdays", *weeks]
    assert notice == f"One man sits in Wednesdays now; Tuesdays is over. To be called: {called}"
    merged = text(desk.get(f"/office/programs/cohort/{running.cohort.pk}/"))
    assert "Merged into Wednesdays" in merged


def test_an_empty_cohort_is_closed(desk: Desk, running: Scene) -> None:
    assert desk.notice(desk.press(running.cohort, "close")) == "Tuesdays is over."
    assert Cohort.objects.get().closed_at == NOW
    assert desk.press(running.cohort, "close").status_code == 409


# --- a whole day


def snow(desk: Desk, running: Scene, **said: Any) -> tuple[list[str], Any]:
    asked = {"on": "2026-03-17", "why": "weather", **said}
    first = desk.press(running.program, "cancel-day", **asked)
    return ahead(first), desk.press(running.program, "cancel-day", **asked, seen=first.context["seen"])


def test_snow_leads_to_the_page_of_those_to_be_called(desk: Desk, running: Scene) -> None:
    other = generate_cohort(
        curriculum=running.curriculum,
        policy=running.policy,
        name="Late",
        first_on=FIRST_ON + timedelta(weeks=1),
        starts_at=time(20, 30),
        place="12 Pier Street",
        leaders=[],
        by=running.coordinator,
        now=NOW,
    )
    one, two = running.seated(), running.seated(other)
    booked = BookingFactory(session=running.session(2), enrollment=running.seated(running.another_cohort())).enrollment
    ContactPointFactory(participant=two.participant, value="+12065550142", safe=True)

    shown, answer = snow(desk, running)

    assert shown == [
        "Canceled: Tuesdays, week 2: Tue, Mar 17, 6:00 pm",
        "Canceled: Late, week 1: Tue, Mar 17, 8:30 pm",
    ]
    assert answer["Location"] == f"/office/days/{running.program.pk}/2026-03-17/"
    assert desk.notice(answer).startswith("2 sessions are canceled; nobody's absence. To be called: ")
    evenings = desk.get(answer["Location"]).context["evenings"]
    assert [[call.enrollment.pk for call in evening.calls] for evening in evenings] == [
        sorted([one.pk, booked.pk]),
        [two.pk],
    ]
    assert evenings[1].calls[0].numbers == ["+12065550142"]


def test_all_that_follow_are_looked_at_first_for_each_cohort(desk: Desk, running: Scene) -> None:
    running.makeup(2, running.session(3).starts_at + timedelta(hours=3))

    shown, answer = snow(desk, running, on="2026-03-24", following="move")

    assert shown == [
        "Canceled: Tuesdays, week 3: Tue, Mar 24, 6:00 pm",
        "Tuesdays, week 3: Tue, Mar 31, 6:00 pm",
        "Tuesdays, week 4: Tue, Apr 7, 6:00 pm",
        "Canceled: Make-up session, week 2: Tue, Mar 24, 9:00 pm",
    ]
    assert desk.notice(answer) == "2 sessions are canceled; nobody's absence."
    assert weeks_of(running.cohort) == list(zip([1, 2, 3, 4], [*march(10, 17, 31), APRIL_7], strict=True))


def test_two_of_one_cohort_on_that_day_are_looked_at_together(desk: Desk, running: Scene) -> None:
    schedules.double_up(
        session=running.session(3),
        to=at(running.session(2), 150),
        why="A guest comes.",
        by=running.coordinator,
        now=NOW,
    )

    shown, _answer = snow(desk, running, following="move")

    assert shown == [
        "Canceled: Tuesdays, week 2: Tue, Mar 17, 6:00 pm",
        "Canceled: Tuesdays, week 3: Tue, Mar 17, 8:30 pm",
        "Tuesdays, week 2: Tue, Mar 31, 6:00 pm",
        "Tuesdays, week 3: Tue, Apr 7, 6:00 pm",
        "Tuesdays, week 4: Tue, Apr 14, 6:00 pm",
    ]
    days = [date(2026, 3, 31), date(2026, 4, 7), date(2026, 4, 14)]
    assert weeks_of(running.cohort)[1:] == list(zip([2, 3, 4], days, strict=True))


def test_a_day_without_sessions_says_so(desk: Desk, running: Scene) -> None:
    answer = desk.press(running.program, "cancel-day", on="2026-03-18", why="weather")

    assert refusals(answer) == ["No session is planned on that day that could be canceled. Choose another day."]


def test_what_is_past_has_no_button(desk: Desk, running: Scene) -> None:
    session = running.session(1)
    page = f"/office/programs/session/{session.pk}/"
    assert buttons(desk.get(page)) == ["substitute", "cancel", "move", "swap", "double", "place", "leaders"]

    with time_machine.travel(session.starts_at, tick=False):
        assert buttons(Desk().get(page)) == ["close", "substitute", "cancel"]
