"""What a desk asks of its own lists, and says of a report."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from courts.steps import ReportKind

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
OUT_OF_RANGE = "Give a day between 2000 and 2099."


def _day(label: str) -> forms.DateField:
    bounds = [MinValueValidator(EARLIEST, OUT_OF_RANGE), MaxValueValidator(LATEST, OUT_OF_RANGE)]
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=picker, validators=bounds)


class AskForm(forms.Form):
    """What a desk looks for among its own. By POST alone: by GET a name would stand in each log on the way."""

    q = forms.CharField(
        label="Case number or name",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "That is longer than any number or name. Use fewer words."},
    )


class AskForReports(AskForm):
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "All kinds"), *((kind.value, kind.replace("_", " ").capitalize()) for kind in ReportKind)],
    )
    since = _day("Received from")
    until = _day("Received to")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", "This day is before the first one. Change one of the two.")
        return said


class AskForReferrals(AskForm):
    OPEN, OVER = "open", "over"
    standing = forms.ChoiceField(
        label="Status", required=False, choices=[("", "All"), (OPEN, "Not over yet"), (OVER, "Over")]
    )


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label="What should be corrected?",
        max_length=4000,
        error_messages={"required": "Say what is wrong, so that the program can look at it."},
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Say what is wrong and what is right. The program answers on this page.",
    )
