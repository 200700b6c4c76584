from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import kept, second_factor, staying
from core import clock

View = Callable[..., HttpResponse]


class StayingMiddleware:
    """Whoever left his screen is signed out; Django's own middleware then asks him to sign in again.

    A page that is open to everybody isn't looked at: a calendar program or a probe has no session to be read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        if _open_to_everybody(view) or not request.user.is_authenticated:
            return
        now = clock.now()
        if staying.is_over(request.session, now):
            typed = kept.typed(request, now)
            logout(request)
            kept.keep(request, typed)
        else:
            staying.note_seen(request, now)
            kept.drop_sent(request)


class SecondFactorMiddleware:
    """Who signed in without a second factor sets one up, or shows the one that is there, and can do nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if _open_to_everybody(view) or not second_factor.missing(request):
            return None
        pages, first = second_factor.way(request)
        if request.resolver_match and request.resolver_match.view_name in pages:
            return None
        return HttpResponseRedirect(f"{first}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")


def _open_to_everybody(view: View) -> bool:
    """What `login_not_required` leaves on a view; Django's own middleware asks the same."""
    return not getattr(view, "login_required", True)
