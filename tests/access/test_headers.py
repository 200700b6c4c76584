"""What the browser is told with every class of response, and what it keeps."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from accounts.roles import Role
from core import clock, health
from core.headers import PERMISSIONS
from tests.access.people import PASSWORD, signed_in
from tests.factories.accounts import UserFactory
from tests.house import ROOT

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a page breaks that nobody thought of")


urlpatterns = [path("broken/", broken), path("", include("config.urls"))]


def policy(response: HttpResponseBase) -> dict[str, str]:
    """Without the nonces, of which each page has its own."""
    directives = (part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    return {name: " ".join(v for v in value.split() if "nonce" not in v) for name, value in directives}


@pytest.fixture
def coordinator(db: None, settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    client = signed_in(UserFactory(roles=[Role.COORDINATOR]))
    client.raise_request_exception = False
    return client


CLASSES = [
    ("/account/second-step/", 200),
    ("/", 302),
    ("/court/", 403),
    ("/nowhere/", 404),
    ("/broken/", 500),
    ("/healthz", 200),
]


@pytest.fixture(autouse=True)
def _just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long this run of tests has lasted: no job has come through yet, and none is late."""
    monkeypatch.setattr(health, "_started", clock.now())


@pytest.mark.parametrize(("where", "status"), CLASSES, ids=[f"{status} {where}" for where, status in CLASSES])
def test_on_every_class_of_response(coordinator: Client, where: str, status: int) -> None:
    response = coordinator.get(where, secure=True)

    assert (response.status_code, policy(response)) == (status, POLICY)
    assert "no-store" in response["Cache-Control"]
    assert {name: response[name] for name in TOLD} == TOLD


TOLD = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def test_a_request_that_may_not_post(coordinator: Client) -> None:
    response = coordinator.post("/", secure=True)

    assert (response.status_code, policy(response)) == (405, POLICY)


def test_a_forged_post(db: None) -> None:
    client = signed_in(UserFactory(roles=[Role.COORDINATOR]), client=Client(enforce_csrf_checks=True))
    response = client.post("/account/sign-out/", secure=True)

    assert (response.status_code, policy(response)) == (403, POLICY)
    assert "_auth_user_id" in client.session


def test_each_page_has_its_own_nonce(db: None, client: Client) -> None:
    pages = [client.get("/account/sign-in/") for _ in range(2)]
    nonces = {page.wsgi_request.csp_nonce for page in pages}  # type: ignore[attr-defined]

    assert len(nonces) == 2
    for page in pages:
        nonce = page.wsgi_request.csp_nonce  # type: ignore[attr-defined]
        assert f"'nonce-{nonce}'" in page["Content-Security-Policy"]
        assert f'nonce="{nonce}"' in page.content.decode()


def test_over_http_one_is_sent_to_https(db: None, client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/account/sign-in/")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/account/sign-in/")
    assert client.get("/healthz").status_code == 200


# --- cookies


@pytest.fixture
def cookies(db: None, client: Client, settings: Settings) -> dict[str, dict[str, object]]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = UserFactory(roles=[Role.COORDINATOR])
    user.set_password(PASSWORD)
    user.save()
    client.get("/account/sign-in/")
    client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})
    kept = ("secure", "httponly", "samesite", "path", "domain", "max-age")
    return {name: {key: cookie[key] for key in kept} for name, cookie in client.cookies.items()}


def test_cookies_go_to_this_host_over_https_alone(cookies: dict[str, dict[str, object]]) -> None:
    safe = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}

    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-device"}
    for name, cookie in cookies.items():
        assert cookie.items() >= safe.items()
        # By the device's, which opens nothing, a browser is known the next time.
        assert (cookie["max-age"] == "") == (name != "__Host-device"), "it ends with the browser"


ASKED = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECOND_FACTOR_REQUIRED",
    "DEBUG",
)


def settings_of(tmp_path: Path, **environment: str) -> list[object]:
    """As another process reads them."""
    known = {name: value for name, value in os.environ.items() if name != "ONUS_REDIRECT_TO_HTTPS"}
    code = f"import json, config.settings as s; print(json.dumps([getattr(s, name) for name in {ASKED!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=known | {"ONUS_VAR": str(tmp_path)} | environment,
        capture_output=True,
        check=True,
    )
    said: list[object] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_production(tmp_path: Path) -> None:
    """It can't be told to do without a second factor, nor to show what broke."""
    year = 365 * 24 * 60 * 60

    assert settings_of(tmp_path, ONUS_DEMO_WITHOUT_SECOND_FACTOR="1", DEBUG="1") == [
        "__Host-session",
        "__Host-csrf",
        True,
        True,
        year,
        True,
        False,
    ]


@pytest.mark.parametrize(("without", "required"), [("0", True), ("1", False)])
def test_a_demonstration(tmp_path: Path, without: str, required: bool) -> None:
    said = settings_of(tmp_path, DEMO="1", ONUS_DEMO_WITHOUT_SECOND_FACTOR=without)

    assert said == ["session", "csrf", False, False, 0, required, False]
