from django import forms

from core import clock
from courts.models import Court
from office import keeping
from office.forms.base import Choose, DayField, DeedForm, Lines
from records import due
from records.actions import disposals
from records.actions.retention import LONGEST_MONTHS
from records.kinds import BASIS_LABELS, BY_ORDER, KEPT_LABELS, Basis, Kept


class PlaceHold(DeedForm):
    why = Lines(
        label="What the records are held for", help_text="The suit, the subpoena, the letter. It is kept encrypted."
    )


class NoteOrder(DeedForm):
    basis = forms.ChoiceField(
        label="What the court ordered",
        choices=[(one.value, BASIS_LABELS[one]) for one in BY_ORDER],
        widget=forms.RadioSelect,
    )
    ordered_on = DayField(label="Date of the order")
    court = Choose(label="Court that made it", say=lambda one: str(one.name), queryset=Court.objects.none())

    def prepare(self) -> None:
        courts = Court.objects.order_by("name", "city", "pk")
        self.fields["court"].queryset = courts  # type: ignore[attr-defined]

    def clean_basis(self) -> Basis:
        return Basis(self.cleaned_data["basis"])


class Approve(DeedForm):
    """Asks nothing; it says what goes, what stays and what is out of reach before anything is done."""

    def ahead(self) -> list[str]:
        disposals.check_free(self.record)
        return keeping.ahead(self.record)


class Stays(DeedForm):
    why = forms.CharField(
        label="Why it stays", max_length=200, help_text="Without his name: the next one who looks reads it."
    )


class KeepFor(DeedForm):
    kind = forms.ChoiceField(
        label="What", choices=[(one.value, KEPT_LABELS[one]) for one in Kept], widget=forms.RadioSelect
    )
    months = forms.IntegerField(
        label="For how many months", min_value=1, max_value=LONGEST_MONTHS, help_text="Seven years are 84 months."
    )
    source = forms.CharField(
        label="Because of", max_length=200, required=False, help_text="The law or the contract that asks for it."
    )

    def clean_kind(self) -> Kept:
        return Kept(self.cleaned_data["kind"])

    def ahead(self) -> list[str]:
        kind, months, now = self.cleaned_data["kind"], self.cleaned_data["months"], clock.now()
        before = due.due(kind, before=due.limit(kind, now)).count()
        after = due.due(kind, before=due.limit(kind, now, months)).count()
        return [
            f"{KEPT_LABELS[kind]}: {length(due.months_of(kind))} until now, {length(months)} from now on.",
            f"Due to be disposed of: {before} now, {after} by the new rule. Two administrators look at each.",
        ]


def length(months: int) -> str:
    """As one says it: whole years where they are whole."""
    many, of = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return f"{many} {of}{'' if many == 1 else 's'}"
