"""The one settings file in the tests' surroundings: their own secrets, a folder and a Redis number a worker.

Set in the environment, so that a process which a test starts finds the same.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_VAR = Path(__file__).parent.parent / "var" / "tests" / _WORKER
_SURROUNDINGS = {
    "ONUS_VAR": str(_VAR),
    "ONUS_SIGNING_KEY": str(_VAR / "signing.pem"),
    "ONUS_ALLOWED_HOSTS": "testserver",
    # The test client asks over http; everything else is as in production.
    "ONUS_REDIRECT_TO_HTTPS": "0",
    "ONUS_SECRET_KEY": "a-secret-that-only-the-tests-use-and-everybody-can-read",
    "ONUS_MASTER_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
    "ONUS_AUDIT_KEY": "an-audit-key-that-only-the-tests-use",
    "ONUS_FINGERPRINT_KEY": "a-fingerprint-key-that-only-the-tests-use",
}


def _own_number(redis_url: str) -> str:
    """Two workers on one Redis number would take each other's tasks."""
    parts = urlsplit(redis_url)
    number = int(parts.path.strip("/") or 0) + int(_WORKER.removeprefix("gw"))
    return parts._replace(path=f"/{number}").geturl()


# Once a worker: a process that a test starts comes by here too, and keeps what the test gave it.
if os.environ.get("ONUS_TESTS_WORKER") != _WORKER:
    os.environ.update(_SURROUNDINGS, ONUS_TESTS_WORKER=_WORKER)
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _own_number(os.environ["REDIS_URL"])

from config.keys import signing_key_made_once  # noqa: E402
from config.settings import *  # noqa: E402

signing_key_made_once(_VAR / "signing.pem", "Tests – not for use in court")

# Read where they lie: a test needs no collectstatic.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
