"""Rows by the hundred thousand: what stands in the tables once, copied by PostgreSQL itself.

A copy has ids of its own, and its foreign keys lead to its own rows. The keys of all copies of a man wrap the same
data key, so that what was copied encrypted can be read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from vault.models import Key

Model = type[models.Model]
Highest = Mapping[Model, int]
Spans = Mapping[Model, tuple[int, int]]
# A copied key's id is told by the old one and the number of the copy.
NEW_KEY = "md5({}::text || nth)::uuid"


def highest(tables: Sequence[Model]) -> Highest:
    """The highest id in each: what is written after this is what `copy` copies."""
    return {model: model._default_manager.aggregate(id=models.Max("pk"))["id"] or 0 for model in tables}


def copy(since: Highest, times: int, *, columns: Mapping[str, str], weeks_back: str = "0") -> None:
    """`columns`: SQL by "table.column" where a copy isn't to say the same; `nth` in it is the number of the copy."""
    if not times:
        return
    spans = {model: (since[model], high) for model, high in highest(list(since)).items()}
    with connection.cursor() as cursor:
        for model, (low, high) in spans.items():
            table, its = model._meta.db_table, model._meta.concrete_fields
            these = f"old.id > {low} AND old.id <= {high}"
            for key in (field for field in its if field.related_model is Key):
                cursor.execute(_copied_keys(times, f'SELECT "{key.column}" FROM "{table}" old WHERE {these}'))
            values = [columns.get(f"{table}.{field.column}") or _value(field, spans, weeks_back) for field in its]
            cursor.execute(_copied(table, [field.column for field in its], values, times, these))
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")


def _copied(table: str, columns: Sequence[str | None], values: Sequence[str], times: int, these: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} '
        f'FROM generate_series(1, {times}) nth, "{table}" old WHERE {these}'
    )


def _copied_keys(times: int, which: str) -> str:
    columns = [field.column for field in Key._meta.concrete_fields]
    values = [NEW_KEY.format("old.id") if column == "id" else f'old."{column}"' for column in columns]
    return _copied(Key._meta.db_table, columns, values, times, f"old.id IN ({which})")


def _value(field: Any, spans: Spans, weeks_back: str) -> str:
    old, to = f'old."{field.column}"', field.model if field.primary_key else field.related_model
    if to in spans:
        low, high = spans[to]
        return f"CASE WHEN {old} > {low} THEN {old} + nth * {high - low} ELSE {old} END"
    if to is Key:
        return NEW_KEY.format(old)
    if isinstance(field, models.UUIDField) and field.unique:
        return "gen_random_uuid()"
    if isinstance(field, models.DateField):
        return f"({old} - {weeks_back} * interval '7 days')::{field.db_type(connection)}"
    return old
