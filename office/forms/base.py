from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models

from core import prints
from core.row_numbers import is_row_number
from office import words


def worded(kinds: Any) -> list[tuple[str, str]]:
    """The choices of an enumeration, as one reads them."""
    return [(kind.value, words.plain(str(getattr(kind, "label", kind.value)))) for kind in kinds]


def one_line(value: str) -> None:
    """A browser sends no more than one from such a field; what comes by another way could end a mail's head."""
    if len(value.splitlines()) > 1:
        raise forms.ValidationError("This is one line. Take the line breaks out.")


class DayInput(forms.DateInput):
    """The browser's own calendar: it needs no script of ours."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    input_type = "time"


class DayField(forms.DateField):
    widget = DayInput


class MomentField(forms.DateTimeField):
    """By the clock on the office's wall."""

    widget = MomentInput


class Lines(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 3})


class Choose(forms.ModelChoiceField):
    """One row of a table, called what the office calls it."""

    def __init__(self, say: Callable[[Any], str] = str, **kwargs: Any) -> None:
        self.say = say
        super().__init__(**kwargs)

    def label_from_instance(self, obj: models.Model) -> str:
        return self.say(obj)


class ChooseSeveral(forms.ModelMultipleChoiceField):
    """Several rows. A number that no row can have is refused here: a database breaks off at it."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not is_row_number(str(one)):
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(one)[:20]})
        return super().clean(value)


class DeedForm(forms.Form):
    """Asks what one deed needs to know about one record."""

    # Yes and no stand side by side.
    short_choices = False
    # A page that shows what was typed as it would be printed; it opens beside the form, and nothing is written.
    preview = ""

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and isinstance(field.widget, forms.TextInput):
                field.validators.append(one_line)
        for name, value in self.standing().items():
            self.fields[name].initial = value

    def prepare(self) -> None:
        """Fill choices and first values that depend on the record."""

    def standing(self) -> dict[str, Any]:
        """By field, what the record says now: of two people who change it neither undoes the other unseen."""
        return {}

    def watched(self) -> dict[str, str]:
        """By its label, what one must have seen before, though no field changes it."""
        return {}

    @property
    def told_by(self) -> Any:
        """The record whose history says who changed it last."""
        return self.record

    @property
    def as_it_was(self) -> str:
        """For the page: the prints of what stood there when it was made."""
        stands = self.standing() | self.watched()
        return prints.written(stands) if stands else ""

    def said(self) -> dict[str, Any]:
        """What goes to the action."""
        return self.cleaned_data

    def ahead(self) -> list[str]:
        """What will come of it, a line each, where that should be looked at first; empty: it is done at once.

        May raise the action's refusals.
        """
        return []


class Confirm(DeedForm):
    """Asks nothing: the page says whom and what, and the button does it."""
