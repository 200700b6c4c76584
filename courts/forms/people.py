from django import forms


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Their e-mail address at work",
        max_length=254,
        error_messages={"required": "Give the address to which the invitation goes."},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="We send them a link, good for a week. They set their own password.",
    )
