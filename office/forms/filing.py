from typing import Any

from django import forms

from courts.actions.desks import Desk
from courts.actions.filing import FILED_KINDS
from courts.kinds import LABELS, ReferralKind
from courts.models import Court
from office.forms.base import Choose, DayField, DeedForm


class FileCase(DeedForm):
    """A court has the case at last, under a number of its own."""

    court = Choose(label="Court", say=lambda one: Desk(court=one).label, queryset=Court.objects.none())
    case_number = forms.CharField(label="Case number", max_length=100, help_text="As the court writes it.")
    kind = forms.ChoiceField(label="Kind of referral", choices=[(one.value, LABELS[one]) for one in FILED_KINDS])
    plaintiff = forms.CharField(
        label="Plaintiff", max_length=200, required=False, help_text="As in the caption, such as City of Pinewater."
    )
    ordered_on = DayField(
        label="Date of the court's order",
        required=False,
        help_text="What was before it stands in none of this court's reports.",
    )

    def prepare(self) -> None:
        courts = Court.objects.filter(state=self.record.program.state).order_by("name", "city")
        self.fields["court"].queryset = courts  # type: ignore[attr-defined]

    def standing(self) -> dict[str, Any]:
        kind = self.record.kind if self.record.kind in FILED_KINDS else FILED_KINDS[0]
        return {"plaintiff": self.record.plaintiff, "ordered_on": self.record.ordered_on, "kind": kind}

    def clean_kind(self) -> ReferralKind:
        return ReferralKind(self.cleaned_data["kind"])
