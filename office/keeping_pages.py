"""How long what is kept: the rules, what is due by them, and who changed them when."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.roles import Role
from core import clock
from office.doing import find
from office.forms.keeping import length
from office.site import office
from programs.models import Program
from records import due
from records.kinds import KEPT_LABELS, KEPT_MONTHS, Kept
from records.models import RetentionRule


@require_GET
def keeping(request: HttpRequest) -> HttpResponse:
    if Role.ADMINISTRATOR not in request.user.roles:  # type: ignore[union-attr]  # the site lets no one else in
        raise PermissionDenied
    rules = list(RetentionRule.objects.select_related("made_by").order_by("-pk"))
    said = {"kinds": [_kind(kind, rules) for kind in Kept], "history": [_changed(one) for one in rules]}
    return render(request, "office/keeping.html", office.each_context(request) | said | {"change": _change()})


def _kind(kind: Kept, rules: list[RetentionRule]) -> dict[str, Any]:
    rule = next((one for one in rules if one.kind == kind and one.ended_at is None), None)
    months = rule.months if rule else KEPT_MONTHS[kind]
    many = due.due(kind, before=due.limit(kind, clock.now(), months)).count()
    return {"label": KEPT_LABELS[kind], "length": length(months), "rule": rule, "due": many}


def _changed(rule: RetentionRule) -> dict[str, Any]:
    return {"label": KEPT_LABELS[Kept(rule.kind)], "length": length(rule.months), "rule": rule}


def _change() -> str:
    """Where it is changed; empty: without a program nothing is kept yet."""
    program, deed = Program.objects.order_by("id").first(), find("program", "keep")
    return deed.url(program) if program and deed else ""
