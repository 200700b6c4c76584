"""The end of an evening: confirmed by its leader, or refused in a sentence."""

import re
from typing import Any

import pytest

from accounts.roles import Role
from programs.models import Session
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import BookingFactory, ModuleFactory, PolicyFactory
from tests.programs.evening import Evening, at, clock_at, evening, text_of
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Any:
    running = evening(2)
    with clock_at(at(running.session, 120)):
        for him in running.men:
            running.tap(him, "present")
        yield running


def close(tonight: Evening, **fields: Any) -> Any:
    data = {"taught": tonight.session.module_id, "minutes_held": "120", **fields}
    return tonight.client.post(f"{tonight.address}close/", data)


def test_closes_with_what_was_really_taught(tonight: Evening) -> None:
    other = tonight.scene.session(2).module

    response = close(tonight, taught=other.pk, minutes_held="100")

    assert (response.status_code, response.headers["Location"]) == (302, tonight.address)
    session = Session.objects.get(pk=tonight.session.pk)
    assert (session.state, session.taught, session.minutes_held) == ("held", other, 100)
    assert (session.closed_by, session.closed_at) == (tonight.scene.leader, at(session, 120))


def test_the_form_begins_with_the_plan_and_offers_all_weeks(tonight: Evening) -> None:
    html = tonight.client.get(tonight.address).content.decode()

    assert f'<option value="{tonight.session.module_id}" selected>Week 1: Theme of week 1</option>' in html
    assert re.findall(r'<select[^>]+id="id_taught".*?</select>', html, re.DOTALL)[0].count("<option") == 4
    assert 'name="minutes_held" type="text" inputmode="numeric" size="4" autocomplete="off" value="120"' in html


def test_a_coordinator_closes_it_too(tonight: Evening) -> None:
    client = signed_in(UserFactory(roles=[Role.COORDINATOR]))
    data = {"taught": tonight.session.module_id, "minutes_held": "120"}

    assert client.post(f"{tonight.address}close/", data).status_code == 302


def test_is_not_closed_while_somebody_has_no_mark(tonight: Evening) -> None:
    tonight.scene.seated()

    with nothing_written():
        response = close(tonight)

    assert response.status_code == 422
    assert "One person still has no mark. Mark everyone, then close the session." in text_of(response)


def test_is_not_closed_before_it_begins(tonight: Evening) -> None:
    with clock_at(at(tonight.session, -1)), nothing_written():
        response = close(tonight)

    assert response.status_code == 422


def test_too_short_an_evening_says_how_long_it_must_last(tonight: Evening) -> None:
    with nothing_written():
        response = close(tonight, minutes_held="40")

    assert "With 2 present a session lasts at least 60 minutes." in text_of(response)
    assert 'value="40"' in response.content.decode()


@pytest.mark.parametrize(("minutes", "status"), [("59", 422), ("60", 302)])
def test_a_makeup_session_lasts_as_long_by_the_programs_newest_policy(minutes: str, status: int) -> None:
    running = evening(0)
    session = running.scene.makeup(1, at(running.session))
    guest = running.scene.seated(running.scene.another_cohort())
    BookingFactory(enrollment=guest, session=session)
    PolicyFactory(program=running.scene.program, version=90, least_minutes_for_few=60, least_minutes=90)
    tonight = Evening(running.scene, session, [guest], running.client)

    with clock_at(at(session, 60)):
        tonight.tap(guest, "present")
        response = close(tonight, minutes_held=minutes)

    assert response.status_code == status
    assert ("a session lasts at least 60 minutes" in text_of(response)) == (status == 422)


@pytest.mark.parametrize(
    ("fields", "said", "field"),
    [
        ({"minutes_held": "x"}, "Give the minutes as a whole number.", "id_minutes_held"),
        ({"minutes_held": "0"}, "Give the minutes, from 1 to 600.", "id_minutes_held"),
        ({"taught": ""}, "Choose the week that was taught.", "id_taught"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_at_the_top(
    tonight: Evening, fields: dict[str, str], said: str, field: str
) -> None:
    with nothing_written():
        response = close(tonight, **fields)

    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="{field}-error">{said}</p>' in html
    assert f'<a href="#{field}">' in html
    assert html.count("data-error-summary") == 1


def test_a_week_of_another_curriculum_is_refused(tonight: Evening) -> None:
    elsewhere = ModuleFactory()

    with nothing_written():
        assert close(tonight, taught=elsewhere.pk).status_code == 422


def test_is_not_closed_twice(tonight: Evening) -> None:
    close(tonight)

    with nothing_written():
        response = close(tonight)

    assert response.status_code == 422
    assert "This session has already been held. Look at it again." in text_of(response)


def test_before_it_begins_there_is_nothing_to_close(tonight: Evening) -> None:
    with clock_at(at(tonight.session, -1)):
        assert "Close the session" not in text_of(tonight.client.get(tonight.address))
