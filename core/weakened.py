"""Each setting that keeps somebody out, and the least that it may say: production doesn't start with less."""

from collections.abc import Callable
from typing import Any, NamedTuple

from csp.constants import UNSAFE_EVAL, UNSAFE_HASHES, UNSAFE_INLINE
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from core.checks import STARTING

YEAR = 365 * 24 * 60 * 60
WORKING_DAY = 12 * 60 * 60
LEAST_LONG = 12
# Nobody's own pages answer without one of these before them.
GUARDS = frozenset(
    {
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "core.headers.PrivatePages",
        "django.middleware.csrf.CsrfViewMiddleware",
        "accounts.middleware.StayingMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "accounts.middleware.SecondFactorMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    }
)
VALIDATORS = frozenset({"MinimumLengthValidator", "UserAttributeSimilarityValidator", "CommonPasswordValidator"})
# Why each may be silent stands beside it in the settings.
SILENT = frozenset({"security.W021"})
UNSAFE = frozenset({UNSAFE_EVAL, UNSAFE_HASHES, UNSAFE_INLINE, "*", "data:", "http:", "https:", "blob:"})


class Least(NamedTuple):
    """`holds`: whether the settings say at least this."""

    id: str
    holds: Callable[[Any], bool]
    msg: str
    hint: str


def _cookies(said: Any) -> bool:
    flags = (
        said.SESSION_COOKIE_SECURE,
        said.CSRF_COOKIE_SECURE,
        said.SESSION_COOKIE_HTTPONLY,
        said.CSRF_COOKIE_HTTPONLY,
    )
    names = (said.SESSION_COOKIE_NAME, said.CSRF_COOKIE_NAME, said.DEVICE_COOKIE_NAME)
    same_site = {said.SESSION_COOKIE_SAMESITE, said.CSRF_COOKIE_SAMESITE} <= {"Lax", "Strict"}
    return all(flags) and all(name.startswith("__Host-") for name in names) and same_site


def _day(said: Any) -> bool:
    return bool(said.SESSION_COOKIE_AGE <= WORKING_DAY and said.SESSION_EXPIRE_AT_BROWSER_CLOSE)


def _policy(said: Any) -> bool:
    policy = (getattr(said, "CONTENT_SECURITY_POLICY", None) or {}).get("DIRECTIVES", {})
    return "default-src" in policy and not any(
        UNSAFE.intersection(sources)
        for name, sources in policy.items()
        if name in ("default-src", "script-src", "style-src")
    )


def _validators(said: Any) -> bool:
    found = {one["NAME"].rpartition(".")[2]: one.get("OPTIONS", {}) for one in said.AUTH_PASSWORD_VALIDATORS}
    return found.keys() >= VALIDATORS and found["MinimumLengthValidator"].get("min_length", 0) >= LEAST_LONG


def _https(said: Any) -> bool:
    return bool(said.SECURE_HSTS_SECONDS >= YEAR and said.SECURE_HSTS_INCLUDE_SUBDOMAINS)


def _proxies(said: Any) -> bool:
    """Together or not at all: whoever believes the one header counts on a proxy that writes the other."""
    return bool(said.ALLAUTH_TRUSTED_PROXY_COUNT) == bool(said.SECURE_PROXY_SSL_HEADER)


def _told(said: Any) -> bool:
    """What a browser is told beside the policy."""
    referrer = said.SECURE_REFERRER_POLICY in ("same-origin", "no-referrer")
    opener = said.SECURE_CROSS_ORIGIN_OPENER_POLICY == "same-origin"
    return said.SECURE_CONTENT_TYPE_NOSNIFF and said.X_FRAME_OPTIONS == "DENY" and referrer and opener


LEAST = (
    Least("onus.E110", lambda s: not s.DEBUG, "DEBUG shows whoever errs what stands in memory.", "Set it to False."),
    Least(
        "onus.E111",
        lambda s: not any(host.startswith("*") for host in s.ALLOWED_HOSTS),
        "Onus answers to any name, also to one in a forged link.",
        "Name its own in ONUS_ALLOWED_HOSTS.",
    ),
    Least("onus.E112", _cookies, "A cookie could be read by a script, or go to another host or over http.",
          "Secure, HttpOnly, Lax or Strict, and a name that begins with __Host-."),
    Least("onus.E113", lambda s: s.SECOND_FACTOR_REQUIRED, "A password alone opens everything.",
          "Only a demonstration does without the second factor."),
    Least("onus.E114", lambda s: 0 < s.IDLE_MINUTES <= 30, "A screen that was left stays open for over half an hour.",
          "Set ONUS_IDLE_MINUTES to 30 or less."),
    Least("onus.E115", _day, "A session outlives the working day or the browser.",
          "SESSION_COOKIE_AGE: at most 12 hours; and it ends with the browser."),
    Least("onus.E116", lambda s: s.MESSAGE_STORAGE.endswith(".session.SessionStorage"),
          "A message may name somebody, and would stand in a cookie.", "Keep messages in the session."),
    Least("onus.E117", _policy, "A script or style that isn't ours could run.",
          "No unsafe source in CONTENT_SECURITY_POLICY, and a default-src."),
    Least("onus.E118", lambda s: (s.CELERY_TASK_SERIALIZER, list(s.CELERY_ACCEPT_CONTENT)) == ("json", ["json"]),
          "Who writes into the broker could have the worker run anything.", "Celery takes and writes JSON alone."),
    Least("onus.E119", lambda s: s.PASSWORD_HASHERS[0].endswith(".Argon2PasswordHasher"),
          "A stolen password table could be guessed fast.", "Argon2 first in PASSWORD_HASHERS."),
    Least("onus.E120", _validators, "A password may be short, common, or one's own name.",
          "Keep the three validators, and at least 12 characters."),
    Least("onus.E121", _https, "A browser may come by http the next time.", "HSTS for a year, subdomains included."),
    Least("onus.E122", _proxies, "The number of proxies and the header of theirs that is believed don't go together.",
          "Set ONUS_PROXIES, which sets both."),
    Least("onus.E123", lambda s: SILENT.issuperset(s.SILENCED_SYSTEM_CHECKS), "A check was told to be silent.",
          "Mend what it says instead."),
    Least("onus.E124", _told, "The browser is told too little: of types, of frames, of where one came from.",
          "As config/settings.py has it."),
    Least("onus.E125", lambda s: s.SESSION_ENGINE.endswith((".db", ".cached_db")),
          "What is in a session could be read in the browser, and it could not be ended from here.",
          "Keep sessions in the database."),
    Least("onus.E126", lambda s: s.ACCOUNT_PREVENT_ENUMERATION == "strict", "An answer tells who signs in here.",
          "ACCOUNT_PREVENT_ENUMERATION: strict."),
    Least("onus.E127", lambda s: GUARDS.issubset(s.MIDDLEWARE), "A guard before every page is missing.",
          "As config/settings.py has them in MIDDLEWARE."),
)  # fmt: skip


@register(STARTING)
def nothing_is_weakened(**_: Any) -> list[CheckMessage]:
    if settings.DEMO:
        return []
    return [Error(one.msg, hint=one.hint, id=one.id) for one in LEAST if not one.holds(settings)]
