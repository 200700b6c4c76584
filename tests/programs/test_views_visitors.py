"""Others in the room, by plain forms."""

from typing import Any

import pytest

from programs.models import Visitor
from tests.factories.programs import VisitorFactory
from tests.programs.evening import Evening, at, clock_at, evening, text_of
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Any:
    running = evening(1)
    with clock_at(at(running.session, 64)):
        yield running


def add(tonight: Evening, **fields: Any) -> Any:
    return tonight.client.post(f"{tonight.address}visitors/", {"role": "speaker", "alias": "River", **fields})


def page(tonight: Evening) -> Any:
    return tonight.client.get(tonight.address)


@pytest.mark.parametrize(
    ("role", "fields", "said"),
    [
        ("speaker", {"agreement_signed": "on"}, "River Speaker · agreement signed"),
        ("interpreter", {}, "River Interpreter · agreement not signed"),
        ("observer", {}, "River Observer · agreement not signed"),
    ],
)
def test_is_listed_on_the_roster(tonight: Evening, role: str, fields: dict[str, str], said: str) -> None:
    response = add(tonight, role=role, **fields)

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#visitors")
    assert said in text_of(page(tonight))
    visitor = Visitor.objects.get()
    assert (visitor.session, visitor.agreement_signed) == (tonight.session, bool(fields))


def test_nothing_is_preselected_and_no_full_name_is_asked_for(tonight: Evening) -> None:
    html = page(tonight).content.decode()

    assert html.count('type="radio" name="role"') == 3
    assert " checked" not in html
    assert "Never a speaker's full name." in text_of(page(tonight))


def test_taken_back_it_is_gone_from_the_page(tonight: Evening) -> None:
    add(tonight)
    address = f"{tonight.address}visitors/{Visitor.objects.get().pk}/take-back/"
    assert f'action="{address}"' in page(tonight).content.decode()

    response = tonight.client.post(address)

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#visitors")
    assert "River" not in text_of(page(tonight))
    with nothing_written():
        assert tonight.client.post(address).status_code == 302


def test_another_evenings_is_not_found(tonight: Evening) -> None:
    visitor = VisitorFactory(session=tonight.scene.session(2))

    assert tonight.client.post(f"{tonight.address}visitors/{visitor.pk}/take-back/").status_code == 404
    assert Visitor.objects.get().taken_back_at is None


@pytest.mark.parametrize(
    ("fields", "said", "field"),
    [
        ({"role": ""}, "Choose who it is.", "visitor-role"),
        ({"alias": " "}, "Give a name to call them by.", "visitor-alias"),
        ({"alias": "x" * 61}, "Say it in 60 characters or fewer; these are 61.", "visitor-alias"),
    ],
)
def test_what_is_wrong_stands_at_its_field(tonight: Evening, fields: dict[str, str], said: str, field: str) -> None:
    with nothing_written():
        response = add(tonight, **fields)

    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="{field}-error">{said}</p>' in html
    assert html.count("data-error-summary") == 1
    assert html.count('class="door-write" open') == 1


def test_twice_the_same(tonight: Evening) -> None:
    add(tonight)

    with nothing_written():
        response = add(tonight)

    assert response.status_code == 422
    assert "River is listed already." in text_of(response)
