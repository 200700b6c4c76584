from django import forms

AS_PRINTED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class VerifyForm(forms.Form):
    """As it is printed at the foot of the paper, or however somebody types it."""

    number = forms.CharField(
        label="Report number",
        max_length=40,
        widget=forms.TextInput(attrs=AS_PRINTED),
        help_text="Such as K-2026-00017.",
    )
    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs=AS_PRINTED),
        help_text="Four groups of four letters and digits, beside the number.",
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text="Eight digits, from the message that we just sent.",
    )
