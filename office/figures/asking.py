"""Whole months, as figures are asked for: from one to another, both counted."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from core.months import months_before

# Ten years: longer is a list nobody reads, and a picture nobody sees.
AT_MOST = 120


def first_of(on: date) -> date:
    return on.replace(day=1)


def last_of(on: date) -> date:
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def before(on: date, months: int) -> date:
    """The first day of the month that lies so many before the day's own."""
    return months_before(first_of(on), months)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day of a month to the last day of one."""

    begins: date
    ends: date

    @property
    def name(self) -> str:
        """As one says it: "January to March 2026", "March 2026", "2025"."""
        if (self.begins.month, self.ends.month) == (1, 12) and self.begins.year == self.ends.year:
            return str(self.begins.year)
        if self.begins.year == self.ends.year and self.begins.month == self.ends.month:
            return f"{self.ends:%B %Y}"
        year = "" if self.begins.year == self.ends.year else f" {self.begins.year}"
        return f"{self.begins:%B}{year} to {self.ends:%B %Y}"

    @property
    def said(self) -> dict[str, str]:
        """As the form reads it."""
        return {"begins": f"{self.begins:%Y-%m}", "ends": f"{self.ends:%Y-%m}"}


def this_year(today: date) -> Period:
    return Period(date(today.year, 1, 1), last_of(today))


def last_year(today: date) -> Period:
    return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))


def last_quarter(today: date) -> Period:
    """The one that is over."""
    begins = before(today, (today.month - 1) % 3 + 3)
    return Period(begins, last_of(before(begins, -2)))


class MonthInput(forms.DateInput):
    """The browser's own where it has one; else typed as 2026-03."""

    input_type = "month"

    def __init__(self) -> None:
        attrs = {"class": "form-control", "placeholder": "2026-03", "pattern": "[0-9]{4}-[0-9]{2}"}
        super().__init__(format="%Y-%m", attrs=attrs)


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class MonthField(forms.DateField):
    widget = MonthInput
    input_formats = ["%Y-%m"]
    default_error_messages = {"invalid": "Write a month as 2026-03."}


class PeriodForm(forms.Form):
    begins = MonthField(label="From")
    ends = MonthField(label="To")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        begins, ends = said.get("begins"), said.get("ends")
        if begins and ends and ends < begins:
            raise forms.ValidationError("The first month comes after the last one. Change one of them.")
        if begins and ends and before(ends, AT_MOST - 1) > begins:
            raise forms.ValidationError(f"Choose at most {AT_MOST // 12} years at once.")
        return said

    @property
    def period(self) -> Period:
        return Period(first_of(self.cleaned_data["begins"]), last_of(self.cleaned_data["ends"]))
