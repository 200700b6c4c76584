"""What a facilitator hands in at the door. Nothing here writes: a form only says which mark is meant."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.kinds import MarkKind
from programs.models import Mark, Module, Session

LONGEST_EVENING = 600


class Said(NamedTuple):
    """What a mark says, and nothing about who made it and when."""

    kind: MarkKind
    minutes: int | None = None
    rule: str = ""
    gave_reason: bool = False


CHOICES = {
    "present": Said(MarkKind.PRESENT),
    "late": Said(MarkKind.LATE),
    "left_early": Said(MarkKind.LEFT_EARLY),
    "absent": Said(MarkKind.ABSENT),
    "gave_reason": Said(MarkKind.ABSENT, gave_reason=True),
    "sent_home": Said(MarkKind.SENT_HOME),
    "not_provided": Said(MarkKind.NOT_PROVIDED),
}
ASKS_MINUTES = ("late", "left_early")
# Changes nothing but the note.
NOTE = "note"


def said_by(mark: Mark) -> Said:
    return Said(MarkKind(mark.kind), mark.minutes, mark.rule, mark.gave_reason)


def choice_of(mark: Mark) -> str:
    """Which of the buttons made it."""
    return "gave_reason" if mark.kind == MarkKind.ABSENT and mark.gave_reason else mark.kind


def _minutes(label: Any) -> forms.IntegerField:
    whole = gettext_lazy("Give the minutes as a whole number.")
    return forms.IntegerField(label=label, required=False, error_messages={"invalid": whole})


def _words(label: Any, longest: int) -> forms.CharField:
    too_long = gettext_lazy("Say it in %(limit_value)d characters or fewer; these are %(show_value)d.")
    return forms.CharField(label=label, required=False, max_length=longest, error_messages={"max_length": too_long})


class MarkForm(forms.Form):
    """One tap on one row. `seen`: the mark that the row showed; None: it showed none.

    `choice` may carry its minutes: "late 10". `own_note`: what this facilitator wrote with that mark.
    """

    choice = forms.CharField(label=gettext_lazy("Mark"), error_messages={"required": gettext_lazy("Choose a mark.")})
    late_minutes = _minutes(gettext_lazy("Minutes late"))
    left_early_minutes = _minutes(gettext_lazy("Minutes before the end"))
    rule = _words(gettext_lazy("Rule of the agreement"), 100)
    comment = _words(gettext_lazy("Note"), 2000)
    correction = _words(gettext_lazy("Reason for the correction"), 500)
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("This page is out of date. Open it again, then tap once more.")
        ),
    )

    def __init__(
        self, *args: Any, session: Session, seen: Mark | None = None, own_note: str = "", **kwargs: Any
    ) -> None:
        self.session, self.seen = session, seen
        kwargs["initial"] = {"comment": own_note, "rule": seen.rule if seen else ""}
        super().__init__(*args, **kwargs)
        self.own_note = own_note

    @property
    def chosen(self) -> str:
        """The button that was pressed, as far as it can be told; a row that asks again opens there."""
        return str(self.data.get("choice", "")).partition(" ")[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "choice" not in data:
            return data
        if self.chosen == NOTE:
            data["said"] = self._as_seen()
        elif self.chosen in CHOICES:
            data["said"] = self._as_chosen(data)
        else:
            self.add_error("choice", _("Choose a mark."))
        if self.session.closed_at is not None and not data.get("correction") and "correction" not in self.errors:
            self.add_error("correction", _("This session is closed. Say why the mark is corrected."))
        return data

    def _as_seen(self) -> Said | None:
        if self.seen is None:
            self.add_error("choice", _("Choose a mark; the note is saved with it."))
            return None
        if self.seen.excuse:
            self.add_error("comment", _("A coordinator has excused this absence. Tell the coordinator what to note."))
            return None
        return said_by(self.seen)

    def _as_chosen(self, data: dict[str, Any]) -> Said:
        said = CHOICES[self.chosen]
        if self.chosen in ASKS_MINUTES:
            return said._replace(minutes=self._minutes_of(self.chosen, data))
        if said.kind is not MarkKind.SENT_HOME:
            return said
        if not data.get("rule") and "rule" not in self.errors:
            self.add_error("rule", _("Say by which rule he was sent home."))
        return said._replace(rule=data.get("rule", ""))

    def _minutes_of(self, choice: str, data: dict[str, Any]) -> int | None:
        field, longest = f"{choice}_minutes", self.session.minutes
        quick = data["choice"].partition(" ")[2]
        minutes = int(quick) if quick.isdecimal() else data.get(field)
        if field not in self.errors and not 1 <= (minutes or 0) <= longest:
            self.add_error(field, _("Give the minutes, from 1 to %(longest)d.") % {"longest": longest})
        return minutes

    @property
    def changes_nothing(self) -> bool:
        """A tap on what already stands, with no other note: there is nothing to save."""
        same_note = self.cleaned_data["comment"] == self.own_note
        return self.seen is not None and self.made(self.seen) and same_note

    def made(self, mark: Mark) -> bool:
        said: Said = self.cleaned_data["said"]
        return said_by(mark) == said

    @property
    def for_action(self) -> dict[str, Any]:
        """What `record_mark` takes of it."""
        data = self.cleaned_data
        return {
            **data["said"]._asdict(),
            "seen": self.seen,
            "comment": data["comment"],
            "correction": data["correction"] if self.session.closed_at else "",
            "idempotency_key": data["key"],
        }


class CloseForm(forms.Form):
    """The week really taught, and for how long."""

    taught = forms.ModelChoiceField(
        Module.objects.none(),
        label=gettext_lazy("Week taught"),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose the week that was taught.")),
    )
    minutes_held = forms.IntegerField(
        label=gettext_lazy("Minutes held"),
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Give the minutes as a whole number.")),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["initial"] = {"taught": session.module_id, "minutes_held": session.minutes}
        super().__init__(*args, **kwargs)
        taught = self.fields["taught"]
        assert isinstance(taught, forms.ModelChoiceField)
        taught.queryset = Module.objects.filter(curriculum=session.module.curriculum_id)

    def clean_minutes_held(self) -> int:
        minutes: int = self.cleaned_data["minutes_held"]
        if not 1 <= minutes <= LONGEST_EVENING:
            raise forms.ValidationError(_("Give the minutes, from 1 to %(longest)d.") % {"longest": LONGEST_EVENING})
        return minutes
