"""A house in which everybody typed what does harm, wherever he could type anything."""

from collections.abc import Iterator
from contextlib import contextmanager
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

# A questionnaire is a document of words, and of codes by which answers are kept; how much of each its form takes.
DOCUMENTS = {"outcomes.Instrument", "outcomes.Draft"}
PARTS = {"titles": 120, "intros": 600, "labels": 100, "name": 120, "texts": 300}


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


# In turn before everything: in a list that leaves, each would begin a formula.
BEGINS = "=+-@"


class Harm:
    """What was written where: by the number in it, the field that it was put into."""

    def __init__(self) -> None:
        self.fields: dict[int, str] = {}
        self._kinds = [words for name, words in hostile.LETTERS.items() if name not in REFUSED]
        self._typed = {model: typed(model) for model in our_models()}

    def into(self, row: models.Model) -> None:
        for field in self._typed.get(type(row), []):
            stands = getattr(row, field.attname)
            if stands or (stands == "" and field.name not in IF_SAID):
                setattr(row, field.attname, self._next(f"{row._meta.label}.{field.name}", field.max_length))
        if row._meta.label in DOCUMENTS:
            document: Any = row
            document.content = self._within(row._meta.label, document.content)

    def _within(self, label: str, said: Any, part: str = "") -> Any:
        """The same document with other words; each is known by the part of it in which it stands."""
        if isinstance(said, dict):
            return {key: self._within(label, value, key if key in PARTS else part) for key, value in said.items()}
        if isinstance(said, list):
            return [self._within(label, value, part) for value in said]
        return self._next(f"{label}.content.{part}", PARTS[part]) if part and isinstance(said, str) else said

    def _next(self, field: str, longest: int | None) -> str:
        """All kinds where all fit, else one that fits, in turn. The tag, by which it is found again, always fits."""
        turn = len(self.fields)
        self.fields[turn] = field
        tag = hostile.tag(turn)
        if longest is None:
            return f"{BEGINS[turn % 4]}{' '.join(self._kinds)} {hostile.WORKS} {tag}"
        room = longest - len(tag) - 2
        short = hostile.WORKS if len(hostile.WORKS) < room else ""
        fitting = [kind for kind in self._kinds if len(kind) + len(short) < room] or [""]
        return f"{BEGINS[turn % 4]}{fitting[turn % len(fitting)]}{short} {tag}"


@contextmanager
def harm() -> Iterator[Harm]:
    """Each row that is made meanwhile is full of it; the same each time."""
    done, save = Harm(), models.Model.save_base

    def filled(row: models.Model, *args: Any, **kwargs: Any) -> None:
        if row._state.adding:
            done.into(row)
        save(row, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.Model, "save_base", filled)
        yield done
