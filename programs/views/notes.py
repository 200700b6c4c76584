"""A note about the evening. It comes by a form, or later from a phone that had no line."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import roles_only
from core import clock
from core.refusal import Refusal
from programs.actions.notes import write_note
from programs.forms import NoteForm
from programs.models import SessionNote
from programs.views import roster
from programs.views.rows import names_on
from programs.views.staff import STAFF, own_session, person


@require_POST
@roles_only(*STAFF)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    form = NoteForm(request.POST, session=session, auto_id=roster.note_id(request.POST.get("kind", "")))
    if form.is_valid():
        try:
            write_note(session=session, **form.for_action, by=person(request), now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('sessions:roster', args=[pk])}#notes")
    return roster.page(request, session, now, note=form)


def note_html(note: SessionNote) -> str:
    """As it stands below the roster."""
    about = names_on(note.session).get(note.enrollment_id or 0, "")
    with timezone.override(note.session.program.zone):
        return render_to_string("programs/parts/note.html", {"note": note, "about": about})
