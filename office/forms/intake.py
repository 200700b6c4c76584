"""The sheet of an intake: half filled it can be kept, whole it can be finished."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from courts import cells
from courts.actions.intake import ELIGIBLE, Intake, Reach
from office import words
from office.forms.base import DayField, Lines, worded
from office.forms.placing import weekdays
from participants.kinds import ConsentHow, ContactKind
from participants.models import ContactPoint
from programs.models import EligibilityItem

YES_NO = [("yes", "Yes"), ("no", "No")]
WHOSE = [("own", "His own"), ("shared", "Shared with somebody"), ("other", "Somebody else's")]
# A phone or an address that he names only now, beside those that are known.
NEW = {"new_phone": ContactKind.PHONE, "new_email": ContactKind.EMAIL}
# Those that a cohort is held in come first; the others need an interpreter.
SPOKEN = ("en", "es", "ar", "fa", "fr", "hi", "ja", "ko", "pa", "pt", "ru", "sw", "uk", "ur", "vi", "zh-hans")
HOW = worded([ConsentHow.WRITTEN, ConsentHow.ORAL])
MINUTES = ("%H:%M", "%H:%M:%S")


def choice(label: str, choices: Sequence[tuple[str, str]] = YES_NO, said: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False, help_text=said)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    said: str
    fields: list[forms.BoundField]


class IntakeForm(forms.Form):
    """No field is required while it is typed; what is missing is said when it is finished."""

    def __init__(
        self, *args: Any, points: Iterable[ContactPoint], checklist: Iterable[EligibilityItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = {str(point.pk): point for point in points}
        self.checklist = list(checklist)
        self.sections_of: list[tuple[str, str, list[str]]] = []
        self._lay()

    @property
    def sections(self) -> Iterator[Section]:
        for title, said, names in self.sections_of:
            yield Section(title, said, [self[name] for name in names])

    def raw(self) -> dict[str, Any]:
        """As typed, for the sheet."""
        found = {name: field.widget.value_from_datadict(self.data, {}, name) for name, field in self.fields.items()}
        return {name: "" if value is None else value for name, value in found.items()}

    def intake(self) -> Intake:
        said = self.cleaned_data
        return Intake(
            answers={item.code: said[f"{ELIGIBLE}{item.code}"] == "yes" for item in self.checklist},
            reach=[*self._reach()],
            language=said["language"],
            needs_interpreter=said["needs_interpreter"] == "yes",
            agreed_on=said["agreed_on"],
            note=said["note"].strip(),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for item in self.checklist:
            self._ask(f"{ELIGIBLE}{item.code}", "Answer this by yes or no.")
        self._ask("language", "Choose his language.")
        self._ask("needs_interpreter", "Answer this by yes or no.")
        for key in (*self.points, *NEW):
            self._coherent(key)
        return said

    def clean_new_phone(self) -> str:
        return self._value("new_phone", cells.phone)

    def clean_new_email(self) -> str:
        return self._value("new_email", cells.email)

    # --- how it is laid

    def _lay(self) -> None:
        self._lay_checklist()
        for key, point in self.points.items():
            self._lay_reach(words.contact(point.kind, point.value), key, ContactKind(point.kind))
        for key, label in (("new_phone", "Another phone"), ("new_email", "Another e-mail address")):
            field = forms.CharField(label=label, required=False, max_length=254)
            self._lay_reach(label, key, NEW[key], field)
        self._lay_him()

    def _add(self, title: str, said: str, **fields: forms.Field) -> None:
        self.fields |= fields
        self.sections_of.append((title, said, list(fields)))

    def _lay_checklist(self) -> None:
        asked = {f"{ELIGIBLE}{item.code}": choice(item.question) for item in self.checklist}
        if asked:
            self._add("Eligibility", "Yes or no only; what lies behind an answer is not written down.", **asked)

    def _lay_reach(self, title: str, key: str, kind: ContactKind, value: forms.Field | None = None) -> None:
        fields = {key: value} if value else {}
        fields |= {
            f"whose-{key}": choice("Whose is it?", WHOSE),
            f"safe-{key}": choice("May a message go there that gives nothing away?"),
        }
        if kind is ContactKind.PHONE:
            fields |= {
                f"word-{key}": choice("May we leave word there, or say who calls?"),
                f"texts-{key}": choice("Does he agree to texts?"),
                f"how-{key}": choice("How did he say so?", HOW),
            }
        self._add(title, "", **fields)

    def _lay_him(self) -> None:
        self._add(
            "Language",
            "",
            language=forms.ChoiceField(label="He speaks", choices=self._languages(), required=False),
            needs_interpreter=choice("Does he need an interpreter?"),
        )
        self._add(
            "When he can come",
            "Kept with this sheet, and taken over where a cohort is looked for.",
            weekdays=_days(),
            from_time=forms.TimeField(label="Not before", required=False, widget=_clock(), input_formats=MINUTES),
            until_time=forms.TimeField(label="Not after", required=False, widget=_clock(), input_formats=MINUTES),
        )
        self._add("Agreement", "", agreed_on=DayField(label="He signed the agreement on", required=False))
        self._add(
            "Note", "For staff only: no court ever sees it.", note=Lines(label="Note", required=False, max_length=4000)
        )

    def _languages(self) -> list[tuple[str, str]]:
        known = self.initial.get("language", "")
        codes = [*SPOKEN, *([known] if known and known not in SPOKEN else [])]
        return [(code, words.language(code)) for code in codes]

    # --- what must go together

    def _ask(self, name: str, sentence: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    def _coherent(self, key: str) -> None:
        said = {name: self.cleaned_data.get(f"{name}-{key}") for name in ("safe", "texts", "how")}
        if key in NEW and not self.cleaned_data.get(key):
            if any(said.values()) and key not in self.errors:
                self.add_error(key, "Give the number or the address that these answers are about.")
            return
        if said["texts"] and not said["how"]:
            self.add_error(f"how-{key}", "Say how he said it.")
        if said["texts"] == "yes" and said["safe"] == "no":
            self.add_error(f"texts-{key}", "Texts go to a phone only that is safe. Change one of the two answers.")

    def _value(self, name: str, read: Any) -> str:
        typed = self.cleaned_data[name].strip()
        if not typed:
            return ""
        found, reason = read(typed)
        if not found:
            raise forms.ValidationError(reason)
        return str(found)

    def _reach(self) -> Iterator[Reach]:
        for key, point in self.points.items():
            yield self._said_of(key, ContactKind(point.kind), point.value, point)
        for key, kind in NEW.items():
            if value := self.cleaned_data[key]:
                yield self._said_of(key, kind, value, None)

    def _said_of(self, key: str, kind: ContactKind, value: str, point: ContactPoint | None) -> Reach:
        said = {name: self.cleaned_data.get(f"{name}-{key}") for name in ("safe", "texts", "how")}
        yes = {"yes": True, "no": False}
        return Reach(
            kind=kind,
            value=value,
            point=point,
            safe=yes.get(said["safe"] or ""),
            agrees=yes.get(said["texts"] or ""),
            how=ConsentHow(said["how"]) if said["how"] else None,
        )


def _days() -> forms.Field:
    field: forms.Field = weekdays("He can come on")
    field.required = False
    return field


def _clock() -> forms.TimeInput:
    clock = forms.TimeInput(format="%H:%M")
    clock.input_type = "time"
    return clock
