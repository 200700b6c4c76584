"""What lies on a desk's pages: what waits first. Looked for, acknowledged and fetched by the dozen."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import event, record_all
from core import clock
from core.refusal import Refusal
from core.row_numbers import is_row_number
from courts.actions import deliveries
from courts.actions.searching import find_deliveries
from courts.forms.desk import AskForReports
from courts.models import Delivery
from courts.models.delivery import DeliveryQuerySet
from courts.views import asking
from courts.views.desk import DeskRequest, at_a_desk
from courts.views.packing import packed

A_PAGE = 50
# The database takes so many keys in one question; nobody ticks more than some pages.
AT_ONCE = 500


@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def inbox(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        word, said = asking.kept(request)
        return _list(request, AskForReports(said), word)
    form = AskForReports(request.POST)
    if not form.is_valid():
        return _list(request, form)
    word = asking.keep(request, {name: request.POST.get(name, "") for name in form.fields})
    return redirect(f"{reverse('court:inbox')}?{asking.tail(word)}".rstrip("?&"))


def _list(request: DeskRequest, form: AskForReports, word: str = "") -> HttpResponse:
    desk = request.desk
    found = desk.deliveries
    if form.is_valid() and word:
        found = find_deliveries(found, **form.cleaned_data, zone=desk.zone)
    page, waiting = _page(found, request.GET.get("page"))
    told = {
        "form": form,
        "asked": word,
        # Whoever looks for a man by his name has to see which one was found.
        "by_name": bool(word and form.is_valid() and form.cleaned_data["q"]),
        "query": asking.tail(word),
        "page": page,
        "waiting": desk.deliveries.counted()[1] if word else waiting,
    }
    return render(request, "courts/inbox.html", told)


def _page(found: DeliveryQuerySet, number: str | None) -> tuple[Page[Any], int]:
    """And how many of all of them wait. Keys are put in order alone: with all that a row shows it takes far longer."""
    keys = Paginator(found.waiting_first().values_list("pk", flat=True), A_PAGE)
    keys.count, waiting = found.counted()
    page: Page[Any] = keys.get_page(number)
    page.object_list = list(Delivery.objects.filter(pk__in=list(page.object_list)).light().waiting_first())
    return page, waiting


@require_POST
@at_a_desk
def acknowledge(request: DeskRequest) -> HttpResponse:
    """Each by itself: one that can't be doesn't hold up the others, and is named."""
    done, refused = 0, []
    for delivery in _ticked(request).light().order_by("pk"):
        try:
            deliveries.acknowledge(
                report=delivery.document.report, agency=request.desk.agency, by=request.user, now=clock.now()
            )
        except Refusal as refusal:
            case = delivery.document.report.referral.number
            refused.append(f"{case}, report {delivery.document.number.text}: {refusal}")
        else:
            done += 1
    if done:
        many = ngettext("%(n)s report is acknowledged.", "%(n)s reports are acknowledged.", done)
        messages.success(request, many % {"n": done})
    if refused:
        messages.warning(request, _("Not acknowledged: %(which)s") % {"which": " ".join(refused)})
    return _back(request)


@require_POST
@at_a_desk
def packet(request: DeskRequest) -> HttpResponseBase:
    """A ZIP of those that are ticked. Each is a look, written before the first byte goes."""
    ticked = list(_ticked(request).light().order_by("pk"))
    if not ticked:
        return _back(request)
    now = clock.now()
    with transaction.atomic():
        record_all(event(by=request.user, now=now, verb="report.downloaded", on=one.document.report) for one in ticked)
    return packed(ticked, name=f"reports-{now.astimezone(request.desk.zone):%Y-%m-%d}.zip")


def _ticked(request: DeskRequest) -> DeliveryQuerySet:
    """All of them lie here, or none is found."""
    asked = request.POST.getlist("report")
    if not all(map(is_row_number, asked)):
        raise Http404
    reports = {int(one) for one in asked}
    if len(reports) > AT_ONCE:
        raise Http404
    if not reports:
        messages.warning(request, _("Nothing is ticked. Tick the reports that you mean, then press the button again."))
        return Delivery.objects.none()
    found = request.desk.deliveries.filter(document__report__in=reports)
    if found.count() != len(reports):
        raise Http404
    return found


def _back(request: DeskRequest, **more: Any) -> HttpResponse:
    """To the list as it was looked for."""
    word, page = request.POST.get(asking.WORD, ""), request.POST.get("page", "")
    query = (asking.tail(word) if word.replace("-", "").replace("_", "").isalnum() else "") + (
        f"page={int(page)}" if page.isascii() and page.isdigit() and len(page) < 10 else ""
    )
    return redirect(f"{reverse('court:inbox')}?{query}".rstrip("?&"))
