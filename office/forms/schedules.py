"""What asks how a schedule is to change."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from accounts.roles import Role
from core import clock
from office import words
from office.forms.base import Choose, ChooseSeveral, DayField, DeedForm, MomentField, worded
from office.forms.groups import LANGUAGES, with_seats
from office.forms.people import choose_staff
from office.subjects import session as session_title
from programs.actions import schedules
from programs.actions.schedules import Following
from programs.models import Cohort, Module, Session

EVEN_SO = "Even so: on a day that is kept free, or while a leader leads another group"
STAY, MOVE = Following.STAY.value, Following.MOVE.value


def even_so() -> forms.BooleanField:
    return forms.BooleanField(label=EVEN_SO, required=False)


class WhichFollow(forms.ChoiceField):
    """They stay, unless it is said that they move."""

    def clean(self, value: Any) -> Following:
        return Following(super().clean(value or STAY))


def which_follow(stay: str, move: str) -> WhichFollow:
    choices = [(STAY, stay), (MOVE, move)]
    return WhichFollow(label="The weeks that follow", choices=choices, initial=STAY, widget=forms.RadioSelect)


def led_by() -> ChooseSeveral:
    return ChooseSeveral(label="Led by", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)


def days_of(laid: Iterable[tuple[Session, datetime]]) -> list[str]:
    return [f"Week {session.module.week}: {words.moment(start)}" for session, start in laid]


class Followed(DeedForm):
    """For a session of a cohort it asks about those behind it; nothing follows a make-up session."""

    def prepare(self) -> None:
        if self.record.cohort_id is None:
            del self.fields["following"]

    @property
    def all_move(self) -> bool:
        return self.cleaned_data.get("following") is Following.MOVE


class CancelSession(Followed):
    why = forms.ChoiceField(label="Why", choices=worded(Session.Canceled), widget=forms.RadioSelect)
    following = which_follow(
        "Stay as they are", "Each moves to the evening of the next one, and the cohort meets once more at the end"
    )
    replaced_at = MomentField(label="Held instead on", required=False, help_text="Empty: no day is set for it yet.")
    anyway = even_so()

    def clean_why(self) -> Session.Canceled:
        return Session.Canceled(self.cleaned_data["why"])

    def ahead(self) -> list[str]:
        if not self.all_move or self.cleaned_data["replaced_at"]:
            return []
        return days_of(schedules.evenings_after(sessions=[self.record], now=clock.now()))


class MoveSession(Followed):
    to = MomentField(label="New day and time")
    following = which_follow("Stay as they are", "Go as many days along, and to the same new hour")
    anyway = even_so()

    def standing(self) -> dict[str, Any]:
        return {"to": self.record.starts_at}

    def ahead(self) -> list[str]:
        if not self.all_move:
            return []
        laid = schedules.dates_after(
            session=self.record, to=self.cleaned_data["to"], following=Following.MOVE, now=clock.now()
        )
        return days_of(laid)


class SwapWeeks(DeedForm):
    other = Choose(label="With", say=session_title, queryset=Session.objects.none(), widget=forms.RadioSelect)
    why = forms.CharField(label="Why", max_length=200, help_text="Kept with the session; name nobody here.")

    def prepare(self) -> None:
        coming = Session.objects.from_now(clock.now()).filter(cohort=self.record.cohort_id).exclude(pk=self.record.pk)
        field = self.fields["other"]
        field.queryset = coming.select_related("cohort", "module", "program")  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not coming:
            field.help_text = "No other week of this cohort is still to come."


class DoubleUp(DeedForm):
    to = MomentField(label="On", help_text="A day on which the cohort meets already, before or after that session.")
    why = forms.CharField(label="Why", max_length=200, help_text="Kept with the session; name nobody here.")
    anyway = even_so()


class ChangePlace(Followed):
    place = forms.CharField(label="Where", max_length=200, required=False)
    link = forms.URLField(label="Link to the video call", required=False, assume_scheme="https")
    following = which_follow("Stay where they are", "Are held there too, and the cohort from now on")

    def standing(self) -> dict[str, Any]:
        return {"place": self.record.place, "link": self.record.link}


class ChangeLeaders(Followed):
    leaders = led_by()
    following = which_follow("Keep their leaders", "Are led by these too")
    anyway = even_so()

    def prepare(self) -> None:
        super().prepare()
        choose_staff(self.fields["leaders"], Role.FACILITATOR)

    def standing(self) -> dict[str, Any]:
        return {"leaders": [one.user_id for one in self.record.led.all()]}


class ChangeSeats(DeedForm):
    capacity = forms.IntegerField(label="Seats", min_value=1, max_value=100)

    def standing(self) -> dict[str, Any]:
        return {"capacity": self.record.capacity}


def _men(cohort: Any) -> str:
    return f"{cohort.name}: {cohort.taken} of {cohort.capacity} seats taken"


class Merge(DeedForm):
    into = Choose(label="Into", say=_men, queryset=Cohort.objects.none(), widget=forms.RadioSelect)
    anyway = forms.BooleanField(label="Even so: past the last week in which one may join it", required=False)

    def prepare(self) -> None:
        """Cohorts of the same language and curriculum."""
        same = {name: getattr(self.record, name) for name in ("program_id", "language", "curriculum_id")}
        others = with_seats(Cohort.objects.open().filter(**same).exclude(pk=self.record.pk)).order_by("name")
        field = self.fields["into"]
        field.queryset = others  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if not others:
            field.help_text = "No other cohort of this language and curriculum is open."

    def ahead(self) -> list[str]:
        into = self.cleaned_data["into"]
        seats = self.record.seats.taken().select_related("enrollment__participant__key").order_by("id")
        men = [f"{seat.enrollment.participant.called} moves to {into.name}" for seat in seats]
        coming = self.record.sessions.from_now(clock.now()).select_related("module", "program")
        return [*men, *(f"Week {one.module.week} on {words.day(one.on)} is canceled" for one in coming)]


class CancelDay(DeedForm):
    on = DayField(label="Day")
    why = forms.ChoiceField(label="Why", choices=worded(Session.Canceled), widget=forms.RadioSelect)
    following = which_follow(
        "Stay as they are", "Each moves to the evening of the next one, and its cohort meets once more at the end"
    )

    def prepare(self) -> None:
        self.fields["on"].initial = words.today()

    def clean_why(self) -> Session.Canceled:
        return Session.Canceled(self.cleaned_data["why"])

    def ahead(self) -> list[str]:
        canceled: dict[Cohort | None, list[Session]] = {}
        for session in schedules.planned_on(self.record, self.cleaned_data["on"]):
            canceled.setdefault(session.cohort, []).append(session)
        return [line for cohort, sessions in canceled.items() for line in self._lines(cohort, sessions)]

    def _lines(self, cohort: Cohort | None, sessions: Sequence[Session]) -> list[str]:
        canceled = [f"Canceled: {session_title(session)}" for session in sessions]
        if self.cleaned_data["following"] is Following.STAY or cohort is None:
            return canceled
        laid = schedules.evenings_after(sessions=sessions, now=clock.now())
        return [*canceled, *(f"{cohort.name}, {line[0].lower()}{line[1:]}" for line in days_of(laid))]


class AddMakeup(DeedForm):
    """On a cohort's page any of its weeks, with what the cohort has; on a week's page that week."""

    module = Choose(label="Week", say=lambda one: f"{one.week}: {one.theme}", queryset=Module.objects.none())
    starts_at = MomentField(label="When")
    minutes = forms.IntegerField(label="Minutes", initial=120, min_value=30, max_value=600)
    place = forms.CharField(label="Where", max_length=200, required=False)
    link = forms.URLField(label="Link to the video call", required=False, assume_scheme="https")
    capacity = forms.IntegerField(label="Seats", initial=12, min_value=1, max_value=100)
    language = forms.ChoiceField(label="Language", choices=LANGUAGES)
    leaders = led_by()
    anyway = even_so()

    def prepare(self) -> None:
        choose_staff(self.fields["leaders"], Role.FACILITATOR)
        weeks = Module.objects.filter(curriculum=self.record.curriculum_id)
        if isinstance(self.record, Module):
            self.fields["module"].initial = self.record.pk
        else:
            for name in ("minutes", "place", "link", "capacity", "language"):
                self.fields[name].initial = getattr(self.record, name)
        self.fields["module"].queryset = weeks  # type: ignore[attr-defined]
