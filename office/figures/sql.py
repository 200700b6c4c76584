"""What Django has no words for: days between two days, a day by a court's clock, a median, on both databases."""

import statistics
from typing import Any

from django.db.models import BooleanField, Case, DateField, Func, IntegerField, Q, Value, When


class DaysBetween(Func):
    """Whole days from the first day to the second; NULL where one is missing."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        first, second = (compiler.compile(one) for one in self.get_source_expressions())
        sql = f"CAST(julianday({first[0]}) - julianday({second[0]}) AS INTEGER)"
        return sql, (*first[1], *second[1])


def days_between(begins: Any, ends: Any) -> DaysBetween:
    return DaysBetween(ends, begins)


class DayAt(Func):
    """On which day a moment was, by the clock of a time zone that stands in the row."""

    output_field = DateField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        at, zone = (compiler.compile(one) for one in self.get_source_expressions())
        return f"(({at[0]}) AT TIME ZONE ({zone[0]}))::date", (*at[1], *zone[1])

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        at, zone = (compiler.compile(one) for one in self.get_source_expressions())
        # Django's own function for it; moments are kept in UTC.
        return f"django_datetime_cast_date({at[0]}, {zone[0]}, 'UTC')", (*at[1], *zone[1])


def flag(condition: Q) -> Case:
    """True or false, never NULL: whatever isn't the one is the other."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class _Median:
    """For SQLite, which has none."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def step(self, value: float | None) -> None:
        if value is not None:
            self.values.append(value)

    def finalize(self) -> float | None:
        return float(statistics.median(self.values)) if self.values else None


def median(connection: Any, column: str) -> str:
    """As a part of a SELECT."""
    if connection.vendor == "postgresql":
        return f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {column})"
    connection.ensure_connection()
    connection.connection.create_aggregate("onus_median", 1, _Median)
    return f"onus_median({column})"
