"""What men are asked by: the instruments of a program, and one to be written anew, looked at, and put to use."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.refusal import Refusal
from office.forms.instruments import LANGUAGES, InstrumentForm, ItemForm, ItemForms, content_of, initial, initial_items
from office.site import office
from outcomes.actions import instruments as actions
from outcomes.instruments import Document, NotAnInstrument, read
from outcomes.models import Draft, Instrument

CHANGED = "Somebody has changed this draft meanwhile. Look at it in another window; saving again replaces it by yours."


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    used = Instrument.objects.current().select_related("program").order_by("program", "kind", "code")
    drafts = {(draft.program_id, draft.code) for draft in Draft.objects.all()}
    rows = [
        {"instrument": one, "document": one.document, "drafted": (one.program_id, one.code) in drafts} for one in used
    ]
    said = {"rows": rows, "languages": LANGUAGES}
    return render(request, "office/instruments.html", office.each_context(request) | said)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument.objects.current().select_related("program"), pk=pk)
    draft = Draft.objects.filter(program=instrument.program, code=instrument.code).first()
    before = draft.content if draft else instrument.content
    if request.method != "POST":
        form = InstrumentForm(initial=initial(before) | {"after": _mark(draft)})
        return _page(request, instrument, draft, form, ItemForms(initial=initial_items(before), prefix="i"), before)
    if "discard" in request.POST and draft:
        return _discarded(request, instrument, draft)
    form, items = InstrumentForm(request.POST), ItemForms(request.POST, prefix="i")
    if not (form.is_valid() and items.is_valid()):
        return _page(request, instrument, draft, form, items, before)
    content = content_of(form, items, before)
    if form.cleaned_data["after"] != _mark(draft):
        form.add_error(None, CHANGED)
        _follow(form, draft)
    elif "preview" not in request.POST and (answer := _saved(request, instrument, form, content)):
        return answer
    return _page(request, instrument, draft, form, items, content)


def _mark(draft: Draft | None) -> str:
    return draft.changed_at.isoformat() if draft else ""


def _follow(form: InstrumentForm, draft: Draft | None) -> None:
    """What he sends next comes after this draft."""
    form.data = dict(form.data.items()) | {"after": _mark(draft)}


def _discarded(request: HttpRequest, instrument: Instrument, draft: Draft) -> HttpResponse:
    by: Any = request.user
    actions.discard_draft(draft=draft, by=by, now=clock.now())
    messages.success(request, "The draft is thrown away. What is in use stays as it is.")
    return redirect("office:instrument", instrument.pk)


def _saved(
    request: HttpRequest, instrument: Instrument, form: InstrumentForm, content: dict[str, Any]
) -> HttpResponse | None:
    by: Any = request.user
    now: datetime = clock.now()
    draft = actions.save_draft(instrument=instrument, content=content, by=by, now=now)
    if "use" not in request.POST:
        messages.success(request, "The draft is saved. Nobody is asked by it until you put it to use.")
        return redirect("office:instrument", instrument.pk)
    try:
        made = actions.put_to_use(draft=draft, by=by, now=now)
    except Refusal as refusal:
        form.add_error(None, f"The draft is saved, and not in use yet. {refusal}")
        _follow(form, draft)
        return None
    messages.success(request, f"Version {made.version} is in use. Who began by an earlier one goes on with that.")
    return redirect("office:instrument", made.pk)


def _page(
    request: HttpRequest,
    instrument: Instrument,
    draft: Draft | None,
    form: InstrumentForm,
    items: "BaseFormSet[ItemForm]",
    content: dict[str, Any],
) -> HttpResponse:
    versions = Instrument.objects.filter(program=instrument.program, code=instrument.code).order_by("-version")
    said = {
        "instrument": instrument,
        "draft": draft,
        "form": form,
        "items": items,
        "versions": versions.select_related("used_by"),
        **_preview(content),
    }
    return render(request, "office/instrument.html", office.each_context(request) | said)


def _preview(content: dict[str, Any]) -> dict[str, Any]:
    """As he sees it, in each language; or what is wrong with it."""
    try:
        document = read(content)
    except NotAnInstrument as wrong:
        return {"wrong": wrong.sentences}
    return {"previews": [_asked(document, language) for language in document.languages]}


def _asked(document: Document, language: str) -> dict[str, Any]:
    items = [{"text": item.texts[language], "choices": document.choices(item, language)} for item in document.items]
    title, intro = document.titles[language], document.intros.get(language, "")
    return {"code": language, "language": LANGUAGES.get(language, language), "title": title, "intro": intro,
            "items": items}  # fmt: skip
