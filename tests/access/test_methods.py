"""The access table by the other methods: HEAD says and does no more than GET, and nothing else is spoken."""

import re
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS, SIGNED_OUT

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\s+(?:OR \w+ )?(?:INTO |FROM )?\"?(\w+)")
# What reading leaves: that somebody looked, and the session.
LOOKED = {"INSERT audit_event", "INSERT django_session", "UPDATE django_session", "DELETE django_session"}
# Of these the row itself says that it was shown: codes once, a receipt the first time, a paper by whom.
NOTED = {
    "mfa_view_recovery_codes": {"UPDATE mfa_authenticator"},
    "office:receipt": {"UPDATE programs_feeentry"},
    "office:paper": {"UPDATE courts_courtpaper"},
}
UNSPOKEN = ("options", "put", "patch", "delete", "trace")


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()
    return Scene()


def pages(scene: Scene, user: Any) -> list[tuple[str, str]]:
    made = [(row.name, reverse(row.name, args=list(row.own(scene, user)))) for row in ROWS]
    # Of no real device: the page that adds another one couldn't read it.
    Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).delete()
    return made


def test_no_page_hears_another_method(scene: Scene) -> None:
    user = scene.person(Role.COORDINATOR)
    where = pages(scene, user)
    client = signed_in(user)

    answers = [(name, method, getattr(client, method)(url)) for name, url in where for method in UNSPOKEN]
    heard = [(name, method) for name, method, answer in answers if (answer.status_code, answer.content) != (405, b"")]
    assert heard == []


@pytest.mark.parametrize("persona", [SIGNED_OUT, Role.COORDINATOR, Role.FACILITATOR, Role.CLERK])
def test_head_is_get_without_its_words_and_neither_changes_anything(persona: str, scene: Scene) -> None:
    user = None if persona == SIGNED_OUT else scene.person(persona)
    other, changed = [], {}
    for name, url in pages(scene, user):
        got, head = (asked(user, method, url) for method in ("get", "head"))
        if head not in (got, (405, [])):
            other.append((name, got, head))
        changed[name] = set(got[1]) - LOOKED - NOTED.get(name, set())
    assert other == []
    assert {name: wrote for name, wrote in changed.items() if wrote} == {}


def asked(user: Any, method: str, url: str) -> tuple[int, list[str]]:
    """What comes back, and into which tables it wrote; the writing is taken back."""
    with transaction.atomic():
        client = signed_in(user, again=True) if user else Client()
        with CaptureQueriesContext(
            connection,
        ) as said:
            status = getattr(client, method)(url).status_code
        transaction.set_rollback(True)
    every = [" ".join(found.groups()) for one in said if (found := WRITES.match(one["sql"]))]
    # Of the cache: a try is counted by whatever method it comes.
    wrote = [one for one in every if "core_cache" not in one]
    return status, [] if status == 405 else wrote
