"""What a facilitator hands in at the door. Nothing here writes: a form only says which mark is meant."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.forms.fields import once_key, words
from programs.kinds import MarkKind
from programs.models import Mark, Session


class Said(NamedTuple):
    """What a mark says, and nothing about who made it and when."""

    kind: MarkKind
    minutes: int | None = None
    rule: str = ""
    gave_reason: bool = False
    took_part: bool | None = None
    homework: bool | None = None


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
# Asked once somebody was there: "took_part yes".
ASKED_OF_THE_PRESENT = ("took_part", "homework")
THERE = (MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY)
ANSWERS = {"yes": True, "no": False}
# Changes nothing but the note.
NOTE = "note"


def said_by(mark: Mark) -> Said:
    return Said(
        MarkKind(mark.kind), mark.minutes, mark.rule, mark.gave_reason, took_part=mark.took_part, homework=mark.homework
    )


def was_there(mark: Mark | None) -> bool:
    return mark is not None and mark.kind in THERE


def choice_of(mark: Mark) -> str:
    """Which of the buttons made it."""
    return "gave_reason" if mark.kind == MarkKind.ABSENT and mark.gave_reason else mark.kind


def _minutes(label: Any) -> forms.IntegerField:
    whole = gettext_lazy("Give the minutes as a whole number.")
    return forms.IntegerField(label=label, required=False, error_messages={"invalid": whole})


class MarkForm(forms.Form):
    """One tap on one row. `seen`: the mark that the row showed; None: it showed none.

    `choice` may carry its minutes: "late 10". `own_note`: what this facilitator wrote with that mark.
    """

    choice = forms.CharField(label=gettext_lazy("Mark"), error_messages={"required": gettext_lazy("Choose a mark.")})
    late_minutes = _minutes(gettext_lazy("Minutes late"))
    left_early_minutes = _minutes(gettext_lazy("Minutes before the end"))
    rule = words(gettext_lazy("Rule of the agreement"), 100)
    comment = words(gettext_lazy("Note"), 2000)
    correction = words(gettext_lazy("Reason for the correction"), 500)
    key = once_key()

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
        elif self.chosen in ASKED_OF_THE_PRESENT:
            data["said"] = self._as_answered(data["choice"])
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

    def _as_answered(self, choice: str) -> Said | None:
        answer = ANSWERS.get(choice.partition(" ")[2])
        if self.seen is None or not was_there(self.seen):
            self.add_error("choice", _("Only of someone who was there: mark him first."))
        elif answer is None:
            self.add_error("choice", _("Answer with yes or no."))
        else:
            said = said_by(self.seen)
            return said._replace(took_part=answer) if self.chosen == "took_part" else said._replace(homework=answer)
        return None

    def _as_chosen(self, data: dict[str, Any]) -> Said:
        """What was answered about one who was there stays, as long as he was."""
        said = CHOICES[self.chosen]
        if said.kind in THERE and self.seen is not None:
            said = said._replace(took_part=self.seen.took_part, homework=self.seen.homework)
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
        """Whether that mark says what this tap says; a tap on a mark says nothing about part and homework."""
        said: Said = self.cleaned_data["said"]
        answered = said if self.chosen in ASKED_OF_THE_PRESENT else said_by(mark)
        return said_by(mark) == said._replace(took_part=answered.took_part, homework=answered.homework)

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
