"""Notes, others in the room, someone who isn't listed: what their forms hand to the action."""

import uuid
from datetime import date

import pytest

from programs.forms import NoteForm, UnlistedForm, VisitorForm
from programs.models import SessionNote, Visitor
from tests.programs.scene import Scene, scene

KEY = uuid.UUID(int=7)


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.mark.django_db
def test_a_note_about_somebody(running: Scene) -> None:
    him = running.seated()
    data = {"kind": "incident", "text": " He left. ", "about": str(him.pk), "key": str(KEY)}
    form = NoteForm(data, session=running.session(1))

    assert form.errors == {}
    assert form.for_action == {
        "kind": SessionNote.Kind.INCIDENT,
        "text": "He left.",
        "about": him,
        "idempotency_key": KEY,
    }


@pytest.mark.django_db
def test_a_note_about_the_evening(running: Scene) -> None:
    form = NoteForm({"kind": "private", "text": "Cold.", "about": "", "key": str(KEY)}, session=running.session(1))

    assert form.is_valid()
    assert (form.for_action["about"], form.for_action["kind"]) == (None, SessionNote.Kind.PRIVATE)


@pytest.mark.parametrize(
    ("data", "signed"), [({}, False), ({"agreement_signed": "on"}, True)], ids=["not signed", "signed"]
)
def test_a_visitor(data: dict[str, str], signed: bool) -> None:
    form = VisitorForm({"role": "observer", "alias": " River ", **data})

    assert form.is_valid()
    assert form.cleaned_data == {"role": Visitor.Role.OBSERVER, "alias": "River", "agreement_signed": signed}


@pytest.mark.parametrize("born", ["4/27/1988", "04/27/1988", "4-27-1988", "4.27.1988", "1988-04-27"])
def test_someone_who_is_not_listed(born: str) -> None:
    form = UnlistedForm({"first_name": "Dorian", "last_name": "Halloway", "born": born})

    assert form.is_valid()
    assert form.cleaned_data == {"first_name": "Dorian", "last_name": "Halloway", "born": date(1988, 4, 27)}


@pytest.mark.parametrize("missing", ["first_name", "last_name", "born"])
def test_is_not_looked_for_by_half(missing: str) -> None:
    whole = {"first_name": "Dorian", "last_name": "Halloway", "born": "4/27/1988"}

    assert list(UnlistedForm({**whole, missing: ""}).errors) == [missing]
