"""Anybody may ask whether a report is genuine: its number and its code go in, a word and a day come out."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.strangers import for_strangers
from core import clock
from courts.actions import signing
from courts.actions.verification import Found, check
from courts.forms import VerifyForm
from courts.views.limits import TOO_MANY, allowed


@login_not_required
@for_strangers
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The code comes by POST only: by GET it would stand in each log on the way."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    if not allowed(request, "verify", said["number"].casefold()):
        return _page(request, form, too_many=TOO_MANY, status=429)
    found = check(number=said["number"], code=said["code"], now=clock.now())
    return _page(request, form, found=found)


def _page(
    request: HttpRequest, form: VerifyForm, *, found: Found | None = None, too_many: str = "", status: int = 200
) -> HttpResponse:
    told = {"form": form, "found": found, "too_many": too_many, "fingerprints": _fingerprints()}
    return render(request, "courts/verify.html", told, status=status)


def _fingerprints() -> list[str]:
    """Of the certificate in use, then of those before it. Empty: none can be told here."""
    try:
        current = [signing.loaded_key().fingerprint]
    except signing.NoSigningKey:
        current = []
    try:
        former = sorted(signing.our_fingerprints() - set(current))
    except (OSError, ValueError):
        former = []  # an administrator is told so where it is checked
    return [_in_lines(one) for one in (*current, *former)]


def _in_lines(fingerprint: str) -> str:
    """Eight pairs, then a blank at which a narrow screen breaks it."""
    pairs = fingerprint.split(":")
    return " ".join(":".join(pairs[start : start + 8]) for start in range(0, len(pairs), 8))
