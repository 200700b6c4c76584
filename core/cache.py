from typing import Any

from django.core.management import call_command


def make_table_after_migrate(*, using: str, **_: Any) -> None:
    """Where the cache stands in the database; on Redis there is nothing to make."""
    call_command("createcachetable", database=using, verbosity=0)
