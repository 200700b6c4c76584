"""Taps that had to wait for a line: sealed on the phone, opened here, and then like any other tap."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import roles_only
from accounts.models import User
from core import clock
from core.refusal import Refusal
from programs.actions.notes import write_note
from programs.forms import NoteForm
from programs.models import Mark, Session
from programs.views.kept import owner_tag
from programs.views.notes import note_html
from programs.views.rows import Row
from programs.views.saving import as_it_stands, row_html, tapped
from programs.views.staff import STAFF, own, person
from vault.sealed import CannotBeOpened, open_sealed

# A phone sends fewer at a time.
MOST = 50
# In the place of a row: a note about the evening.
NO_ROW = 0


class Malformed(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Letter:
    """As it lies on the phone: ids, and what only we can read."""

    key: str
    session: int
    row: int
    sealed: bytes

    def bound(self, user: User) -> bytes:
        """One of somebody else, or for another row, doesn't open."""
        return f"{owner_tag(user)}|{self.session}|{self.row}|{self.key}".encode()


class Tap(NamedTuple):
    """`after`: the key of an earlier tap on the same row that was waiting too; then that mark is the one it saw."""

    fields: dict[str, str]
    seen: str
    after: str
    at: datetime


@gzip_page
@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it stands at the top so that it may look after /sessions/."""
    return HttpResponse(render_to_string("programs/sw.js"), content_type="text/javascript; charset=utf-8")


@require_http_methods(["GET", "POST"])
@roles_only(*STAFF)
def unsent(request: HttpRequest) -> HttpResponse:
    """GET: who is signed in, and the token for sending. POST: letters in order; each gets its answer."""
    if request.method == "GET":
        return JsonResponse({"owner": owner_tag(person(request)), "csrf": get_token(request)})
    try:
        letters = _letters(request.body)
    except Malformed:
        return HttpResponseBadRequest()
    return JsonResponse({"answers": [_answer(request, letters, place) for place in range(len(letters))]})


def _letters(body: bytes) -> list[Letter]:
    try:
        said = json.loads(body)["letters"]
        letters = [
            Letter(
                str(one["key"]), int(one["session"]), int(one["row"]), base64.b64decode(one["sealed"], validate=True)
            )
            for one in said
        ]
    except (ValueError, TypeError, KeyError, OverflowError, binascii.Error) as error:
        raise Malformed from error
    if len(letters) > MOST:
        raise Malformed
    return letters


def _answer(request: HttpRequest, letters: Sequence[Letter], place: int) -> dict[str, str]:
    letter, user = letters[place], person(request)
    try:
        tap = _opened(letter, user)
    except CannotBeOpened:
        return _refused(letter, _("It was made by somebody else, or long ago, and can't be opened any more."))
    session = own(user).filter(pk=letter.session).first()
    if session is None:
        return _refused(letter, _("You don't lead that session. Tell the coordinator whom you saw."))
    if letter.row == NO_ROW:
        return _noted(letter, tap, session, user)
    try:
        row, status = _tapped(letter, tap, session, user, clock.now())
    except Http404:
        return _refused(letter, _("He isn't expected at this session. Tell the coordinator that you saw him."))
    if status != 200 and any((one.session, one.row) == (letter.session, letter.row) for one in letters[place + 1 :]):
        # The same person tapped again before anything was saved: only the last tap asks.
        return {"key": letter.key, "state": "replaced"}
    return {
        "key": letter.key,
        "state": {200: "saved", 409: "asks"}.get(status, "refused"),
        "html": row_html(request, row),
        "tap": _words(row) if status != 200 else "",
    }


def _opened(letter: Letter, user: User) -> Tap:
    plain = open_sealed(letter.sealed, bound=letter.bound(user))
    try:
        said = json.loads(plain)
        fields = {str(name): str(value) for name, value in said["fields"].items()}
        at = parse_datetime(said["at"])
        seen, after = str(said["seen"]), str(said["after"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CannotBeOpened from error
    if at is None or timezone.is_naive(at):
        raise CannotBeOpened
    return Tap(fields, seen, after, at)


def _tapped(letter: Letter, tap: Tap, session: Session, user: User, now: datetime) -> tuple[Row, int]:
    own_marks = session.marks.filter(enrollment=letter.row, by=user)
    if _made_by(own_marks, letter.key):
        # It had arrived, and only the answer was lost; what came after it stays.
        return as_it_stands(session, user, letter.row), 200
    before = _made_by(own_marks, tap.after)
    data = {**tap.fields, "key": letter.key, "seen": str(before.pk) if before else tap.seen}
    return tapped(session, user, letter.row, data, now=now, tapped_at=min(tap.at, now))


def _noted(letter: Letter, tap: Tap, session: Session, user: User) -> dict[str, str]:
    """A note that is refused goes back whole: its writer has it nowhere else any more."""
    form = NoteForm({**tap.fields, "key": letter.key}, session=session)
    text = tap.fields.get("text", "")
    if not form.is_valid():
        wrong = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _refused(letter, wrong, words=text)
    try:
        note = write_note(session=session, **form.for_action, by=user, now=clock.now())
    except Refusal as refusal:
        return _refused(letter, str(refusal), words=text)
    return {"key": letter.key, "state": "saved", "html": note_html(note), "tap": ""}


def _made_by(marks: QuerySet[Mark], key: str) -> Mark | None:
    try:
        return marks.filter(idempotency_key=UUID(key)).first()
    except ValueError:
        return None


def _words(row: Row) -> str:
    """The tap that wasn't saved: the phone that sent it can't say any more what it was."""
    again = row.again
    return again["words"] if again else ""


def _refused(letter: Letter, why: str, *, words: str = "") -> dict[str, str]:
    return {"key": letter.key, "state": "refused", "html": "", "tap": words, "why": why}
