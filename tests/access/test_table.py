"""Walks the access table by real requests, and fails where it doesn't name what there is."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse

from accounts.roles import Role
from accounts.second_factor import SETTING_UP
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import IN, PERSONAS, ROWS, SIGNED_OUT, Row, Status

DOOR = "/account/sign-in/"
BY_NAME = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()  # the limits on signing in, which on Redis outlive a test
    return Scene()


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Of every URL there is; one without a name goes by its route, which no row can have."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert sorted(set(names(get_resolver().url_patterns))) == sorted(row.name for row in ROWS)


def test_a_url_has_one_row() -> None:
    assert [name for name, count in Counter(row.name for row in ROWS).items() if count > 1] == []


def test_a_url_without_a_row_is_found() -> None:
    def view() -> None: ...

    inner = ([path("b/", view, name="b"), path("c/", view)], "app")  # type: ignore[arg-type]
    found = names([path("a/", view, name="a"), path("d/", include(inner))])  # type: ignore[arg-type]

    assert list(found) == ["a", "app:b", "app:c/"]


@pytest.mark.django_db
@pytest.mark.parametrize("persona", PERSONAS)
@BY_NAME
def test_who_may(row: Row, persona: str, scene: Scene) -> None:
    wanted = {"get": row.get, "post": row.post, "get_other": row.get_other, "post_other": row.post_other}

    assert {
        request: status_of(ask(row, request, persona, scene)) for request, expected in wanted.items() if expected
    } == {request: expected.of(persona) for request, expected in wanted.items() if expected}


def ask(row: Row, request: str, persona: str, scene: Scene) -> HttpResponse:
    user = None if persona == SIGNED_OUT else scene.person(persona)
    arguments = row.other if request.endswith("_other") else row.own
    assert arguments is not None
    where = reverse(row.name, args=list(arguments(scene, user)))
    with transaction.atomic():
        client = signed_in(user, again=True) if user else Client()
        response = client.post(where, row.data) if request.startswith("post") else client.get(where)
        transaction.set_rollback(True)
    assert faults_of(response) == []
    return response  # type: ignore[return-value]


def status_of(response: HttpResponse) -> Status:
    if response.status_code == 302 and response["Location"].partition("?")[0] == DOOR:
        return IN
    return response.status_code


# --- without a second factor


@pytest.mark.django_db
@BY_NAME
def test_without_a_second_factor_only_the_way_to_one_is_open(row: Row, scene: Scene) -> None:
    """Open to everybody it may be; else one is sent to set one up."""
    user = scene.stranger
    for ask_it in ("get", "post"):
        client = signed_in(user, shown="")
        where = reverse(row.name, args=list(row.own(scene, None)))
        response = client.get(where) if ask_it == "get" else client.post(where, row.data)
        sent = response.headers.get("Location", "").startswith("/account/second-step/")
        outside = (row.get if ask_it == "get" else row.post).signed_out

        assert sent or row.name in SETTING_UP or outside != IN or row.name in MIDWAY


# Open to whoever is in the midst of signing in, and to nobody else; and the way out.
MIDWAY = {"account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn", "account_logout"}


# --- what no page may have


HEADERS = ["Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"]
# On the page itself, and so for all that stands in it: what is typed or read goes to no service of the browser's maker.
NOT_SENT_ON = ('translate="no"', 'spellcheck="false"')
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "an inline style": re.compile(r"<style|<[^>]+\sstyle=", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    "something from another host": re.compile(
        r"<(?:script|link|img|iframe|form)\b[^>]*(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE
    ),
}


def faults_of(response: object) -> list[str]:
    """Of any response at all: headers that are missing, and what the content policy would stop."""
    assert isinstance(response, HttpResponseBase)
    html = ""
    if isinstance(response, HttpResponse) and response["Content-Type"].startswith("text/html"):
        html = response.content.decode()
    return [
        *(f"no {name}" for name in HEADERS if name not in response),
        *(what for what, pattern in INLINE.items() if pattern.search(html)),
        *(f"without {said}" for said in NOT_SENT_ON if "<html" in html and said not in html.partition("<main")[0]),
        *(["may be kept"] if "no-store" not in response.get("Cache-Control", "") else []),
    ]


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>1</script>", "an inline script"),
        ('<script type="module">1</script>', "an inline script"),
        ("<style>a{}</style>", "an inline style"),
        ('<p style="color: red">', "an inline style"),
        ('<a onclick="x()">', "a handler in an attribute"),
        ('<script src="https://cdn.example/x.js"></script>', "something from another host"),
    ],
)
def test_a_fault_is_found(html: str, fault: str) -> None:
    assert [said for said in faults_of(HttpResponse(html)) if said in INLINE] == [fault]


def test_a_page_that_may_be_sent_on_is_found() -> None:
    said = faults_of(HttpResponse('<!doctype html><html lang="en" translate="no"><body><main spellcheck="false">'))

    assert [one for one in said if one.startswith("without")] == ['without spellcheck="false"']


def test_a_response_without_headers_is_found() -> None:
    assert faults_of(HttpResponse("<p>")) == [*(f"no {name}" for name in HEADERS), "may be kept"]


def test_roles_are_the_personas_in_order() -> None:
    assert list(PERSONAS[1:]) == [Role.ADMINISTRATOR, Role.COORDINATOR, Role.FACILITATOR, Role.CLERK, Role.PARTNER]
