"""Letting in the first one of a court or an agency, and adding an agency."""

from django import forms

from courts import cells
from courts.models import Agency
from office.forms.base import DayField, DeedForm, worded
from office.forms.settings import ZONES

CALL = "Look the number up elsewhere, such as on the court's own site. Never take it from the mail that asked."


class InviteFirst(DeedForm):
    email = forms.EmailField(label="E-mail address", max_length=254)
    called_back_on = DayField(label="Called back on")
    called_back_at = forms.CharField(label="Whom, at which number", max_length=100, help_text=CALL)


class AddAgency(DeedForm):
    kind = forms.ChoiceField(label="Kind", choices=worded(Agency.Kind), widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=200)
    city = forms.CharField(label="City", max_length=100, required=False)
    state = forms.RegexField(label="State", regex=r"^[A-Za-z]{2}$", help_text="Two letters, such as WA.")
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=ZONES)

    def prepare(self) -> None:
        self.fields["state"].initial = self.record.state
        self.fields["time_zone"].initial = self.record.time_zone

    def clean_kind(self) -> Agency.Kind:
        return Agency.Kind(self.cleaned_data["kind"])

    def clean_name(self) -> str:
        name, reason = cells.text(self.cleaned_data["name"], 200)
        if reason:
            raise forms.ValidationError("There are hidden letters in this. Type it instead of copying it.")
        return name

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"]).upper()
