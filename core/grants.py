"""What the application's own role may do in PostgreSQL: everything it needs, and nothing to what is immutable."""

from collections.abc import Callable, Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from core.immutable import TABLES

Quote = Callable[[str], str]
# Written by `migrate` alone, as the owner.
ONLY_READ = frozenset({"django_migrations"})


def statements(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """To be run by the owner, after each `migrate`. What was granted before is taken back first."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        cursor.execute("SELECT current_schema()")
        schema = quote(cursor.fetchone()[0])
    to = quote(role)
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {to};",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to};",
        *(f"GRANT {_may(table, quote)} ON {quote(table)} TO {to};" for table in tables),
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to};",
    ]


def _may(table: str, quote: Quote) -> str:
    if table in ONLY_READ:
        return "SELECT"
    if table not in TABLES:
        return "SELECT, INSERT, UPDATE, DELETE"
    return ", ".join(["SELECT", "INSERT", *_update(TABLES[table], quote)])


def _update(columns: Iterable[str], quote: Quote) -> list[str]:
    """The columns that are filled once; the trigger sees to the once."""
    named = ", ".join(map(quote, columns))
    return [f"UPDATE ({named})"] if named else []
