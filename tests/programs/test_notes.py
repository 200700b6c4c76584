"""What was written about an evening: appended once, encrypted, and read by whom it is for."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from audit.models import Event
from programs.actions import notes
from programs.actions.marks import NotOnTheRoster, NotYourSession
from programs.actions.notes import KeyUsed, NoIncident, NotForYou, NothingWritten
from programs.models import Enrollment, Session, SessionNote
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SessionNoteFactory
from tests.programs.scene import Scene, at, scene
from tests.refusals import nothing_written, refuses, told
from vault.models import Key

pytestmark = pytest.mark.django_db
MARKER = "The window rattled all evening."
Said = Callable[..., dict[str, Any]]


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def session(running: Scene) -> Session:
    return running.session(1)


@pytest.fixture
def him(running: Scene) -> Enrollment:
    return running.seated()


@pytest.fixture
def said(running: Scene, session: Session) -> Said:
    keys = count(1)

    def made(**fields: object) -> dict[str, Any]:
        whole = {
            "session": session,
            "kind": SessionNote.Kind.PRIVATE,
            "text": MARKER,
            "idempotency_key": uuid.UUID(int=next(keys)),
            "by": running.leader,
            "now": at(session, 5),
        }
        return {**whole, **fields}

    return made


# --- written


def test_about_the_evening_it_has_a_key_of_its_own(running: Scene, session: Session, said: Said) -> None:
    made = notes.write_note(**said())

    stored = SessionNote.objects.get()
    assert (stored, stored.text, stored.session, stored.enrollment) == (made, MARKER, session, None)
    assert (stored.kind, stored.by, stored.at, stored.seen_at) == ("private", running.leader, at(session, 5), None)
    assert stored.key.kind == Key.Kind.SESSION


def test_about_one_person_it_stands_under_his_key_and_is_forgotten_with_him(said: Said, him: Enrollment) -> None:
    notes.write_note(**said(about=him))
    assert SessionNote.objects.get().key == him.participant.key

    Key.objects.filter(pk=him.participant.key_id).destroy(now=NOW)

    assert SessionNote.objects.get().text == "forgotten"


def test_it_stands_encrypted_and_no_event_tells_it(said: Said) -> None:
    notes.write_note(**said())

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM programs_sessionnote")
        assert b"rattled" not in bytes(cursor.fetchone()[0])
    assert "rattled" not in str(list(Event.objects.values_list("facts", "personal")))


@pytest.mark.parametrize(
    ("kind", "verb"), [(SessionNote.Kind.PRIVATE, "note.written"), (SessionNote.Kind.INCIDENT, "incident.written")]
)
def test_that_it_was_written_is_told(
    running: Scene, session: Session, said: Said, him: Enrollment, kind: SessionNote.Kind, verb: str
) -> None:
    before = Event.objects.count()

    made = notes.write_note(**said(kind=kind, about=him))

    assert told(after=before) == [(f"user:{running.leader.pk}", verb, f"programs.SessionNote:{made.pk}")]
    assert Event.objects.get(verb=verb).facts == {"session": session.pk, "about_one_person": True}


def test_the_same_key_twice_is_one_note(said: Said) -> None:
    key = uuid.uuid4()
    first = notes.write_note(**said(idempotency_key=key))

    with nothing_written():
        assert notes.write_note(**said(idempotency_key=key, text="Something else.")) == first


def test_a_coordinator_writes_too(running: Scene, said: Said) -> None:
    assert notes.write_note(**said(by=running.coordinator)).by == running.coordinator


def test_it_is_never_changed(said: Said) -> None:
    notes.write_note(**said())

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        SessionNote.objects.update(kind="incident")


# --- refused


def test_by_one_who_does_not_lead(said: Said) -> None:
    refuses(NotYourSession, notes.write_note, **said(by=UserFactory(roles=[Role.FACILITATOR])))


def test_without_words(said: Said) -> None:
    refuses(NothingWritten, notes.write_note, **said(text="  \n"))


def test_about_one_who_is_not_expected(running: Scene, said: Said) -> None:
    elsewhere = running.seated(running.another_cohort())

    refuses(NotOnTheRoster, notes.write_note, **said(about=elsewhere))


def test_a_key_that_made_anothers_note(running: Scene, said: Said) -> None:
    key = uuid.uuid4()
    notes.write_note(**said(idempotency_key=key))

    refuses(KeyUsed, notes.write_note, **said(idempotency_key=key, by=running.coordinator))
    refuses(KeyUsed, notes.write_note, **said(idempotency_key=key, session=running.session(2)))


# --- an incident in the office


@pytest.fixture
def incident(session: Session) -> SessionNote:
    return SessionNoteFactory(session=session, kind=SessionNote.Kind.INCIDENT)


def test_a_look_is_told(running: Scene, incident: SessionNote) -> None:
    before = Event.objects.count()

    notes.read_incident(note=incident, by=running.coordinator, now=NOW)

    record = f"programs.SessionNote:{incident.pk}"
    assert told(after=before) == [(f"user:{running.coordinator.pk}", "incident.looked_at", record)]
    assert SessionNote.objects.get().seen_at is None


def test_seen_once_the_first_moment_stays(running: Scene, incident: SessionNote) -> None:
    notes.mark_incident_seen(note=incident, by=running.coordinator, now=NOW)
    assert SessionNote.objects.get().seen_at == NOW
    assert Event.objects.filter(verb="incident.seen").count() == 1

    with nothing_written():
        notes.mark_incident_seen(note=incident, by=running.coordinator, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("action", [notes.read_incident, notes.mark_incident_seen])
def test_is_for_the_office_only(running: Scene, incident: SessionNote, action: Callable[..., None]) -> None:
    refuses(NotForYou, action, note=incident, by=running.leader, now=NOW)


@pytest.mark.parametrize("action", [notes.read_incident, notes.mark_incident_seen])
def test_a_private_note_is_for_nobody_there(running: Scene, session: Session, action: Callable[..., None]) -> None:
    refuses(NoIncident, action, note=SessionNoteFactory(session=session), by=running.coordinator, now=NOW)


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_the_same_form_sent_at_one_moment_one_note_is_made() -> None:
    running = scene()
    session, key = running.session(1), uuid.uuid4()
    write = partial(
        notes.write_note,
        session=session,
        kind=SessionNote.Kind.PRIVATE,
        text=MARKER,
        idempotency_key=key,
        by=running.leader,
        now=at(session, 5),
    )

    made = at_once([write] * 4)

    assert made == [SessionNote.objects.get()] * 4
    # None of the others left its key behind.
    assert Key.objects.filter(kind=Key.Kind.SESSION).count() == 1
    assert Event.objects.filter(verb="note.written").count() == 1
