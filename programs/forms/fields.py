"""Fields that several forms of the door ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


def words(label: Any, longest: int) -> forms.CharField:
    too_long = gettext_lazy("Say it in %(limit_value)d characters or fewer; these are %(show_value)d.")
    return forms.CharField(label=label, required=False, max_length=longest, error_messages={"max_length": too_long})


def once_key() -> forms.UUIDField:
    """Made anew with each page: what is sent twice with the same one is done once."""
    out_of_date = gettext_lazy("This page is out of date. Open it again, then tap once more.")
    return forms.UUIDField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), out_of_date))
