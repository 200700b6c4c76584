"""Questions on paper: printed for him, and typed in by somebody who doesn't work on his case. No page says whose."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core import clock
from core.refusal import Refusal
from office.forms.sheets import CodeForm
from office.site import office
from office.subjects import rows
from office.typists import refuse_who_works_on_it
from outcomes import paper
from outcomes.actions import answering
from outcomes.actions.sheets import Questions
from outcomes.actions.tickets import TicketOver, find, token_of
from outcomes.forms import Agree, Items
from outcomes.kinds import State, Way
from outcomes.models import Ticket
from outcomes.printing import facts
from outcomes.scoring import OutOfRange
from programs.models import Enrollment

# What find() says, it says to him; here the office reads it.
OVER: dict[str, str] = {
    State.DONE: "This has been answered. Nothing is printed any more.",
    State.DECLINED: "He said no. Nothing is printed any more.",
}
TIME_IS_OVER = "The time of this sheet is over. If he is still to be asked, hand out a new one from his file."


def _page(request: HttpRequest, template: str, said: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, office.each_context(request) | said, status=status)


# --- Printed


def _ticket(pk: Any) -> Ticket:
    """Of a file that opens to whoever asks."""
    found = Ticket.objects.filter(way=Way.PAPER, asking__enrollment__in=rows(Enrollment).values("pk"))
    return get_object_or_404(found.select_related("asking__enrollment__participant"), pk=pk)


def _over(ticket: Ticket) -> str:
    """Why it isn't printed any more, for who handed it out; empty: it can be typed in."""
    try:
        find(token=token_of(ticket), now=clock.now())
    except Refusal:
        return OVER.get(ticket.asking.state, TIME_IS_OVER)
    return ""


@require_safe
def sheet_made(request: HttpRequest, pk: Any) -> HttpResponse:
    ticket = _ticket(pk)
    told = {"ticket": ticket, "man": ticket.asking.enrollment.participant_id, "over": _over(ticket)}
    return _page(request, "office/sheet_made.html", told)


@require_safe
def sheet_pdf(request: HttpRequest, pk: Any) -> HttpResponse:
    """As often as a printer jams, while it can be typed in."""
    ticket = _ticket(pk)
    if _over(ticket):
        return redirect("office:sheet_made", pk)
    code = token_of(ticket)
    try:
        subject, asked = answering.printed(ticket=ticket, code=code)
    except TicketOver:
        # Typed in at this very moment: the page says so.
        return redirect("office:sheet_made", pk)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("office:sheet_made", pk)
    with translation.override(subject.language):
        told = facts(asked, code, subject.language, agree=answering.needs_asking(ticket.asking))
    response = HttpResponse(paper.render(told), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="sheet.pdf"'
    return response


# --- Typed in


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_in(request: HttpRequest) -> HttpResponse:
    """First its code, then what is crossed on it."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, "office/sheet_in.html", {"form": form})
    code = answering.plain(form.cleaned_data["code"])
    try:
        ticket = answering.paper(code=code, by=request.user, now=clock.now())
        refuse_who_works_on_it(request.user, ticket)
        subject, asked = answering.printed(ticket=ticket, code=code)
    except Refusal as refusal:
        form.add_error("code", str(refusal))
        return _page(request, "office/sheet_in.html", {"form": form})
    with translation.override(subject.language):
        forms = _forms(request, ticket, asked, subject.language)
    return _typed(request, ticket, code, *forms)


def _forms(request: HttpRequest, ticket: Ticket, asked: Questions, language: str) -> tuple[Agree | None, Items]:
    """In the sheet's own language, as it lies beside the keyboard."""
    sent = request.POST if "asked" in request.POST else None
    agree = Agree(sent) if answering.needs_asking(ticket.asking) else None
    items = Items(sent, steps=dict(enumerate(asked.steps)), answers={}, language=language)
    for place, _step, field in items.items:
        # By its number, as on the sheet.
        field.label = f"{place + 1}. {field.label}"
    return agree, items


def _typed(request: HttpRequest, ticket: Ticket, code: str, agree: Agree | None, items: Items) -> HttpResponse:
    said_no = agree is not None and agree.is_bound and agree.is_valid() and not agree.said[0]
    if items.is_bound and (said_no or (_is_right(agree) and items.is_valid())):
        agreement, given = agree.said if agree else None, {} if said_no else items.given
        by: Any = request.user
        try:
            answering.type_in(ticket=ticket, code=code, agreement=agreement, given=given, by=by, now=clock.now())
        except Refusal as refusal:
            items.add_error(None, str(refusal))
        except OutOfRange:
            items.add_error(None, "One of these isn’t on the sheet. Look at it once more.")
        else:
            messages.success(request, "Typed in. Destroy the sheet now: what stands on it is kept.")
            return redirect("office:sheet_in")
    told = {"code": paper.spelled(code), "agree": agree, "form": items, "title": "Look at these again"}
    return _page(request, "office/sheet_items.html", told)


def _is_right(agree: Agree | None) -> bool:
    return agree is None or agree.is_valid()
