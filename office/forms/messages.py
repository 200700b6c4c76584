from django import forms

from office.forms.base import DeedForm


class AllowPhrase(DeedForm):
    phrase = forms.CharField(
        label="Phrase",
        max_length=200,
        help_text="The whole phrase as it stands in a place, such as 516 Court Street.",
    )
