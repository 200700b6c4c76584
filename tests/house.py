"""The house as the meta-tests see it: its floors, its models, its source files."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).parent.parent


def floors() -> dict[str, int]:
    """By app, how high it stands; neighbors stand equally high. The list is import-linter's own."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = told["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        app.strip(): height
        for height, layer in enumerate(reversed(layers))
        for app in layer.replace("|", ":").split(":")
    }


def our_models() -> Iterator[type[models.Model]]:
    """Of our own apps, without the tables that Django makes for a many-to-many field."""
    for config in apps.get_app_configs():
        if Path(config.path).parent == ROOT:
            yield from config.get_models()


def source_files() -> list[Path]:
    """Every Python file of the application; migrations are Django's own writing."""
    return sorted(path for app in floors() for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
