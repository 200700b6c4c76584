"""Which factory makes a row of which model."""

import importlib
from pathlib import Path
from typing import Any

from django.db.models import Model
from factory.django import DjangoModelFactory

Factory = type[DjangoModelFactory[Model]]


def by_model() -> dict[type[Model], Factory]:
    modules = (importlib.import_module(f"tests.factories.{p.stem}") for p in Path(__file__).parent.glob("*.py"))
    things: list[Any] = [thing for module in modules for thing in vars(module).values() if isinstance(thing, type)]
    return {thing._meta.model: thing for thing in things if issubclass(thing, DjangoModelFactory) and thing._meta.model}


def factory_of(table: str) -> Factory:
    return next(factory for model, factory in by_model().items() if model._meta.db_table == table)
