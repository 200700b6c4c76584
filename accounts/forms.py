"""Signing in, in our words. The forms are allauth's; what they check is theirs."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account import forms as account
from allauth.account.fields import PasswordField
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth import password_validation

from accounts import second_factor
from accounts.models import Invitation, User

logger = logging.getLogger(__name__)

CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "autofocus": True,
}
DIGITS = CODE | {"inputmode": "numeric", "autocapitalize": "off"}
LONG_ENOUGH = "At least 12 characters. Three or four words in a row are easy to keep and hard to guess."


def _say(form: forms.Form, name: str, label: str, help_text: str = "", **attrs: Any) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"class": "form-control-lg", **attrs})


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", "E-mail address", autocomplete="username", autofocus=True, spellcheck="false")
        _say(self, "password", "Password")


class ForgotPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", "E-mail address", autocomplete="username", autofocus=True, spellcheck="false")


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", LONG_ENOUGH)
        _say(self, "password2", "The same again")


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", LONG_ENOUGH)
        _say(self, "password2", "The same again")


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Present password")
        _say(self, "password1", "New password", LONG_ENOUGH)
        _say(self, "password2", "The same again")


class PasswordAgainForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", autofocus=True)


class MailedCodeForm(account.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "Eight letters, from the e-mail we just sent.", **CODE)


def _noted(user: Any, check: Callable[[], Any]) -> Any:
    """A wrong one is an event; one too many, and a key that is nobody's, are lines in the log. `user` may be None."""
    try:
        return check()
    except forms.ValidationError as error:
        if user and error.code == "incorrect_code":
            second_factor.note_wrong(user)
        else:
            logger.warning("a second step was refused: %s", error.code)
        raise


class _Noted:
    user: Any

    def clean_code(self) -> Any:
        return _noted(self.user, super().clean_code)  # type: ignore[misc]


class CodeForm(_Noted, mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "Six digits from your authenticator app, or one of your recovery codes.", **DIGITS)


class CodeAgainForm(_Noted, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "Six digits from your authenticator app, or one of your recovery codes.", **DIGITS)


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", "The six digits that the app shows now.", **DIGITS)


class _Parsed:
    """allauth lets what no device would send end in a server error: `{}` will do (65.21)."""

    def clean_credential(self) -> Any:
        checked = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])  # type: ignore[attr-defined]
        return _or_wrong(checked)

    def clean(self) -> Any:
        return _or_wrong(super().clean)  # type: ignore[misc]


def _or_wrong(check: Callable[[], Any]) -> Any:
    try:
        return check()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise get_adapter().validation_error("incorrect_code") from None


class _NotedKey(_Parsed):
    user: Any

    def clean_credential(self) -> Any:
        return _noted(self.user, super().clean_credential)


class PasskeySignInForm(_NotedKey, webauthn.LoginWebAuthnForm):
    pass


class PasskeyForm(_NotedKey, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_NotedKey, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_Parsed, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name", "So that you can tell it from others, such as “office laptop”.")
        passwordless = self.fields["passwordless"]
        passwordless.label = "Use it instead of my password, too"
        passwordless.help_text = "The device then asks for a fingerprint, a face or a PIN."


class NamePasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name")


class AcceptInvitationForm(account.PasswordVerificationMixin, forms.Form):
    """The address is the invitation's own; nobody chooses another."""

    name = forms.CharField(max_length=150)
    password1 = PasswordField(autocomplete="new-password")
    password2 = PasswordField(autocomplete="new-password")

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        _say(self, "name", "Your name", "As your colleagues know you.", autocomplete="name", autofocus=True)
        _say(self, "password1", "Password", LONG_ENOUGH)
        _say(self, "password2", "The same again")

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        person = User(email=self.invitation.email, name=self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, person)
        return password
