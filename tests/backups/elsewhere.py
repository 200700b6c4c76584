"""An empty database beside the tests' own, which the connection means meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    name = str(folder / "elsewhere.sqlite3") if connection.vendor == "sqlite" else f"{own}_elsewhere"
    _server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        _server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(*statements: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def all_rows() -> dict[str, list[Any]]:
    """Every row of every table, in an order that doesn't depend on where it lies."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in sorted(connection.introspection.table_names(cursor))}


def _rows(cursor: Any, table: str) -> list[Any]:
    cursor.execute(f'SELECT * FROM "{table}"')
    rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]
    return sorted(rows, key=repr)
