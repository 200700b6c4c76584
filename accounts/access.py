"""The first line of each view: who may come in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.actors import has_role
from accounts.roles import Role

View = Callable[..., HttpResponse]


def roles_only(*roles: Role) -> Callable[[View], View]:
    """Whoever isn't signed in is asked to; whoever has none of these roles gets 403."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard
