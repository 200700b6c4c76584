"""From questions to a sheet of paper, in the language that is spoken just now."""

from itertools import groupby

from django.utils.translation import gettext as _

from outcomes.actions.sheets import Questions, Step
from outcomes.forms import BEFORE, Agree, about
from outcomes.kinds import Purpose
from outcomes.paper import Part, Question, SheetFacts, spelled


def facts(asked: Questions, code: str, language: str, *, agree: bool) -> SheetFacts:
    return {
        "language": language,
        "title": _("A few questions"),
        "code": spelled(code),
        "how": _("Put a cross in one box of each question. Then fold the sheet twice, so that nobody reads it."),
        "before": [str(said) for said in BEFORE] if agree else [],
        "agree": _agree() if agree else [],
        "parts": [_part(list(steps), language) for _key, steps in groupby(asked.steps, key=lambda one: one.instrument)],
        "end": _("Thank you. Please fold the sheet, and hand it back."),
    }


def _agree() -> list[Question]:
    form = Agree()
    return [
        {"text": str(form.fields[purpose].label), "told": about(purpose), "choices": [_("Yes"), _("No")]}
        for purpose in Purpose
    ]


def _part(steps: list[Step], language: str) -> Part:
    document = steps[0].document
    language = document.language(language)
    return {
        "title": document.titles[language],
        "intro": document.intros.get(language, ""),
        "questions": [
            {
                "text": step.item.texts[language],
                "told": "",
                "choices": [
                    *(label for _value, label in document.choices(step.item, language)),
                    _("I'd rather not say"),
                ],
            }
            for step in steps
        ],
    }
