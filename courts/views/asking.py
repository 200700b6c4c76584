"""What was looked for stands in the session, encrypted, under a word of chance: no name comes into an address or a log,
the way back from a report leads to the same list, and two tabs don't disturb each other."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from vault.models import master

ASKED = "court:asked"
KEPT = 12
WORD = "asked"


def keep(request: HttpRequest, said: Mapping[str, str]) -> str:
    """The word by which the page finds it again; "" where nothing was asked."""
    given = {name: value for name, value in said.items() if value}
    if not given:
        return ""
    word = secrets.token_urlsafe(9)
    kept = [*request.session.get(ASKED, [])][1 - KEPT :]
    request.session[ASKED] = [*kept, [word, master().encrypt(json.dumps(given).encode()).decode()]]
    return word


def kept(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """The word that the page was asked with, and what it stands for; nothing, where it is of another session."""
    word = request.GET.get(WORD, "")
    sealed = dict(request.session.get(ASKED, [])).get(word)
    if sealed is None:
        return "", {}
    try:
        said: dict[str, Any] = json.loads(master().decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return "", {}  # the key of this installation was changed
    return word, said


def tail(word: str) -> str:
    """Of an address, before the page's number."""
    return f"{WORD}={word}&" if word else ""
