"""A sheet of paper to sign at the door."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import roles_only
from audit.actions import record
from core import clock
from core.templatetags.days import day, hour
from programs.models import Enrollment, Session
from programs.rosters import called
from programs.signin_sheet import SheetFacts, render
from programs.views.rows import name_of
from programs.views.staff import STAFF, own_session, person


@require_GET
@roles_only(*STAFF)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    session = own_session(person(request), pk)
    record(by=person(request), now=clock.now(), verb="session.sheet_made", on=session)
    response = HttpResponse(render(_facts(session)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="sheet-{session.on}.pdf"'
    return response


def _facts(session: Session) -> SheetFacts:
    with timezone.override(session.program.zone):
        when = _("Week %(week)d, %(day)s, %(hour)s") % {
            "week": session.module.week,
            "day": day(session.starts_at),
            "hour": hour(session.starts_at),
        }
    people = Enrollment.objects.on_roster(session).select_related("participant").order_by("id")
    return {
        "language": (get_language() or "en")[:2],
        "title": _("Sign-in sheet"),
        "when": when,
        "name": _("Name"),
        "signature": _("Signature"),
        "nobody": _("Nobody is expected."),
        "names": sorted(called([name_of(him) for him in people]), key=str.casefold),
    }
