"""What follows an intake that nobody came to, and putting right what is known of a man."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from core import clock
from office.forms.base import DayField, DeedForm, MomentField
from office.forms.intake import SPOKEN
from office.words import language
from participants.models import Participant

OF_HIM = (
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "date_of_birth", "language",
    "needs_interpreter",
)  # fmt: skip


class PlanAgain(DeedForm):
    """The same hour a week later, unless another time is chosen: one press."""

    starts_at = MomentField(label="When")

    def prepare(self) -> None:
        # By the clock on the wall, summer and winter.
        on_the_wall, now = timezone.make_naive(self.record.starts_at), timezone.make_naive(clock.now())
        while on_the_wall <= now:
            on_the_wall += timedelta(weeks=1)
        self.fields["starts_at"].initial = on_the_wall


class CorrectHim(DeedForm):
    first_name = forms.CharField(label="First name", max_length=150)
    middle_name = forms.CharField(label="Middle name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150)
    suffix = forms.CharField(label="Suffix", max_length=20, required=False)
    preferred_name = forms.CharField(label="Called", max_length=150, required=False)
    date_of_birth = DayField(label="Born on", required=False)
    language = forms.ChoiceField(label="Speaks")
    needs_interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    keep_former = forms.BooleanField(label="He had the old name before: he is found by it, too", required=False)

    def prepare(self) -> None:
        codes = dict.fromkeys((*SPOKEN, self.record.language))
        self.fields["language"].choices = [(code, language(code)) for code in codes]  # type: ignore[attr-defined]

    def standing(self) -> dict[str, Any]:
        man: Participant = self.record
        return {name: getattr(man, name) for name in OF_HIM}
