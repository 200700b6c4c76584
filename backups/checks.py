from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from backups.databases import unfinished


# Asked by web, worker and beat before they begin.
@register(Tags.database, deploy=True)
def no_restore_is_unfinished(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Until it is finished, somebody who was forgotten could stand there again."""
    if not databases or not unfinished():
        return []
    return [
        Error(
            "A restore was stopped before the ledger of destroyed keys was read.",
            hint="Run manage.py restore --finish.",
            id="onus.E006",
        )
    ]
