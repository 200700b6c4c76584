"""What a merge changed, step by step, so that exactly this can be taken back: columns from what to what, by row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from participants.models import NonAssociation

Written = list[dict[str, Any]]


class Steps:
    """Kept as JSON: ids, codes, times; no value of a person."""

    def __init__(self) -> None:
        self.written: Written = []

    def set(self, rows: models.QuerySet[Any, Any], **new: Any) -> list[int]:
        """Set these columns of these rows; returns their ids. Rows that said the same are one step."""
        same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for pk, *old in rows.order_by("pk").values_list("pk", *new):
            same[tuple(old)].append(pk)
        for old, ids in same.items():
            rows.model._default_manager.filter(pk__in=ids).update(**new)
            self._write(rows.model, ids, was=dict(zip(new, old, strict=True)), now=new)
        return [pk for ids in same.values() for pk in ids]

    def pair(self, apart: NonAssociation, one: int, other: int) -> None:
        """Who must not meet whom: its reason stands under the first one's key."""
        was = {"one_id": apart.one_id, "other_id": apart.other_id}
        now = {"one_id": min(one, other), "other_id": max(one, other)}
        _write_pair(apart, now)
        self._write(NonAssociation, [apart.pk], was=was, now=now)

    def made(self, rows: Iterable[models.Model]) -> None:
        """New rows, which go again."""
        for row in rows:
            self.written.append({"model": row._meta.label, "ids": [row.pk], "made": True})

    def _write(
        self, model: type[models.Model], ids: list[int], *, was: Mapping[str, Any], now: Mapping[str, Any]
    ) -> None:
        step = {"model": model._meta.label, "ids": ids, "was": _plain(was), "now": _plain(now)}
        self.written.append(step)


def take_back(written: Written) -> None:
    """The last one first. What says something else by now, somebody wrote since: it stays so."""
    for step in reversed(written):
        model = apps.get_model(step["model"])
        if step.get("made"):
            model._default_manager.filter(pk__in=step["ids"]).delete()
        else:
            _set_back(model, step)


def _set_back(model: type[models.Model], step: dict[str, Any]) -> None:
    was, now = _read(model, step["was"]), _read(model, step["now"])
    for pk in step["ids"]:
        row = model._default_manager.filter(pk=pk, **now)
        try:
            with transaction.atomic():
                if model is NonAssociation and "one_id" in was:
                    for apart in NonAssociation.objects.filter(pk=pk, **now):
                        _write_pair(apart, was)
                else:
                    row.update(**was)
        except IntegrityError:
            # Its place has been taken since, as by the same number that was added anew.
            continue


def _write_pair(apart: NonAssociation, ids: Mapping[str, int]) -> None:
    """Read under the old key, written under the new one."""
    reason = apart.reason
    pair = NonAssociation.objects.select_related("one__key").get(pk=apart.pk)
    pair.one_id, pair.other_id, pair.reason = ids["one_id"], ids["other_id"], reason
    pair.save(update_fields=["one", "other", "reason"])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: model._meta.get_field(name) for name in values}
    return {name: _value(fields[name], value) for name, value in values.items()}


def _value(field: Any, value: Any) -> Any:
    return field.to_python(value) if isinstance(field, models.DateField) else value
