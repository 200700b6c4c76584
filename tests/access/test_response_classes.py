"""Each class of response that the house gives, by a real request: what its reader is told and may keep."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.headers import SANDBOX
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.access.test_headers import POLICY, TOLD, policy

pytestmark = pytest.mark.django_db
BY_NAME = {row.name: row for row in ROWS}
OFFICE, CLERK, FACILITATOR = Role.COORDINATOR, Role.CLERK, Role.FACILITATOR
# What is asked for, by whom (None: somebody not signed in), and its kind.
PAGES = [
    ("office:settings", OFFICE, "text/html"),
    ("court:people", CLERK, "text/html"),
    ("sessions:list", FACILITATOR, "text/html"),
    ("account_login", None, "text/html"),
    ("verify", None, "text/html"),
    ("figures", None, "text/html"),
    ("letter:letter", None, "text/html"),
    ("worker", FACILITATOR, "text/javascript"),
    ("healthz", None, "application/json"),
    ("account_staying", OFFICE, "application/json"),
    ("office:report_pdf", OFFICE, "application/pdf"),
]
FILES = [
    ("office:paper", OFFICE, ""),
    ("office:funder_file", OFFICE, "text/csv"),
    ("sessions:feed", None, "text/calendar"),
]


@pytest.fixture
def scene(now: datetime) -> Scene:
    return Scene()


def asked(scene: Scene, name: str, role: Role | None, *, post: Mapping[str, Any] | None = None) -> HttpResponseBase:
    user = scene.person(role) if role else None
    client = signed_in(user, again=True) if user else Client()
    where = reverse(name, args=list(BY_NAME[name].own(scene, user)))
    return client.get(where, secure=True) if post is None else client.post(where, post, secure=True)


def told(response: HttpResponseBase) -> dict[str, str]:
    return {name: response.get(name, "") for name in TOLD}


def kind(response: HttpResponseBase) -> str:
    return response["Content-Type"].partition(";")[0]


@pytest.mark.parametrize(("name", "role", "of_kind"), PAGES, ids=[name for name, _, _ in PAGES])
def test_what_is_shown(scene: Scene, name: str, role: Role | None, of_kind: str) -> None:
    response = asked(scene, name, role)

    assert (response.status_code, kind(response), policy(response)) == (200, of_kind, POLICY)
    assert told(response) == TOLD
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("name", "role", "of_kind"), FILES, ids=[name for name, _, _ in FILES])
def test_a_file_is_taken_from_a_sandbox(scene: Scene, name: str, role: Role | None, of_kind: str) -> None:
    response = asked(scene, name, role)

    said = "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert (response.status_code, response["Content-Security-Policy"], SANDBOX) == (200, said, said)
    assert of_kind in ("", kind(response))
    assert told(response) == TOLD
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("as_kind", ["csv", "xlsx"])
def test_so_is_a_list_that_is_written_while_it_is_sent(scene: Scene, as_kind: str) -> None:
    said = {"columns": ["0"], "kind": as_kind, "why": "For the test"}
    response = asked(scene, "office:export", OFFICE, post=said)

    assert (response.status_code, response["Content-Security-Policy"]) == (200, SANDBOX)
    assert response["Content-Disposition"].startswith("attachment; ")
    assert told(response) == TOLD
    assert "no-store" in response["Cache-Control"]
    response.close()


def test_a_host_that_is_not_ours(client: Client) -> None:
    response = client.get("/account/sign-in/", secure=True, headers={"Host": "evil.example"})

    assert (response.status_code, policy(response)) == (400, POLICY)
    # It is refused before that header's own middleware is asked; the policy's `frame-ancestors` says the same.
    assert told(response) == TOLD | {"X-Frame-Options": ""}


def test_what_a_provider_posts_unsigned(client: Client) -> None:
    response = client.post(reverse("texts:came_in"), secure=True)

    assert response.status_code == 403
    assert told(response) == TOLD


def test_a_file_of_the_house_is_kept_and_guessed_at_by_nobody(client: Client) -> None:
    response = client.get("/static/css/onus.css", secure=True)

    assert (response.status_code, response["X-Content-Type-Options"]) == (200, "nosniff")
    assert response["Strict-Transport-Security"] == TOLD["Strict-Transport-Security"]
    assert "Access-Control-Allow-Origin" not in response
    assert response["Content-Security-Policy"] == SANDBOX
    response.close()
