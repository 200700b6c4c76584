"""What waits to go on paper, by fax or by hand: printed here, and marked when it went."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core import clock
from core.refusal import Refusal
from courts.actions.notices import address_of
from courts.actions.printing import print_copy
from courts.models import Delivery, Recipient
from courts.steps import CALLED_BACK
from office.doing import find
from office.looking import looked_at
from office.site import office
from office.subjects import case, page, rows

AT_MOST = 200


@require_safe
def to_print(request: HttpRequest) -> HttpResponse:
    printed = rows(Delivery).filter(pk__in=Delivery.objects.to_print())
    waiting = printed.exclude(document__report__last_step__in=CALLED_BACK)
    lines = [_line(one) for one in waiting.order_by("id")[:AT_MOST]]
    return render(request, "office/to_print.html", office.each_context(request) | {"lines": lines})


def _line(one: Delivery) -> dict[str, object]:
    went = find("delivery", "delivered")
    assert went is not None, "office.deeds declares it"
    report = one.document.report
    return {
        "copy": one,
        "whom": " ".join(filter(None, [one.recipient.get_role_display(), one.recipient.name])),
        "address": address_of(one.recipient, one.channel),
        "needs_address": one.channel != Recipient.Channel.BY_HAND,
        "case": case(report.referral),
        "url": page(report),
        "went": went.url(one),
        "once": uuid.uuid4(),
    }


@require_POST
def print_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, to be printed; a browser shows it in a tab of its own."""
    delivery = get_object_or_404(rows(Delivery), pk=pk)
    assert isinstance(request.user, User), "the office lets nobody else in"
    try:
        made = print_copy(delivery=delivery, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("office:to_print")
    looked_at(request, delivery)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{delivery.document.number.text}-print.pdf"'
    return response
