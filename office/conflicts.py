"""A record that changed while somebody's form lay open: both are shown, and what was typed stays."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model, Q

from core import prints
from office import words
from office.forms.base import DeedForm
from office.history import Change, last_change
from office.subjects import man, rows
from participants.locks import lock_person
from programs.actions.schedules.locks import lock_sessions
from programs.models import Cohort, Session

YES_NO = {True: "Yes", False: "No"}


@dataclass(frozen=True, slots=True)
class Side:
    """`yours` None: only the other changed it, and the form has taken that over."""

    label: str
    now: str
    yours: str | None


@dataclass(frozen=True, slots=True)
class Both:
    """What stands and what was typed, where two people wrote, and who was first."""

    sides: list[Side]
    last: Change | None


@dataclass(frozen=True, slots=True)
class Conflict(Both):
    # The form to send once more: theirs where only they changed something, else what was typed.
    form: DeedForm


def standing_still(form: DeedForm) -> AbstractContextManager[Any]:
    """Between looking whether the record changed and writing it nobody else writes it."""
    return transaction.atomic() if form.standing() or form.watched() else nullcontext()


def found(form: DeedForm, sent: str) -> Conflict | None:
    """For a valid form, within `standing_still`. None: nothing changed since its page was made."""
    if not (form.standing() or form.watched()):
        return None
    _hold(form.record)
    form.record = rows(type(form.record)).get(pk=form.record.pk)
    now = form.standing() | form.watched()
    seen = prints.compared(prints.read(sent) or {}, now, form.cleaned_data)
    if not seen.changed:
        return None
    return Conflict(list(_sides(form, now, seen)), last_change(form.told_by), _again(form, seen))


def _hold(record: Model) -> None:
    """In the order of every action: the man, or those expected at a session, before any other row."""
    person = man(record)
    if person is not None:
        lock_person(person.pk)
    if isinstance(record, Session | Cohort):
        # All that its action may take after it: whoever holds one of them would else wait for us, and we for him.
        cohort = record.cohort_id if isinstance(record, Session) else record.pk
        its = Q(cohort=cohort, cohort__isnull=False, state=Session.State.PLANNED)
        lock_sessions(Session.objects.filter(its | Q(pk=record.pk) if isinstance(record, Session) else its))
    type(record)._default_manager.select_for_update().only("pk").get(pk=record.pk)


def _sides(form: DeedForm, now: dict[str, Any], seen: prints.Compared) -> Iterator[Side]:
    for name in form.fields:
        if name in seen.both or name in seen.theirs:
            field = form.fields[name]
            typed = worded(field, form.cleaned_data.get(name)) if name in seen.both else None
            yield Side(str(field.label), worded(field, now[name]), typed)
    for label, stands in form.watched().items():
        if label in seen.both:
            yield Side(label, stands or words.NOTHING, "")


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
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    chosen = prints.plain(value)
    if hasattr(field, "choices"):
        wanted = {chosen} if isinstance(chosen, str) else set(chosen)
        labels = [str(label) for key, label in field.choices if str(prints.plain(getattr(key, "value", key))) in wanted]
        return ", ".join(labels) or words.NOTHING
    return (chosen if isinstance(chosen, str) else ", ".join(chosen)) or words.NOTHING


def typed(form: DeedForm) -> list[tuple[str, str]]:
    """What somebody said in a form that can't be sent any more, in words; boxes that stayed empty aren't told."""
    said = [(one, _said(one)) for one in form if not one.is_hidden and one.value()]
    return [(str(one.label), text) for one, text in said]


def _said(one: forms.BoundField) -> str:
    return YES_NO[True] if isinstance(one.field, forms.BooleanField) else worded(one.field, one.value())
