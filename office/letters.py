"""Letters of messages: printed here, one or all, taken to the post, and marked when they went."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import clock
from core.refusal import Refusal
from messaging.actions.letters import AT_ONCE, posted, print_letters
from messaging.models import Message
from messaging.models import MessageQuerySet as Letters
from office import words
from office.doing import find
from office.site import office
from office.subjects import rows

TO_PRINT, WENT = "print", "went"


@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _act(request)
    waiting = _waiting().order_by("due_at", "id")
    lines = [_line(one) for one in waiting[:AT_ONCE]]
    about = {"lines": lines, "count": waiting.count(), "at_once": AT_ONCE}
    return render(request, "office/letters.html", office.each_context(request) | about)


def _waiting() -> Letters:
    mine = rows(Message).values("pk")
    return Message.objects.letters_to_print(clock.now()).filter(pk__in=mine).select_related("participant")


def _line(one: Message) -> dict[str, object]:
    went = find("message", "posted")
    assert went is not None, "office.deeds declares it"
    whom = one.participant
    return {
        "letter": one,
        "whom": whom.legal_name if whom else "",
        "person": whom,
        "what": words.plain(one.kind),
        "went": went.url(one),
        "once": uuid.uuid4(),
    }


def _act(request: HttpRequest) -> HttpResponse:
    """Print one or all; or say that all that are printed went."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    chosen = _waiting()
    if request.POST.get("letter", "").isdecimal():
        chosen = chosen.filter(pk=request.POST["letter"])
    if request.POST.get("do") == WENT:
        return _all_went(request, chosen, request.user)
    return _print(request, chosen, request.user)


def _print(request: HttpRequest, chosen: Letters, by: User) -> HttpResponse:
    made = print_letters(messages=list(chosen.values_list("pk", flat=True)[:AT_ONCE]), by=by, now=clock.now())
    if not made:
        messages.warning(
            request, "There is nothing to print: these letters are no longer wanted, or have no safe address."
        )
        return redirect("office:letters")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="letters.pdf"'
    return response


def _all_went(request: HttpRequest, chosen: Letters, by: User) -> HttpResponse:
    went = 0
    for letter in chosen.filter(printed_at__isnull=False):
        try:
            posted(message=letter, by=by, now=clock.now())
        except Refusal:
            continue  # somebody was faster
        went += 1
    messages.success(request, f"Noted: {went} {'letter' if went == 1 else 'letters'} went to the post.")
    return redirect("office:letters")
