"""The first line of each of the courts' pages: at which desk the person sits. What lies elsewhere is not found."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import roles_only
from accounts.models import User
from accounts.roles import Role
from courts.actions.desks import Desk, desks_of

CHOSEN = "court:desk"


class DeskRequest(HttpRequest):
    """Of somebody who sits at a desk; the templates read it from the request, too."""

    user: User
    desk: Desk
    desks: list[Desk]


def at_a_desk(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """The choice stands in the session, and is looked up among today's rows at each request."""

    @wraps(view)
    @roles_only(Role.CLERK, Role.PARTNER)
    def seated(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.desks = desks_of(request.user)
        if not request.desks:
            return render(request, "courts/no_desk.html", status=404)
        request.desk = _chosen(request)
        shown: HttpResponse = view(request, *args, **kwargs)
        return shown

    return seated


def _chosen(request: DeskRequest) -> Desk:
    key = request.session.get(CHOSEN)
    return next((desk for desk in request.desks if desk.key == key), request.desks[0])


def sit_at(request: DeskRequest, desk: Desk) -> None:
    """At another desk of the person's own, from here on."""
    request.session[CHOSEN] = desk.key
    request.desk = desk


def desk_of(request: HttpRequest) -> Desk:
    """Where `at_a_desk` has seated whoever asks."""
    desk = getattr(request, "desk", None)
    assert isinstance(desk, Desk), "the view stands under at_a_desk"
    return desk


@require_POST
@at_a_desk
def switch(request: DeskRequest) -> HttpResponse:
    """To another desk of the person's own; any other is not found."""
    asked = next((desk for desk in request.desks if desk.key == request.POST.get("desk")), None)
    if asked is None:
        return render(request, "courts/no_desk.html", status=404)
    sit_at(request, asked)
    return redirect("court:inbox")
