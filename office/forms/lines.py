"""What is asked when a line of Today is given to somebody, or is to sleep."""

from django import forms

from accounts.models import User
from accounts.roles import OFFICE
from office.forms.base import Choose, DayField
from office.forms.people import staff


class HandLine(forms.Form):
    to = Choose(
        label="Whose it is",
        say=lambda user: user.name,
        queryset=User.objects.none(),
        required=False,
        empty_label="Anybody's",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own
        self.fields["to"].queryset = staff(*OFFICE)  # type: ignore[attr-defined]


class SnoozeLine(forms.Form):
    until = DayField(label="Until")
    why = forms.CharField(label="Why", max_length=200)
