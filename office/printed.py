"""How a letterhead, or what a court wants, would be printed: as it stands, or as it is just being typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from courts import sample
from courts.actions.facts.base import CLERK_ACTION
from courts.document import LetterNotPrintable
from courts.models import Court
from courts.told import CourtFacts, Letterhead
from office.forms.base import DeedForm
from office.forms.settings import ChangeCourt, ChangeProgram
from office.site import office
from programs.models import Program


def program(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Program, pk=pk)
    form = _form(ChangeProgram, request, found)
    if form.errors:
        return _not_yet(request, form)
    said = form.cleaned_data if form.is_bound else form.standing()
    return _pdf(request, form, letterhead=_letterhead(said), program=said["name"])


def court(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Court, pk=pk)
    form = _form(ChangeCourt, request, found)
    if form.errors:
        return _not_yet(request, form)
    said = form.cleaned_data if form.is_bound else form.standing()
    first = Program.objects.order_by("id").first()
    letterhead = _letterhead(
        {"letterhead": first.letterhead, "callback_number": first.callback_number} if first else {}
    )
    return _pdf(request, form, letterhead=letterhead, program=first.name if first else "–", court=_court(said))


def _form(kind: type[DeedForm], request: HttpRequest, record: Any) -> DeedForm:
    return kind(request.POST if request.method == "POST" else None, record=record)


def _letterhead(said: dict[str, Any]) -> Letterhead:
    return {"lines": said.get("letterhead", "–").splitlines(), "callback_number": said.get("callback_number", "–")}


def _court(said: dict[str, Any]) -> CourtFacts:
    return {
        "caption": " ".join(said["caption"].split()),
        "number_label": str(Court.NumberLabel(said["number_label"]).label),
        "stamp_space": said["wants_stamp_space"],
        "clerk_action": CLERK_ACTION if said["wants_clerk_action_line"] else None,
    }


def _pdf(request: HttpRequest, form: DeedForm, **said: Any) -> HttpResponse:
    try:
        response = HttpResponse(sample.letter(**said), content_type="application/pdf")
    except LetterNotPrintable as error:
        return _not_yet(request, form, str(error))
    response["Content-Disposition"] = 'inline; filename="sample.pdf"'
    return response


def _not_yet(request: HttpRequest, form: DeedForm, why: str = "") -> HttpResponse:
    sentences = (
        [why] if why else [f"{form[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items()]
    )
    told = office.each_context(request) | {"sentences": sentences}
    return render(request, "office/not_printed.html", told)
