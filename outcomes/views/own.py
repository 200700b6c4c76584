"""His own answers, in his own hand: shown once, on the tablet, after the office's session ended there."""

import base64
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from accounts.strangers import for_strangers
from outcomes.actions.codes import ASKED_IN
from outcomes.sealing import CannotOpen, opened, seal
from outcomes.views.door import other

# Then the page closes itself, read or not.
OPEN_FOR = timedelta(minutes=10)
_KEPT = "outcomes.own"
_SECRET = "__Secure-own" if settings.SESSION_COOKIE_SECURE else "own"


def takes_along(request: HttpRequest, response: HttpResponse, said: dict[str, Any]) -> HttpResponse:
    """Into a session that is nobody's, sealed by what this browser alone has. `said`: `language`, `parts`."""
    secret = secrets.token_urlsafe(24)
    request.session.set_expiry(int(OPEN_FOR.total_seconds()))
    request.session[_KEPT] = base64.b64encode(seal(said, by=secret)).decode()
    response.set_cookie(
        _SECRET,
        secret,
        max_age=int(OPEN_FOR.total_seconds()),
        path=reverse("questions:own"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@login_not_required
@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The button shows it, once; a page that is loaded again has nothing to show."""
    waits = _KEPT in request.session and _SECRET in request.COOKIES
    if request.method != "POST":
        return _page(request, "own_first") if waits else _page(request, "own_over", status=410)
    said = _taken(request)
    if said is None:
        return _page(request, "own_over", status=410)
    with translation.override(said["language"]):
        response = _page(request, "own", said)
    response["Refresh"] = f"{int(OPEN_FOR.total_seconds())}; url={reverse('questions:own')}"
    response.delete_cookie(_SECRET, path=reverse("questions:own"), samesite="Strict")
    return response


def _taken(request: HttpRequest) -> Any:
    sealed = request.session.pop(_KEPT, None)
    try:
        return opened(base64.b64decode(sealed), by=request.COOKIES.get(_SECRET, "")) if sealed else None
    except CannotOpen:
        return None


def _page(request: HttpRequest, template: str, said: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    language = (said or {}).get("language") or translation.get_language_from_request(request)[:2]
    with translation.override(language if language in ASKED_IN else ASKED_IN[0]):
        told = {"other": other(translation.get_language()[:2]), **(said or {})}
        return render(request, f"outcomes/{template}.html", told, status=status)
