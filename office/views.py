import uuid
from datetime import datetime
from hashlib import sha256
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.refusal import Refusal
from courts.models import IssuedDocument
from office import conflicts
from office.casefile import CaseFile
from office.doing import Deed, Done, find, is_free
from office.forms.base import DeedForm
from office.handing import leave
from office.looking import looked_at
from office.shelf import floors, sections
from office.site import nav, office
from office.subjects import rows, subject
from office.twice import goes_on
from participants.models import Participant

# Of a case file; "whole" shows all of them, to be printed.
WHOLE = "whole"
TABS = {
    "timeline": "Timeline",
    "reports": "Reports",
    "messages": "Messages",
    "money": "Money",
    "notes": "Notes",
    "documents": "Documents",
    "history": "History",
}
GONE = "This can't be done any more: somebody has gone on with it since. Look at it again."
FORGOTTEN = "This has been disposed of. Nothing is done to it any more."
TWICE = "You have sent this already. It was done once."
# A page that lay open longer than this is loaded again first.
REMEMBERED = 24 * 60 * 60


def _page(request: HttpRequest, template: str, said: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, office.each_context(request) | said, status=status)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A man's case file."""
    man = rows(Participant).prefetch_related("other_names").filter(pk=pk).first()
    if man is None:
        return goes_on(request, pk)
    looked_at(request, man)
    asked = request.GET.get("tab", "")
    tab = asked if asked in (*TABS, WHOLE) else next(iter(TABS))
    file = CaseFile(man, whole=tab == WHOLE)
    said = {"man": man, "file": file, "tab": tab, "tabs": TABS.items(), "at": clock.now()}
    return _page(request, "office/person.html", said)


def shortcuts(request: HttpRequest) -> HttpResponse:
    keys = [(item["key"], item["label"], item["url"]) for item in nav(request.path)]
    return _page(request, "office/shortcuts.html", {"keys": keys})


def settings(request: HttpRequest) -> HttpResponse:
    return _page(request, "office/settings.html", {"sections": sections(request), "floors": floors(request)})


def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The very bytes that were issued."""
    related = ("report__referral__key", "report__referral__participant__key", "number__program")
    found = rows(IssuedDocument).defer(None).select_related(None).select_related(*related)
    document = get_object_or_404(found, report=pk)
    looked_at(request, document)
    response = HttpResponse(document.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.number.text}.pdf"'
    return response


def do(request: HttpRequest, noun: str, pk: int, name: str) -> HttpResponse:
    """A form on a page that repeats whom and what; sent, one action."""
    deed = find(noun, name)
    if deed is None or not deed.roles & request.user.roles:  # type: ignore[union-attr]  # the site lets no one else in
        raise Http404
    record = get_object_or_404(rows(deed.noun), pk=pk)
    if deed.again:
        raise_if_reauthentication_required(request, app="")
    if request.method != "POST":
        looked_at(request, record)
    sent = request.POST if request.method == "POST" else None
    if not is_free(deed, record):
        return _deed_page(request, deed, record, refused=FORGOTTEN, status=409)
    if not deed.offered(record):
        typed = conflicts.typed(deed.form(sent, record=record)) if sent else []
        return _deed_page(request, deed, record, refused=GONE, typed=typed, status=409)
    form = deed.form(sent, record=record)
    if form.is_bound and form.is_valid():
        return _done(request, deed, record, form)
    return _deed_page(request, deed, record, form=form)


def _done(request: HttpRequest, deed: Deed, record: Any, form: DeedForm) -> HttpResponse:
    try:
        with conflicts.standing_still(form):
            if conflict := conflicts.found(form, request.POST.get("as_it_was", "")):
                return _deed_page(request, deed, record, form=conflict.form, conflict=conflict, status=409)
            if (ahead := form.ahead()) and request.POST.get("seen") != _digest(ahead):
                return _deed_page(request, deed, record, form=form, ahead=ahead, seen=_digest(ahead))
            done = _once(request.POST.get("once", ""), deed, record, form, request.user, clock.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _deed_page(request, deed, record, form=form)
    if done.leaves:
        return leave(request, done)
    messages.success(request, done.said)
    return redirect(done.then or _back(request) or subject(record).url)


def _digest(lines: list[str]) -> str:
    """By it a form says what was looked at: when something else would come of it by now, it is shown again."""
    return sha256("\n".join(lines).encode()).hexdigest()


class SentTwice(Refusal):
    pass


def _once(sent: str, deed: Deed, record: Any, form: DeedForm, by: Any, now: datetime) -> Done:
    """Of a form sent twice one is done, also when both come at the same moment. Raises SentTwice, and what it does."""
    mark = f"office.do:{_token(sent)}"
    if not cache.add(mark, True, REMEMBERED):
        raise SentTwice(TWICE)
    try:
        return deed.do(record, **form.said(), by=by, now=now)
    except Exception:
        # Nothing was written: the same form may be sent again.
        cache.delete(mark)
        raise


def _token(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError:
        raise SentTwice("This page is too old. Load it again.") from None


def _back(request: HttpRequest) -> str:
    """The page in the office where the button was; empty: none was named."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    here = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if here and asked.startswith(reverse("office:index")) else ""


def _deed_page(request: HttpRequest, deed: Deed, record: Any, status: int = 200, **said: Any) -> HttpResponse:
    about = subject(record)
    told = {"deed": deed, "about": about, "once": uuid.uuid4(), "back": _back(request), **said}
    form = said.get("form")
    if form is not None:
        told["as_it_was"] = request.POST.get("as_it_was", "") if form.is_bound else form.as_it_was
    return _page(request, "office/do.html", told, status)
