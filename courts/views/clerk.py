"""The court's own pages: what lies there for a clerk, of the own court only; anything else is not found."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import roles_only
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core import clock
from core.refusal import Refusal
from courts.actions import deliveries
from courts.models import Court, Delivery

A_PAGE = 50


@require_GET
@roles_only(Role.CLERK)
def inbox(request: HttpRequest) -> HttpResponse:
    clerk = _clerk(request)
    laid = Delivery.objects.on_the_pages_of(clerk).newest_unread_first().select_related(*_SHOWN)
    page = Paginator(laid, A_PAGE).get_page(request.GET.get("page"))
    courts = list(Court.objects.served_by(clerk))
    waiting = Delivery.objects.on_the_pages_of(clerk).filter(acknowledged_at=None).count()
    return render(request, "courts/inbox.html", {"page": page, "courts": courts, "waiting": waiting})


@require_GET
@roles_only(Role.CLERK)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    _looked(request, delivery, "report.looked_at")
    return render(request, "courts/report.html", {"delivery": delivery, **_facts(delivery)})


@require_GET
@roles_only(Role.CLERK)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    _looked(request, delivery, "report.downloaded")
    document = delivery.document
    response = HttpResponse(document.content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.number.text}.pdf"'
    # Whatever a reader in the browser makes of it, it runs nothing and belongs to no page of ours.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@roles_only(Role.CLERK)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    number = delivery.document.number.text
    try:
        deliveries.acknowledge(report=delivery.document.report, by=_clerk(request), now=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Report %(number)s is acknowledged.") % {"number": number})
    return redirect("court:inbox")


_SHOWN = (
    "acknowledged_by",
    "document__number__program",
    "document__report__referral__court",
    "document__report__referral__key",
    "document__report__referral__program",
)


def _clerk(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "roles_only let nobody else through"
    return request.user


def _own(request: HttpRequest, pk: int) -> Delivery:
    laid = Delivery.objects.on_the_pages_of(_clerk(request)).select_related(*_SHOWN, "document__signer__user")
    return get_object_or_404(laid, document__report=pk)


def _facts(delivery: Delivery) -> dict[str, object]:
    """The document's own facts, as they were printed."""
    return {"facts": delivery.document.snapshot, "report": delivery.document.report}


@transaction.atomic
def _looked(request: HttpRequest, delivery: Delivery, verb: str) -> None:
    """A look is an event, written before anything is shown."""
    record(by=_clerk(request), now=clock.now(), verb=verb, on=delivery.document.report)
