"""This session did not happen: why, what follows, and who is still to be called."""

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import roles_only
from accounts.models import User
from audit.actions import record
from core import clock
from core.refusal import Refusal
from core.templatetags.days import day, hour
from programs import schedule
from programs.actions import changes
from programs.actions.schedules.canceling import cancel_session
from programs.actions.schedules.changed import Canceled
from programs.forms.canceled import WHY, CanceledForm
from programs.models import Enrollment, Session
from programs.rosters import called
from programs.views.calls import calls_of
from programs.views.rows import name_of
from programs.views.staff import STAFF, own_session, person, shut_to


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*STAFF)
def canceled(request: HttpRequest, pk: int) -> HttpResponse:
    """Once it is canceled: who was told, and whom to call."""
    session, now = own_session(person(request), pk), clock.now()
    if session.state == Session.State.HELD:
        return redirect("sessions:roster", pk)
    if session.state == Session.State.CANCELED:
        record(by=person(request), now=now, verb="session.roster_looked_at", on=session)
        return _page(request, session, calls=calls_of(session, request, now), told=_told(session, person(request)))
    form = CanceledForm(request.POST if request.method == "POST" else None, session=session)
    if form.is_valid():
        try:
            done = cancel_session(session=session, **form.cleaned_data, by=person(request), now=now)
        except Refusal as refusal:
            form.add_error(None, _refused(refusal))
        else:
            messages.success(request, _sentence(done))
            return redirect("sessions:canceled", pk)
    return _page(request, session, form=form, over=session.starts_at <= now)


def _page(request: HttpRequest, session: Session, **said: Any) -> HttpResponse:
    context = {"session": session, "why": WHY.get(Session.Canceled(session.canceled_why or "other")), **said}
    refused = "form" in said and said["form"].errors
    with timezone.override(session.program.zone):
        return render(request, "programs/canceled.html", context, status=422 if refused else 200)


def _refused(refusal: Refusal) -> str:
    if isinstance(refusal, schedule.NoPossibleDay):
        # Its own words are for whoever may take out a day off.
        return _("No day is free for the last session. Let those that follow stay; the office finds another day.")
    return str(refusal)


def _sentence(done: Canceled) -> str:
    saved = _("Saved. It is nobody's absence.")
    if done.replacement is None:
        return saved
    with timezone.override(done.session.program.zone):
        at = done.replacement.starts_at
        instead = _("This week is held on %(day)s, %(hour)s instead.") % {"day": day(at), "hour": hour(at)}
    later = len(done.moved)
    moved = ngettext("%(number)d later session moves.", "%(number)d later sessions move.", later) % {"number": later}
    return " ".join([saved, instead, *([moved] if later else [])])


def _told(session: Session, user: User) -> list[dict[str, Any]]:
    away = shut_to(user, session)
    notices = [notice for notice in changes.told(session) if notice.participant_id not in away]
    people = Enrollment.objects.filter(
        participant__in=[notice.participant_id for notice in notices], program=session.program
    ).select_related("participant__key")
    newest = {each.participant_id: each for each in people.order_by("id")}
    names = called([name_of(newest[notice.participant_id or 0]) for notice in notices])
    told = [{"name": name, "message": notice} for name, notice in zip(names, notices, strict=True)]
    return sorted(told, key=itemgetter("name"))
