"""A process of its own with a database that is thrown away, on PostgreSQL, whatever this process runs on."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from typing import Any

import django
from django.db import connection

from tools import servers


@contextmanager
def servers_at() -> Iterator[dict[str, str]]:
    """The URLs of PostgreSQL and of Redis, found or started as for `make test-postgres`."""
    with ExitStack() as stack:
        yield {"DATABASE_URL": servers.postgres(stack), "REDIS_URL": servers.redis(stack)}


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
    connection.settings_dict["TEST"]["NAME"] = database
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    return own


def _end(own: Any) -> None:
    connection.creation.destroy_test_db(own, verbosity=0)
