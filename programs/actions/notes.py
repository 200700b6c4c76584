"""What was written about an evening: for oneself, or for the coordinator."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import OFFICE
from audit.actions import record
from core.refusal import Refusal
from programs.actions.leading import must_lead
from programs.actions.marks import NotOnTheRoster
from programs.models import Enrollment, Session, SessionNote
from vault.models import Key


class NothingWritten(Refusal):
    pass


class KeyUsed(Refusal):
    pass


class NotForYou(Refusal):
    pass


class NoIncident(Refusal):
    pass


@transaction.atomic
def write_note(
    *,
    session: Session,
    kind: SessionNote.Kind,
    text: str,
    about: Enrollment | None = None,
    idempotency_key: uuid.UUID,
    by: User,
    now: datetime,
) -> SessionNote:
    """Append a note. `about`: someone on the roster; None: the evening.

    The same idempotency key again gives back the note it made. Raises NotYourSession, NothingWritten, NotOnTheRoster,
    KeyUsed.
    """
    must_lead(session, by)
    if not text.strip():
        raise NothingWritten(_("There is nothing to save yet. Write the note first."))
    if made := _made_by(idempotency_key, session, by):
        return made
    if about and not Enrollment.objects.on_roster(session).filter(pk=about.pk).exists():
        raise NotOnTheRoster(_("He isn't expected at this session. Write the note about the session itself."))
    note = SessionNote(
        session=session, enrollment=about, kind=kind, text=text.strip(), idempotency_key=idempotency_key, at=now, by=by
    )
    try:
        with transaction.atomic():
            _append(note, about)
    except IntegrityError:
        # It came twice at the same moment.
        if made := _made_by(idempotency_key, session, by):
            return made
        raise
    verb = "incident.written" if kind == SessionNote.Kind.INCIDENT else "note.written"
    record(by=by, now=now, verb=verb, on=note, facts={"session": session.pk, "about_one_person": about is not None})
    return note


def _made_by(idempotency_key: uuid.UUID, session: Session, by: User) -> SessionNote | None:
    made = SessionNote.objects.filter(idempotency_key=idempotency_key).first()
    if made and (made.session_id, made.by_id) != (session.pk, by.pk):
        raise KeyUsed(_("This page is out of date. Open it again, then write the note once more."))
    return made


def _append(note: SessionNote, about: Enrollment | None) -> None:
    if about:
        note.key = about.participant.key
    else:
        note.key = Key.new(Key.Kind.SESSION, now=note.at)
        note.key.save()
    note.save(force_insert=True)


@transaction.atomic
def read_incident(*, note: SessionNote, by: User, now: datetime) -> None:
    """Before it is shown in the office: a look is an event. Raises NotForYou, NoIncident."""
    _is_theirs_to_read(note, by)
    record(by=by, now=now, verb="incident.looked_at", on=note)


@transaction.atomic
def mark_incident_seen(*, note: SessionNote, by: User, now: datetime) -> None:
    """Once somebody in the office has taken it up; the first one's moment stays. Raises NotForYou, NoIncident."""
    _is_theirs_to_read(note, by)
    if SessionNote.objects.unseen_incidents().filter(pk=note.pk).update(seen_at=now):
        record(by=by, now=now, verb="incident.seen", on=note)


def _is_theirs_to_read(note: SessionNote, by: User) -> None:
    if not has_role(by, *OFFICE):
        raise NotForYou("An incident note goes to the coordinator. Ask there.")
    if note.kind != SessionNote.Kind.INCIDENT:
        raise NoIncident("This note is for whoever wrote it, and for nobody else.")
