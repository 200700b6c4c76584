"""What somebody changed of a record: for the row, and for the event that tells of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(slots=True)
class Changes:
    """`facts`: old and new of what names nobody, else only that it changed; `personal`: old and new of the rest."""

    facts: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[str]:
        return list(self.facts)

    def __bool__(self) -> bool:
        return bool(self.facts)


def write_into(record: models.Model, said: Mapping[str, Any], *, personal: Collection[str] = ()) -> Changes:
    """Set what differs; not saved: `record.save(update_fields=changes.fields)`."""
    made = Changes()
    for name, new in said.items():
        old = getattr(record, name)
        if old == new:
            continue
        setattr(record, name, new)
        if name in personal:
            made.facts[name], made.personal[name] = "changed", [old, new]
        else:
            made.facts[name] = [old, new]
    return made
