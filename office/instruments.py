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
    shown = get_object_or_404(Instrument.objects.select_related("program"), pk=pk)
    # Another version may have been put to use since: what is written goes on from that one.
    of = Instrument.objects.current().select_related("program")
    instrument = get_object_or_404(of, program=shown.program, code=shown.code)
    draft = _draft(instrument)
    before = draft.content if draft else instrument.content
    if request.method != "POST":
        if shown != instrument:
            return redirect("office:instrument", instrument.pk)
        form = InstrumentForm(initial=initial(before) | {"after": actions.mark(draft)})
        return _page(request, instrument, draft, form, ItemForms(initial=initial_items(before), prefix="i"), before)
    form, items = InstrumentForm(request.POST), ItemForms(request.POST, prefix="i")
    is_right = form.is_valid() and items.is_valid()
    content = content_of(form, items, before) if is_right else before
    try:
        if "discard" in request.POST:
            return _discarded(request, shown)
        if is_right and "preview" not in request.POST:
            return _saved(request, shown, content)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        draft = _draft(instrument)
        _follow(form, draft)
    return _page(request, instrument, draft, form, items, content)


def _draft(instrument: Instrument) -> Draft | None:
    drafts = Draft.objects.select_related("changed_by")
    return drafts.filter(program=instrument.program, code=instrument.code).first()


def _follow(form: InstrumentForm, draft: Draft | None) -> None:
    """What he sends next comes after this draft."""
    form.data = dict(form.data.items()) | {"after": actions.mark(draft)}


def _discarded(request: HttpRequest, instrument: Instrument) -> HttpResponse:
    by: Any = request.user
    actions.discard_draft(instrument=instrument, after=request.POST.get("after", ""), by=by, now=clock.now())
    messages.success(request, "The draft is thrown away. What is in use stays as it is.")
    return redirect("office:instrument", instrument.pk)


class NotInUse(Refusal):
    pass


def _saved(request: HttpRequest, instrument: Instrument, content: dict[str, Any]) -> HttpResponse:
    """Raises ChangedMeanwhile: nothing is saved; NotInUse: the draft is."""
    by: Any = request.user
    now: datetime = clock.now()
    after = request.POST.get("after", "")
    draft = actions.save_draft(instrument=instrument, after=after, content=content, by=by, now=now)
    if "use" not in request.POST:
        messages.success(request, "The draft is saved. Nobody is asked by it until you put it to use.")
        return redirect("office:instrument", instrument.pk)
    try:
        made = actions.put_to_use(draft=draft, by=by, now=now)
    except Refusal as refusal:
        raise NotInUse(f"The draft is saved, and not in use yet. {refusal}") from None
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
