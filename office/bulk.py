"""One deed on many records of a list: first it is said how many and whom, then each is done on its own."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from core import clock
from core.refusal import Refusal
from core.row_numbers import is_row_number
from office import filters
from office.doing import Deed, can, find
from office.listing import address, admin_of
from office.site import office
from office.subjects import Subject, rows, subject

logger = logging.getLogger(__name__)

AT_MOST = 200
REMEMBERED = 24 * 60 * 60
# Letters of a query.
MOST_KEPT = 500
TWICE = "You have sent this already. It was done once; look at the list."
WENT_WRONG = "Something went wrong here, and nothing was changed. It is in the log."


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one. `done` is false where it was refused."""

    about: Subject
    said: str
    done: bool


@require_POST
def bulk(request: HttpRequest, noun: str) -> HttpResponse:
    admin = admin_of(request, noun)
    deed = find(admin.opts.model_name, request.POST.get("name", ""))
    if deed is None or deed.name not in admin.bulk or not deed.roles & request.user.roles:  # type: ignore[union-attr]
        raise Http404
    records = _chosen(request, deed)
    if not records or len(records) > AT_MOST:
        messages.warning(request, "Choose some first." if not records else f"Choose up to {AT_MOST} at a time.")
        return redirect(_list(request, noun))
    offered = [one for one in records if can(deed, one)]
    confirmed = "once" in request.POST
    form = deed.form(request.POST if confirmed else None, record=(offered or records)[0])
    if confirmed and offered and form.is_valid():
        return _done(request, noun, deed, records, form)
    return _page(request, noun, deed, {"form": form, **_told(records, offered)})


def _chosen(request: HttpRequest, deed: Deed) -> list[Any]:
    """In the order in which they were made; what isn't there for this person is left out."""
    said = [one for one in request.POST.getlist("pk") if is_row_number(one)]
    return list(rows(deed.noun).filter(pk__in=said[: AT_MOST + 1]).order_by("pk"))


def _told(records: list[Any], offered: list[Any]) -> dict[str, Any]:
    may = {one.pk for one in offered}
    return {
        "pks": [one.pk for one in records],
        "chosen": [subject(one) for one in offered],
        "left_out": [subject(one) for one in records if one.pk not in may],
    }


def _done(request: HttpRequest, noun: str, deed: Deed, records: list[Any], form: Any) -> HttpResponse:
    try:
        once = uuid.UUID(request.POST["once"])
    except ValueError:
        raise Http404 from None
    if not cache.add(f"office.bulk:{once}", True, REMEMBERED):
        messages.warning(request, TWICE)
        return redirect(_list(request, noun))
    assert isinstance(request.user, User), "the office lets nobody else in"
    lines = [_one(deed, record, form, request.user, clock.now()) for record in records]
    return _page(request, noun, deed, {"lines": lines, "went": sum(line.done for line in lines)})


def _one(deed: Deed, record: Any, form: Any, by: User, now: datetime) -> Line:
    """In a transaction of its own: what goes wrong with one takes nothing back of another."""
    about = subject(record)
    if not can(deed, record):
        return Line(about, "It can't be done here: somebody has gone on with it.", done=False)
    try:
        with transaction.atomic():
            return Line(about, deed.do(record, **form.said(), by=by, now=now).said, done=True)
    except Refusal as refusal:
        return Line(about, str(refusal), done=False)
    except Exception:
        logger.exception("bulk %s of %s %s", deed.name, deed.noun._meta.label, record.pk)
        return Line(about, WENT_WRONG, done=False)


def _page(request: HttpRequest, noun: str, deed: Deed, said: dict[str, Any]) -> HttpResponse:
    told = {"deed": deed, "once": uuid.uuid4(), "back": _list(request, noun), "kept": _kept(request), **said}
    return render(request, "office/bulk.html", office.each_context(request) | told)


def _kept(request: HttpRequest) -> str:
    """The filters that the list had."""
    return filters.cleaned(request.POST.get("kept", "")[:MOST_KEPT])


def _list(request: HttpRequest, noun: str) -> str:
    kept = _kept(request)
    return f"{address(noun)}?{kept}" if kept else address(noun)
