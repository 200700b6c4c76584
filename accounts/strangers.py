"""What holds for each page that is open to somebody who isn't signed in."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def for_strangers(view: View) -> View:
    """Found by no search; kept by nobody, as every page here.

    No other site learns where one came from: each page's policy is same-origin. With no-referrer a browser would also
    hide from Django that a form came from us.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def may_try(
    request: HttpRequest, *, app: str, action: str, limits: Mapping[str, str], key: str = "", by_get: bool = False
) -> bool:
    """How often a stranger may: counted in the cache, as signing in is. `by_get`: what is only read counts, too."""
    return consume(request, app=app, action=action, config=dict(limits), key=key, limit_get=by_get) is not None
