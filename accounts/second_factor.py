"""Whether the person has shown a second factor in this very session, and where one is shown or set up.

It is the session that counts, not the person: another session that only knows the password, of whoever began it,
must not open when the person sets up a factor here.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import trail
from accounts.actors import Task
from accounts.models import User
from accounts.roles import AT_THE_COURTS
from core import clock

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What a person without any factor may open, beside the pages that are open to everybody, to set one up.
SETTING_UP = frozenset({"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"})
# What a person who has one may open until it was shown: with the password alone, nobody adds another.
SHOWING = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


def has_one(user: Any) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def has_app(user: Any) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def may_use_mail(user: User) -> bool:
    """Who works at the courts' pages only, without an authenticator: a code comes to the office's own address."""
    return _at_the_courts_only(user) and not has_one(user)


def _at_the_courts_only(user: User) -> bool:
    return bool(user.roles) and user.roles <= AT_THE_COURTS


def shown(request: HttpRequest) -> bool:
    methods = {record.get("method") for record in get_authentication_records(request, _user(request))}
    return "mfa" in methods or ("code" in methods and _at_the_courts_only(_user(request)))


def missing(request: HttpRequest) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and request.user.is_authenticated and not shown(request)


def record_set_up(request: HttpRequest, kind: str) -> None:
    """Setting one up shows that one has it: the code or the key was asked for just now."""
    record_authentication(request, _user(request), "mfa", type=kind, reauthenticated=True)
    request.session.cycle_key()


def note_wrong(user: Any) -> None:
    """As of a wrong password: an event. Each way limits how often."""
    trail.tell(by=Task("accounts.sign_in"), now=clock.now(), verb="user.second_step_failed", on=user)


def forget_shown(request: HttpRequest) -> None:
    """When the last one was removed: this session has to begin again with another."""
    request.session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)


def way(request: HttpRequest) -> tuple[frozenset[str], str]:
    """The names of the pages that are open meanwhile, and the first of them as a path."""
    if not has_one(request.user):
        return SETTING_UP, reverse("mfa_index")
    return SHOWING, str(get_adapter().get_reauthentication_methods(_user(request))[0]["url"])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "asked only of somebody who is signed in"
    return request.user
