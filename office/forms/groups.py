"""Cohorts, sessions, marks."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from office.forms.base import Choose, ChooseSeveral, DayField, DeedForm, TimeInput, worded
from office.forms.people import choose_staff, staff
from programs.models import Cohort, Curriculum, Mark, Module, Policy

LANGUAGES = [("en", "English"), ("es", "Spanish")]


def with_seats(cohorts: QuerySet[Cohort]) -> QuerySet[Any]:
    """Each with `taken`: how many seats are."""
    return cohorts.annotate(taken=Count("seats", filter=Q(seats__to_on=None)))


class ApproveBreak(DeedForm):
    until = DayField(label="He may be away until")
    why = forms.CharField(label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CloseSession(DeedForm):
    taught = Choose(label="Week really taught", say=lambda m: f"{m.week}: {m.theme}", queryset=Module.objects.none())
    minutes_held = forms.IntegerField(label="Minutes held", min_value=1, max_value=600)

    def prepare(self) -> None:
        weeks = Module.objects.filter(curriculum=self.record.module.curriculum_id)
        self.fields["taught"].queryset = weeks  # type: ignore[attr-defined]
        self.fields["taught"].initial = self.record.module_id
        self.fields["minutes_held"].initial = self.record.minutes


class NameSubstitute(DeedForm):
    user = Choose(label="Who stands in", say=lambda user: user.name, queryset=User.objects.none())
    anyway = forms.BooleanField(label="Even so: while he leads another group", required=False)

    def prepare(self) -> None:
        leading = self.record.led.values("user")
        free = staff(Role.FACILITATOR).exclude(pk__in=leading)
        self.fields["user"].queryset = free  # type: ignore[attr-defined]


class Excuse(DeedForm):
    excuse = forms.ChoiceField(
        label="Because of",
        choices=worded(Mark.Excuse),
        widget=forms.RadioSelect,
        help_text="The reason is never told to a court.",
    )

    def clean_excuse(self) -> Mark.Excuse:
        return Mark.Excuse(self.cleaned_data["excuse"])


class OpenCohort(DeedForm):
    """One session a week from the first day on; the state's holidays and days off are left out."""

    name = forms.CharField(label="Name", max_length=60)
    curriculum = Choose(label="Curriculum", queryset=Curriculum.objects.none())
    policy = Choose(label="Policy", queryset=Policy.objects.none())
    first_on = DayField(label="First evening")
    starts_at = forms.TimeField(label="Begins at", widget=TimeInput())
    minutes = forms.IntegerField(label="Minutes", initial=120, min_value=30, max_value=600)
    language = forms.ChoiceField(label="Language", choices=LANGUAGES)
    place = forms.CharField(label="Where", max_length=200, required=False)
    link = forms.URLField(label="Link to the video call", required=False, assume_scheme="https")
    capacity = forms.IntegerField(label="Seats", initial=12, min_value=1, max_value=100)
    least = forms.IntegerField(label="Least number", initial=2, min_value=1, max_value=100)
    leaders = ChooseSeveral(label="Led by", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)
    anyway = forms.BooleanField(label="Even so: while a leader leads another group", required=False)

    def prepare(self) -> None:
        for name, versions in (("curriculum", self.record.curricula), ("policy", self.record.policies)):
            newest = versions.order_by("-version")
            self.fields[name].queryset = newest  # type: ignore[attr-defined]
            self.fields[name].initial = newest.first()
        choose_staff(self.fields["leaders"], Role.FACILITATOR)

    def clean_least(self) -> int:
        least: int = self.cleaned_data["least"]
        if least > self.cleaned_data.get("capacity", least):
            raise forms.ValidationError("There are fewer seats than that. Give more seats, or a smaller number.")
        return least

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.record.cohorts.filter(name=name).exists():
            raise forms.ValidationError("There is a cohort of this name. Give the new one another name.")
        return name
