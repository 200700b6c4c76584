"""What asks about a report: what is written into it, that it was looked at, what its court said of it."""

from typing import Any

from django import forms

from courts import words as free
from courts.actions import reviews
from courts.models import Report
from courts.steps import ReportKind
from office.forms.base import Choose, DeedForm, Lines
from programs.models import Signer


class LookedAt(DeedForm):
    """Sent from the report's page, which fills in the digest of the facts that it shows."""

    facts_sha256 = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        required=False,
    )
    signer = Choose(label="Signed by", say=lambda one: f"{one.user.name}, {one.title}", queryset=Signer.objects.none())

    def prepare(self) -> None:
        signers = signers_of(self.record)
        self.fields["signer"].queryset = signers  # type: ignore[attr-defined]
        first = signers.first()
        self.fields["signer"].initial = first and first.pk


def signers_of(report: Report) -> Any:
    return report.referral.program.signers.filter(ended_at=None).select_related("user").order_by("id")


class Words(DeedForm):
    """The only places where a person may write into a report; all else comes from the rows."""

    def prepare(self) -> None:
        for field in reviews.fields_of(self.record):
            self.fields[field.name] = _asked(field)

    def standing(self) -> dict[str, Any]:
        kind, corrects = ReportKind(self.record.kind), self.record.supersedes_id is not None
        written = free.written(kind, self.record.words, corrects=corrects)
        return {name: written[name] for name in self.fields}

    def said(self) -> dict[str, Any]:
        return {"words": self.cleaned_data}


def _asked(field: free.Field) -> forms.Field:
    said: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.choices is not None:
        return forms.ChoiceField(choices=list(field.choices.items()), widget=forms.RadioSelect, **said)
    return Lines(max_length=field.limit, **said)


class Asked(DeedForm):
    text = Lines(label="What the court asked for")


class Answer(DeedForm):
    answer = Lines(label="What the court was answered")


class Correct(DeedForm):
    what_changed = Lines(
        label=free.WHAT_CHANGED.label, help_text=free.WHAT_CHANGED.hint, max_length=free.WHAT_CHANGED.limit
    )
