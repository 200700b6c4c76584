"""What asks about one man's money; each says what he owes, or what will come of it."""

import uuid
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.widgets import HiddenInput

from courts.models import Imposed
from office import words
from office.forms.base import DayField, DeedForm, Lines, worded
from office.forms.dollars import CENT, Dollars
from office.ledger import Account, account
from office.words import day, money
from programs.fees import Step, fee_by_scale
from programs.kinds import PaidBy
from programs.models import FeeSchedule

NOT_KEPT = "It is not kept, neither here nor in the audit trail: only the step it leads to. Left empty: the last step."
MOST_INSTALLMENTS = 60


class Keyed(DeedForm):
    """Names its line beforehand: sent twice, or from two pages, it is one."""

    key = forms.UUIDField(widget=HiddenInput, required=False)

    def prepare(self) -> None:
        self.fields["key"].initial = uuid.uuid4()
        self.fill()

    def fill(self) -> None:
        """As `prepare`."""

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()


class AssessFee(Keyed):
    income = Dollars(label="Income a month", required=False, least=Decimal(0))
    dependents = forms.IntegerField(label="Others who live on it", min_value=0, max_value=20, initial=0)

    def fill(self) -> None:
        self.schedule = account(self.record).schedule
        if self.schedule:
            self.fields["income"].help_text = f"{NOT_KEPT} {scale_said(self.schedule)}"

    def ahead(self) -> list[str]:
        if self.schedule is None:
            return []
        said = {name: self.cleaned_data[name] for name in ("income", "dependents")}
        step = fee_by_scale(steps_of(self.schedule), less_a_dependent=self.schedule.less_a_dependent, **said)
        return [f"The step is {step_said(step)}. He owes that from today.", "What you typed is not kept."]


def steps_of(schedule: FeeSchedule) -> list[Step]:
    """Lowest first, the one for whoever has more last."""
    found = [Step(one.income_up_to, one.amount) for one in schedule.steps.all()]
    return sorted(found, key=lambda one: (one.income_up_to is None, one.income_up_to or 0))


def step_said(step: Step) -> str:
    upto = "above" if step.income_up_to is None else f"up to {money(step.income_up_to)}"
    return f"{upto}: {money(step.amount)}"


def scale_said(schedule: FeeSchedule) -> str:
    steps = "; ".join(step_said(one) for one in steps_of(schedule))
    said = f"The scale from {day(schedule.begins_on)}: {steps}."
    if schedule.less_a_dependent:
        said += f" For each dependent {money(schedule.less_a_dependent)} of the income is left out."
    return said


class Moves(Keyed):
    """Money that went from hand to hand."""

    amount = Dollars(label="Amount")
    on = DayField(label="On")
    paid_by = forms.ChoiceField(label="How", choices=worded(PaidBy), widget=forms.RadioSelect)
    why = forms.CharField(label="Note", max_length=200, required=False)

    def fill(self) -> None:
        self.fields["on"].initial = words.today()
        self.stands(account(self.record))

    def stands(self, stands: Account) -> None:
        """Say what is owed, and begin with the amount that is likely."""

    def clean_paid_by(self) -> PaidBy:
        return PaidBy(self.cleaned_data["paid_by"])

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > words.today():
            raise forms.ValidationError("That day is yet to come. Enter it once the money is here.")
        return on


class TakePayment(Moves):
    more_is_right = forms.BooleanField(label="It is more than he owes, and that is right", required=False)

    def stands(self, stands: Account) -> None:
        due = stands.next_due
        self.fields["amount"].initial = due.open if due else max(stands.owes, Decimal(0)) or None
        self.fields["amount"].help_text = f"{stands.sentence} A receipt is numbered when it is saved."


class Refund(Moves):
    why = forms.CharField(label="Why", max_length=200)

    def stands(self, stands: Account) -> None:
        kept = stands.sums.collected
        if stands.owes < 0:
            self.fields["amount"].initial = min(-stands.owes, kept)
        self.fields["amount"].help_text = f"{stands.sentence} He has paid {money(kept)}: no more than that goes back."


class AskToWaive(DeedForm):
    amount = Dollars(label="Amount")
    why = Lines(label="Why he can't pay it", help_text="Read by the administrator who decides. No court sees it.")

    def prepare(self) -> None:
        stands = account(self.record)
        self.fields["amount"].initial = max(stands.owes, Decimal(0)) or None
        self.fields["amount"].help_text = f"{stands.sentence} An administrator decides; until then nothing changes."


class TakeBack(Keyed):
    why = forms.CharField(label="Why", max_length=200, help_text="Both lines stay in the ledger.")


# --- A plan

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
HOW_OFTEN = [(MONTHLY, "Every month"), (FORTNIGHTLY, "Every two weeks"), (WEEKLY, "Every week")]


def days_from(first: date, often: str) -> Iterator[date]:
    """A month without that day has its last."""
    for turn in range(MOST_INSTALLMENTS):
        if often == MONTHLY:
            ahead, month = divmod(first.month - 1 + turn, 12)
            year = first.year + ahead
            yield date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
        else:
            yield first + timedelta(weeks=turn * (2 if often == FORTNIGHTLY else 1))


def installments(owes: Decimal, amount: Decimal, first: date, often: str) -> list[tuple[date, Decimal]]:
    """So much each time; the last is what is left."""
    found, left = [], owes
    for on in days_from(first, often):
        if left <= 0:
            break
        found.append((on, min(amount, left)))
        left -= amount
    return found


def as_lines(parts: list[tuple[date, Decimal]]) -> str:
    return "\n".join(f"{on.month}/{on.day}/{on.year}  {amount:.2f}" for on, amount in parts)


def read_line(line: str) -> tuple[date, Decimal]:
    """Raises ValidationError, in words for whoever typed it."""
    on, _, amount = " ".join(line.split()).rpartition(" ")
    try:
        return forms.DateField().clean(on.rstrip(":,")), Dollars().clean(amount)
    except forms.ValidationError:
        said = f"“{line.strip()}” is no installment. Write a day and an amount, as in 4/7/2026 150.00."
        raise forms.ValidationError(said) from None


class MakePlan(DeedForm):
    """Worked out from amount and first day; then the lines themselves rule, and may be changed."""

    amount = Dollars(label="Each time")
    first_on = DayField(label="First on")
    often = forms.ChoiceField(label="How often", choices=HOW_OFTEN, widget=forms.RadioSelect, initial=MONTHLY)
    parts = Lines(
        label="Installments",
        required=False,
        help_text="A line each: day and amount. Left empty they are worked out from the fields above.",
    )

    def prepare(self) -> None:
        stands = account(self.record)
        self.owes = stands.owes
        ends = " It ends the plan that stands." if stands.plan else ""
        self.fields["amount"].help_text = f"{stands.sentence} A plan divides that by days.{ends}"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not {"amount", "first_on", "often", "parts"} <= said.keys():
            return said
        if not said["parts"].strip():
            worked_out = installments(self.owes, said["amount"], said["first_on"], said["often"])
            said["parts"] = as_lines(worked_out)
            # So that they stand on the page, to be looked at and changed.
            self.data = self.data.copy()  # type: ignore[attr-defined]  # what was sent, a QueryDict
            self.data["parts"] = said["parts"]  # type: ignore[index]  # and its copy, which may be changed
        self._refuse_what_is_left(self._read(said["parts"]))
        return said

    def _read(self, typed: str) -> list[tuple[date, Decimal]]:
        self.read: list[tuple[date, Decimal]] = []
        for line in filter(str.strip, typed.splitlines()):
            try:
                self.read.append(read_line(line))
            except forms.ValidationError as error:
                self.add_error("parts", error)
        return self.read

    def _refuse_what_is_left(self, read: list[tuple[date, Decimal]]) -> None:
        if self.errors:
            return
        left = self.owes - sum(amount for _, amount in read)
        if left and len(read) >= MOST_INSTALLMENTS:
            self.add_error("amount", f"That takes more than {MOST_INSTALLMENTS} installments. Choose a larger amount.")
        elif abs(left) >= CENT:
            how = "short of" if left > 0 else "above"
            self.add_error("parts", f"They are {money(abs(left))} {how} the {money(self.owes)} that he owes.")

    def said(self) -> dict[str, Any]:
        return {"installments": sorted(self.read)}

    def ahead(self) -> list[str]:
        return [f"{money(amount)} by {day(on)}" for on, amount in sorted(self.read)]


class NoteImposed(DeedForm):
    kind = forms.ChoiceField(label="What", choices=Imposed.Kind.choices, widget=forms.RadioSelect)
    amount = Dollars(label="Amount", help_text="As the court's order says it. The court's own clerk collects it.")
    note = forms.CharField(label="Note", max_length=200, required=False)

    def clean_kind(self) -> Imposed.Kind:
        return Imposed.Kind(self.cleaned_data["kind"])
