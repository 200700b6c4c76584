"""The screen goes into other hands: whoever worked at it is signed out there, and nothing of theirs is left to go back
to."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from office.doing import Done
from outcomes.views.own import takes_along


def leave(request: HttpRequest, done: Done) -> HttpResponse:
    """Every page of ours is `no-store`: Back asks for it anew, and comes to the sign-in page."""
    logout(request)
    response = redirect(done.then)
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    return response if done.along is None else takes_along(request, response, done.along)
