"""A house in which everybody typed what does harm, wherever he could type anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.db import models

from tests.attacks import hostile
from tests.house import our_models
from vault.fields import EncryptedTextField

# Typed by somebody, and shown: everything personal is, and of the rest what has one of these names.
WORDS = {
    "name", "caption", "letterhead", "neutral_sender", "title", "theme", "place", "link", "question", "phrase",
    "subject", "body", "reason", "why", "text", "note", "label", "city", "county", "fund", "rule", "outcome_why",
    "void_reason", "doubled_up_why", "one_a_day_waived_why", "plaintiff", "judge", "statute", "raw", "sheet",
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "name_as_charged", "case_number",
    "incident_number", "alias", "comment", "correction", "source", "envelope", "called_back_at", "told_by",
}  # fmt: skip
# The database has a word in whether anything stands here: left empty where it was.
IF_SAID = {
    "rule", "void_reason", "envelope", "doubled_up_why", "one_a_day_waived_why", "reason", "why", "outcome_why",
    "place", "link", "body", "subject", "sheet", "called_back_at",
}  # fmt: skip
# No letter is printed with one of these; tests/courts/test_document.py says so.
REFUSED = {"direction", "emoji", "right to left"}
# A name of a job, of a task, of a row of a list of ours: nobody types it.
OURS = {"messaging.Message.reason", "courts.Flag.field", "messaging.Wording.subject", "messaging.Wording.body"}


def typed(model: type[models.Model]) -> list[Any]:
    """The fields of it into which a person's own words go."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | EncryptedTextField)
        and not field.choices
        and field.name in WORDS
        and f"{model._meta.label}.{field.name}" not in OURS
    ]


@contextmanager
def harm() -> Iterator[set[str]]:
    """Each row that is made meanwhile is full of it; the same each time. Gives the fields that got some."""
    touched: set[str] = set()
    turns, kinds = count(), [words for name, words in hostile.LETTERS.items() if name not in REFUSED]
    fields: dict[type[models.Model], list[Any]] = {model: typed(model) for model in our_models()}
    save = models.Model.save_base

    def filled(row: models.Model, *args: Any, **kwargs: Any) -> None:
        for field in fields.get(type(row), []) if row._state.adding else []:
            stands = getattr(row, field.attname)
            if stands or (stands == "" and field.name not in IF_SAID):
                setattr(row, field.attname, _words(kinds, next(turns), field.max_length))
                touched.add(f"{row._meta.label}.{field.name}")
        save(row, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.Model, "save_base", filled)
        yield touched


def _words(kinds: list[str], turn: int, longest: int | None) -> str:
    """One that fits, in turn, with its turn before it where it would else be there already; where all fit, all."""
    room = longest or 4000
    fitting = [word for word in kinds if len(word) + 5 <= room] or [word[: max(room - 5, 1)] for word in kinds]
    if longest is None:
        return f"{' '.join(kinds)} {turn}"
    return f"{fitting[turn % len(fitting)]} {turn}"[:room]
