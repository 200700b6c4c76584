"""The other language, chosen at the foot of these pages and kept by the browser: a phone is one person's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from accounts.access import roles_only
from programs.views.staff import STAFF

# What a link may open; another page of ours is the answer to a form, and leads to its roster.
PAGES = tuple(f"sessions:{name}" for name in ("list", "calendar", "roster", "canceled", "unlisted"))


@require_POST
@roles_only(*STAFF)
def language(request: HttpRequest) -> HttpResponse:
    response = redirect(_where(request.POST.get("next", "")))
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


def _where(path: str) -> str:
    """Built anew from what the path names, so that it leads to no other page than ours."""
    try:
        match = resolve(path)
    except Resolver404:
        return reverse("sessions:list")
    if match.view_name in PAGES:
        return reverse(match.view_name, kwargs=match.kwargs)
    if match.app_name == "sessions" and "pk" in match.kwargs:
        return reverse("sessions:roster", args=[match.kwargs["pk"]])
    return reverse("sessions:list")
