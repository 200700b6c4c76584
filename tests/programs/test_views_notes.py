"""Notes at the door: written by a plain form, read by whoever wrote them and by nobody else."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from programs.models import SessionNote
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import SessionLeaderFactory, SessionNoteFactory
from tests.programs.evening import Evening, at, clock_at, evening, text_of
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db
MARKER = "The window rattled all evening."


@pytest.fixture
def tonight() -> Any:
    running = evening(2)
    with clock_at(at(running.session, 64)):
        yield running


@pytest.fixture
def colleague(tonight: Evening) -> Client:
    user = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=tonight.session, user=user)
    return signed_in(user)


def write(tonight: Evening, *, client: Client | None = None, **fields: Any) -> Any:
    data = {"kind": "private", "text": MARKER, "about": "", "key": str(uuid.uuid4()), **fields}
    return (client or tonight.client).post(f"{tonight.address}notes/", data)


def page(tonight: Evening, client: Client | None = None) -> Any:
    return (client or tonight.client).get(tonight.address)


def test_is_saved_and_leads_back(tonight: Evening) -> None:
    him = tonight.men[0]

    response = write(tonight, about=str(him.pk))

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#notes")
    note = SessionNote.objects.get()
    assert (note.kind, note.text, note.enrollment, note.by) == ("private", MARKER, him, tonight.scene.leader)


def test_the_writer_reads_it_on_the_roster(tonight: Evening) -> None:
    name = page(tonight).context["rows"][0].name
    write(tonight, about=str(page(tonight).context["rows"][0].enrollment.pk))
    write(tonight, kind="incident", text="He struck the door.\nTwice.")

    said = text_of(page(tonight))

    assert f"{name} {MARKER} 7:04 pm · private" in said
    assert "He struck the door. Twice. 7:04 pm · incident note for the coordinator" in said


@pytest.mark.parametrize("kind", ["private", "incident"])
def test_nobody_else_reads_it_there(tonight: Evening, colleague: Client, kind: str) -> None:
    write(tonight, kind=kind)

    for client in (colleague, signed_in(tonight.scene.coordinator)):
        assert "rattled" not in page(tonight, client).content.decode()
    assert "rattled" in page(tonight).content.decode()


def test_its_writer_sees_that_an_incident_was_seen(tonight: Evening) -> None:
    write(tonight, kind="incident")
    SessionNote.objects.update(seen_at=at(tonight.session, 70))

    assert "incident note, seen by the coordinator 7:10 pm" in text_of(page(tonight))


def test_of_another_evening_it_is_not_shown(tonight: Evening) -> None:
    SessionNoteFactory(session=tonight.scene.session(2), by=tonight.scene.leader, text=MARKER)

    assert "rattled" not in page(tonight).content.decode()


def test_the_form_offers_the_roster_and_a_key_of_its_own(tonight: Evening) -> None:
    html = page(tonight).content.decode()

    people = [row.enrollment.pk for row in page(tonight).context["rows"]]
    for section in re.findall(r"<form[^>]+data-note.*?</form>", html, re.DOTALL):
        assert re.findall(r'<option value="(\d*)"', section) == ["", *map(str, people)]
        assert " selected" not in section
    keys = re.findall(r'<form[^>]+data-note.*?name="key" value="([^"]+)"', html, re.DOTALL)
    assert len({uuid.UUID(key) for key in keys}) == 2


def test_sent_twice_it_is_one_note(tonight: Evening) -> None:
    key = str(uuid.uuid4())
    write(tonight, key=key)

    with nothing_written():
        assert write(tonight, key=key).status_code == 302


def test_before_after_and_where_nothing_took_place(tonight: Evening) -> None:
    with clock_at(at(tonight.session, -600)):
        assert write(tonight).status_code == 302
    tonight.session.state, tonight.session.canceled_why = "canceled", "weather"
    tonight.session.save()
    assert write(tonight).status_code == 302
    assert text_of(page(tonight)).count(MARKER) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "There is nothing to save yet. Write the note first."),
        ({"text": "x" * 4001}, "Say it in 4000 characters or fewer; these are 4001."),
        ({"about": "0"}, "He isn't expected at this session. Choose somebody who is."),
        ({"key": ""}, "This page is out of date."),
    ],
)
@pytest.mark.parametrize("kind", ["private", "incident"])
def test_what_is_wrong_stands_in_its_form_and_what_was_typed_stays(
    tonight: Evening, kind: str, fields: dict[str, Any], said: str
) -> None:
    with nothing_written():
        response = write(tonight, **{"kind": kind, **fields})

    html = response.content.decode()
    assert response.status_code == 422
    assert said in text_of(response)
    assert html.count("data-error-summary") == 1
    assert html.count('class="door-write" open') == 1
    if "text" not in fields:
        assert f"{MARKER}</textarea>" in html


def test_for_whom_it_is_must_be_said(tonight: Evening) -> None:
    with nothing_written():
        response = write(tonight, kind="public")

    assert response.status_code == 422
    assert "Say for whom the note is." in text_of(response)


def test_one_of_another_roster_is_refused(tonight: Evening) -> None:
    elsewhere = tonight.scene.seated(tonight.scene.another_cohort())

    with nothing_written():
        assert write(tonight, about=str(elsewhere.pk)).status_code == 422


def test_a_key_that_made_a_colleagues_note(tonight: Evening, colleague: Client) -> None:
    key = str(uuid.uuid4())
    write(tonight, key=key, client=colleague)

    with nothing_written():
        response = write(tonight, key=key)

    assert response.status_code == 422
    assert "This page is out of date. Open it again, then write the note once more." in text_of(response)


def test_a_forged_request_is_refused(tonight: Evening) -> None:
    careful = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))

    assert write(tonight, client=careful).status_code == 403
    assert SessionNote.objects.count() == 0
