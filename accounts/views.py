from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import ConfirmLoginCodeView, PasswordResetView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import kept, second_factor, staying
from accounts.actions import (
    NotOpen,
    accept_invitation,
    end_other_places,
    end_place,
    open_invitation,
    sign_out_everywhere,
)
from accounts.afterwards import answered
from accounts.forms import AcceptInvitationForm
from accounts.models import User
from accounts.places import handle, places_of
from accounts.roles import homes
from core import clock


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each role's own first page; who has several chooses."""
    assert isinstance(request.user, User), "LoginRequiredMiddleware let nobody else through"
    begins = homes(request.user.roles)
    if len(begins) == 1:
        return HttpResponseRedirect(next(iter(begins)))
    if not begins:
        return render(request, "accounts/no_role.html", status=403)
    return render(request, "accounts/choose.html", {"homes": begins})


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Set a name and a password; then the second factor, as whenever one signs in."""
    now = clock.now()
    try:
        invitation = open_invitation(token=token, now=now)
        form = AcceptInvitationForm(request.POST or None, invitation=invitation)
        if not form.is_valid():
            return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})
        said = form.cleaned_data
        user = accept_invitation(token=token, name=said["name"], password=said["password1"], now=now)
    except NotOpen as refused:
        return render(request, "accounts/not_open.html", {"refused": refused}, status=404)
    # Whoever else was signed in at this browser isn't any more.
    logout(request)
    response: HttpResponse = perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def everywhere(request: HttpRequest) -> HttpResponse:
    """Whoever lost a phone, or left a screen open somewhere."""
    if request.method != "POST":
        return render(request, "accounts/everywhere.html")
    assert isinstance(request.user, User), "LoginRequiredMiddleware let nobody else through"
    sign_out_everywhere(user=request.user, by=request.user, now=clock.now())
    logout(request)
    return HttpResponseRedirect(reverse("account_login"))


class ForgotPassword(PasswordResetView):
    def form_valid(self, form: Any) -> HttpResponse:
        return answered(self.request, super().form_valid(form))


def turned(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Once a factor was shown again, the session's key is another one, as it is after signing in."""

    @wraps(view)
    def again(request: HttpRequest) -> HttpResponse:
        before = _shown(request)
        response = view(request)
        if _shown(request) > before:
            request.session.cycle_key()
        return response

    return again


def _shown(request: HttpRequest) -> int:
    return len(get_authentication_records(request, request.user if request.user.is_authenticated else None))


class MailedCode(ConfirmLoginCodeView):
    def form_invalid(self, form: Any) -> HttpResponse:
        second_factor.note_wrong(self._process.user)
        response: HttpResponse = super().form_invalid(form)
        return response


class ActivateAuthenticator(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record_set_up(self.request, "totp")
        return response


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record_set_up(self.request, "webauthn")
        return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staying_on(request: HttpRequest) -> HttpResponse:
    """How long one is signed in yet: asking prolongs nothing, and a POST does. Who isn't signed in gets no token."""
    now = clock.now()
    if not _is_in(request) or staying.is_over(request.session, now):
        return JsonResponse({"seconds": 0, "longer": False, "owner": "", "csrf": ""})
    if request.method == "POST":
        staying.note_seen(request, now, every=1)
    return JsonResponse(
        {
            "seconds": int(staying.left(request.session, now)),
            "longer": staying.can_be_longer(request.session, now),
            "owner": str(request.user.pk),
            "csrf": get_token(request),
        }
    )


def _is_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not second_factor.missing(request)


@require_safe
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """In the second window, where one signed in for the sake of the first."""
    return render(request, "accounts/signed_in_again.html")


@require_http_methods(["GET", "HEAD", "POST"])
def kept_post(request: HttpRequest) -> HttpResponse:
    """What came too late is shown, and sent once more by its writer; a POST lets it go."""
    if not kept.is_for(request, request.user, clock.now()):
        return HttpResponseRedirect(reverse("home"))
    typed = kept.opened(request)
    if request.method == "POST":
        kept.drop(request)
        return HttpResponseRedirect(reverse("home"))
    return render(request, "accounts/kept.html", {"typed": typed})


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    user, now = request.user, clock.now()
    assert isinstance(user, User), "LoginRequiredMiddleware let nobody else through"
    here = handle(request.session.session_key or "")
    if request.method != "POST":
        return render(request, "accounts/places.html", {"places": places_of(user, now), "here": here})
    if place := request.POST.get("place", ""):
        # This session itself is ended by signing out.
        ended = place != here and end_place(user=user, place=place, by=user, now=now)
        said = "It is signed out there." if ended else "It was signed out there already."
    else:
        count = end_other_places(user=user, here=here, by=user, now=now)
        said = "You are signed in nowhere else." if count else "You were signed in nowhere else."
    messages.success(request, said)
    return HttpResponseRedirect(reverse("signed_in_places"))
