"""Others in the room: listed, and taken back."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import roles_only
from core import clock
from core.refusal import Refusal
from programs.actions.visitors import TakenBackAlready, note_visitor, take_back_visitor
from programs.forms import VisitorForm
from programs.views import roster
from programs.views.staff import STAFF, own_session, person


@require_POST
@roles_only(*STAFF)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    form = VisitorForm(request.POST, auto_id=roster.VISITOR_ID)
    if form.is_valid():
        try:
            note_visitor(session=session, **form.cleaned_data, by=person(request), now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(pk)
    return roster.page(request, session, now, visitor=form)


@require_POST
@roles_only(*STAFF)
def take_back(request: HttpRequest, pk: int, visitor_pk: int) -> HttpResponse:
    """Pressed twice, the second finds it done."""
    session = own_session(person(request), pk)
    visitor = get_object_or_404(session.visitors.select_related("session"), pk=visitor_pk)
    with suppress(TakenBackAlready):
        take_back_visitor(visitor=visitor, by=person(request), now=clock.now())
    return _back(pk)


def _back(pk: int) -> HttpResponse:
    return redirect(f"{reverse('sessions:roster', args=[pk])}#visitors")
