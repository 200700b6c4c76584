"""What asks where a man goes: a cohort, a make-up, more time."""

from typing import Any

from django import forms
from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from core import clock
from office import words
from office.forms.base import Choose, DayField, DeedForm
from office.forms.groups import LANGUAGES, with_seats
from programs.actions.standing import assessment_of
from programs.fees import is_assessed
from programs.kinds import RequirementKind
from programs.models import Cohort, Session
from programs.placement import DAYS_IN_HAND

WEEKDAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
NO_MAKEUP = "No session of a week that he misses is planned outside his cohort. Add one first."
NO_SEAT = "No cohort has a free seat. He stays on the wait list."


def weekdays(label: str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: on any day.",
    )


class MeetRequirement(DeedForm):
    kind = forms.ChoiceField(label="What he met", widget=forms.RadioSelect)
    on = DayField(label="On")

    def prepare(self) -> None:
        met = set(self.record.requirements.values_list("kind", flat=True))
        if is_assessed(self.record.fee_entries.order_by("id").lines()):
            # His ledger says whether the fee is settled.
            met.add(RequirementKind.FEE)
        still = [(kind.value, kind.label) for kind in RequirementKind if kind not in met]
        self.fields["kind"].choices = still  # type: ignore[attr-defined]
        self.fields["on"].initial = words.today()

    def clean_kind(self) -> RequirementKind:
        return RequirementKind(self.cleaned_data["kind"])


def seats_left(cohort: Any) -> str:
    free = max(cohort.capacity - cohort.taken, 0)
    languages = dict(LANGUAGES)
    return f"{cohort.name}, {languages.get(cohort.language, cohort.language)}, {free} of {cohort.capacity} seats free"


class ChooseCohort(DeedForm):
    cohort = Choose(label="Cohort", say=seats_left, queryset=Cohort.objects.none(), widget=forms.RadioSelect)
    anyway = forms.BooleanField(
        label="Also where it is held in another language than his, or is past the last week to join",
        required=False,
    )

    def prepare(self) -> None:
        """Those with a free seat, his language first."""
        open_ones = with_seats(Cohort.objects.open().filter(program=self.record.program_id))
        own = Q(seats__enrollment=self.record, seats__to_on=None)
        free = open_ones.filter(taken__lt=F("capacity")).exclude(pk__in=Cohort.objects.filter(own))
        his_first = Case(When(language=self.record.participant.language, then=Value(0)), default=Value(1))
        field = self.fields["cohort"]
        field.queryset = free.order_by(his_first, "name")  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not free:
            field.help_text = NO_SEAT

    def watched(self) -> dict[str, str]:
        """Whoever moves him must know from where."""
        seat = self.record.seats.filter(to_on=None).select_related("cohort").first()
        return {"He sits in": seat.cohort.name} if seat else {}


class Evening(Choose):
    """A session with the week it makes up, its day, its place and what is free there; his plan's are marked."""

    planned: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Any) -> str:
        free = max(obj.capacity - obj.expected, 0)
        where = obj.place or "by video"
        group = obj.cohort.name if obj.cohort else "make-up session"
        said = f"Week {obj.module.week}: {words.moment(obj.starts_at)}, {where}, {group}, {free} of {obj.capacity} free"
        return f"{said} (in his plan)" if obj.pk in self.planned else said


class BookMakeup(DeedForm):
    session = Evening(label="Session", queryset=Session.objects.none(), widget=forms.RadioSelect)
    one_a_day_waived_why = forms.CharField(
        label="Why he may come twice on one day",
        max_length=200,
        required=False,
        help_text="Only where he has another session on that day.",
    )

    def prepare(self) -> None:
        """Coming sessions of the weeks that he misses, outside his own cohort: first those of his plan."""
        found = assessment_of(self.record, today=words.today())
        missing = [one.week.module for one in found.missing]
        plan = [one.session for one in found.plan]
        field = self.fields["session"]
        field.queryset = _open_to(self.record, missing).order_by(*_best_first(plan))  # type: ignore[attr-defined]
        field.planned = frozenset(plan)  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not field.queryset:  # type: ignore[attr-defined]
            field.help_text = NO_MAKEUP


def _open_to(enrollment: Any, modules: list[int]) -> QuerySet[Any]:
    """With `expected`, so that the form says how many places are free; in his cohort's language."""
    seated = Count("cohort__seats", filter=Q(cohort__seats__to_on=None), distinct=True)
    booked = Count("bookings", filter=Q(bookings__canceled_at=None), distinct=True)
    seats = enrollment.seats.taken()
    his = Q(cohort__in=seats.values("cohort")) | Q(bookings__in=enrollment.bookings.standing())
    coming = Session.objects.from_now(clock.now()).filter(
        module__in=modules, language__in=seats.values("cohort__language"), program=enrollment.program_id
    )
    others = coming.exclude(pk__in=Session.objects.filter(his).values("pk"))
    return others.select_related("cohort", "module", "program").annotate(expected=seated + booked)


def _best_first(plan: list[int]) -> list[Any]:
    planned = Case(When(pk__in=plan, then=Value(0)), default=Value(1))
    return [planned, "starts_at", "id"]


class MoreTime(DeedForm):
    """For the days on which he can come; the rest is worked out."""

    weekdays = weekdays("Only on these days")
    in_hand = forms.IntegerField(label="Days in hand", min_value=0, max_value=90, initial=DAYS_IN_HAND)

    def said(self) -> dict[str, Any]:
        return {"weekdays": frozenset(self.cleaned_data["weekdays"]), "days_in_hand": self.cleaned_data["in_hand"]}
