"""A record that changed while somebody's form lay open: both are shown, and what was typed stays."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction

from core import prints
from courts.actions.locks import lock_person
from office import words
from office.forms.base import DeedForm
from office.history import Change, last_change
from office.subjects import man, rows

YES_NO = {True: "Yes", False: "No"}


@dataclass(frozen=True, slots=True)
class Side:
    """`yours` None: only the other changed it, and the form has taken that over."""

    label: str
    now: str
    yours: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    sides: list[Side]
    last: Change | None
    # The form to send once more: theirs where only they changed something, else what was typed.
    form: DeedForm


def standing_still(form: DeedForm) -> AbstractContextManager[Any]:
    """Between looking whether the record changed and writing it nobody else writes it."""
    return transaction.atomic() if form.standing() else nullcontext()


def found(form: DeedForm, sent: str) -> Conflict | None:
    """For a valid form, within `standing_still`. None: nothing changed since its page was made."""
    if not form.standing():
        return None
    model, person = type(form.record), man(form.record)
    if person is not None:
        # As every action that moves a case does, and before any other lock.
        lock_person(person.pk)
    model._default_manager.select_for_update().only("pk").get(pk=form.record.pk)
    form.record = rows(model).get(pk=form.record.pk)
    now = form.standing()
    seen = prints.compared(prints.read(sent) or {}, now, form.cleaned_data)
    if not seen.changed:
        return None
    return Conflict(list(_sides(form, now, seen)), last_change(form.record), _again(form, seen))


def _sides(form: DeedForm, now: dict[str, Any], seen: prints.Compared) -> Iterator[Side]:
    for name in form.fields:
        if name in seen.both or name in seen.theirs:
            field = form.fields[name]
            typed = worded(field, form.cleaned_data.get(name)) if name in seen.both else None
            yield Side(str(field.label), worded(field, now[name]), typed)


def _again(form: DeedForm, seen: prints.Compared) -> DeedForm:
    again = type(form)(None, record=form.record)
    for name, typed in form.cleaned_data.items():
        if name not in seen.theirs and name in again.fields and not again.fields[name].widget.is_hidden:
            again.fields[name].initial = form[name].value() if _is_raw(form.fields[name]) else typed
    return again


def _is_raw(field: forms.Field) -> bool:
    """What a select or a radio button holds is the word that was sent, not what was made of it."""
    return isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)


def worded(field: forms.Field, value: Any) -> str:
    """As one reads it on the form."""
    if isinstance(value, bool) and not hasattr(field, "choices"):
        return YES_NO[value]
    chosen = prints.plain(value)
    if hasattr(field, "choices"):
        wanted = {chosen} if isinstance(chosen, str) else set(chosen)
        labels = [str(label) for key, label in field.choices if str(prints.plain(getattr(key, "value", key))) in wanted]
        return ", ".join(labels) or words.NOTHING
    return (chosen if isinstance(chosen, str) else ", ".join(chosen)) or words.NOTHING


def typed(form: DeedForm) -> list[tuple[str, str]]:
    """What somebody wrote by hand into a form that can't be sent any more."""
    writable = [one for one in form if isinstance(one.field, forms.CharField) and not one.is_hidden]
    return [(str(one.label), str(one.value())) for one in writable if one.value()]
