import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import schedules
from programs.models import Session
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory
from tests.office.desk import Desk, text
from tests.programs.scene import FIRST_ON, Scene, scene


@pytest.fixture
def running() -> Scene:
    return scene()


def canceled(running: Scene, session: Session) -> None:
    schedules.cancel_session(session=session, why=Session.Canceled.WEATHER, by=running.coordinator, now=NOW)


def test_it_says_whom_to_call_and_where(desk: Desk, running: Scene) -> None:
    him, other = running.seated(), running.seated()
    ContactPointFactory(participant=him.participant, value="+12065550142", safe=True)
    ContactPointFactory(participant=other.participant, value="+12065550143")
    canceled(running, running.session(1))

    shown = text(desk.get(f"/office/days/{running.program.pk}/{FIRST_ON}/"))

    assert "Tuesdays, week 1: Tue, Mar 10, 6:00 pm Canceled: weather" in shown
    assert f"{him.participant.called} +12065550142" in shown
    assert f"{other.participant.called} has no safe number" in shown
    assert "+12065550143" not in shown
    assert "2 to call" in shown


def test_where_nothing_changed_nobody_is_called(desk: Desk, running: Scene) -> None:
    running.seated()

    shown = text(desk.get(f"/office/days/{running.program.pk}/{FIRST_ON}/"))

    assert "Planned Nobody is to be called about it." in shown


def test_another_day_and_another_program_are_empty(desk: Desk, running: Scene) -> None:
    elsewhere = scene()

    assert "No session is on this day." in text(desk.get(f"/office/days/{running.program.pk}/2026-03-11/"))
    shown = text(desk.get(f"/office/days/{elsewhere.program.pk}/{FIRST_ON}/"))
    assert shown.count("Tuesdays, week 1") == 1
    assert desk.get(f"/office/days/{running.program.pk}/2026-02-30/").status_code == 404


def test_three_sessions_ask_no_more_than_one(desk: Desk, running: Scene) -> None:
    first = running.session(1)
    running.seated()
    canceled(running, first)
    page = f"/office/days/{running.program.pk}/{FIRST_ON}/"
    desk.get(page)

    with CaptureQueriesContext(connection) as one:
        desk.get(page)
    for number in (2, 3):
        late = running.another_cohort(name=f"Late {number}", first_on=FIRST_ON)
        running.seated(late)
        canceled(running, late.sessions.select_related("cohort", "program")[0])
    with CaptureQueriesContext(connection) as three:
        assert len(desk.get(page).context["evenings"]) == 3

    assert len(three) == len(one)
