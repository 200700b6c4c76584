"""A facilitator's evenings in the calendar of a phone, which can't sign in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import roles_only
from accounts.roles import Role
from core import clock
from programs import calendar
from programs.actions import feeds
from programs.models import CalendarFeed
from programs.views.staff import person


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FACILITATOR)
def settings_page(request: HttpRequest) -> HttpResponse:
    """POST makes an address and shows it, this once; with `remove` it takes the present one away."""
    if request.method != "POST":
        return _page(request)
    if "remove" in request.POST:
        feeds.end_feed(user=person(request), by=person(request), now=clock.now())
        return redirect("sessions:calendar")
    token = feeds.make_feed(by=person(request), now=clock.now())
    return _page(request, address=f"{settings.SITE_URL}{reverse('sessions:feed', args=[token])}")


def _page(request: HttpRequest, **said: Any) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=person(request)).first()
    return render(request, "programs/calendar.html", {"feed": feed, **said})


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Without cookies; what isn't there, or not any more, is answered in one way."""
    user, now = feeds.reader(token), clock.now()
    if user is None:
        return HttpResponse("Not found.", content_type="text/plain; charset=utf-8", status=404)
    evenings = feeds.evenings_of(user, now=now)
    return HttpResponse(calendar.written(evenings, now=now), content_type="text/calendar; charset=utf-8")
