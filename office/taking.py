"""Records that leave the house in somebody's hands: made in memory, after the second factor was shown once more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.refusal import Refusal
from office.looking import looked_at
from office.site import office
from office.subjects import page, rows, subject, takes_no_more
from office.views import FORGOTTEN
from records.actions import own_files, releases
from records.models import OwnFile, Release

Make = Callable[[Any, User, datetime], bytes]


def own_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST makes it and sends it to who let it out."""
    return _taken(request, OwnFile, pk, "your-file.zip", _own_file)


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST makes it."""
    return _taken(request, Release, pk, f"records-{pk}.zip", _release)


@require_safe
def public_records(request: HttpRequest) -> HttpResponse:
    """What a public-records request can have at all."""
    return render(request, "office/public_records.html", office.each_context(request))


def _own_file(one: OwnFile, by: User, now: datetime) -> bytes:
    return own_files.make(own_file=one, by=by, now=now)


def _release(one: Release, by: User, now: datetime) -> bytes:
    return releases.make(release=one, by=by, now=now)


def _taken(request: HttpRequest, model: type[Any], pk: int, name: str, make: Make) -> HttpResponse:
    assert isinstance(request.user, User), "the office lets nobody else in"
    if Role.ADMINISTRATOR not in request.user.roles:
        raise PermissionDenied
    found = get_object_or_404(rows(model), pk=pk)
    raise_if_reauthentication_required(request, app="")
    if takes_no_more(found):
        return _page(request, found, refused=FORGOTTEN, status=409)
    if request.method != "POST":
        looked_at(request, found)
        return _page(request, found)
    try:
        return _file(make(found, request.user, clock.now()), name)
    except Refusal as refusal:
        return _page(request, found, refused=str(refusal), status=409)


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, found: Any, *, refused: str = "", status: int = 200) -> HttpResponse:
    his_own = isinstance(found, OwnFile)
    said = {"about": subject(found), "back": page(found), "refused": refused, "his_own": his_own}
    return render(request, "office/taking.html", office.each_context(request) | said, status=status)
