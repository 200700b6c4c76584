"""What he chooses, of one question or of many; and the two that come before."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes.actions.sheets import Step
from outcomes.kinds import Purpose

RATHER_NOT = "none"
# What he is told before he is asked whether he agrees; on a page and on paper.
BEFORE = (
    gettext_lazy("We would like to count what people answer, before and after, to learn whether what we do helps."),
    gettext_lazy("Your answers are kept under a code, not under your name. Nobody who works with you sees them."),
    gettext_lazy("Whether a new arrest becomes known later is noted under the same code: yes, no or not known."),
    gettext_lazy(
        "A court's order could make us show what is kept. At the latest 13 months after you finish, nothing leads from"
        " you to the code any more."
    ),
    gettext_lazy("You may say no, now or later. Everything else goes on just the same."),
)


class Items(forms.Form):
    """A field for each of `steps`, by its place. `asked`: a print of them, by which a page is known that is too old."""

    asked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        steps: Mapping[int, Step],
        answers: Mapping[int, int | None],
        language: str,
    ) -> None:
        super().__init__(data)
        self.steps = steps
        self.print = _print(list(steps.values()))
        self.initial["asked"] = self.print
        for place, step in steps.items():
            self.fields[name_of(place)] = _choice(step, language)
            if place in answers:
                self.initial[name_of(place)] = _said(answers[place])

    def clean(self) -> dict[str, Any]:
        if self.data.get("asked") != self.print:
            raise forms.ValidationError(_("The questions have changed meanwhile. Please look at them once more."))
        return self.cleaned_data

    @property
    def given(self) -> dict[int, int | None]:
        """What can be kept, also where another one isn't right; nothing of a page that is too old."""
        if self.non_field_errors():
            return {}
        said = {place: self.cleaned_data.get(name_of(place), "") for place in self.steps}
        return {place: None if value == RATHER_NOT else int(value) for place, value in said.items() if value}

    @property
    def first(self) -> int:
        return min(self.steps)

    @property
    def items(self) -> list[tuple[int, Step, forms.BoundField]]:
        return [(place, step, self[name_of(place)]) for place, step in self.steps.items()]

    @property
    def left_out(self) -> list[tuple[int, forms.BoundField]]:
        """Those of which something must be said."""
        return [(place, field) for place, _step, field in self.items if field.errors]


def name_of(place: int) -> str:
    return f"q{place}"


def _choice(step: Step, language: str) -> forms.ChoiceField:
    language = step.document.language(language)
    labels = [(str(value), label) for value, label in step.document.choices(step.item, language)]
    missing = _("Choose one, or “I'd rather not say”.")
    return forms.ChoiceField(
        label=step.item.texts[language],
        choices=[*labels, (RATHER_NOT, _("I'd rather not say"))],
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _said(value: int | None) -> str:
    return RATHER_NOT if value is None else str(value)


def _print(steps: Sequence[Step]) -> str:
    named = ",".join(f"{step.instrument.pk}.{step.item.code}" for step in steps)
    return sha256(named.encode()).hexdigest()


def about(purpose: str) -> str:
    if purpose == Purpose.STATISTICS:
        return _(
            "Counted together with those of others, never by themselves. If you say no, we won't ask you anything."
        )
    return _("Once after you finish, and six and twelve months later, by a message that doesn't say what it is about.")


class Agree(forms.Form):
    """Asked apart; neither is chosen beforehand."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        counted, again = _("May your answers be counted?"), _("May we ask you again?")
        self.fields[Purpose.STATISTICS] = _yes_or_no(counted, about(Purpose.STATISTICS))
        # Who says no to the first isn't asked the second.
        is_asked = (data or {}).get(Purpose.STATISTICS) != "no"
        self.fields[Purpose.FOLLOW_UP] = _yes_or_no(again, about(Purpose.FOLLOW_UP), required=is_asked)

    @property
    def said(self) -> tuple[bool, bool]:
        return self.cleaned_data[Purpose.STATISTICS] == "yes", self.cleaned_data.get(Purpose.FOLLOW_UP) == "yes"


def _yes_or_no(label: str, told: str, *, required: bool = True) -> forms.ChoiceField:
    missing = _("Choose yes or no.")
    return forms.ChoiceField(
        label=label,
        help_text=told,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": missing, "invalid_choice": missing},
    )
