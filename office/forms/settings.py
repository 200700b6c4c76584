"""How a program and a court are set up, without a developer."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.models import User
from accounts.roles import OFFICE, STAFF, Role
from core import clock
from courts import cells
from courts.actions.disposed import WHY_IN_LABELS, WhyIn
from courts.deadlines import ProgressWanted
from courts.document import LetterNotPrintable, check_letters
from courts.models import Court, NumberLedger
from office.forms.base import Choose, DayField, DeedForm, Lines, worded
from office.forms.people import choose_staff
from office.handover import left_behind
from programs import schedule
from programs.actions.curricula import newest_of, themes_of
from programs.models import Curriculum, Program

ZONES = [
    (zone, zone.partition("/")[2].replace("_", " "))
    for zone in sorted(available_timezones())
    if zone.startswith(("America/", "Pacific/Honolulu", "Pacific/Guam"))
]
STATES = [(code, code) for code in schedule.states()]
OF_PROGRAM = ("name", "letterhead", "neutral_sender", "callback_number", "state", "time_zone", "number_prefix")
OF_COURT = (
    "name", "city", "county", "state", "kind", "code", "caption", "address", "phone", "time_zone", "number_label",
    "acknowledges", "progress_wanted", "wants_stamp_space", "wants_clerk_action_line", "accepts_earlier_credit",
)  # fmt: skip
# A report's letterhead, and its page, hold no more.
LINES, LETTERS = 8, 80


def printable(field: str, text: str) -> str:
    """What a report can't print is said before anything is saved."""
    lines = text.splitlines()
    try:
        check_letters({"letterhead": {"lines": lines}} if field == "letterhead" else {field: lines})
    except LetterNotPrintable as error:
        raise forms.ValidationError(str(error).removesuffix(" Nothing was issued.")) from None
    return text


class ChangeProgram(DeedForm):
    preview = "office:printed_program"

    name = forms.CharField(label="Name", max_length=150, help_text="As reports to courts say it.")
    letterhead = forms.CharField(
        label="Letterhead",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="At the head of each report, a line each; the call-back number stands below.",
    )
    callback_number = forms.CharField(label="Call-back number", max_length=20)
    neutral_sender = forms.CharField(
        label="Sender that participants see",
        max_length=60,
        help_text="On his phone and in his mailbox. It says nothing of what this is.",
    )
    state = forms.ChoiceField(
        label="State", choices=STATES, help_text="On its holidays no cohort meets, unless somebody says so."
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=ZONES)
    number_prefix = forms.CharField(label="Before a report's number", max_length=8, help_text="K gives K-2026-00017.")

    def prepare(self) -> None:
        numbers = NumberLedger.objects.filter(program=self.record) if self.record else NumberLedger.objects.none()
        if numbers.exists():
            field = self.fields["number_prefix"]
            field.disabled, field.help_text = True, "It stays: numbers that courts hold begin with it."

    def standing(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in OF_PROGRAM}

    def clean_number_prefix(self) -> str:
        prefix = str(self.cleaned_data["number_prefix"]).upper()
        if not (prefix.isascii() and prefix.isalnum() and prefix[0].isalpha()):
            raise forms.ValidationError("A letter, then letters or digits: it is read out on the phone.")
        return prefix

    def clean_letterhead(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["letterhead"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > LINES or any(len(line) > LETTERS for line in lines):
            raise forms.ValidationError(f"At most {LINES} lines of {LETTERS} letters stand there. Write it shorter.")
        return printable("letterhead", "\n".join(lines))

    def clean_name(self) -> str:
        return printable("program_name", self.cleaned_data["name"])

    def clean_callback_number(self) -> str:
        typed: str = self.cleaned_data["callback_number"]
        found, reason = cells.phone(typed)
        if not found:
            raise forms.ValidationError(reason)
        return typed.strip()


class NewProgram(ChangeProgram):
    preview = ""

    def prepare(self) -> None:
        """Nobody's state or clock is taken for granted."""
        for name in ("state", "time_zone"):
            field = self.fields[name]
            field.choices = [("", "Choose one"), *field.choices]  # type: ignore[attr-defined]

    def standing(self) -> dict[str, Any]:
        return {}


class NewCurriculum(DeedForm):
    """Filled with the newest version's weeks. Saved, it is the next one; cohorts that run keep theirs."""

    name = forms.CharField(label="Name", max_length=100)
    themes = forms.CharField(
        label="Weeks",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="A theme a line: the first line is week 1.",
    )
    after = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def program(self) -> Program:
        owner: Program = self.record.program if isinstance(self.record, Curriculum) else self.record
        return owner

    def prepare(self) -> None:
        newest = newest_of(self.program)
        self.fields["after"].initial = newest.version if newest else 0

    def standing(self) -> dict[str, Any]:
        newest = newest_of(self.program)
        return {"name": newest.name if newest else "", "themes": "\n".join(themes_of(newest))}

    @property
    def told_by(self) -> Any:
        return newest_of(self.program) or self.record

    @property
    def weeks(self) -> list[str]:
        return str(self.cleaned_data["themes"]).splitlines()

    def clean_themes(self) -> str:
        """A line each, in their order: by it two versions are told apart."""
        themes = [" ".join(line.split()) for line in self.cleaned_data["themes"].splitlines()]
        themes = [theme for theme in themes if theme]
        if any(len(theme) > 150 for theme in themes):
            raise forms.ValidationError("A theme has 150 letters at most. Write it shorter.")
        return printable("sessions.theme", "\n".join(themes))

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"themes": self.weeks}

    def ahead(self) -> list[str]:
        """The weeks as they will be counted: a line too many moves all that follow."""
        return [f"Week {week}: {theme}" for week, theme in enumerate(self.weeks, start=1)]


class NameSigner(DeedForm):
    user = Choose(label="Who signs", say=lambda user: user.name, queryset=User.objects.none())
    title = forms.CharField(label="Title", max_length=100, help_text="As it stands below the signature.")

    def prepare(self) -> None:
        choose_staff(self.fields["user"], *OFFICE)

    def clean_title(self) -> str:
        return printable("signer.title", self.cleaned_data["title"])


def yes_or_no(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda answer: answer == "True",
        widget=forms.RadioSelect,
    )


class Question(DeedForm):
    question = forms.CharField(label="Question", max_length=200, help_text="One that yes or no answers.")
    must_be = yes_or_no("To be accepted, the answer must be")


class ChangeQuestion(Question):
    def standing(self) -> dict[str, Any]:
        return {"question": self.record.question, "must_be": self.record.must_be}


class KeepFree(DeedForm):
    on = DayField(label="Day")
    reason = forms.CharField(label="Why", max_length=100)


class CourtForm(DeedForm):
    name = forms.CharField(label="Name", max_length=200)
    city = forms.CharField(label="City", max_length=100, required=False, help_text="Where one name sits in several.")
    county = forms.CharField(label="County", max_length=100, required=False)
    state = forms.CharField(label="State", max_length=2, min_length=2, help_text="Two letters: WA.")
    kind = forms.CharField(label="Kind", max_length=30, help_text="As in: municipal, district, superior.")
    code = forms.CharField(label="Code in lists", max_length=30, required=False)
    caption = Lines(label="Caption", help_text="As it stands at the head of a pleading.")
    address = forms.CharField(label="Address", max_length=400, required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=ZONES)
    number_label = forms.ChoiceField(label="It calls its numbers", choices=Court.NumberLabel.choices)
    acknowledges = forms.ChoiceField(
        label="It acknowledges reports", choices=worded(Court.Acknowledges), widget=forms.RadioSelect
    )
    progress_wanted = forms.ChoiceField(
        label="Progress reports", choices=ProgressWanted.choices(), widget=forms.RadioSelect
    )
    wants_stamp_space = forms.BooleanField(label="Space for the filing stamp, top right of page one", required=False)
    wants_clerk_action_line = forms.BooleanField(label="A line that says whether the clerk must act", required=False)
    accepts_earlier_credit = forms.BooleanField(label="Counts sessions from before its own order", required=False)

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"]).upper()

    def clean_caption(self) -> str:
        return printable("court.caption", self.cleaned_data["caption"])


class AddCourt(CourtForm):
    def prepare(self) -> None:
        self.fields["state"].initial = self.record.state
        self.fields["time_zone"].initial = self.record.time_zone
        self.fields["acknowledges"].initial = Court.Acknowledges.PORTAL
        self.fields["progress_wanted"].initial = ProgressWanted.MONTHLY


class ChangeCourt(CourtForm):
    preview = "office:printed_court"

    def standing(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in OF_COURT}


class StateClosed(DeedForm):
    on = DayField(label="Day")
    name = forms.CharField(label="What the day is", max_length=100)


class CloseOn(StateClosed):
    everywhere = forms.BooleanField(label="Every court of this state is closed on that day", required=False)


class LetIn(DeedForm):
    number = forms.CharField(label="Case or incident number", max_length=100)
    first_name = forms.CharField(label="First name", max_length=100)
    last_name = forms.CharField(label="Last name", max_length=100, help_text="Both as they stand on the referral.")
    why = forms.ChoiceField(
        label="Why",
        choices=[(one.value, label) for one, label in WHY_IN_LABELS.items()],
        widget=forms.RadioSelect,
    )

    def clean_why(self) -> WhyIn:
        return WhyIn(self.cleaned_data["why"])


class ChangeRoles(DeedForm):
    """A clerk's and a partner's role come with their court or agency: they aren't chosen here."""

    roles = forms.MultipleChoiceField(
        label="What they may do here",
        choices=worded(sorted(STAFF)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def standing(self) -> dict[str, Any]:
        held = self.record.grants.current().roles() & STAFF
        return {"roles": sorted(role.value for role in held)}

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class EndAccess(DeedForm):
    def ahead(self) -> list[str]:
        """What of theirs somebody else must take over."""
        return left_behind(self.record, now=clock.now())
