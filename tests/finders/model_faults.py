"""What a model can have that this house forbids. Each finder gives back the faults it finds, as text."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Model, Q

from core.privacy import Rule, Whose
from vault.fields import EncryptedField

Models = Iterable[type[Model]]
Registry = Mapping[str, Mapping[str, tuple[Whose, Rule]]]
# The one field encrypted by its action: an event has no foreign key, so no path from its row to the key.
ENCRYPTED_BY_HAND = "audit.Event.personal"


def own_fields(model: type[Model]) -> list[Any]:
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def named(model: type[Model], field: Any) -> str:
    return f"{model._meta.label}.{field.name}"


def pointing_up(some: Models, floors: Mapping[str, int]) -> list[str]:
    """Relations of any kind to an app on a higher floor, or on the same one next door."""
    return [
        f"{named(model, field)} -> {to._meta.label}"
        for model in some
        for field in own_fields(model)
        for to in targets(field)
        if not lies_below(model._meta.app_label, to._meta.app_label, floors)
    ]


def targets(field: Any) -> list[type[Model]]:
    """The model a field points to, and the one through which it does."""
    if not field.is_relation:
        return []
    through = getattr(field.remote_field, "through", None)
    return [to for to in (field.related_model, through) if to is not None]


def lies_below(own: str, other: str, floors: Mapping[str, int]) -> bool:
    return own == other or other not in floors or floors[other] < floors[own]


def unregistered(some: Models, registry: Registry) -> list[str]:
    """Fields that stand in the model but not in the registry, or in the registry only."""
    faults = []
    real = {model._meta.label: {field.name for field in own_fields(model)} for model in some}
    for label in sorted(real.keys() | registry.keys()):
        differing = real.get(label, set()) ^ registry.get(label, {}).keys()
        faults += [f"{label}.{name}" for name in sorted(differing)]
    return faults


def rule_that_cannot_be_kept(some: Models, registry: Registry, immutable: Collection[str]) -> list[str]:
    """KEY without encryption, encryption without KEY, and what must be blanked where nothing changes."""
    return [
        named(model, field)
        for model in some
        for field in own_fields(model)
        if named(model, field) != ENCRYPTED_BY_HAND
        and not can_be_kept(field, registry[model._meta.label][field.name][1], immutable)
    ]


def can_be_kept(field: Any, rule: Rule, immutable: Collection[str]) -> bool:
    frozen = field.model._meta.db_table in immutable
    return isinstance(field, EncryptedField) == (rule is Rule.KEY) and not (
        frozen and rule in (Rule.BLANK, Rule.MONTH, Rule.DROP)
    )


def filled_by_itself(some: Models) -> list[str]:
    """Dates and times that the clock fills behind the action's back."""
    return [
        named(model, field)
        for model in some
        for field in own_fields(model)
        if isinstance(field, models.DateField | models.TimeField)
        and (field.auto_now or field.auto_now_add or field.has_default() or field.has_db_default())
    ]


def unpaired(some: Models) -> list[str]:
    """Pairs of `_at` and `_by`, one of which may be empty, without a CHECK that speaks of both."""
    return [
        f"{model._meta.label}.{at.name}"
        for model in some
        for at, by in pairs(model)
        if (at.null or by.null) and not any({at.name, by.name} <= spoken for spoken in spoken_of(model))
    ]


def pairs(model: type[Model]) -> Iterator[tuple[Any, Any]]:
    fields = {field.name: field for field in own_fields(model)}
    for name, field in fields.items():
        other = fields.get(name.removesuffix("_at") + "_by")
        if name.endswith("_at") and other is not None:
            yield field, other


def spoken_of(model: type[Model]) -> Iterator[set[str]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
            yield set(names_in(constraint.condition))


def names_in(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_in(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]
