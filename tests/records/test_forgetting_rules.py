"""The registry can be carried out: every private field leads to somebody, or it says why not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core import privacy
from core.immutable import TABLES
from core.privacy import Rule, Whose
from courts.models import Referral
from participants.models import Participant
from records.forgetting.walk import OF_SOMEBODY, by_rule, end_of
from tests.house import ROOT, source_files
from vault.fields import EncryptedField
from vault.models import Key

PRIVATE = sorted(
    label for label, fields in privacy.FIELDS.items() if any(whose is not Whose.NONE for whose, _ in fields.values())
)
LEADING = sorted(label for label, ways in privacy.WAYS.items() if ways)


@pytest.mark.parametrize("label", PRIVATE)
def test_a_private_field_leads_to_somebody_or_says_why_not(label: str) -> None:
    told = (privacy.WAYS[label], privacy.APART.get(label), privacy.TYPED[label])
    assert [one for one in told if one] != []


@pytest.mark.parametrize("label", LEADING)
def test_each_way_ends_at_a_man_or_at_a_case(label: str) -> None:
    model = apps.get_model(label)
    assert {end_of(model, way) for way in privacy.WAYS[label]} <= {Participant, Referral}


@pytest.mark.parametrize("label", LEADING)
def test_the_first_way_leads_to_whose_the_fields_are(label: str) -> None:
    model = apps.get_model(label)
    whose = {of for of, _ in privacy.FIELDS[label].values() if of in OF_SOMEBODY}
    end = {Participant: Whose.PERSON, Referral: Whose.REFERRAL}[end_of(model, privacy.WAYS[label][0])]
    assert whose <= {end}


def encrypted() -> Iterator[Any]:
    for label in LEADING:
        for field in apps.get_model(label)._meta.local_fields:
            if isinstance(field, EncryptedField):
                yield pytest.param(field, id=f"{label}.{field.name}")


OWN_KEY = ("courts.Submission", "courts.CourtPaper", "programs.SessionNote", "outcomes.Link")


@pytest.mark.parametrize("field", list(encrypted()))
def test_what_is_encrypted_is_under_the_key_of_whose_it_is(field: EncryptedField) -> None:
    """Or under a key that the row itself names, and that its case has taken over."""
    first = privacy.WAYS[field.model._meta.label][0]
    own = field.model._meta.label in OWN_KEY
    released = field.model._meta.label in ("records.Release", "records.ReleaseItem")
    wanted = {"key", "release__key"} if own or released else {f"{first}__key"}
    assert field.key in wanted
    end: Any = field.model
    for name in field.key.split("__"):
        end = end._meta.get_field(name).related_model
    assert end is Key


def private_fields() -> Iterator[tuple[str, Any, Rule]]:
    for label in sorted(privacy.FIELDS):
        for rule, fields in by_rule(apps.get_model(label)).items():
            for field in fields:
                yield label, field, rule


def test_every_rule_can_be_carried_out() -> None:
    wrong = [f"{label}.{field.name}" for label, field, rule in private_fields() if not can_be_done(label, field, rule)]
    assert wrong == ["audit.Event.personal"]  # under the key that its row names, without a foreign key


def can_be_done(label: str, field: Any, rule: Rule) -> bool:
    if field.model._meta.db_table in TABLES and rule is not Rule.KEY:
        return False
    neutral = privacy.NEUTRAL[label].get(field.name)
    match rule:
        case Rule.BLANK:
            return field.null or isinstance(field, models.CharField | models.TextField) or neutral is not None
        case Rule.MONTH:
            return isinstance(field, models.DateField)
        case Rule.KEY:
            return isinstance(field, EncryptedField)
    return rule is Rule.DROP


def test_a_row_that_goes_says_nothing_else_and_nothing_points_to_it() -> None:
    dropped = {field.model for _, field, rule in private_fields() if rule is Rule.DROP}
    kept = [model for model in dropped if set(by_rule(model)) != {Rule.DROP}]
    pointed_at = [model for model in dropped if model._meta.related_objects]
    assert (kept, pointed_at) == ([], [])


# The mark of a form that was sent: random letters.
INTO_THE_CACHE = {"office/bulk.py": 1, "office/views.py": 1}
# By `caches["default"]`, or under another name, it would not be found: neither may be written.
KEPT = re.compile(
    r"\bcache\.(?:a?(?:set|add|get_or_set|set_many|incr)|__setitem__)\(|\bcache_page\b|\bcaches\b|\bimport cache as\b"
)


def test_nothing_of_anybody_goes_into_a_cache() -> None:
    """No registry names what lies there, and nobody would look for a man in it: whoever puts more there comes here."""
    found = {str(path.relative_to(ROOT)): len(KEPT.findall(path.read_text())) for path in source_files()}
    in_pages = [path.name for path in (ROOT / "templates").rglob("*") if path.is_file() and "{% cache" in _text(path)]
    assert ({path: many for path, many in found.items() if many}, in_pages) == (INTO_THE_CACHE, [])


def _text(path: Path) -> str:
    return path.read_text(errors="ignore")
