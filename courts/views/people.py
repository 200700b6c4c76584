"""Who serves at a desk, and who of them looked at what."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.refusal import Refusal
from courts.actions import looks as looking
from courts.actions import people as acting
from courts.forms.people import InviteForm
from courts.views.desk import DeskRequest, at_a_desk

A_PAGE = 100
MONTHS = 12


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def people(request: DeskRequest) -> HttpResponse:
    """By POST a colleague is invited."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _invited(request, form):
        return redirect("court:people")
    now = clock.now()
    told = {
        "form": form,
        "seats": acting.seats(request.desk),
        "invitations": acting.open_invitations(request.desk, now),
    }
    return render(request, "courts/people.html", told)


def _invited(request: DeskRequest, form: InviteForm) -> bool:
    email = form.cleaned_data["email"]
    try:
        made = acting.invite_colleague(desk=request.desk, email=email, by=request.user, now=clock.now())
    except Refusal as refusal:
        form.add_error("email", str(refusal))
        return False
    if made is None:
        messages.success(request, f"{email} serves at another desk already, and serves here from now on.")
    else:
        # A demonstration sends no mail.
        link = f" In this demonstration no mail goes; the link is {made.link}" if settings.DEMO else ""
        messages.success(request, f"The invitation goes to {email}.{link}")
    return True


@require_POST
@at_a_desk
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    now = clock.now()
    invitation = get_object_or_404(acting.open_invitations(request.desk, now), pk=pk)
    acting.withdraw(desk=request.desk, invitation=invitation, by=request.user, now=now)
    messages.success(request, "The invitation is withdrawn. Its link no longer works.")
    return redirect("court:people")


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """Asked first: whom it ends can't go on from one second to the next."""
    seat = get_object_or_404(acting.seats(request.desk), pk=pk)
    himself = seat.user_id == request.user.pk
    if request.method != "POST":
        alone = not acting.seats(request.desk).exclude(pk=pk).exists()
        return render(request, "courts/people_end.html", {"seat": seat, "himself": himself, "alone": alone})
    try:
        acting.end(seat=seat, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("court:people")
    if himself:
        logout(request)  # the session is gone already; the browser's cookie goes with it
        return render(request, "courts/people_gone.html", {"desk": request.desk})
    messages.success(request, f"{seat.user.name} no longer serves here.")
    return redirect("court:people")


@require_GET
@at_a_desk
def looks(request: DeskRequest) -> HttpResponse:
    this_month = clock.now().astimezone(request.desk.zone).date().replace(day=1)
    months = [this_month]
    while len(months) < MONTHS:
        months.append(looking.previous(months[-1]))
    month = _month(request.GET.get("month"), months)
    found = looking.looks(desk=request.desk, month=month)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "month": month, "months": months, "query": f"month={month:%Y-%m}&"}
    return render(request, "courts/looks.html", told)


def _month(asked: str | None, months: list[date]) -> date:
    if asked is None:
        return months[0]
    for one in months:
        if f"{one:%Y-%m}" == asked:
            return one
    raise Http404
