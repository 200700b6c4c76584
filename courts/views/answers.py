"""What somebody typed, as it is read again; and what became of it, in words fit for the court."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.template.defaultfilters import date as formatted

from courts import outlook
from courts.forms.refer import DayInput, Step
from courts.models import Submission
from courts.moves import State
from courts.steps import CALLED_BACK, ReportKind
from courts.words import NOT_ACCEPTED_BECAUSE


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    word: str
    tone: str
    why: str = ""


def answers_of(form: Step, said: dict[str, str]) -> list[Answer]:
    """What was answered; what was left out isn't told."""
    fields = [(name, field) for name, field in form.fields.items() if not isinstance(field, forms.FileField)]
    return [Answer(str(field.label), _shown(field, said[name])) for name, field in fields if said.get(name)]


def _shown(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "Yes"
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # a list of pairs
    if isinstance(field.widget, DayInput):
        return formatted(date.fromisoformat(value), "l, F j, Y")
    return value


def outcome(sent: Submission) -> Outcome:
    """Never a note: a reason is told as the report tells it, once that is out."""
    referral = sent.referral
    assert referral is not None, "the database holds it: what was sent is a referral"
    word = outlook.status(referral.state, referral.closing)
    if referral.state == State.RECEIVED:
        return Outcome(word, "accent", "The program has it, and will tell you whether it takes him.")
    if word != outlook.STANDS[State.DECLINED]:
        return Outcome(word, "good")
    reports = referral.reports.filter(kind=ReportKind.NOT_ACCEPTED, document__isnull=False).with_state()
    told = reports.exclude(state__in=CALLED_BACK).order_by("-pk").first()  # type: ignore[misc]  # annotated just before
    if told is None or not isinstance(told.words, dict):
        return Outcome(word, "attention", "A report with the reason follows.")
    return Outcome(word, "attention", f"He {NOT_ACCEPTED_BECAUSE[told.words['reason']]}.")
