"""What must be so before a page is served or a job is run. The settings' part is asked by every command as well."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from core import immutable

# A tag of our own, so that web and worker can ask for these and nothing else.
STARTING = "starting"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def refuse_unless_sound() -> None:
    """Raises ImproperlyConfigured, naming everything that is wrong; asked once when web, worker or beat begins."""
    found = run_checks(tags=[STARTING, Tags.database], databases=list(connections), include_deployment_checks=True)
    if wrong := [message for message in found if message.is_serious()]:
        raise ImproperlyConfigured("\n".join(["Onus does not start.", *(f"{w.id}: {w.msg} {w.hint}" for w in wrong)]))


@register(STARTING)
def a_demonstration_stays_on_this_machine(**_: Any) -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    hosts = {*settings.ALLOWED_HOSTS, urlsplit(settings.SITE_URL).hostname or ""}
    return [
        Error(
            f"DEMO=1 makes its own keys and lets everybody in: it answers on this machine only, not as {host}.",
            hint="Unset DEMO, and set what docs/operations.md lists.",
            id="onus.E002",
        )
        for host in sorted(hosts - LOOPBACK)
    ]


@register(STARTING)
def production_is_told_what_it_needs(**_: Any) -> list[CheckMessage]:
    return [] if settings.DEMO else list(_untold())


def _untold() -> Iterator[CheckMessage]:
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "Nobody said under which names Onus is reached.",
            hint="Set ONUS_ALLOWED_HOSTS, as in onus.example.org.",
            id="onus.E003",
        )
    if not settings.DATABASE_IS_NAMED:
        yield Error(
            "Nobody said where the database is.",
            hint="Set DATABASE_URL: postgres://user:password@host/onus, or sqlite:////path/onus.sqlite3.",
            id="onus.E004",
        )


# Not asked by `migrate`, which is what helps.
@register(Tags.database, deploy=True)
def immutable_tables_are_guarded(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Rows of {table} could be changed: a trigger is missing.",
            hint="Run manage.py migrate, which lays the triggers anew.",
            id="onus.E001",
        )
        for alias in databases or []
        for table in immutable.missing(connections[alias])
    ]
