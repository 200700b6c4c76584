"""Where no way leads from a row to the man: what somebody typed, lists of many, sessions, files on the disk."""

import email
import email.policy
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actors import Actor
from core import privacy
from core.privacy import Rule
from core.refusal import Refusal
from courts.actions import uploads
from courts.models import ListUpload
from records.forgetting.sought import Sought
from records.forgetting.walk import blanked, by_rule
from vault.models import master

# As a sealed value begins.
SEALED = "gAAAA"
# Folders of `var/` in which a mail or a paper may lie: a demonstration's mails, the story's certificates.
FOLDERS = ("mail", "story", "restored")


class StillComingIn(Refusal):
    pass


def forget(sought: Sought, *, lists: Iterable[int], stop_lists: bool = False, by: Actor, now: datetime) -> Counter[str]:
    """`lists`: those that brought him. By what it was, how much. Raises StillComingIn, unless `stop_lists`."""
    counted: Counter[str] = Counter(dict(_typed(sought)))
    counted["list"] = _lists(sought, set(lists), stop_lists, by, now)
    counted["session"] = _sessions(sought)
    # Once it is sure: what is deleted from the disk doesn't come back with a transaction.
    transaction.on_commit(partial(_files, sought), robust=True)
    return +counted


# --- What somebody typed


def _typed(sought: Sought) -> Iterator[tuple[str, int]]:
    for label, columns in privacy.TYPED.items():
        if columns:
            rows = apps.get_model(label)._default_manager.order_by("pk").values_list("pk", *columns)
            hits = [pk for pk, *said in rows.iterator() if any(map(sought.stands_in, said))]
            _clear_typed(label, hits)
            yield label, len(hits)


def _clear_typed(label: str, pks: list[int]) -> None:
    model = apps.get_model(label)
    fields = by_rule(model)
    found = model._default_manager.filter(pk__in=pks)
    if fields[Rule.DROP]:
        found.delete()
    else:
        found.update(**{field.name: blanked(field) for field in fields[Rule.BLANK]})


# --- Lists of many


def _lists(sought: Sought, lists: set[int], stop_lists: bool, by: Actor, now: datetime) -> int:
    """Those that still have their bytes: the list that brought him, and whichever says his name or number."""
    kept = ListUpload.objects.filter(emptied_at=None).select_related("key").order_by("pk")
    hits = [one for one in kept.iterator() if one.list_import_id in lists or _said_in(one, sought)]
    for one in hits:
        if one.state == ListUpload.State.COMING_IN and not stop_lists:
            raise StillComingIn("A list in which he stands is coming in just now. Try again in a few minutes.")
        uploads.empty(upload=one, by=by, now=now)
    return len(hits)


def _said_in(one: ListUpload, sought: Sought) -> bool:
    # After a restore its key may be gone, and its bytes not.
    parts: list[Any] = [one.content, one.refused_rows]
    files = [bytes(part) for part in parts if isinstance(part, bytes | memoryview)]
    said = json.dumps([one.name, one.preview], ensure_ascii=False)
    # Others of his last name stand in many a list.
    named = sought.by_more_than_a_last_name()
    return named.stands_in(said) or any(map(named.stands_in_file, files))


# --- Sessions


def _sessions(sought: Sought) -> int:
    """Whoever looked for him, or was told his name on top of a page, signs in again."""
    hits = [
        one.session_key
        for one in Session.objects.order_by("session_key").iterator()
        if any(map(sought.stands_in, _texts(one.get_decoded())))
    ]
    return Session.objects.filter(session_key__in=hits).delete()[0]


def _texts(said: Any) -> Iterator[str]:
    """Every text in it, what is sealed opened."""
    if isinstance(said, dict):
        for one in said.items():
            yield from _texts(one)
    elif isinstance(said, list | tuple):
        for one in said:
            yield from _texts(one)
    elif isinstance(said, str):
        yield from _texts(opened) if (opened := _opened(said)) is not None else [said]


def _opened(said: str) -> Any:
    """What was sealed, or written as JSON; None: it is a plain text."""
    try:
        plain = master().decrypt(said.encode()).decode() if said.startswith(SEALED) else said
        found = json.loads(plain)
    except (InvalidToken, ValueError):
        return None
    return found if isinstance(found, dict | list) else None


# --- Files


def _files(sought: Sought) -> int:
    """How many were deleted."""
    hits = [path for path in _looked_through() if sought.stands_in(path.name) or _in_file(path, sought)]
    for path in hits:
        path.unlink(missing_ok=True)
    return len(hits)


def _looked_through() -> Iterator[Path]:
    for folder in {*(Path(settings.VAR) / name for name in FOLDERS), Path(getattr(settings, "EMAIL_FILE_PATH", "/-"))}:
        if folder.is_dir():
            yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _in_file(path: Path, sought: Sought) -> bool:
    content = path.read_bytes()
    return sought.stands_in_file(content) or any(map(sought.stands_in, _mailed(content)))


def _mailed(content: bytes) -> Iterator[str]:
    """The parts of a mail as its reader sees them."""
    for part in email.message_from_bytes(content, policy=email.policy.default).walk():
        for value in part.values():
            yield str(value)
        if not part.is_multipart():
            yield bytes(part.get_payload(decode=True) or b"").decode("utf-8", "ignore")
