"""Each rule that the design gives to the database has a write that the database itself refuses."""

import importlib
from collections import Counter
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, models, transaction

from tests.constraints.writing import Listed, Write
from tests.house import our_models

TABLES = [
    importlib.import_module(f"tests.constraints.{path.stem}")
    for path in sorted((Path(__file__).parent / "constraints").glob("*.py"))
    if path.stem != "writing"
]
REFUSED: Listed = [row for table in TABLES for row in table.REFUSED]
ALLOWED: Listed = [row for table in TABLES for row in table.ALLOWED]


def said_by_sqlite(model: type[models.Model]) -> dict[str, str]:
    """By rule, what SQLite says when it is broken."""
    table, label = model._meta.db_table, model._meta.label
    columns = {field.name: f"{table}.{field.column}" for field in model._meta.concrete_fields}
    said = {}
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and rule.fields:
            said[rule.name] = f"UNIQUE constraint failed: {', '.join(columns[name] for name in rule.fields)}"
        elif isinstance(rule, models.UniqueConstraint):
            said[rule.name] = f"UNIQUE constraint failed: index '{rule.name}'"
        else:
            said[rule.name] = f"CHECK constraint failed: {rule.name}"
    for field in unique_fields(model):
        said[f"{label}.{field.name}"] = f"UNIQUE constraint failed: {table}.{field.column}"
    return said


def unique_fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if field.unique and not field.primary_key]


RULES = {rule: said for model in our_models() for rule, said in said_by_sqlite(model).items()}
CONDITIONAL = {
    rule.name
    for model in our_models()
    for rule in model._meta.constraints
    if isinstance(rule, models.UniqueConstraint) and rule.condition is not None
}


def broken_rule(error: IntegrityError) -> str:
    """What the database says was broken; on PostgreSQL the rule's name, of a unique column its own."""
    if connection.vendor == "sqlite":
        return str(error)
    named: str = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
    return _unique_columns().get(named, named)


def _unique_columns() -> dict[str, str]:
    """PostgreSQL's names for unique columns, which Django makes from a hash."""
    named = {}
    with connection.cursor() as cursor:
        for model in our_models():
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
            for field in unique_fields(model):
                for name, rule in found.items():
                    if rule["unique"] and rule["columns"] == [field.column] and name not in RULES:
                        named[name] = f"{model._meta.label}.{field.name}"
    return named


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "write"), REFUSED, ids=[rule for rule, _ in REFUSED])
def test_the_database_refuses(rule: str, write: Write) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()

    assert broken_rule(refused.value) == (RULES[rule] if connection.vendor == "sqlite" else rule)


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "write"), ALLOWED, ids=[rule for rule, _ in ALLOWED])
def test_the_database_lets_through(rule: str, write: Write) -> None:
    write()


def test_each_rule_has_a_write_that_breaks_it() -> None:
    assert {rule for rule, _ in REFUSED} == RULES.keys()


def test_each_conditional_rule_has_a_write_outside_its_condition() -> None:
    assert CONDITIONAL - {rule for rule, _ in ALLOWED} == set()


def test_rules_have_one_name_each() -> None:
    names = Counter(rule.name for model in our_models() for rule in model._meta.constraints)

    assert [name for name, count in names.items() if count > 1] == []
