"""Where allauth asks us: who may come in how, what is sent, what the audit trail is told."""

import base64
import logging
import secrets
from functools import partial
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts import afterwards, devices, kept, limits, second_factor, trail
from accounts.actors import Task
from accounts.agents import in_words
from accounts.models import User, lowered
from core import clock
from vault.models import master

logger = logging.getLogger(__name__)

SIGN_IN = Task("accounts.sign_in")
# allauth mails each change of how one signs in, by a template's name: the audit trail hears of the same.
CHANGES = {
    "account/email/password_changed": "user.password_changed",
    "account/email/password_set": "user.password_changed",
    "account/email/password_reset": "user.password_reset",
    "mfa/email/totp_activated": "user.authenticator_added",
    "mfa/email/totp_deactivated": "user.authenticator_removed",
    "mfa/email/webauthn_added": "user.passkey_added",
    "mfa/email/webauthn_removed": "user.passkey_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_made",
}
CODE = "account/email/login_code"
RESET = "account/email/password_reset_key"
NEW_DEVICE = "account/email/new_device"
REMOVALS = {"mfa/email/totp_deactivated", "mfa/email/webauthn_removed"}
JUST_NOW_SECONDS = 15 * 60


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That address and password don't go together. Check both and try again.",
        "incorrect_code": "That code isn't right, or it has been used. Enter the newest one.",
        "incorrect_password": "That isn't your password. Try again.",
        "enter_current_password": "That isn't your present password. Try again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "invalid_password_reset": "This link isn't valid any more. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_login_by_code_required(self, login: Any) -> bool:
        """A clerk's second step. Whoever came by a passkey has taken both steps at once."""
        if not settings.SECOND_FACTOR_REQUIRED or not isinstance(login.user, User):
            return False
        ways = {record["method"] for record in get_authentication_records(self.request, login.user)}
        return not ways & {"code", "mfa"} and second_factor.may_use_mail(login.user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who just signed in and sets up the first factor: the password was asked for a moment ago."""
        user = self.request.user
        first = app == "allauth.mfa" and user.is_authenticated and not second_factor.has_one(user)
        if first and _just_signed_in(self.request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor shows that one again: a password alone must not add or remove one.

        The first is what one is asked for: a passkey, unless there is an authenticator app.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not user.is_authenticated or not second_factor.has_one(user):
            return methods
        wanted = "mfa_reauthenticate" if second_factor.has_app(user) else "mfa_reauthenticate:webauthn"
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return sorted(factors, key=lambda method: method["id"] != wanted)

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        if "email" in credentials:
            credentials["email"] = lowered(credentials["email"])
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Ours in place of allauth's limit by address and by person, with which one could keep a colleague out."""
        email = lowered(credentials.get("email", ""))
        at = devices.browser(request, self.get_client_ip(request))
        known = devices.is_known(email=email, at=at, now=clock.now())
        self._login_failed_rl_usage = limits.taken(request, email=email, token=at.token, known=known)
        if self._login_failed_rl_usage is None:
            logger.warning("a password was not looked at: too many tries")
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = User.objects.filter(email=credentials.get("email", "")).first()
        trail.tell(by=SIGN_IN, now=clock.now(), verb="user.sign_in_failed", on=user or "accounts.User:unknown")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        ways = sorted({record["method"] for record in get_authentication_records(request, user)})
        trail.tell(by=user, now=clock.now(), verb="user.signed_in", on=user, ways=ways)
        at = devices.browser(request, self.get_client_ip(request))
        at = at if at.token else at._replace(token=devices.new_token())
        devices.remember(request, at)
        if devices.note(user=user, at=at, now=clock.now()):
            self.send_mail(NEW_DEVICE, user.email, self._seen(at))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if kept.is_for(request, user, clock.now()):
            response = HttpResponseRedirect(reverse("account_kept"))
        devices.set_cookie(response, at.token)
        return response

    def _seen(self, at: devices.Browser) -> dict[str, Any]:
        return {
            "timestamp": clock.now(),
            "ip": at.address,
            "browser": in_words(at.agent),
            "places_url": f"{settings.SITE_URL}{reverse('signed_in_places')}",
        }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Somebody waits before the screen, so it goes now and not by the outbox; a server that is down is said there.

        Not of a forgotten password: only an address that is known would hear of it, or wait while it is sent.
        """
        if template_prefix == RESET:
            afterwards.put_off(self.request, partial(self._send, template_prefix, email, context))
        else:
            self._send(template_prefix, email, context)

    def _send(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.error("%s not sent (%s)", template_prefix.rpartition("/")[2], type(error).__name__)
            if template_prefix == CODE:
                raise ImmediateHttpResponse(render(self.request, "accounts/no_mail.html", status=503)) from error
            if template_prefix in CHANGES:
                raise

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        trail.tell(by=user, now=clock.now(), verb=CHANGES[template_prefix], on=user)
        if template_prefix == "account/email/password_reset":
            limits.forgive_strangers(self.request, email=user.email)
        if template_prefix in REMOVALS and not second_factor.has_one(user):
            second_factor.forget_shown(self.request)
        try:
            super().send_notification_mail(template_prefix, user, *args, **kwargs)
        except (OSError, SMTPException) as error:
            # The change stands; a mail server that is down must not tell the person otherwise.
            logger.warning("notice of %s not sent (%s)", CHANGES[template_prefix], type(error).__name__)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """By our own name, not by the one that the request came for."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """Under the master key; `rotate_keys` has to wrap these anew too."""
        return master().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Where the master key is lost, a secret that nobody has: no code is right, and no page fails."""
        try:
            return master().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Any, *_: Any) -> str:
        return "Passkey"


def _just_signed_in(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user if request.user.is_authenticated else None)
    return bool(records) and clock.now().timestamp() - records[-1]["at"] < JUST_NOW_SECONDS
