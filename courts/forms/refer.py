"""Referring a person, in three steps. What is typed is read as a court's list is; here one is asked to mend it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from courts import cells
from courts.actions.desks import Desk
from courts.kinds import LABELS, NOT_FOR_COURTS, ReferralKind
from courts.lists import LONGEST
from courts.models import Agency, Court
from programs.models import Program

Reader = Callable[[str, date], tuple[Any, str]]

# Of everything that a list may have, the languages that a clerk looks for; any other one is told by phone.
LANGUAGES = (
    ("en", "English"), ("es", "Spanish"), ("am", "Amharic"), ("ar", "Arabic"), ("zh", "Chinese"), ("fr", "French"),
    ("ht", "Haitian Creole"), ("hi", "Hindi"), ("km", "Khmer"), ("ko", "Korean"), ("mh", "Marshallese"),
    ("pt", "Portuguese"), ("pa", "Punjabi"), ("ru", "Russian"), ("so", "Somali"), ("tl", "Tagalog"), ("ti", "Tigrinya"),
    ("uk", "Ukrainian"), ("vi", "Vietnamese"),
)  # fmt: skip
HIDDEN = "There are hidden letters in this, as they come along when one copies it. Type it instead."
MARKUP = "A name has no < and no > in it. Take them out."
NEEDS_NUMBER = "Give the case number, or the police's incident number while there is none."
NEEDS_INCIDENT = "A pre-filing diversion goes by the police's incident number. Give it."
NOT_FILED = "What isn't filed has no court yet. Leave the court out, or choose another kind of referral."
NEEDS_COURT = "Choose the court where it is filed."
TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")

# Who makes which: a court files no pre-filing diversion, an attorney no sentence.
_OF_AGENCY: dict[str, tuple[ReferralKind, ...]] = {
    Agency.Kind.PROSECUTOR: (
        ReferralKind.PREFILING_DIVERSION, ReferralKind.PRETRIAL_DIVERSION, ReferralKind.CONTINUANCE,
        ReferralKind.DEFERRED_PROSECUTION, ReferralKind.DEFERRED_SENTENCE, ReferralKind.SENTENCE, ReferralKind.FELONY,
    ),
    Agency.Kind.PROBATION: (
        ReferralKind.SENTENCE, ReferralKind.DEFERRED_SENTENCE, ReferralKind.DEFERRED_PROSECUTION,
        ReferralKind.CONTINUANCE, ReferralKind.FELONY,
    ),
    Agency.Kind.DEFENSE: (
        ReferralKind.PREEMPTIVE, ReferralKind.PRETRIAL_DIVERSION, ReferralKind.CONTINUANCE,
        ReferralKind.DEFERRED_PROSECUTION,
    ),
}  # fmt: skip
_OF_COURT = tuple(kind for kind in ReferralKind if kind not in NOT_FOR_COURTS and kind is not ReferralKind.PREEMPTIVE)


class Cell(forms.CharField):
    """Read as a cell of a list; a reason to look at it is a mistake here."""

    def __init__(self, reader: Reader, **kwargs: Any) -> None:
        self.reader = reader
        self.today = date.max
        super().__init__(**kwargs)
        # The reader has a better sentence for it.
        self.validators = []

    def clean(self, value: Any) -> str:
        said = super().clean(value)
        if not said:
            return ""
        found, reason = self.reader(said, self.today)
        if reason:
            raise forms.ValidationError(HIDDEN if reason == cells.HIDDEN_OUT else _here(reason))
        return found.isoformat() if isinstance(found, date) else str(found)


def _here(reason: str) -> str:
    """A list is mended by asking the court; here the court itself sits before the form."""
    return reason.replace("Ask the court for its right spelling.", "Type it again.").replace(
        "Ask the court.", "Look at it once more."
    )


def _line(name: str) -> Reader:
    return lambda raw, today: cells.text(raw, LONGEST[name])


def text(name: str, label: str, **kwargs: Any) -> Cell:
    return Cell(_line(name), label=label, required=False, **kwargs)


def name(named: str, label: str, **kwargs: Any) -> Cell:
    """A name of somebody: a browser offers its own user's, and must not."""

    def read(raw: str, today: date) -> tuple[str, str]:
        return ("", MARKUP) if re.search("[<>]", raw) else cells.text(raw, LONGEST[named])

    off = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return Cell(read, label=label, widget=off, **kwargs)


class DayInput(forms.DateInput):
    input_type = "date"


def day(label: str, reader: Reader = cells.day, **kwargs: Any) -> Cell:
    return Cell(reader, label=label, required=False, widget=DayInput(attrs={"class": "short"}), **kwargs)


def _born(raw: str, today: date) -> tuple[date | None, str]:
    """One of whom it is said that he is a minor is asked about before it is sent: courts do mistype it."""
    found, reason = cells.date_of_birth(raw, today)
    return found, reason if found is None or found > today else ""


def _past(raw: str, today: date) -> tuple[date | None, str]:
    return cells.past_day(raw, today)


def _aliases(raw: str, today: date) -> tuple[str, str]:
    if re.search("[<>]", raw):
        return "", MARKUP
    found, reason = cells.names(raw, LONGEST["aliases"])
    return "; ".join(found), reason


def _time(raw: str, today: date) -> tuple[str, str]:
    return (raw, "") if TIME.fullmatch(raw) else ("", "Write the time like 09:00.")


def _untimed(read: Callable[[str], tuple[str, str]]) -> Reader:
    return lambda raw, today: read(raw)


class Step(forms.Form):
    """`later`: it is kept as far as it goes, and nothing is asked for yet."""

    # A title, the fields below it, and how they stand.
    groups: tuple[tuple[str, tuple[str, ...], str], ...] = ()

    def __init__(self, *args: Any, desk: Desk, today: date, later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk, self.later = desk, later
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, Cell):
                field.today = today
            if later:
                field.required = False
        self.helper = _helper(self)

    def prepare(self) -> None:
        """What depends on the desk."""

    def answers(self) -> dict[str, str]:
        """As they are kept: texts only."""
        said = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: "yes" if value is True else str(value or "") for name, value in said.items() if name != "order"}


def _helper(form: Step) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    sets = [
        Fieldset(title, *[one for one in names if one in form.fields], css_class=f"group {css}".strip())
        for title, names, css in form.groups
    ]
    helper.layout = Layout(*sets)
    return helper


class Who(Step):
    groups = (
        ("His name", ("last_name", "first_name", "middle_name", "suffix", "aliases"), ""),
        ("About him", ("date_of_birth", "language", "interpreter"), ""),
    )

    last_name = name("last_name", "Last name", error_messages={"required": "Give his last name, or his only one."})
    first_name = name("first_name", "First name", required=False, help_text="Leave it empty if he has only one name.")
    middle_name = name("middle_name", "Middle name", required=False)
    suffix = name("suffix", "Suffix", required=False, help_text="Such as Jr. or III.")
    aliases = Cell(_aliases, label="Also known as", required=False, help_text="Several: with a semicolon between them.")
    date_of_birth = day("Date of birth", _born, help_text="It tells him from another man of his name.")
    language = forms.ChoiceField(label="Language he speaks best", choices=LANGUAGES, required=False)
    interpreter = forms.BooleanField(label="He needs an interpreter", required=False)


class Case(Step):
    groups = (
        ("The case", ("program", "referral_kind", "court", "case_number", "incident_number"), ""),
        ("What it is about", ("name_as_charged", "plaintiff", "statute", "charge", "judge"), ""),
        (
            "Its dates",
            ("ordered_on", "enroll_by", "start_by", "complete_by", "proof_due_by", "hearing_on", "hearing_time"),
            "dates",
        ),
    )

    program = forms.ChoiceField(label="Program", error_messages={"required": "Choose the program."})
    referral_kind = forms.ChoiceField(
        label="Kind of referral", error_messages={"required": "Choose what kind of referral it is."}
    )
    court = forms.ChoiceField(label="Court", required=False)
    case_number = Cell(
        lambda raw, today: cells.number(raw, LONGEST["case_number"]),
        label="Case number",
        required=False,
        help_text="This or the incident number is needed.",
    )
    incident_number = Cell(
        lambda raw, today: cells.number(raw, LONGEST["incident_number"]),
        label="Incident number", required=False, help_text="The police's, while no case is filed.",
    )  # fmt: skip
    name_as_charged = name(
        "name_as_charged", "Name as charged", required=False, help_text="Only where it differs from his name."
    )
    plaintiff = text("plaintiff", "Plaintiff", help_text="As in the caption, such as City of Pinewater.")
    statute = text("statute", "Statute or code")
    charge = text("charge", "Charge")
    judge = text("judge", "Judge")
    ordered_on = day("Date of the order", _past)
    enroll_by = day("Enroll by")
    start_by = day("Start by")
    complete_by = day("Complete by")
    proof_due_by = day("Proof due by", help_text="Often some days before the hearing.")
    hearing_on = day("Next hearing")
    hearing_time = Cell(
        _time, label="Time of the hearing", required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}),
    )  # fmt: skip

    def prepare(self) -> None:
        kinds = _OF_AGENCY[self.desk.agency.kind] if self.desk.agency else _OF_COURT
        _choose(self.fields["referral_kind"], [("", "Choose one"), *((kind.value, LABELS[kind]) for kind in kinds)])
        programs = list(Program.objects.order_by("name").values_list("pk", "name"))
        if len(programs) > 1:
            _choose(self.fields["program"], [("", "Choose one"), *((str(pk), label) for pk, label in programs)])
        else:
            del self.fields["program"]
        if self.desk.court:
            del self.fields["court"]
        else:
            courts = Court.objects.filter(state=self.desk.agency.state).order_by("name", "city")  # type: ignore[union-attr]
            _choose(self.fields["court"], [("", "Not filed yet"), *((str(c.pk), _called(c)) for c in courts)])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.later and not self.errors.keys() & {"case_number", "incident_number", "referral_kind", "court"}:
            self._check_where(said)
        return said

    def _check_where(self, said: dict[str, Any]) -> None:
        unfiled = said.get("referral_kind") == ReferralKind.PREFILING_DIVERSION
        if unfiled and not said["incident_number"]:
            self.add_error("incident_number", NEEDS_INCIDENT)
        elif not said["case_number"] and not said["incident_number"]:
            self.add_error("case_number", NEEDS_NUMBER)
        if "court" in self.fields:
            self._check_court(said, unfiled)

    def _check_court(self, said: dict[str, Any], unfiled: bool) -> None:
        if unfiled and said["court"]:
            self.add_error("court", NOT_FILED)
        elif not said["court"] and not unfiled and said["referral_kind"] != ReferralKind.PREEMPTIVE:
            self.add_error("court", NEEDS_COURT)


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]


def _called(court: Court) -> str:
    return f"{court.name}, {court.city}" if court.city else court.name


class Contact(Step):
    groups = (
        ("How to reach him", ("phone", "email", "address"), ""),
        (
            "Who else is told",
            ("attorney", "attorney_email", "prosecutor_email", "probation_officer", "probation_email"),
            "",
        ),
        ("The order", ("order",), ""),
    )

    phone = Cell(
        _untimed(cells.phone), label="Phone", required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "medium"}),
    )  # fmt: skip
    email = Cell(
        _untimed(cells.email), label="E-mail", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    address = Cell(
        lambda raw, today: cells.lines_of_text(raw, LONGEST["address"]),
        label="Address", required=False, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    attorney = name("attorney", "Defense attorney", required=False)
    attorney_email = Cell(_untimed(cells.email), label="Defense attorney's e-mail", required=False)
    prosecutor_email = Cell(_untimed(cells.email), label="Prosecutor's e-mail", required=False)
    probation_officer = name("probation_officer", "Probation officer", required=False)
    probation_email = Cell(_untimed(cells.email), label="Probation officer's e-mail", required=False)
    order = forms.FileField(
        label="Attach the order", required=False, allow_empty_file=True,
        help_text="A PDF, or a picture as JPEG or PNG, up to 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
    )  # fmt: skip


STEPS: dict[str, tuple[str, type[Step]]] = {
    "who": ("Who", Who),
    "case": ("The case and its dates", Case),
    "contact": ("Contact and the order", Contact),
}
