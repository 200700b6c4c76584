"""What somebody sent after being signed out for being idle: kept until the same person has signed in again.

Under the master key, in the session that then begins; not in the browser, which others may use. For an hour.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest

from vault.models import master

KEPT = "kept_post"
SECONDS = 60 * 60
# Longer than any form of ours; whoever sends more has pasted a book.
MOST = 200_000
OURS = "csrfmiddlewaretoken"


class Typed(NamedTuple):
    """`files`: some were chosen, and have to be chosen again."""

    path: str
    fields: Sequence[tuple[str, Sequence[str]]]
    files: bool

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.fields for value in values]

    @property
    def read(self) -> list[tuple[str, str]]:
        """As a person reads it back."""
        said = [(name.rpartition("-")[2].replace("_", " "), value) for name, value in self.pairs]
        return [(name.capitalize(), value) for name, value in said if value.strip()]


def typed(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """As it goes into the session. None: nothing that one would miss, or what only a script sends."""
    if request.method != "POST" or not _is_a_page_of_work(request):
        return None
    fields = [(name, values) for name, values in request.POST.lists() if name != OURS]
    said = json.dumps({"path": request.get_full_path(), "fields": fields, "files": bool(request.FILES)})
    if not fields or len(said) > MOST:
        return None
    sealed = master().encrypt(said.encode()).decode()
    return {"user": request.user.pk, "at": now.timestamp(), "to": request.path, "sealed": sealed}


def keep(request: HttpRequest, one: dict[str, Any] | None) -> None:
    if one:
        request.session[KEPT] = one


def is_for(request: HttpRequest, user: Any, now: datetime) -> bool:
    """Somebody else's is dropped, and what is too old."""
    one = request.session.get(KEPT)
    if one and (one["user"] != user.pk or now.timestamp() - one["at"] > SECONDS):
        drop(request)
        return False
    return bool(one)


def opened(request: HttpRequest) -> Typed:
    said = json.loads(master().decrypt(request.session[KEPT]["sealed"].encode()))
    return Typed(said["path"], said["fields"], said["files"])


def drop(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def drop_sent(request: HttpRequest) -> None:
    """It goes its way now, as a request like any other."""
    if request.method == "POST" and request.session.get(KEPT, {}).get("to") == request.path:
        drop(request)


def _is_a_page_of_work(request: HttpRequest) -> bool:
    """Not a password; nor a part of a page, which has nowhere to come back to."""
    match = request.resolver_match
    return bool(match and match.namespace) and "HX-Request" not in request.headers
