"""Who may come in."""

from django import forms

from accounts.roles import Role
from office.forms.base import DeedForm, worded

# A clerk is invited for a court, after a call-back: that isn't done here.
STAFF = (Role.COORDINATOR, Role.FACILITATOR, Role.ADMINISTRATOR)


class Invite(DeedForm):
    email = forms.EmailField(label="E-mail address", max_length=254)
    roles = forms.MultipleChoiceField(label="As", choices=worded(STAFF), widget=forms.CheckboxSelectMultiple)

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]
