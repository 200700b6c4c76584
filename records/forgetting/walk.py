"""The walk over the privacy registry: to each row that leads to the man, or to the case, what its rule says is done."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Case, DateTimeField, Model, Q, QuerySet, UniqueConstraint, Value, When

from core import privacy
from core.immutable import TABLES
from core.privacy import Rule, Whose
from vault.fields import EncryptedField, EncryptedJSONField, EncryptedTextField

# What stands in an encrypted column whose key goes on: the row is about two, and one of them is forgotten.
FORGOTTEN = "forgotten"
OF_SOMEBODY = (Whose.PERSON, Whose.REFERRAL)


def end_of(model: type[Model], way: str) -> type[Model]:
    """The model to which a way leads."""
    if way == "pk":
        return model
    return reduce(lambda one, name: one._meta.get_field(name).related_model, way.split("__"), model)  # type: ignore[arg-type,return-value]


def rows_of(model: type[Model], target: type[Model], ids: Collection[int]) -> QuerySet[Any] | None:
    """Those about any of these; None: this model is about something else."""
    ways = [way for way in privacy.WAYS.get(model._meta.label, ()) if end_of(model, way) is target]
    if not ways:
        return None
    return model._default_manager.filter(reduce(or_, (Q(**{f"{way}__in": ids}) for way in ways)))


def records_of(target: type[Model], ids: Collection[int]) -> Iterator[QuerySet[Any]]:
    """By model all rows about any of these."""
    for label in privacy.FIELDS:
        found = rows_of(apps.get_model(label), target, ids)
        if found is not None:
            yield found


def forget(target: type[Model], ids: Collection[int], *, zone: ZoneInfo) -> Counter[str]:
    """By model how many rows were looked at. After the keys are destroyed: what is under them needs no more.

    `zone`: in which a month begins.
    """
    counted: Counter[str] = Counter()
    for found in records_of(target, ids):
        counted[found.model._meta.label] = _forget_rows(found, zone)
    return +counted


def _forget_rows(found: QuerySet[Any], zone: ZoneInfo) -> int:
    fields = by_rule(found.model)
    if fields[Rule.DROP]:
        return found.delete()[0]
    if fields[Rule.BLANK]:
        found.update(**{field.name: blanked(field) for field in fields[Rule.BLANK]})
    for field in fields[Rule.MONTH]:
        _shrink(found, field, zone)
    if found.model._meta.db_table not in TABLES:
        for field in fields[Rule.KEY]:
            _overwrite(found, field)
    return found.count()


def by_rule(model: type[Model]) -> dict[Rule, list[Any]]:
    """The fields that say something about somebody."""
    found: dict[Rule, list[Any]] = defaultdict(list)
    for name, (whose, rule) in privacy.FIELDS[model._meta.label].items():
        if whose in OF_SOMEBODY:
            found[rule].append(model._meta.get_field(name))
    return found


def blanked(field: Any) -> Any:
    """What a column says afterwards; what was empty stays so."""
    if field.null:
        return None
    word = privacy.NEUTRAL[field.model._meta.label].get(field.name)
    return Case(When(**{field.name: ""}, then=Value("")), default=Value(word)) if word else ""


def _overwrite(found: QuerySet[Any], field: EncryptedField) -> None:
    """Where the row stands under somebody else's key, too."""
    for row in found.filter(**{f"{field.key}__destroyed_at": None}).order_by("pk"):
        setattr(row, field.name, _instead(field))
        row.save(update_fields=[field.name])


def _instead(field: EncryptedField) -> Any:
    if field.null:
        return None
    if isinstance(field, EncryptedJSONField):
        return {}
    return FORGOTTEN if isinstance(field, EncryptedTextField) else b""


# --- Dates


def _shrink(found: QuerySet[Any], field: Any, zone: ZoneInfo) -> None:
    """To the first of its month; where the database wants no two alike, to the second, third … day or second of it."""
    beside = _unique_with(field)
    taken: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    rows = found.exclude(**{field.name: None}).order_by(field.name, "pk")
    for pk, said, *others in rows.values_list("pk", field.name, *(beside or [])):
        month = _month(said, zone)
        there = taken[month, *others]
        if said not in there:
            there.append(said)
        rank = there.index(said) if beside is not None else 0
        found.model._default_manager.filter(pk=pk).update(**{field.name: month + _step(field) * rank})


def _unique_with(field: Any) -> list[str] | None:
    """The columns beside which it stands but once; None: it may stand as often as it likes."""
    constraints: Iterable[Any] = field.model._meta.constraints
    for one in constraints:
        if isinstance(one, UniqueConstraint) and field.name in one.fields:
            return [name for name in one.fields if name != field.name]
    return None


def _month(said: Any, zone: ZoneInfo) -> date | datetime:
    if isinstance(said, datetime):
        return said.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    first: date = said.replace(day=1)
    return first


def _step(field: Any) -> timedelta:
    return timedelta(seconds=1) if isinstance(field, DateTimeField) else timedelta(days=1)
