"""What every test finds: a clock that stands when asked to, a database file that can be emptied."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from django.core.management.commands import flush
from django.db import connections
from django.test import SimpleTestCase

from core.immutable import lifted
from tests.factories.clock import NOW

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
COLUMN_MARKERS = ("sqlite_only", "postgres_only", "both_columns", "django_db")

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches no database, before -m is looked at: it says the same on both columns."""
    for item in items:
        if not touches_database(item):
            item.add_marker(pytest.mark.pure)


def touches_database(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in COLUMN_MARKERS)
    by_fixture = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return marked or bool(by_fixture) or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Tuesday, 3 March 2026, noon UTC, and the clock stands there."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Insist on a SQLite file, and let no journal of an interrupted run be taken for the new file's."""
    for connection in connections.all():
        if connection.vendor == "sqlite":
            name = str(connection.settings_dict["TEST"]["NAME"])
            assert ":memory:" not in name, "in memory, neither WAL nor the busy timeout is tested"
            for tail in ("-wal", "-shm", "-journal"):
                Path(name + tail).unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_immutability() -> Iterator[None]:
    """Let Django's flush after a transactional test empty the tables that refuse to be emptied."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", _lifting(flush.Command.handle))
        yield


def _lifting(handle: Callable[..., None]) -> Callable[..., None]:
    def lifted_handle(command: flush.Command, **options: Any) -> None:
        with lifted(connections[options["database"]]):
            handle(command, **options)

    return lifted_handle
