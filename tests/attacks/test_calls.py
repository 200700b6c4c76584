"""Nobody who uses Onus names an address that it then calls: who calls out at all, and whom a link may lead to."""

import ast
from collections.abc import Iterator
from datetime import datetime

import pytest
from django import forms
from django.http import QueryDict

from tests.access.scene import Scene
from tests.attacks.forms import make
from tests.attacks.test_forms import FORMS, OURS
from tests.house import ROOT, source_files

OPENS = {
    *("aiohttp", "ftplib", "http.client", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket"),
    *("socketserver", "ssl", "urllib.request", "urllib3", "urllib3.exceptions", "websockets", "xmlrpc.client"),
}
# By file: an address of the environment is called, or it is for the library's errors.
CALLERS = {
    "accounts/adapters.py": {"smtplib"},  # its errors
    "courts/signing_key.py": {"urllib.request"},  # ONUS_TIMESTAMP_URL
    "messaging/bounces.py": {"smtplib"},  # its errors
    "messaging/retries.py": {"smtplib"},  # its errors
    "messaging/twilio.py": {"requests", "urllib3.exceptions"},  # ONUS_TWILIO_API, ONUS_TWILIO_MESSAGING_API
}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def test_these_alone_call_out() -> None:
    """Beside Django's own mail and the database, whose addresses the environment names."""
    found = {str(path.relative_to(ROOT)): OPENS & set(imported(path.read_text())) for path in source_files()}

    assert {path: names for path, names in found.items() if names} == CALLERS


@pytest.mark.parametrize("source", ["import socket", "from urllib import request", "def f():\n    import httpx as h"])
def test_another_one_is_found(source: str) -> None:
    assert OPENS & set(imported(source)) != set()


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_a_link_that_somebody_enters_leads_to_the_web(address: str, now: datetime) -> None:
    scene = Scene()
    taken, asked = [], 0
    for label in OURS:
        for name, field in make(FORMS[label], QueryDict(), scene).fields.items():
            if isinstance(field, forms.URLField):
                asked += 1
                said = QueryDict(mutable=True)
                said[name] = address
                taken += [] if name in make(FORMS[label], said, scene).errors else [(label, name)]
    assert asked == 3
    assert taken == []
