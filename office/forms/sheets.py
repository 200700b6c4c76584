from django import forms


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="In the top right corner of the sheet.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short", "autocapitalize": "characters"}),
    )
