"""Two people at one form: by the prints of what stood there, who changed what since. No Django, no clock."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

# Of a value that a page had before it: enough to see that it is another, and too little to read it back.
DIGITS = 16


def plain(value: Any) -> Any:
    """A value as it is compared: rows by their number, sets in order, text without the browser's line ends."""
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo:
        # The same moment by any clock.
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if hasattr(value, "pk"):
        return str(value.pk)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Iterable):
        # Nothing chosen is nothing typed.
        return sorted(str(plain(one)) for one in value) or ""
    return str(value)


def prints(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _print(value) for name, value in values.items()}


def _print(value: Any) -> str:
    return sha256(json.dumps(plain(value)).encode()).hexdigest()[:DIGITS]


def written(values: Mapping[str, Any]) -> str:
    """For a hidden field of the page."""
    return json.dumps(prints(values), sort_keys=True)


def read(sent: str) -> dict[str, str] | None:
    """None: the page had none, or sent something else."""
    try:
        found = json.loads(sent)
    except ValueError:
        return None
    return {str(name): str(one) for name, one in found.items()} if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Compared:
    """By field. `theirs`: another person changed it and this one didn't. `both`: each to something else."""

    theirs: frozenset[str]
    both: frozenset[str]

    @property
    def changed(self) -> bool:
        return bool(self.theirs or self.both)


def compared(was: Mapping[str, str], now: Mapping[str, Any], typed: Mapping[str, Any]) -> Compared:
    """`was`: the prints that the page had; a field without one was empty there."""
    stands, wanted = prints(now), prints({name: typed.get(name) for name in now})
    seen = dict.fromkeys(stands, _print("")) | dict(was)
    since = {name for name in stands if seen[name] != stands[name] != wanted[name]}
    theirs = {name for name in since if wanted[name] == seen[name]}
    return Compared(theirs=frozenset(theirs), both=frozenset(since - theirs))
