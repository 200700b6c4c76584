"""Someone came who isn't listed. Whom the page shows, it shows by first name and last initial."""

from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import roles_only
from accounts.models import User
from core import clock
from core.refusal import Refusal
from programs.actions import door
from programs.forms import UnlistedForm
from programs.models import Enrollment, Session
from programs.rosters import called
from programs.views.rows import name_of
from programs.views.staff import STAFF, own_session, person

FOUND_FOR = 15 * 60  # seconds
SALT = "programs.door"


@require_http_methods(["GET", "POST"])
@roles_only(*STAFF)
def unlisted(request: HttpRequest, pk: int) -> HttpResponse:
    session, now = own_session(person(request), pk), clock.now()
    form = UnlistedForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, session, form, status=422 if form.is_bound else 200)
    try:
        found = door.look_for(session=session, **form.cleaned_data, by=person(request), now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, session, form, status=422)
    return _page(request, session, form, searched=True, him=found and _shown(found, session, person(request), now))


@require_POST
@roles_only(*STAFF)
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """Only whom this person has just looked for and found, here."""
    user, now = person(request), clock.now()
    session = own_session(user, pk)
    try:
        him = _found_before(request.POST.get("who", ""), session, user)
        door.admit(enrollment=him, session=session, by=user, now=now)
    except Refusal as refusal:
        return _page(request, session, UnlistedForm(), status=422, refused=str(refusal))
    return redirect(f"{reverse('sessions:roster', args=[pk])}#person-{him.pk}")


def _shown(him: Enrollment, session: Session, user: User, now: datetime) -> dict[str, Any]:
    expected = Enrollment.objects.on_roster(session).filter(pk=him.pk).exists()
    today = now.astimezone(session.program.zone).date()
    return {
        "pk": him.pk,
        "name": called([name_of(him)])[0],
        "expected": expected,
        "misses": not expected and door.misses_this_week(him, session, today=today),
        "who": signing.dumps([him.pk, session.pk, user.pk], salt=SALT),
    }


class NotLookedFor(Refusal):
    pass


def _found_before(who: str, session: Session, user: User) -> Enrollment:
    """Raises NotLookedFor."""
    try:
        him, where, by = signing.loads(who, salt=SALT, max_age=FOUND_FOR)
    except signing.BadSignature:
        where = by = him = None
    if (where, by) != (session.pk, user.pk):
        raise NotLookedFor(_("Look for him first, then add him within a quarter of an hour."))
    return get_object_or_404(Enrollment.objects.open(), pk=him)


def _page(
    request: HttpRequest, session: Session, form: UnlistedForm, *, status: int = 200, **said: Any
) -> HttpResponse:
    with timezone.override(session.program.zone):
        return render(request, "programs/unlisted.html", {"session": session, "form": form, **said}, status=status)
