"""Somebody who is signed in, for any test that asks for pages: `client = signed_in(UserFactory(roles=[…]))`."""

from functools import cache

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from accounts.staying import BEGAN, SEEN
from core import clock

PASSWORD = "four quiet words walking"


@cache
def stored_password() -> str:
    """Of PASSWORD, as it stands in the database; a million rounds, once."""
    return make_password(PASSWORD)


def signed_in(user: User, *, client: Client | None = None, shown: str = "mfa", again: bool = False) -> Client:
    """With the second factor shown in this session. `shown=""`: the password only; "code": a mailed code.

    `again`: it was asked for once more just now, as before changing how one signs in.
    """
    client = client or Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": method, "at": clock.now().timestamp(), "reauthenticated": again}
        for method in ("password", shown)
        if method
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    # As after the first page: the next one need not write it down.
    session[BEGAN] = session[SEEN] = clock.now().timestamp()
    session.save()
    return client


def with_authenticator(user: User) -> str:
    """An authenticator app of theirs; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps of thirty seconds from now."""
    return format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30 + steps))


def factors_of(user: User) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
