"""The first page of an office that has nothing yet, and of each program after: how a program begins."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.roles import Role
from core import clock
from core.refusal import Refusal
from office.forms.settings import NewProgram
from office.site import office
from office.subjects import page
from programs.actions import settings as actions


@require_http_methods(["GET", "HEAD", "POST"])
def program(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    if Role.ADMINISTRATOR not in by.roles:
        raise PermissionDenied
    form = NewProgram(request.POST or None, record=None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.add_program(by=by, now=clock.now(), **form.said())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Begun. Write its weeks and its policy next, and name who signs.")
            return redirect(page(made))
    said = {"form": form, "back": reverse("office:settings")}
    return render(request, "office/begin.html", office.each_context(request) | said)
