"""A process of its own with a database that is thrown away, on PostgreSQL, whatever this process runs on.

What is also promised on SQLite may be measured there, where there is no PostgreSQL: `servers_if_any`.
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

from tools import servers
from tools.debian import Missing


@contextmanager
def servers_at() -> Iterator[dict[str, str]]:
    """The URLs of PostgreSQL and of Redis, found or started as for `make test-postgres`."""
    with ExitStack() as stack:
        yield {"DATABASE_URL": servers.postgres(stack), "REDIS_URL": servers.redis(stack)}


@contextmanager
def servers_if_any() -> Iterator[dict[str, str]]:
    """Nothing where there are none, and none can be started here; then `process` is on SQLite, and this says so.

    Raises Missing where DATABASE_URL names one that isn't there.
    """
    with ExitStack() as stack:
        try:
            urls = stack.enter_context(servers_at())
        except Missing as reason:
            if os.environ.get("DATABASE_URL"):
                raise
            print(f"measured on SQLite, for want of PostgreSQL: {reason}", file=sys.stderr, flush=True)
            urls = {}
        yield urls


@contextmanager
def process(urls: dict[str, str], database: str) -> Iterator[Executor]:
    """Django is set up there, and the database of that name is empty."""
    with _environment(urls), ProcessPoolExecutor(1, get_context("spawn"), django.setup) as executor:
        own = executor.submit(_begin, database).result()
        try:
            yield executor
        finally:
            executor.submit(_end, own).result()


@contextmanager
def _environment(said: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(said)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _begin(database: str) -> Any:
    own = connection.settings_dict["NAME"]
    file = Path(settings.VAR) / "test" / f"{database}.sqlite3"
    connection.settings_dict["TEST"]["NAME"] = str(file) if connection.vendor == "sqlite" else database
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    return own


def _end(own: Any) -> None:
    connection.creation.destroy_test_db(own, verbosity=0)


# --- Within such a process


@contextmanager
def copied() -> Iterator[None]:
    """On a copy of its database as it stands; making one from nothing takes half a minute."""
    own, creation = connection.settings_dict["NAME"], connection.creation
    connection.close()
    creation.clone_test_db(suffix="copy", verbosity=0, autoclobber=True)
    connection.settings_dict["NAME"] = creation.get_test_db_clone_settings("copy")["NAME"]
    try:
        yield
    finally:
        creation.destroy_test_db(own, verbosity=0)
