import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.access import roles_only
from accounts.models import User
from audit.actions import record
from core import clock
from core.refusal import Refusal
from programs.actions import cohorts
from programs.actions.marks import DOOR_OPENS
from programs.forms import CloseForm, NoteForm, VisitorForm
from programs.forms.canceled import WHY
from programs.models import Module, Session, SessionNote
from programs.rosters import called
from programs.views.calls import calls_of
from programs.views.kept import keepable, page_facts
from programs.views.rows import Row, name_of, rows_of
from programs.views.staff import STAFF, own_session, person
from programs.views.staying import stay_for

VISITOR_ID = "visitor-%s"


# A phone on a weak line: a tenth of the bytes. What is secret in the page, its token, is another each time.
@gzip_page
@require_GET
@roles_only(*STAFF)
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    record(by=person(request), now=now, verb="session.roster_looked_at", on=session)
    stay_for(request, session, now)
    return keepable(page(request, session, now), session, person(request), now)


@require_POST
@roles_only(*STAFF)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    form = CloseForm(request.POST, session=session)
    if form.is_valid():
        try:
            cohorts.close_session(session=session, **form.cleaned_data, by=person(request), now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("sessions:roster", pk)
    return page(request, session, now, form=form)


def page(
    request: HttpRequest,
    session: Session,
    now: datetime,
    *,
    row: Row | None = None,
    form: CloseForm | None = None,
    note: NoteForm | None = None,
    visitor: VisitorForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole roster. `row`: one whose tap wasn't saved, in its place; `form`, `note`, `visitor`: one refused."""
    modules = list(Module.objects.filter(curriculum=session.module.curriculum_id))
    rows = [_in_place(each, row) for each in rows_of(session, person(request), modules)]
    refused = form or note or visitor
    context = {
        "session": session,
        "rows": rows,
        "marked": sum(each.mark is not None for each in rows),
        "modules": modules,
        "form": form or CloseForm(session=session),
        "failed": row,
        "notes": _own_notes(session, person(request), rows),
        "note_forms": _note_forms(session, note),
        "visitors": session.visitors.standing().order_by("id"),
        "visitor_form": visitor or VisitorForm(auto_id=VISITOR_ID),
        "calls": calls_of(session, request, now) if session.state == Session.State.CANCELED else [],
        "canceled_why": WHY[Session.Canceled(session.canceled_why)] if session.canceled_why else "",
        "phone": page_facts(person(request)),
        **_standing(session, now),
    }
    with timezone.override(session.program.zone):
        return render(request, "programs/roster.html", context, status=422 if refused else status)


def note_id(kind: str) -> str:
    """Of a note form's fields: the page has one for each kind."""
    return f"note-{kind}-%s"


def _note_forms(session: Session, refused: NoteForm | None) -> dict[SessionNote.Kind, NoteForm]:
    """One that was refused stands in its place; one that named no kind, among the private ones."""
    forms = {
        kind: NoteForm(session=session, initial={"key": uuid.uuid4()}, auto_id=note_id(kind))
        for kind in SessionNote.Kind
    }
    if refused:
        asked = refused["kind"].value()
        forms[SessionNote.Kind(asked) if asked in forms else SessionNote.Kind.PRIVATE] = refused
    return forms


def _own_notes(session: Session, user: User, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Whom one is about is called as on the roster."""
    names = {row.enrollment.pk: row.name for row in rows}
    own = session.notes.own(user).select_related("key", "enrollment__participant").order_by("id")
    return [{"note": each, "about": _about(each, names)} for each in own]


def _about(note: SessionNote, names: Mapping[int, str]) -> str:
    if note.enrollment is None:
        return ""
    return names.get(note.enrollment.pk) or called([name_of(note.enrollment)])[0]


def _in_place(shown: Row, asked: Row | None) -> Row:
    if asked is None or asked.enrollment.pk != shown.enrollment.pk:
        return shown
    asked.name, asked.weeks = shown.name, shown.weeks
    return asked


def _standing(session: Session, now: datetime) -> dict[str, Any]:
    """What can be done on this evening's page."""
    planned = session.state == Session.State.PLANNED
    opens_at = session.starts_at - DOOR_OPENS
    return {
        "opens_at": opens_at if planned and now < opens_at else None,
        "can_mark": session.state != Session.State.CANCELED and now >= opens_at,
        "can_close": planned and now >= session.starts_at,
        "can_admit": planned and now >= opens_at,
    }
