"""Enrollments, cohorts, sessions, marks."""

from typing import Any

from django import forms
from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from core import clock
from office import words
from office.forms.base import Choose, DayField, DeedForm, MomentField, TimeInput, worded
from office.forms.people import choose_staff, staff
from office.subjects import session as session_title
from programs.actions.standing import assessment_of
from programs.kinds import RequirementKind
from programs.models import Cohort, Curriculum, Mark, Module, Policy, Session

LANGUAGES = [("en", "English"), ("es", "Spanish")]


class MeetRequirement(DeedForm):
    kind = forms.ChoiceField(label="What he met", widget=forms.RadioSelect)
    on = DayField(label="On")

    def prepare(self) -> None:
        met = set(self.record.requirements.values_list("kind", flat=True))
        still = [(kind.value, kind.label) for kind in RequirementKind if kind not in met]
        self.fields["kind"].choices = still  # type: ignore[attr-defined]
        self.fields["on"].initial = words.today()

    def clean_kind(self) -> RequirementKind:
        return RequirementKind(self.cleaned_data["kind"])


def with_seats(cohorts: QuerySet[Cohort]) -> QuerySet[Any]:
    """Each with `taken`: how many seats are."""
    return cohorts.annotate(taken=Count("seats", filter=Q(seats__to_on=None)))


def seats_left(cohort: Any) -> str:
    free = max(cohort.capacity - cohort.taken, 0)
    languages = dict(LANGUAGES)
    return f"{cohort.name}, {languages.get(cohort.language, cohort.language)}, {free} of {cohort.capacity} seats free"


class ChooseCohort(DeedForm):
    cohort = Choose(label="Cohort", say=seats_left, queryset=Cohort.objects.none(), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Those with a free seat, his language first."""
        open_ones = with_seats(Cohort.objects.open().filter(program=self.record.program_id))
        own = Q(seats__enrollment=self.record, seats__to_on=None)
        free = open_ones.filter(taken__lt=F("capacity")).exclude(pk__in=Cohort.objects.filter(own))
        field = self.fields["cohort"]
        field.queryset = free.order_by("name")  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not free:
            field.help_text = "No cohort has a free seat. He stays on the wait list."


class BookMakeup(DeedForm):
    session = Choose(label="Session", say=session_title, queryset=Session.objects.none(), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Coming sessions of the weeks that he misses, outside his own cohort."""
        now = clock.now()
        missing = [one.week.module for one in assessment_of(self.record, today=words.today()).missing]
        own = self.record.seats.taken().values("cohort")
        coming = Session.objects.from_now(now).filter(module__in=missing).exclude(cohort__in=own)
        field = self.fields["session"]
        field.queryset = coming.select_related("cohort", "module", "program")  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not coming:
            field.help_text = "No session of a week that he misses is planned outside his cohort. Add one first."


class CancelSession(DeedForm):
    why = forms.ChoiceField(label="Why", choices=worded(Session.Canceled), widget=forms.RadioSelect)
    replaced_at = MomentField(label="Held instead on", required=False, help_text="Empty: it isn't held again.")

    def clean_why(self) -> Session.Canceled:
        return Session.Canceled(self.cleaned_data["why"])


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
    place = forms.CharField(label="Where", max_length=200)
    capacity = forms.IntegerField(label="Seats", initial=12, min_value=2, max_value=100)
    leaders = forms.ModelMultipleChoiceField(
        label="Led by", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        for name, versions in (("curriculum", self.record.curricula), ("policy", self.record.policies)):
            newest = versions.order_by("-version")
            self.fields[name].queryset = newest  # type: ignore[attr-defined]
            self.fields[name].initial = newest.first()
        choose_staff(self.fields["leaders"], Role.FACILITATOR)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.record.cohorts.filter(name=name).exists():
            raise forms.ValidationError("There is a cohort of this name. Give the new one another name.")
        return name
