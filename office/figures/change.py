"""The office's page of what changed: of a year that is over, or of several together; never of a man."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from accounts.models import User
from audit.actions import record
from core import clock
from office.exporting import BOM, harmless
from office.exports import XLSX
from office.figures.asking import select
from office.figures.changing import (
    HEADS,
    LATER_WORDS,
    Cells,
    Told,
    arrest_shares,
    arrests,
    caveats,
    lines,
    measures,
    text,
    told,
)
from office.figures.downloads import SVG, attached
from office.figures.missing import counted
from office.figures.paired import drawn
from office.site import office
from outcomes.actions.years import last_over, whole_so_far
from outcomes.kinds import LEAST, Moment
from outcomes.models import YearOfChange
from outcomes.tables import LATER, Measure
from outcomes.withholding import told_count
from programs.models import Program

TOGETHER = "all"
# When somebody is to say whether a new arrest is known.
BY_ARREST = (Moment.SIX, Moment.TWELVE)


def _code(measure: Measure) -> str:
    return f"{measure.code}-{measure.version}"


class ChangeForm(forms.Form):
    """`years`: those that were made, of the program that was asked for."""

    later = forms.ChoiceField(
        label="Compared with", choices=[(one.value, f"Intake and {LATER_WORDS[one]}") for one in LATER], widget=select()
    )
    year = forms.ChoiceField(label="Year", widget=select())
    measure = forms.ChoiceField(label="Asked by", widget=select())
    program = forms.ModelChoiceField(
        label="Program", queryset=Program.objects.order_by("id"), empty_label=None, widget=select()
    )

    def __init__(self, asked: QueryDict, program: Program, years: Sequence[YearOfChange]) -> None:
        self.years, self.measures = years, {_code(one): one for one in measures(years)}
        data = asked.copy()
        first = {"later": Moment.AFTER.value, "program": str(program.pk), "measure": next(iter(self.measures), "")}
        for name, value in (first | {"year": str(years[-1].year) if years else ""}).items():
            data.setdefault(name, value)
        super().__init__(data)
        titles = {code: f"{one.title} (version {one.version})" for code, one in self.measures.items()}
        self._choices("measure", list(titles.items()))
        each = [(str(one.year), str(one.year)) for one in reversed(years)]
        self._choices("year", [*each, *[(TOGETHER, "All years together")] * (len(each) > 1)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    @property
    def told(self) -> Told | None:
        """Of what was asked for; None: nobody was compared then."""
        return told(self.chosen, self.measures[self.cleaned_data["measure"]], self.moment)

    @property
    def chosen(self) -> list[YearOfChange]:
        return [one for one in self.years if self.cleaned_data["year"] in (TOGETHER, str(one.year))]

    @property
    def moment(self) -> Moment:
        return Moment(self.cleaned_data["later"])

    @property
    def query(self) -> str:
        said = self.cleaned_data
        return urlencode(said | {"program": said["program"].pk})


@require_safe
def change(request: HttpRequest) -> HttpResponse:
    program = _program(request)
    if program is None:
        return _page(request, {"no_program": True})
    years = list(YearOfChange.objects.filter(program=program).order_by("year"))
    shown: dict[str, Any] = {"program": program, "running": list(_running(program, years))}
    form = ChangeForm(request.GET, program, years)
    # A year in which nobody answered has no questions to choose.
    if not form.measures:
        return _page(request, shown)
    if not form.is_valid():
        return _page(request, shown | {"form": form}, status=400)
    return _page(request, shown | {"form": form, "heads": HEADS} | _found(form, program))


def _program(request: HttpRequest) -> Program | None:
    """Raises Http404."""
    asked = request.GET.get("program")
    if not asked:
        return Program.objects.order_by("id").first()
    found = Program.objects.filter(pk=asked).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _found(form: ChangeForm, program: Program) -> dict[str, Any]:
    one = form.told
    known: dict[str, Any] = {
        "arrests": list(arrest_shares(arrests(form.chosen, form.moment))),
        "asks_arrests": form.moment in BY_ARREST,
        "several": len(form.chosen) > 1,
    }
    if one is None:
        return known | {"nothing": True}
    pictures = [replace(each, url=_file(each.name, form)) for each in drawn(one)]
    return known | {
        "one": one,
        "later_words": LATER_WORDS[one.later],
        "pictures": pictures,
        "files": [(kind.upper(), _file(kind, form)) for kind in ("csv", "xlsx")],
        "text_file": _file("txt", form),
        "caveats": caveats(one),
        "text": text(one, program.name),
    }


def _file(kind: str, form: ChangeForm) -> str:
    return f"{reverse('office:change_file', args=[kind])}?{form.query}"


@dataclass(frozen=True, slots=True)
class Running:
    """A year whose numbers aren't made yet: only how many were compared so far."""

    year: int
    so_far: list[tuple[str, str]]


def _running(program: Program, years: Sequence[YearOfChange]) -> Iterator[Running]:
    now = clock.now()
    made = {one.year for one in years}
    for year in range(last_over(program, now=now), now.astimezone(program.zone).year + 1):
        if year not in made:
            counts = whole_so_far(program, year)
            yield Running(year, [(LATER_WORDS[Moment(key)], _about(n)) for key, n in counts.items()])


def _about(count: int) -> str:
    """In whole tens: those of whom no pair is told once the year is closed would be what is left of it."""
    return counted(None) if told_count(count) is None else f"at least {count // LEAST * LEAST}"


# --- As files


@require_safe
def change_file(request: HttpRequest, kind: str) -> HttpResponse:
    """`kind`: csv, xlsx, txt, or the name of a picture."""
    program = _program(request)
    if program is None:
        raise Http404
    form = ChangeForm(request.GET, program, list(YearOfChange.objects.filter(program=program).order_by("year")))
    one = form.told if form.measures and form.is_valid() else None
    if one is None:
        raise Http404
    response = _made(one, kind, f"change-{one.later.value.replace('_', '-')}-{one.when.replace(' ', '-')}", program)
    assert isinstance(request.user, User), "the office lets nobody else in"
    facts = {"section": "change", "kind": kind, "later": one.later, "years": list(one.years)}
    record(by=request.user, now=clock.now(), verb="figures.downloaded", on=program, facts=facts)
    return response


def _made(one: Told, kind: str, name: str, program: Program) -> HttpResponse:
    """Raises Http404."""
    if kind == "csv":
        return attached(as_csv(one), "text/csv; charset=utf-8", f"{name}.csv")
    if kind == "xlsx":
        return attached(as_xlsx(one), XLSX, f"{name}.xlsx")
    if kind == "txt":
        return attached(text(one, program.name), "text/plain; charset=utf-8", f"{name}.txt")
    found = next((each for each in drawn(one) if each.name == kind), None)
    if found is None:
        raise Http404
    return attached(found.picture.alone(), SVG, f"{name}-{kind}.svg")


def as_csv(one: Told) -> str:
    out = StringIO()
    csv.writer(out).writerows([_harmless(line) for line in lines(one)])
    return BOM + out.getvalue()


def as_xlsx(one: Told) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Change")
    for line in lines(one):
        sheet.append(_harmless(line))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(line: Cells) -> Cells:
    return [harmless(value) if isinstance(value, str) else value for value in line]


def _page(request: HttpRequest, told_: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "office/change.html", office.each_context(request) | told_, status=status)
