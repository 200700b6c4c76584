"""A letter behind a link: a neutral page, a code by another e-mail, then the letter. Nobody signs in."""

from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.strangers import View, for_strangers
from core import clock
from core.refusal import Refusal
from courts.actions import links
from courts.forms import CodeForm
from courts.models import DeliveryLink
from courts.views.limits import TOO_MANY, allowed

# So long a browser that showed the code may fetch the letter.
OPEN_FOR = timedelta(minutes=30)
WRONG = "This code isn't right, or its time is over. Look at the newest message, or ask for another code."


def _by_link(view: View) -> View:
    """Finds the link; where it is of no use, says whom to call."""

    @login_not_required
    @for_strangers
    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            link = links.find(token=token, now=clock.now())
        except (links.UnknownLink, links.LinkOver) as refusal:
            status = 404 if isinstance(refusal, links.UnknownLink) else 410
            return render(request, "courts/letter_over.html", {"refused": refusal}, status=status)
        return view(request, link, token)

    return found


@_by_link
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, link: DeliveryLink, token: str) -> HttpResponse:
    now = clock.now()
    if _is_open(request, link, now):
        return render(request, "courts/letter_open.html", {"token": token, "may_confirm": links.may_confirm(link)})
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not allowed(request, "letter_open"):
            return _asks(request, link, token, form, too_many=TOO_MANY, status=429)
        if links.open_with(link=link, code=form.cleaned_data["code"], now=now):
            request.session[_mark(link)] = (now + OPEN_FOR).isoformat()
            return redirect("letter:letter", token)
        return _wrong(request, link, token, form)
    return _asks(request, link, token, form)


def _wrong(request: HttpRequest, link: DeliveryLink, token: str, form: CodeForm) -> HttpResponse:
    link.refresh_from_db(fields=["tries"])
    if link.tries >= links.TRIES:
        return redirect("letter:letter", token)  # which says whom to call
    form.add_error("code", WRONG)
    return _asks(request, link, token, form)


def _asks(
    request: HttpRequest, link: DeliveryLink, token: str, form: CodeForm, *, too_many: str = "", status: int = 200
) -> HttpResponse:
    asked = link.code_expires_at is not None and clock.now() < link.code_expires_at
    told = {"form": form, "token": token, "asked": asked, "too_many": too_many}
    return render(request, "courts/letter.html", told, status=status)


@_by_link
@require_POST
def code(request: HttpRequest, link: DeliveryLink, token: str) -> HttpResponse:
    if not allowed(request, "letter_code", token):
        return _asks(request, link, token, CodeForm(), too_many=TOO_MANY, status=429)
    links.send_code(link=link, now=clock.now())
    return redirect("letter:letter", token)


@_by_link
@require_safe
def file(request: HttpRequest, link: DeliveryLink, token: str) -> HttpResponse:
    now = clock.now()
    if not _is_open(request, link, now):
        return redirect("letter:letter", token)
    response = HttpResponse(links.download(link=link, now=now), content_type="application/pdf")
    # Neither the name of the file nor the page says what it is.
    response["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    return response


@_by_link
@require_POST
def received(request: HttpRequest, link: DeliveryLink, token: str) -> HttpResponse:
    now = clock.now()
    if not _is_open(request, link, now):
        raise Http404
    try:
        links.confirm(link=link, now=now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Thank you. We have noted that you received it.")
    return redirect("letter:letter", token)


def _mark(link: DeliveryLink) -> str:
    return f"letter:{link.pk}"


def _is_open(request: HttpRequest, link: DeliveryLink, now: datetime) -> bool:
    until = request.session.get(_mark(link))
    return until is not None and now < datetime.fromisoformat(until)
