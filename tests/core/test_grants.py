from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.immutable import TABLES
from tests.factories.registry import factory_of

ROLE = "onus_application_of_a_test"
pytestmark = pytest.mark.django_db


def said() -> list[str]:
    out = StringIO()
    call_command("database_grants", ROLE, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def as_application() -> Iterator[None]:
    """Goes with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        for statement in said():
            cursor.execute(statement)
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def may(statement: str) -> bool:
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except DatabaseError as refused:
            if type(refused.__cause__).__name__ != "InsufficientPrivilege":
                raise
            return False
    return True


@pytest.mark.sqlite_only
def test_sqlite_knows_no_roles() -> None:
    with pytest.raises(CommandError, match=r"^SQLite knows no roles: whoever may write the file"):
        said()


@pytest.mark.postgres_only
def test_each_table_is_granted_once() -> None:
    granted = {line.split('"')[-4]: line for line in said() if line.startswith("GRANT") and line.count('"') >= 4}

    assert granted["django_migrations"] == f'GRANT SELECT ON "django_migrations" TO "{ROLE}";'
    assert granted["audit_seal"] == f'GRANT SELECT, INSERT ON "audit_seal" TO "{ROLE}";'
    assert granted["audit_event"] == f'GRANT SELECT, INSERT, UPDATE ("seal_number") ON "audit_event" TO "{ROLE}";'
    assert granted["courts_referral"] == f'GRANT SELECT, INSERT, UPDATE, DELETE ON "courts_referral" TO "{ROLE}";'
    assert set(TABLES) < set(granted)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_read_and_never_change_what_is_immutable(table: str) -> None:
    model = factory_of(table)._meta.model
    kept = [f.column for f in model._meta.concrete_fields if f.column not in TABLES[table]]

    assert may(f'SELECT * FROM "{table}"')
    assert [column for column in kept if may(f'UPDATE "{table}" SET "{column}" = "{column}"')] == []
    assert [column for column in TABLES[table] if not may(f'UPDATE "{table}" SET "{column}" = "{column}"')] == []
    assert not may(f'DELETE FROM "{table}"')
    assert not may(f'TRUNCATE "{table}" CASCADE')


@pytest.mark.postgres_only
@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_not_lift_a_trigger(table: str) -> None:
    assert not may(f'DROP TRIGGER "{table}_no_update" ON "{table}"')
    assert not may(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
    assert not may(f'DROP TABLE "{table}" CASCADE')
    assert not may(
        "CREATE OR REPLACE FUNCTION onus_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    assert not may("SET session_replication_role = replica")


@pytest.mark.postgres_only
@pytest.mark.usefixtures("as_application")
def test_the_application_may_write_the_rest_but_not_its_migrations() -> None:
    assert may("INSERT INTO core_heartbeat (job, began_at, failure) VALUES ('audit.seal', now(), '')")
    assert may("UPDATE core_heartbeat SET failure = 'LookupError'")
    assert may("DELETE FROM core_heartbeat")
    assert may("SELECT * FROM django_migrations")
    assert not may("DELETE FROM django_migrations")
    assert not may("CREATE TABLE another (id int)")
