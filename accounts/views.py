from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor
from accounts.actions import NotOpen, accept_invitation, open_invitation, sign_out_everywhere
from accounts.forms import AcceptInvitationForm
from accounts.models import User
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
