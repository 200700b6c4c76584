from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model

from accounts.models import User
from core.checks import immutable_tables_are_guarded
from core.immutable import TABLES, install, lifted, missing
from participants.models import Note
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.clock import NOW
from tests.factories.courts import NumberLedgerFactory
from tests.factories.money import FeeEntryFactory
from tests.factories.office import FunderReportFactory
from tests.factories.participants import NoteFactory
from tests.factories.programs import EnrollmentFactory, SessionNoteFactory, StandingChangeFactory
from tests.factories.registry import factory_of
from tests.factories.vault import KeyFactory

REFUSED = "rows of {} are never changed"
SOMEBODY = 4711  # a user's number
# By table with columns that are filled once: values for them.
FILLED: dict[str, dict[str, Any]] = {
    "audit_event": {"seal_number": 7},
    "office_funderreport": {
        "published_at": "2026-03-03 12:00:00+00:00",
        "published_by_id": SOMEBODY,
        "taken_off_at": "2026-03-04 12:00:00+00:00",
        "taken_off_by_id": SOMEBODY,
    },
    "outcomes_instrument": {"retired_at": "2026-03-03 12:00:00+00:00"},
    "programs_feeentry": {"receipt_given_at": "2026-03-03 12:00:00+00:00"},
    "programs_sessionnote": {"seen_at": "2026-03-03 12:00:00+00:00"},
    "programs_standingchange": {"taken_at": "2026-03-03 12:00:00+00:00"},
    "courts_numberledger": {"settled": "void", "void_reason": "a smear"},
}
TWO_COLUMNS = [(table, column) for table, columns in TABLES.items() if columns for column in columns]


def a_row(table: str) -> Model:
    """With a value in each column that is not filled later."""
    if table == "audit_event":
        return EventFactory(key=KeyFactory(), personal={"name": "Dorian Halloway"})
    if table == "programs_sessionnote":
        return SessionNoteFactory(kind="incident", enrollment=EnrollmentFactory())
    if table == "programs_feeentry":
        return FeeEntryFactory(paid=True)
    if table == "office_funderreport":
        if not User.objects.filter(pk=SOMEBODY).exists():
            UserFactory.create(pk=SOMEBODY)
        return FunderReportFactory()
    made: Model = factory_of(table)()
    return made


def sql(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refuses(table: str, statement: str, *values: object) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        sql(statement, *values)
    assert str(refused.value).splitlines()[0] == REFUSED.format(table)


def where(row: Model) -> str:
    return f'WHERE "{row._meta.pk.column}" = {row.pk}'


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def unfilled_columns() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, field.column)
        for table in TABLES
        for model in [factory_of(table)._meta.model]
        for field in model._meta.concrete_fields
        if field.column not in TABLES[table]
    ]


pytestmark = pytest.mark.django_db
INSTANTS_AND_NUMBERS = (models.DateTimeField, models.PositiveSmallIntegerField, models.DecimalField)
each_table = pytest.mark.parametrize("table", TABLES)


@pytest.mark.parametrize(("table", "column"), unfilled_columns())
def test_no_column_is_changed_by_sql(table: str, column: str) -> None:
    row = a_row(table)

    refuses(table, f'UPDATE "{table}" SET "{column}" = {another_value(row, column)} {where(row)}')


def another_value(row: Model, column: str) -> str:
    """As SQL, one that it hasn't: NULL where something stands, something where NULL stands."""
    field = next(field for field in row._meta.concrete_fields if field.column == column)
    if field.primary_key:
        return "999999"
    if getattr(row, field.attname) is not None:
        return "NULL"
    if isinstance(field, models.DateTimeField):
        return "CURRENT_TIMESTAMP"
    return "TRUE" if isinstance(field, models.BooleanField) else "7"


@each_table
def test_no_row_is_deleted_by_sql(table: str) -> None:
    row = a_row(table)

    refuses(table, f'DELETE FROM "{table}" {where(row)}')
    assert count(table) == 1


@each_table
def test_no_row_is_deleted_by_the_orm(table: str) -> None:
    row = a_row(table)

    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).delete()

    assert count(table) == 1


@each_table
def test_no_row_is_changed_by_the_orm(table: str) -> None:
    row = a_row(table)
    name, before = next((name, value) for name, value in _plain_values(row) if name not in TABLES[table])
    after = before + timedelta(days=1) if isinstance(before, datetime) else before + 1

    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**{name: after})

    row.refresh_from_db()
    assert getattr(row, name) == before


def _plain_values(row: Model) -> list[tuple[str, Any]]:
    """The instants, then the numbers, by the fields' names."""
    fields = [field for kind in INSTANTS_AND_NUMBERS for field in _of(row, kind)]
    return [(field.name, getattr(row, field.name)) for field in fields if getattr(row, field.name) is not None]


def _of(row: Model, kind: type[models.Field]) -> list[models.Field]:
    return [field for field in row._meta.concrete_fields if isinstance(field, kind)]


@pytest.mark.postgres_only
@each_table
def test_no_table_is_truncated(table: str) -> None:
    a_row(table)
    sql("SET CONSTRAINTS ALL IMMEDIATE")

    refuses(table, f'TRUNCATE "{table}" CASCADE')


@each_table
def test_no_row_is_changed_by_an_insert_that_meets_it(table: str) -> None:
    row = a_row(table)
    assert row._meta.pk is not None
    key = row._meta.pk.column
    column = next(name for at, name in unfilled_columns() if at == table and name != key)

    refuses(
        table,
        f'INSERT INTO "{table}" SELECT * FROM "{table}" {where(row)}'
        f' ON CONFLICT ("{key}") DO UPDATE SET "{column}" = {another_value(row, column)}',
    )


@pytest.mark.sqlite_only
@each_table
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_no_row_is_replaced(table: str, recursive: str) -> None:
    row = a_row(table)
    sql(f"PRAGMA recursive_triggers = {recursive}")
    try:
        refuses(table, f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}" {where(row)}')
    finally:
        sql("PRAGMA recursive_triggers = ON")

    assert count(table) == 1


@pytest.mark.sqlite_only
def test_no_row_makes_way_for_one_with_the_same_unique_value() -> None:
    first = NumberLedgerFactory()

    refuses(
        "courts_numberledger",
        "INSERT OR REPLACE INTO courts_numberledger (program_id, year, n, report_id, reserved_at)"
        " SELECT program_id, year, n, report_id, reserved_at FROM courts_numberledger",
    )

    assert type(first).objects.get() == first


@each_table
def test_rows_are_added_all_the_same(table: str) -> None:
    a_row(table)
    a_row(table)

    assert count(table) == 2


# --- columns that are filled once


def fill(row: Model, **also: object) -> int:
    table = row._meta.db_table
    values = FILLED[table] | also
    columns = ", ".join(f'"{column}" = %s' for column in values)
    return sql(f'UPDATE "{table}" SET {columns} {where(row)}', *values.values())


def test_every_column_that_is_filled_once_is_filled_here() -> None:
    assert {table: tuple(values) for table, values in FILLED.items()} == {t: c for t, c in TABLES.items() if c}


@pytest.mark.parametrize("table", FILLED)
def test_is_filled_once(table: str) -> None:
    assert fill(a_row(table)) == 1


@pytest.mark.parametrize("table", FILLED)
def test_the_same_value_again_changes_nothing(table: str) -> None:
    row = a_row(table)
    fill(row)

    assert fill(row) == 1


@pytest.mark.parametrize(("table", "column"), TWO_COLUMNS)
def test_is_not_emptied(table: str, column: str) -> None:
    row = a_row(table)
    fill(row)

    refuses(table, f'UPDATE "{table}" SET "{column}" = NULL {where(row)}')


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [
        ("audit_event", "seal_number", 8),
        ("office_funderreport", "published_at", "2026-03-05 12:00:00+00:00"),
        ("office_funderreport", "published_by_id", 1),
        ("office_funderreport", "taken_off_at", "2026-03-05 12:00:00+00:00"),
        ("office_funderreport", "taken_off_by_id", 1),
        ("programs_feeentry", "receipt_given_at", "2026-03-05 12:00:00+00:00"),
        ("programs_sessionnote", "seen_at", "2026-03-04 12:00:00+00:00"),
        ("programs_standingchange", "taken_at", "2026-03-04 12:00:00+00:00"),
        ("courts_numberledger", "settled", "used"),
        ("courts_numberledger", "void_reason", "another smear"),
    ],
)
def test_is_not_filled_twice(table: str, column: str, other: object) -> None:
    row = a_row(table)
    fill(row)

    refuses(table, f'UPDATE "{table}" SET "{column}" = %s {where(row)}', other)


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [
        ("audit_event", "actor", "user:99"),
        ("audit_event", "mac", "0" * 64),
        ("office_funderreport", "begins_on", "2025-02-01"),
        ("programs_feeentry", "amount", 1),
        ("programs_standingchange", "new", "completed"),
        ("courts_numberledger", "n", 99),
        ("courts_numberledger", "year", 2027),
    ],
)
def test_no_other_column_goes_along(table: str, column: str, other: object) -> None:
    row = a_row(table)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        fill(row, **{column: other})

    assert str(refused.value).splitlines()[0] == REFUSED.format(table)


def test_the_orm_fills_too() -> None:
    change = StandingChangeFactory()

    assert type(change).objects.filter(pk=change.pk).update(taken_at=NOW) == 1


# --- triggers that are not there


def drop_trigger(table: str, what: str) -> None:
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    sql(f"DROP TRIGGER {table}_no_{what}{on}")


def last() -> str:
    return "truncate" if connection.vendor == "postgresql" else "replace"


def test_nothing_is_missing() -> None:
    assert missing(connection) == []
    assert immutable_tables_are_guarded(databases=["default"]) == []


@each_table
@pytest.mark.parametrize("what", ["update", "delete", "last"])
def test_a_dropped_trigger_is_missing(table: str, what: str) -> None:
    drop_trigger(table, last() if what == "last" else what)

    assert missing(connection) == [table]


@pytest.mark.postgres_only
def test_a_trigger_switched_off_is_missing() -> None:
    sql("ALTER TABLE participants_note DISABLE TRIGGER participants_note_no_update")

    assert missing(connection) == ["participants_note"]


def test_the_system_check_names_the_table_and_what_to_do() -> None:
    drop_trigger("participants_note", "delete")

    (error,) = immutable_tables_are_guarded(databases=["default"])

    assert (error.id, error.msg) == (
        "onus.E001",
        "Rows of participants_note could be changed: a trigger is missing.",
    )
    assert error.hint == "Run manage.py migrate, which lays the triggers anew."


def test_without_a_database_nothing_is_checked() -> None:
    drop_trigger("participants_note", "delete")

    assert immutable_tables_are_guarded(databases=None) == []


def test_installing_twice_is_installing_once() -> None:
    install(connection)
    install(connection)

    assert missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_lays_triggers_anew() -> None:
    drop_trigger("participants_note", "update")

    call_command("migrate", verbosity=0)

    assert missing(connection) == []


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_table_rebuilt_by_django_loses_its_triggers_until_migrate_ends() -> None:
    note = NoteFactory()
    with connection.schema_editor() as editor:
        editor._remake_table(Note)  # type: ignore[attr-defined]  # SQLite's own
    assert missing(connection) == ["participants_note"]

    call_command("migrate", verbosity=0)

    assert missing(connection) == []
    refuses("participants_note", f"DELETE FROM participants_note {where(note)}")


def delete_and_fail(note: Note) -> None:
    note.delete()
    raise ValidationError("after the deletion")


def test_lifted_for_the_flush_and_back_even_after_an_error() -> None:
    note = NoteFactory()

    with pytest.raises(ValidationError), lifted(connection):
        delete_and_fail(note)

    assert missing(connection) == []
    assert count("participants_note") == 0
