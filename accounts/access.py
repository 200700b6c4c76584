"""The first line of each view: who may come in. Nothing is open that doesn't say so with `login_not_required`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role

View = Callable[..., HttpResponse]
Site = TypeVar("Site", bound=AdminSite)


def roles_only(*roles: Role) -> Callable[[View], View]:
    """Whoever isn't signed in is asked to; whoever has none of these roles gets 403."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            assert isinstance(request.user, User), "login_required let nobody else through"
            if request.user.roles.isdisjoint(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def secured(site: Site) -> Site:
    """Send those who would sign in, or change a password, at an admin site to the one door that asks for everything.

    Django's own forms there know nothing of a second factor nor of limits on tries.
    """
    site.login = _to_the_door  # type: ignore[method-assign]
    site.password_change = _to_password_change  # type: ignore[method-assign, assignment]
    site.password_change_done = _to_password_change  # type: ignore[method-assign, assignment]
    return site


@login_not_required
def _to_the_door(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    if not request.user.is_authenticated:
        asked = request.GET.get(REDIRECT_FIELD_NAME, request.get_full_path())
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: asked})}")
    if not request.user.is_staff:
        raise PermissionDenied
    return HttpResponseRedirect(reverse("home"))


def _to_password_change(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return HttpResponseRedirect(reverse("account_change_password"))
