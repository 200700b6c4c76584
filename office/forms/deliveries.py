from typing import Any

from django import forms

from courts.actions.recipients import HIS_WAYS
from courts.models import Recipient
from courts.steps import ReportKind
from office.forms.base import DayField, DeedForm, worded

PARTIES = [role for role in Recipient.Role if role is not Recipient.Role.HIMSELF]


class AddRecipient(DeedForm):
    """The one place where an address is written down; it is confirmed by calling back before anything goes there."""

    role = forms.ChoiceField(label="Who", choices=worded(PARTIES), widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=200, required=False, help_text="Of the person or the office.")
    channel = forms.ChoiceField(label="How", choices=worded(Recipient.Channel), widget=forms.RadioSelect)
    address = forms.CharField(
        label="Address",
        max_length=300,
        required=False,
        help_text="An e-mail address, a fax number, a street address. None for the court's pages, e-filing or by hand.",
    )
    kinds = forms.MultipleChoiceField(
        label="Which reports",
        choices=worded(ReportKind),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None marked: all of them.",
    )
    release_on = DayField(label="Release signed on", required=False, help_text="Where he must agree that it is told.")
    release_until = DayField(label="Release ends on", required=False)

    def clean_role(self) -> Recipient.Role:
        return Recipient.Role(self.cleaned_data["role"])

    def clean_channel(self) -> Recipient.Channel:
        return Recipient.Channel(self.cleaned_data["channel"])

    def clean_kinds(self) -> list[ReportKind]:
        return [ReportKind(kind) for kind in self.cleaned_data["kinds"]]

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if address and self.data.get("channel") == Recipient.Channel.EMAIL:
            forms.EmailField().clean(address)
        return address


class AttachmentAsked(DeedForm):
    on = DayField(label="Asked in writing on")


class OwnCopy(DeedForm):
    channel = forms.ChoiceField(
        label="How he gets it",
        choices=worded(HIS_WAYS),
        widget=forms.RadioSelect,
        initial=Recipient.Channel.BY_HAND,
        help_text="By e-mail and on paper it goes to his contact point that is marked safe when it goes.",
    )

    def said(self) -> dict[str, Any]:
        return {"channel": Recipient.Channel(self.cleaned_data["channel"])}
