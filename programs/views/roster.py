from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import roles_only
from audit.actions import record
from core import clock
from core.refusal import Refusal
from programs.actions import cohorts
from programs.actions.marks import DOOR_OPENS
from programs.forms import CloseForm
from programs.models import Module, Session
from programs.views.rows import Row, rows_of
from programs.views.staff import STAFF, own_session, person


@require_GET
@roles_only(*STAFF)
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    record(by=person(request), now=now, verb="session.roster_looked_at", on=session)
    return page(request, session, now)


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
    status: int = 200,
) -> HttpResponse:
    """The whole roster. `row`: one whose tap wasn't saved, in its place; `form`: a closing that was refused."""
    modules = list(Module.objects.filter(curriculum=session.module.curriculum_id))
    rows = [_in_place(each, row) for each in rows_of(session, person(request), modules)]
    context = {
        "session": session,
        "rows": rows,
        "marked": sum(each.mark is not None for each in rows),
        "modules": modules,
        "form": form or CloseForm(session=session),
        "failed": row,
        **_standing(session, now),
    }
    with timezone.override(session.program.zone):
        return render(request, "programs/roster.html", context, status=422 if form else status)


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
    }
