"""A list that is to come in: the file and whose it is, its sheet, its columns."""

from collections.abc import Sequence
from typing import Any

from django import forms

from courts import mapping
from courts.mapping import Sample
from courts.models import Court
from office.forms.base import Choose
from programs.models import Program

LEFT_OUT = "Leave it out"
FILE = "An Excel workbook (.xlsx) or a CSV, up to 10 MB. Columns in any order, called whatever the court calls them."
COURT = "Leave it open where each row names its court."


class Upload(forms.Form):
    court = Choose(
        queryset=Court.objects.order_by("name", "city"),
        label="Whose list it is",
        help_text=COURT,
        required=False,
        empty_label="Each row names its court",
        say=lambda court: f"{court.name}, {court.city}" if court.city else court.name,
    )
    program = Choose(queryset=Program.objects.order_by("name"), label="Program", say=lambda program: program.name)
    file = forms.FileField(
        label="The list",
        help_text=FILE,
        max_length=255,
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another one."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = list(Program.objects.order_by("name")[:2])
        if len(programs) == 1:
            self.fields["program"].widget = forms.HiddenInput()
            self.fields["program"].initial = programs[0]


class WhichSheet(forms.Form):
    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"] = forms.ChoiceField(
            label="The list stands on the sheet", choices=[(one, one) for one in sheets], widget=forms.RadioSelect
        )


class NameColumns(forms.Form):
    """A choice for each column of theirs, named by its place."""

    def __init__(self, *args: Any, sample: Sample, stands: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sample, self.stands = sample, stands
        ours = [("", LEFT_OUT), *mapping.LABELS.items()]
        for at, (key, header) in enumerate(zip(sample.keys, sample.header, strict=True)):
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=header.strip() or f"Column {at + 1}", choices=ours, required=False, initial=stands.get(key, "")
            )

    @property
    def lines(self) -> list[tuple[Any, list[str]]]:
        """Each choice beside the first values under it."""
        return [(self[f"column-{at}"], self.sample.under(at)) for at in range(len(self.sample.header))]

    @property
    def said(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"column-{at}"] for at, key in enumerate(self.sample.keys)}
