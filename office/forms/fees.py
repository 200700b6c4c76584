"""What a program charges: a sliding scale, and how what it collects is shared among funds."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django import forms

from office import months, words
from office.forms.base import DayField, DeedForm
from office.forms.dollars import Dollars
from office.words import day, money
from programs.books import next_to_close, totals
from programs.fees import Step, fee_by_scale, shares
from programs.models import FeeSchedule, Program

AMOUNT = re.compile(r"\$?\d[\d,]*(?:\.\d{1,2})?(?!\d)")
SHARE = re.compile(r"^(?P<fund>.*?\S)[\s:,]+(?P<percent>\d{1,3}(?:\.\d{1,2})?)\s*%?$")
LAST = ("above", "more", "over", "else")
Read = TypeVar("Read")


def newest_of(program: Program) -> FeeSchedule | None:
    found: FeeSchedule | None = program.fee_schedules.order_by("-version").first()
    return found


# --- The scale and the shares, a line each


def step_line(step: Step) -> str:
    upto = "above" if step.income_up_to is None else f"up to {step.income_up_to:,.2f}"
    return f"{upto}: {step.amount:,.2f}"


def read_step(line: str) -> Step:
    """ "up to 1,500: 300", or "above: 900". Raises ValidationError."""
    amounts = [Decimal(found.replace("$", "").replace(",", "")) for found in AMOUNT.findall(line)]
    if len(amounts) == 2:
        return Step(*amounts)
    if len(amounts) == 1 and any(word in line.lower() for word in LAST):
        return Step(None, amounts[0])
    raise forms.ValidationError(f"“{line}” is no step. Write “up to 1,500: 300”, and for the last one “above: 900”.")


def read_share(line: str) -> tuple[str, Decimal]:
    """ "Survivor services: 40 %". Raises ValidationError."""
    found = SHARE.match(line)
    if found is None or len(found["fund"]) > 100:
        raise forms.ValidationError(f"“{line}” is no share. Write the fund and its percent: “Survivor services: 40 %”.")
    return found["fund"], Decimal(found["percent"])


def read_lines(typed: str, read: Callable[[str], Read]) -> list[Read]:
    lines = [" ".join(line.split()) for line in typed.splitlines()]
    return [read(line) for line in lines if line]


def in_order(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda one: (one.income_up_to is None, one.income_up_to or 0))


class NewSchedule(DeedForm):
    """Filled with the newest version. Saved, it is the next one; what was assessed stays."""

    begins_on = DayField(label="From", help_text="What is assessed on that day or later goes by it.")
    steps = forms.CharField(
        label="Scale",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A step a line: monthly income up to, and the fee. The last is for whoever has more: “above: 900”.",
    )
    less_a_dependent = Dollars(
        label="Left out of the income for each dependent", least=Decimal(0), help_text="Dollars a month; 0: nothing."
    )
    funds = forms.CharField(
        label="Shares of what is collected",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A fund a line, with its percent: “Survivor services: 40 %”. Together they make 100.",
    )
    # The version that stood there when the page was made: of two who write at once the second is told.
    after = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def program(self) -> Program:
        owner: Program = self.record.program if isinstance(self.record, FeeSchedule) else self.record
        return owner

    def prepare(self) -> None:
        newest = newest_of(self.program)
        self.fields["after"].initial = newest.version if newest else 0
        self.fields["begins_on"].initial = words.today()

    def standing(self) -> dict[str, Any]:
        newest = newest_of(self.program)
        if newest is None:
            return {"steps": "", "less_a_dependent": Decimal(0), "funds": ""}
        steps = in_order([Step(one.income_up_to, one.amount) for one in newest.steps.all()])
        funds = [f"{one.fund}: {one.percent.normalize():f} %" for one in newest.shares.order_by("id")]
        return {
            "steps": "\n".join(map(step_line, steps)),
            "less_a_dependent": newest.less_a_dependent,
            "funds": "\n".join(funds),
        }

    @property
    def told_by(self) -> Any:
        return newest_of(self.program) or self.record

    def clean_steps(self) -> str:
        self.scale = in_order(read_lines(self.cleaned_data["steps"], read_step))
        if [one.income_up_to for one in self.scale].count(None) != 1:
            raise forms.ValidationError("Write one last step, for whoever has more: “above: 900”.")
        return "\n".join(map(step_line, self.scale))

    def clean_funds(self) -> str:
        self.parts = read_lines(self.cleaned_data["funds"], read_share)
        made = sum(percent for _, percent in self.parts)
        if made != 100:
            raise forms.ValidationError(f"Together they make {made} %. They must make 100 %.")
        return "\n".join(f"{fund}: {percent.normalize():f} %" for fund, percent in self.parts)

    def said(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("begins_on", "less_a_dependent", "after")}
        return said | {"steps": [tuple(one) for one in self.scale], "shares": self.parts}

    def ahead(self) -> list[str]:
        """Three incomes, and what becomes of one fee."""
        less = self.cleaned_data["less_a_dependent"]
        found = [self._example(income, dependents, less) for income, dependents in self._examples()]
        fee = self.scale[-1].amount
        parts = ", ".join(f"{fund} {money(part)}" for fund, part in shares(fee, self.parts).items())
        return [f"From {day(self.cleaned_data['begins_on'])}:", *found, f"Of {money(fee)} collected: {parts}."]

    def _examples(self) -> list[tuple[Decimal | None, int]]:
        first = self.scale[0].income_up_to
        if first is None:
            return [(Decimal(1000), 0), (Decimal(3000), 2), (None, 0)]
        return [(first, 0), (first + 1, 1), (None, 0)]

    def _example(self, income: Decimal | None, dependents: int, less: Decimal) -> str:
        step = fee_by_scale(self.scale, income=income, dependents=dependents, less_a_dependent=less)
        who = "Who doesn’t tell his income" if income is None else f"Who has {money(income)} a month"
        others = f" and {dependents} dependent{'' if dependents == 1 else 's'}" if dependents else ""
        return f"{who}{others} owes {money(step.amount)}."


# --- Closing a month


class CloseBooks(DeedForm):
    """The next month in order; its sums are looked at first."""

    def prepare(self) -> None:
        self.next = next_to_close(self.record) or months.before(months.month_of(words.today()))

    def said(self) -> dict[str, Any]:
        return {"month": self.next}

    def ahead(self) -> list[str]:
        books = totals(self.record, self.next, months.last_day(self.next))
        stood = f"Assessed {money(books.assessed)}, waived {money(books.waived)}."
        moved = f"Paid {money(books.paid)}, refunded {money(books.refunded)}: collected {money(books.collected)}."
        funds = [f"{fund}: {money(part)}." for fund, part in books.by_fund.items()]
        return [f"{months.named(self.next)} is closed with these sums.", stood, moved, *funds]
