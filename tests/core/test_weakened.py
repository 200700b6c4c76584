"""Each setting that keeps somebody out, said wrong: production doesn't start."""

from typing import Any

import pytest
from django.conf import settings as ours
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from core import weakened
from core.checks import refuse_unless_sound

POLICY: dict[str, Any] = ours.CONTENT_SECURITY_POLICY["DIRECTIVES"]
OURS: Any = ours.AUTH_PASSWORD_VALIDATORS
SHORT = [{**one, "OPTIONS": {"min_length": 8}} if "Minimum" in one["NAME"] else one for one in OURS]
WRONG = [
    ("DEBUG", True, "E110"),
    ("ALLOWED_HOSTS", ["*"], "E111"),
    ("ALLOWED_HOSTS", ["onus.example", "*.example"], "E111"),
    *((name, False, "E112") for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")),
    *((name, False, "E112") for name in ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")),
    *((name, "None", "E112") for name in ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")),
    *((name, "kept", "E112") for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME")),
    ("SECOND_FACTOR_REQUIRED", False, "E113"),
    ("IDLE_MINUTES", 31, "E114"),
    ("IDLE_MINUTES", 0, "E114"),
    ("SESSION_COOKIE_AGE", 12 * 60 * 60 + 1, "E115"),
    ("SESSION_EXPIRE_AT_BROWSER_CLOSE", False, "E115"),
    ("MESSAGE_STORAGE", "django.contrib.messages.storage.fallback.FallbackStorage", "E116"),
    ("CONTENT_SECURITY_POLICY", None, "E117"),
    ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {**POLICY, "script-src": ["'self'", "'unsafe-inline'"]}}, "E117"),
    ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {**POLICY, "style-src": ["'unsafe-inline'"]}}, "E117"),
    ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {**POLICY, "script-src": ["'unsafe-eval'"]}}, "E117"),
    ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {**POLICY, "default-src": ["*"]}}, "E117"),
    ("CELERY_TASK_SERIALIZER", "pickle", "E118"),
    ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "E118"),
    ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"], "E119"),
    ("AUTH_PASSWORD_VALIDATORS", ours.AUTH_PASSWORD_VALIDATORS[:2], "E120"),
    ("AUTH_PASSWORD_VALIDATORS", SHORT, "E120"),
    ("SECURE_HSTS_SECONDS", 3600, "E121"),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", False, "E121"),
    ("ALLAUTH_TRUSTED_PROXY_COUNT", 1, "E122"),
    ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), "E122"),
    ("SILENCED_SYSTEM_CHECKS", ["security.W021", "security.W004"], "E123"),
    ("SECURE_CONTENT_TYPE_NOSNIFF", False, "E124"),
    ("X_FRAME_OPTIONS", "SAMEORIGIN", "E124"),
    ("SECURE_REFERRER_POLICY", "unsafe-url", "E124"),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", None, "E124"),
    ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies", "E125"),
    ("ACCOUNT_PREVENT_ENUMERATION", True, "E126"),
    *(("MIDDLEWARE", [one for one in ours.MIDDLEWARE if one != guard], "E127") for guard in sorted(weakened.GUARDS)),
]


def found() -> list[str | None]:
    return [message.id for message in weakened.nothing_is_weakened()]


def test_as_they_are_nothing_is_weakened() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "number"), WRONG, ids=[f"{name} {i}" for i, (name, _, _) in enumerate(WRONG)]
)
def test_each_one_is_found(settings: Settings, name: str, value: Any, number: str) -> None:
    setattr(settings, name, value)
    assert found() == [f"onus.{number}"]

    settings.DEMO = True
    assert found() == []


def test_each_has_its_wrong_example() -> None:
    assert {f"onus.{number}" for _, _, number in WRONG} == {one.id for one in weakened.LEAST}


@pytest.mark.django_db
def test_production_does_not_start(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False

    with pytest.raises(ImproperlyConfigured, match=r"onus\.E113: A password alone opens everything\."):
        refuse_unless_sound()
