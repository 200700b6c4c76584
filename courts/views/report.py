"""One report: what it says, what happened to it, whether it still stands."""

import hashlib

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import record
from core import clock
from core.refusal import Refusal
from courts.actions import corrections, deliveries
from courts.actions.history import history_of
from courts.actions.life import last_step
from courts.forms.desk import CorrectionForm
from courts.models import Delivery
from courts.models.delivery import NOT_WAITING
from courts.steps import Step, may_follow
from courts.verifying import answer_of
from courts.views.desk import DeskRequest, at_a_desk, sit_at


@require_GET
@at_a_desk
def report(request: DeskRequest, pk: int) -> HttpResponse:
    _go_where_it_lies(request, pk)
    delivery = _own(request, pk)
    _looked(request, delivery, "report.looked_at")
    return _page(request, delivery, CorrectionForm())


@require_GET
@at_a_desk
def file(request: DeskRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    _looked(request, delivery, "report.downloaded")
    document = delivery.document
    response = HttpResponse(document.content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.number.text}.pdf"'
    return response


@require_POST
@at_a_desk
def acknowledge(request: DeskRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    number = delivery.document.number.text
    try:
        deliveries.acknowledge(
            report=delivery.document.report, agency=request.desk.agency, by=request.user, now=clock.now()
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        told = {"number": number, "case": delivery.document.report.referral.number}
        messages.success(request, _("Report %(number)s is acknowledged. It is about %(case)s.") % told)
    return redirect("court:inbox")


@sensitive_post_parameters("text")
@require_http_methods(["POST"])
@at_a_desk
def correction(request: DeskRequest, pk: int) -> HttpResponse:
    delivery = _own(request, pk)
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            corrections.ask(
                report=delivery.document.report, text=form.cleaned_data["text"], by=request.user, now=clock.now()
            )
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The program has your request. Its answer will stand here."))
            return redirect("court:report", pk)
    return _page(request, delivery, form)


def _go_where_it_lies(request: DeskRequest, pk: int) -> None:
    """A notice leads to one report; who serves at several desks may sit at another one just then."""
    if len(request.desks) == 1:
        return
    for desk in sorted(request.desks, key=lambda desk: desk != request.desk):
        if desk.deliveries.filter(document__report__id=pk).exists():
            sit_at(request, desk)
            return


def _own(request: DeskRequest, pk: int) -> Delivery:
    report = "document__report__referral"
    related = (
        "acknowledged_by",
        "document__number__program",
        "document__signer__user",
        f"{report}__court",
        f"{report}__key",
        f"{report}__program",
    )
    # By the report's own id: a number that no database holds is not found; as a mere foreign key it would be an error.
    return get_object_or_404(request.desk.deliveries.select_related(*related), document__report__id=pk)


def _page(request: DeskRequest, delivery: Delivery, form: CorrectionForm) -> HttpResponse:
    document = delivery.document
    last = last_step(document.report)
    told = {
        "delivery": delivery,
        "report": document.report,
        # The document's own facts, as they were printed.
        "facts": document.snapshot,
        "form": form,
        "history": history_of(delivery, request.desk),
        "answer": answer_of(last),
        "intact": hashlib.sha256(document.content).hexdigest() == document.sha256,
        "may_acknowledge": delivery.acknowledged_at is None and last not in NOT_WAITING,
        "may_ask": may_follow(last, Step.CORRECTION_ASKED),
        "waits_for_answer": last is Step.CORRECTION_ASKED,
    }
    return render(request, "courts/report.html", told)


@transaction.atomic
def _looked(request: DeskRequest, delivery: Delivery, verb: str) -> None:
    """A look is an event, written before anything is shown."""
    record(by=request.user, now=clock.now(), verb=verb, on=delivery.document.report)
