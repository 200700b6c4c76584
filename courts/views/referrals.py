"""Whom this court, or this office, has referred: the number, the name as charged, where it stands, what comes next."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import record
from core import clock
from courts import outlook
from courts.actions.searching import find_referrals
from courts.cells import harmless
from courts.forms.desk import AskForReferrals
from courts.models import Referral
from courts.models.referral import ReferralQuerySet
from courts.moves import OVER
from courts.views import asking
from courts.views.desk import DeskRequest, at_a_desk

A_PAGE = 50
HEADER = ("Number", "Name as charged", "Status", "Next date", "What it is")


@dataclass(frozen=True, slots=True)
class Line:
    number: str
    name: str
    status: str
    next: outlook.Next | None
    over: bool


@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def referrals(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        word, said = asking.kept(request)
        return _list(request, AskForReferrals(said), word)
    form = AskForReferrals(request.POST)
    if not form.is_valid():
        return _list(request, form)
    word = asking.keep(request, {name: request.POST.get(name, "") for name in form.fields})
    return redirect(f"{reverse('court:referrals')}?{asking.tail(word)}".rstrip("?&"))


def _list(request: DeskRequest, form: AskForReferrals, word: str = "") -> HttpResponse:
    found = request.desk.referrals
    if form.is_valid() and word:
        standing = form.cleaned_data["standing"]
        over = None if not standing else standing == AskForReferrals.OVER
        found = find_referrals(found, q=form.cleaned_data["q"], over=over)
    today = _today(request)
    page = Paginator(_shown(request, found, today), A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(one, request, today) for one in page]
    told = {"form": form, "asked": word, "query": asking.tail(word), "page": page, "lines": lines}
    return render(request, "courts/referrals.html", told)


@require_GET
@at_a_desk
def as_csv(request: DeskRequest) -> HttpResponseBase:
    """All of them, for a spreadsheet, written while it is sent."""
    now, today = clock.now(), _today(request)
    with transaction.atomic():
        place = request.desk.court or request.desk.agency
        record(by=request.user, now=now, verb="referrals.exported", on=place)
    response = StreamingHttpResponse(_rows(request, today), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="referrals-{today.isoformat()}.csv"'
    return response


class _Echo:
    """A writer that hands back each line."""

    def write(self, line: str) -> str:
        return line


def _rows(request: DeskRequest, today: date) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # By this a spreadsheet knows the letters beyond ASCII.
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"
    yield writer.writerow(HEADER)
    for one in _shown(request, request.desk.referrals, today).iterator(chunk_size=500):
        line = _line(one, request, today)
        coming = (line.next.on.isoformat(), line.next.what) if line.next else ("", "")
        yield writer.writerow([harmless(cell) for cell in (line.number, line.name, line.status, *coming)])


def _today(request: DeskRequest) -> date:
    return clock.now().astimezone(request.desk.zone).date()


def _shown(request: DeskRequest, found: ReferralQuerySet, today: date) -> ReferralQuerySet:
    midnight = datetime.combine(today, time.min, tzinfo=request.desk.zone)
    return found.open_first().with_hearing(midnight).defer("plaintiff", "judge")


def _line(one: Referral, request: DeskRequest, today: date) -> Line:
    hearing: datetime | None = getattr(one, "hearing_at", None)
    over = one.state in OVER
    dates = (
        ("Hearing", hearing.astimezone(request.desk.zone).date() if hearing else None),
        ("Enroll by", one.enroll_by),
        ("Start by", one.start_by),
        ("Progress report", one.next_progress_on),
        ("Complete by", one.complete_by),
        ("Proof due", one.proof_due_by),
    )
    coming = None if over else outlook.next_of(dates, today=today)
    return Line(one.number, one.name_as_charged, outlook.status(one.state, one.closing), coming, over)
