"""Handing out the questions, and what he says to being asked."""

from typing import Any

from django import forms

from core import clock
from office import words
from office.forms.base import DeedForm
from outcomes.actions.asking import to_hand, to_send
from outcomes.kinds import ARREST_LABELS, MOMENT_LABELS, Arrest, Moment, Purpose
from outcomes.models import FollowUpDue


class Hand(DeedForm):
    moment = forms.ChoiceField(
        label="Which questions",
        widget=forms.RadioSelect,
        error_messages={
            "required": "There is nothing to ask him now: he has answered, has said no, or its time is over."
        },
    )

    def prepare(self) -> None:
        found = self.moments()
        field: Any = self.fields["moment"]
        field.choices = [(moment.value, MOMENT_LABELS[moment]) for moment in found]
        if len(found) == 1:
            field.initial = found[0].value

    def moments(self) -> list[Moment]:
        return to_hand(self.record, now=clock.now())

    def said(self) -> dict[str, Any]:
        return {"moment": Moment(self.cleaned_data["moment"])}


class SendAgain(Hand):
    def prepare(self) -> None:
        super().prepare()
        self.fields["moment"].error_messages["required"] = (
            "No link can be sent to him now: he has answered, has said no, or its time is over."
        )

    def moments(self) -> list[Moment]:
        return to_send(self.record, now=clock.now())


class SaysNo(DeedForm):
    purpose = forms.ChoiceField(
        label="To what",
        widget=forms.RadioSelect,
        choices=[
            (Purpose.FOLLOW_UP, "To be asked later: no link is sent to him any more; what he answered stays"),
            (Purpose.STATISTICS, "To be counted: what he answered is destroyed, and he isn’t asked any more"),
        ],
    )

    def said(self) -> dict[str, Any]:
        return {"purpose": Purpose(self.cleaned_data["purpose"])}


class NoteArrest(DeedForm):
    """No words: whether, and nothing about it."""

    due = forms.ChoiceField(label="Which time", widget=forms.RadioSelect)
    known = forms.ChoiceField(
        label="Is a new arrest known?",
        widget=forms.RadioSelect,
        choices=[(known.value, ARREST_LABELS[known]) for known in Arrest],
    )

    def prepare(self) -> None:
        today = words.today()
        self.dues = {str(one.pk): one for one in FollowUpDue.objects.open(today).filter(enrollment=self.record)}
        field: Any = self.fields["due"]
        field.choices = [(pk, MOMENT_LABELS[Moment(one.moment)]) for pk, one in self.dues.items()]
        if len(self.dues) == 1:
            field.initial = next(iter(self.dues))

    def said(self) -> dict[str, Any]:
        return {"due": self.dues[self.cleaned_data["due"]], "known": Arrest(self.cleaned_data["known"])}
