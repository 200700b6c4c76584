"""An incident that a facilitator wrote down for the coordinator: read here, and marked as seen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from core import clock
from office.site import office
from office.subjects import page, rows, session
from programs.actions.notes import mark_incident_seen, read_incident
from programs.models import SessionNote


def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """GET reads it, POST marks it as seen. A private note isn't there, whoever asks."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    note = get_object_or_404(rows(SessionNote).filter(kind=SessionNote.Kind.INCIDENT), pk=pk)
    if request.method == "POST":
        mark_incident_seen(note=note, by=request.user, now=clock.now())
        messages.success(request, "The incident note is marked as seen.")
        return redirect("office:index")
    read_incident(note=note, by=request.user, now=clock.now())
    man = note.enrollment.participant if note.enrollment else None
    said = {"note": note, "man": man, "session": session(note.session), "session_url": page(note.session)}
    return render(request, "office/incident.html", office.each_context(request) | said)
