from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core import immutable


@register(Tags.database)
def immutable_tables_are_guarded(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Rows of {table} could be changed: a trigger is missing.",
            hint="Run manage.py migrate, which lays the triggers anew.",
            id="onus.E001",
        )
        for alias in databases or []
        for table in immutable.missing(connections[alias])
    ]
