"""Who signs in at a demonstration, and what keeps these people out of production."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from accounts.models import User, grant
from accounts.roles import Role
from audit.actions import record

# Reserved by RFC 2606: nobody real has an address there.
DOMAIN = "example.org"
# Everybody may know it: where it opens anything, Onus answers on its own machine only.
PASSWORD = "onus-demo-2026"  # noqa: S105
_hashed: list[str] = []


def appear(name: str, mailbox: str, role: Role, now: datetime) -> User:
    user = User.objects.create(email=f"{mailbox}@{DOMAIN}", name=name, password=_password())
    grant(user, [role], now=now)
    record(by=user, now=now, verb="user.added", on=user, facts={"role": role})
    return user


def _password() -> str:
    """Hashed once for all of them: that takes a third of a second, as it should."""
    if not _hashed:
        _hashed.append(make_password(PASSWORD))
    return _hashed[0]


# Not asked by `migrate`, before which there are no users.
@register(Tags.database, deploy=True)
def demonstration_users_stay_in_demonstrations(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    if settings.DEMO or not databases or not _are_here():
        return []
    return [
        Error(
            "This database holds a demonstration, whose password everybody knows.",
            hint="Begin production in a database of its own.",
            id="onus.E005",
        )
    ]


def _are_here() -> bool:
    there = User._meta.db_table in connection.introspection.table_names()
    return there and User.objects.filter(email__endswith=f"@{DOMAIN}").exists()
