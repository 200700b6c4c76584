"""Lists that come in: sent, their columns named, looked at, taken in; each step is a page that may be left."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from audit.actions import record
from core import clock
from core.refusal import Refusal
from courts import mapping, workbooks
from courts.actions import undoing, uploads
from courts.headers import UnreadableList
from courts.mapping import LABELS
from courts.models import ListImport, ListUpload, Referral
from courts.views.uploads import too_big
from office import words
from office.doing import find, offered
from office.forms.lists import NameColumns, Upload, WhichSheet
from office.site import office
from office.subjects import page, rows
from participants.models import Participant

SHOWN = 30
TOO_BIG = f"This file {workbooks.TOO_BIG}"
State = ListUpload.State
WORKING = (State.READING, State.COMING_IN)
STEPS = ("The file", "Its columns", "What would come in", "It is in")
AT = {State.MAPPING: 1, State.READING: 2, State.PREVIEWED: 2, State.COMING_IN: 3, State.DONE: 4}
TABS = {"new": "New", "changed": "Changed", "matched": "Here already", "refused": "Refused"}
SAID = {
    State.MAPPING: "columns to be named",
    State.READING: "being read",
    State.PREVIEWED: "to be looked at",
    State.COMING_IN: "coming in",
    State.DONE: "came in",
    State.FAILED: "went wrong",
    State.DISCARDED: "thrown away",
}
TONE = {State.FAILED: "late", State.PREVIEWED: "attention", State.MAPPING: "attention", State.DONE: "good"}


@dataclass(frozen=True, slots=True)
class Earlier:
    upload: ListUpload
    said: str
    tone: str

    @property
    def url(self) -> str:
        return page(self.upload)

    @property
    def name(self) -> str:
        return str(self.upload.name) if self.upload.emptied_at is None else "File no longer kept"


def _page(request: HttpRequest, template: str, said: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, office.each_context(request) | said, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the office lets nobody else in"
    return request.user


# --- The file


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form, and the lists of before. A form that is too big isn't read, so its token can't be either."""
    if request.method == "POST" and too_big(request):
        return _send_page(request, Upload(), too_big=TOO_BIG, status=413)
    return _send(request)


@sensitive_post_parameters()
@csrf_protect
def _send(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _send_page(request, Upload())
    form = Upload(request.POST, request.FILES)
    if too_big(request):
        return _send_page(request, Upload(), too_big=TOO_BIG, status=413)
    if not form.is_valid():
        return _send_page(request, form)
    said, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        made = uploads.upload(
            program=said["program"],
            court=said["court"],
            name=file.name,
            content=file.read(),
            by=_user(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _send_page(request, form)
    return redirect(page(made))


def _send_page(request: HttpRequest, form: Upload, status: int = 200, **said: Any) -> HttpResponse:
    earlier = [Earlier(one, SAID[State(one.state)], TONE.get(State(one.state), "quiet")) for one in _earlier()]
    told = {"form": form, "earlier": earlier, "steps": STEPS, "at": 0, **said}
    return _page(request, "office/list_send.html", told, status)


def _earlier() -> Iterable[ListUpload]:
    return rows(ListUpload).order_by("-id")[:SHOWN]


# --- One list


@require_http_methods(["GET", "HEAD"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, and what is to be done next. While a job is at it, the page asks again by itself."""
    found = get_object_or_404(rows(ListUpload), pk=pk)
    asks_again = "HX-Request" in request.headers
    if asks_again and found.state not in WORKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if asks_again:
        return _page(request, "office/list_progress.html", _told(found))
    if found.state in (State.MAPPING, State.PREVIEWED):
        record(by=_user(request), now=clock.now(), verb="listupload.looked_at", on=found)
    if found.state == State.MAPPING:
        return _columns_page(request, found)
    if found.state == State.PREVIEWED:
        return _preview(request, found)
    return _page(request, "office/list_one.html", _told(found))


def _told(found: ListUpload) -> dict[str, Any]:
    state = State(found.state)
    made = found.list_import
    return {
        "upload": found,
        "state": str(state),
        "name": Earlier(found, "", "").name,
        "steps": STEPS,
        "at": AT.get(state, 2 if made is None else 3),
        "url": page(found),
        "deeds": {deed.name: deed.url(found) for deed in offered(found)} | _within(found),
        "once": uuid.uuid4(),
        **(_came_in(found, made) if made is not None else {}),
    }


def _within(found: ListUpload) -> dict[str, str]:
    deed = find("listupload", "take-in")
    return {"take_in": deed.url(found)} if deed and deed.offered(found) else {}


def _came_in(found: ListUpload, made: ListImport) -> dict[str, Any]:
    undo = find("listimport", "undo")
    may = undo is not None and undoing.may_be_undone(made, now=clock.now()) and found.state != State.COMING_IN
    kept = found.emptied_at is None
    return {
        "made": made,
        "import_url": page(made),
        "referrals_url": f"{reverse('office:courts_referral_changelist')}?list_import={made.pk}",
        "undo_url": undo.url(made) if undo and may else "",
        "undo_until": words.moment(made.at + undoing.WITHIN),
        "has_refused": kept and made.refused > 0,
    }


# --- Its columns


def _columns_page(request: HttpRequest, found: ListUpload, form: Any = None, refused: str = "") -> HttpResponse:
    try:
        form = form or _form(found)
    except UnreadableList as error:
        refused = str(error)
    told = {"form": form, "refused": refused, "is_sheet": isinstance(form, WhichSheet)}
    return _page(request, "office/list_columns.html", _told(found) | told, status=422 if form and form.errors else 200)


def _form(found: ListUpload, sent: Any = None) -> NameColumns | WhichSheet:
    """Raises UnreadableList."""
    place = uploads.held(bytes(found.content or b""))
    sheets = workbooks.sheets(place) if not found.sheet and workbooks.is_workbook(place) else []
    if len(sheets) > 1:
        return WhichSheet(sent, sheets=sheets)
    sample = uploads.sample_of(found)
    kept = uploads.kept(found.program, found.court)
    stands = mapping.guess(sample.header) | (kept.columns if kept else {})
    return NameColumns(sent, sample=sample, stands=stands)


@require_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(rows(ListUpload), pk=pk)
    if found.state != State.MAPPING:
        messages.warning(request, "Somebody has gone on with this list since. Look at it again.")
        return redirect(page(found))
    by, now = _user(request), clock.now()
    try:
        form = _form(found, request.POST)
        if not form.is_valid():
            return _columns_page(request, found, form)
        if isinstance(form, WhichSheet):
            uploads.choose_sheet(upload=found, sheet=form.cleaned_data["sheet"], by=by, now=now)
        else:
            uploads.name_columns(upload=found, said=form.said, by=by, now=now)
    except UnreadableList as error:
        return _columns_page(request, found, refused=str(error))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _columns_page(request, found, form)
    return redirect(page(found))


# --- What would come in


def _preview(request: HttpRequest, found: ListUpload) -> HttpResponse:
    """Names stand on it: the look is written down first."""
    with transaction.atomic():
        record(by=_user(request), now=clock.now(), verb="list.looked_at", on=found)
    preview = found.preview or {"counts": {}, "rows": {}}
    counts = preview["counts"]
    kind = request.GET.get("kind", "")
    if kind not in TABS:
        kind = next((one for one in TABS if counts.get(one)), "new")
    shown = preview["rows"].get(kind, [])
    told = {
        "counts": counts,
        "kind": kind,
        "tabs": [(name, label, counts.get(name, 0)) for name, label in TABS.items()],
        "rows": _rows(shown),
        "more": counts.get(kind, 0) - len(shown),
        "has_refused": bool(counts.get("refused")),
        "may_come_in": any(counts.get(name) for name in ("new", "changed", "matched")),
    }
    return _page(request, "office/list_preview.html", _told(found) | told)


def _rows(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With where each known referral is; of a file that is shut to whoever looks, nothing that stands in it."""
    open_ones, open_men = _in_scope(Referral, shown, "referral"), _in_scope(Participant, shown, "participant")
    address = reverse("office:courts_referral_change", args=[0]).removesuffix("0/")
    told = []
    for one in shown:
        pk = one.get("referral")
        changes = [(_label(name), old, new) for name, old, new in one.get("changes", [])]
        man = one.get("participant")
        is_shut = (pk is not None and pk not in open_ones) or (man is not None and man not in open_men)
        url = f"{address}{pk}/" if pk in open_ones else ""
        told.append(one | {"url": url, "shut": is_shut, "changes": [] if is_shut else changes})
    return told


def _in_scope(model: type[Model], shown: list[dict[str, Any]], name: str) -> set[int]:
    named = [one[name] for one in shown if one.get(name)]
    return set(rows(model).filter(pk__in=named).values_list("pk", flat=True)) if named else set()


def _label(name: str) -> str:
    return LABELS.get(name) or words.plain(name)


@require_POST
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were refused, to be mended and sent again."""
    found = get_object_or_404(rows(ListUpload), pk=pk)
    try:
        content = uploads.fetch_refused(upload=found, by=_user(request), now=clock.now())
    except uploads.NotNow as refusal:
        messages.warning(request, str(refusal))
        return redirect(page(found))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-rows-{found.pk}.csv"'
    return response
