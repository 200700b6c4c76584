"""Tables whose rows are never changed or deleted, and the triggers by which the database itself refuses.

PostgreSQL: an owner could still lift them, the application's role can't. SQLite can't hold its owner back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Table: the columns that may be filled once, from NULL to a value, and never again.
TABLES: dict[str, tuple[str, ...]] = {
    "audit_event": ("seal_number",),
    "audit_seal": (),
    "messaging_wording": (),
    "outcomes_agreement": (),
    "outcomes_instrument": ("retired_at",),
    "outcomes_yearofchange": (),
    "participants_consent": (),
    "participants_contactattempt": (),
    "participants_note": (),
    "office_funderreport": ("published_at", "published_by_id", "taken_off_at", "taken_off_by_id"),
    "programs_booksclosing": (),
    "programs_breakapproval": (),
    "programs_feeentry": ("receipt_given_at",),
    "programs_feeschedule": (),
    "programs_feestep": (),
    "programs_fundshare": (),
    "programs_mark": (),
    # Never changed under a running cohort: who wants other rules writes a new version.
    "programs_policy": (),
    "programs_sessionnote": ("seen_at",),
    "programs_standingchange": ("taken_at",),
    "courts_referralmove": (),
    "courts_reportstep": (),
    "courts_review": (),
    "courts_numberledger": ("settled", "void_reason"),
    "courts_issueddocument": (),
}


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in sorted(TABLES.keys() & present):
            for statement in _drop(connection.vendor, table) + _create(connection, cursor, table):
                cursor.execute(statement)


def install_after_migrate(*, using: str, **_: Any) -> None:
    install(connections[using])


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Immutable tables that stand without one of their triggers."""
    catalog = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(catalog)
        triggers = {name for (name,) in cursor.fetchall()}
    return sorted(t for t in TABLES.keys() & present if not triggers.issuperset(_names(connection.vendor, t)))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers, for the tests' flush; nothing else may call it."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in TABLES.keys() & present:
            for statement in _drop(connection.vendor, table):
                cursor.execute(statement)
    try:
        yield
    finally:
        install(connection)


def _names(vendor: str, table: str) -> list[str]:
    last = "truncate" if vendor == "postgresql" else "replace"
    return [f"{table}_no_{what}" for what in ("update", "delete", last)]


def _drop(vendor: str, table: str) -> list[str]:
    on = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{on}" for name in _names(vendor, table)]


def _create(connection: BaseDatabaseWrapper, cursor: Any, table: str) -> list[str]:
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    changed = _changed(connection.vendor, columns, TABLES[table])
    if connection.vendor == "postgresql":
        return _postgresql(table, changed)
    key = connection.introspection.get_primary_key_column(cursor, table)
    return _sqlite(table, changed, str(key))


def _changed(vendor: str, columns: list[str], fill_once: tuple[str, ...]) -> str:
    """SQL that is true of an update which does more than fill columns that may be filled once."""
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    kept = [f'OLD."{c}" {same} NEW."{c}"' for c in columns if c not in fill_once]
    filled = [f'(OLD."{c}" IS NULL OR OLD."{c}" {same} NEW."{c}")' for c in fill_once]
    return f"NOT ({' AND '.join(kept + filled)})" if fill_once else "1 = 1"


def _postgresql(table: str, changed: str) -> list[str]:
    update, delete, truncate = _names("postgresql", table)
    call = "EXECUTE FUNCTION onus_refuse()"
    return [
        "CREATE OR REPLACE FUNCTION onus_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER {update} BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed}) {call}',
        f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" FOR EACH ROW {call}',
        f'CREATE TRIGGER {truncate} BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {call}',
    ]


def _sqlite(table: str, changed: str, key: str) -> list[str]:
    update, delete, replace = _names("sqlite", table)
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    # INSERT OR REPLACE deletes without firing a delete trigger unless recursive triggers are on.
    exists = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")'
    return [
        f'CREATE TRIGGER {update} BEFORE UPDATE ON "{table}" WHEN {changed} {refuse}',
        f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" {refuse}',
        f'CREATE TRIGGER {replace} BEFORE INSERT ON "{table}" WHEN {exists} {refuse}',
    ]
