"""Funder reports: those that were made, a new one with what is withheld looked at first, and each as page and file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.actions import record
from core import clock
from core.refusal import Refusal
from office.exports import XLSX
from office.figures import carried, files, keeping, leaving, others, paper
from office.figures.asking import Period, PeriodForm, select
from office.figures.downloads import attached
from office.figures.kinds import Dimension, Figure, Section, Table
from office.figures.leaving import DIFFERENCE, EARLIER, FEW, Outside
from office.figures.pictures import Drawn, drawn
from office.figures.saying import ALL_WITHHELD, FOOTNOTE, said, tells_nothing
from office.models import FunderReport
from office.site import office
from office.words import local_day
from programs.models import Program

OUTSIDE = "As it left the program. “withheld”: fewer than 10 people, or it would tell such a number by subtraction."


class ReportForm(PeriodForm):
    by = forms.MultipleChoiceField(
        label="Broken down",
        choices=[(one.value, one.label) for one in leaving.BROKEN_DOWN],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        required=False,
    )
    program = forms.ModelChoiceField(
        label="Program", queryset=Program.objects.order_by("id"), empty_label=None, widget=select()
    )

    @property
    def chosen(self) -> list[Dimension]:
        """None: in total only."""
        return [Dimension(one) for one in self.cleaned_data["by"]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table as it leaves: by column what is said, and why it is withheld (empty: it isn't)."""

    label: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A table as it leaves."""

    table: Table
    lines: list[Line]
    drawn: list[Drawn]

    @property
    def nothing(self) -> str:
        """In place of a table without any number; empty: it has one."""
        return ALL_WITHHELD if tells_nothing(self.table) else ""

    @property
    def in_total(self) -> list[tuple[Figure, str, str]]:
        """Of a table that has its total alone: a figure each."""
        total = self.lines[-1]
        return [(figure, *cell) for figure, cell in zip(self.table.figures, total.cells, strict=True)]

    @property
    def title(self) -> str:
        return "" if self.table.dimension == Dimension.TOTAL else self.table.dimension.label


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    found = FunderReport.objects.select_related("program", "made_by").defer("figures").order_by("-id")
    first = Program.objects.order_by("id").first()
    form = ReportForm(initial={"program": first, "by": [one.value for one in leaving.USUAL]})
    told = {"reports": [(one, Period(one.begins_on, one.ends_on)) for one in found], "form": form, "program": first}
    return _page(request, "office/funder_reports.html", told)


@reauthentication_required
def new(request: HttpRequest) -> HttpResponse:
    """GET shows what would leave and what is withheld; POST makes it. Its months stand in the address."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        return _page(request, "office/funder_new.html", {"form": form}, status=400)
    program, period = form.cleaned_data["program"], form.period
    standing = FunderReport.objects.filter(program=program, begins_on=period.begins, ends_on=period.ends).first()
    if standing:
        messages.info(request, "This report was made before. The same months give the same report.")
        return redirect("office:funder_report", standing.pk)
    if request.method == "POST":
        return _make(request, form, program, period)
    try:
        leaving.refuse_unfinished(program, period.ends, clock.now())
    except Refusal as refusal:
        return _refused(request, form, str(refusal))
    return _page(request, "office/funder_new.html", _preview(form, program, period))


def _preview(form: ReportForm, program: Program, period: Period) -> dict[str, Any]:
    told = leaving.outside(program, period.begins, period.ends, form.chosen)
    reasons = [(reason, told.count(reason)) for reason in (FEW, DIFFERENCE, EARLIER) if told.count(reason)]
    change = carried.shown(carried.kept(program, period.begins, period.ends), program.name)
    return {"form": form, "program": program, "period": period, "leaves": leaves(told), "reasons": reasons,
            "shown": told.shown(), "change": change,
            "not_yet": carried.not_yet(program, period.begins, period.ends)}  # fmt: skip


def _make(request: HttpRequest, form: ReportForm, program: Program, period: Period) -> HttpResponse:
    assert isinstance(request.user, User), "the office lets nobody else in"
    try:
        made = leaving.make_report(
            program=program,
            begins=period.begins,
            ends=period.ends,
            chosen=form.chosen,
            by=request.user,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _refused(request, form, str(refusal))
    messages.success(request, "The report is made. The same months will always give the same report.")
    return redirect("office:funder_report", made.pk)


def _refused(request: HttpRequest, form: ReportForm, why: str) -> HttpResponse:
    form.add_error(None, why)
    return _page(request, "office/funder_new.html", {"form": form})


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the kept row, and nothing else."""
    found = get_object_or_404(FunderReport.objects.select_related("program", "made_by"), pk=pk)
    told = {
        "report": found,
        "period": Period(found.begins_on, found.ends_on),
        "leaves": kept_leaves(found),
        "change": kept_change(found),
        "definitions": list(paper.definitions(keeping.tables_of(found.figures))),
        "footnote": FOOTNOTE,
        "caveats": paper.CAVEATS,
    }
    return _page(request, "office/funder_report.html", told)


def leaves(told: Outside, mark: str = "") -> list[tuple[str, list[Leaf]]]:
    """By section. `mark`: what sets its pictures apart from another report's on the same page."""
    found: dict[str, list[Leaf]] = {}
    for place, table in enumerate(others.as_told(told.tables)):
        if table.rows or table.dimension == Dimension.TOTAL:
            found.setdefault(table.section.label, []).append(_leaf(table, place, told, mark))
    return list(found.items())


def kept_leaves(found: FunderReport) -> list[tuple[str, list[Leaf]]]:
    return leaves(Outside(keeping.tables_of(found.figures), {}), _mark(found))


def kept_change(found: FunderReport) -> carried.Shown | None:
    return carried.shown(found.figures.get("change"), found.figures.get("program", ""), _mark(found))


def _mark(found: FunderReport) -> str:
    """On the public page stands a report of each program."""
    return f"of-{found.pk}-"


def _leaf(table: Table, place: int, told: Outside, mark: str) -> Leaf:
    rows = [*((row.key, row) for row in table.rows), (None, table.total)]
    lines = [
        Line(
            "In total" if key is None else row.label,
            [
                (said(figure, cell), told.reasons.get((place, key, column), ""))
                for column, (figure, cell) in enumerate(zip(table.figures, row.cells, strict=True))
            ],
        )
        for key, row in rows
    ]
    return Leaf(table, lines, [replace(one, name=f"{mark}{one.name}") for one in drawn(table)])


# --- As files


def _pdf(found: FunderReport, name: str) -> HttpResponse:
    made_on = local_day(found.made_at).isoformat()
    content = paper.render(found.figures, period=Period(found.begins_on, found.ends_on).name, made_on=made_on)
    return attached(content, "application/pdf", f"{name}.pdf")


def _csv(found: FunderReport, name: str) -> HttpResponse:
    return attached(files.as_csv(_told(found), OUTSIDE, _more(found)), "text/csv; charset=utf-8", f"{name}.csv")


def _xlsx(found: FunderReport, name: str) -> HttpResponse:
    return attached(files.as_xlsx(_told(found), OUTSIDE, _more(found)), XLSX, f"{name}.xlsx")


def _evidence(found: FunderReport, name: str) -> HttpResponse:
    tables = [table for table in _told(found) if table.section == Section.EVIDENCE]
    return attached(files.as_csv(tables, OUTSIDE), "text/csv; charset=utf-8", f"{name}-evidence.csv")


def _more(found: FunderReport) -> list[files.Block]:
    return carried.blocks(found.figures.get("change"))


def _told(found: FunderReport) -> list[Table]:
    tables = others.as_told(keeping.tables_of(found.figures))
    return [table for table in tables if table.rows or table.dimension == Dimension.TOTAL]


KINDS: dict[str, Callable[[FunderReport, str], HttpResponse]] = {
    "pdf": _pdf,
    "csv": _csv,
    "xlsx": _xlsx,
    "evidence": _evidence,
}


@require_safe
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = get_object_or_404(FunderReport, pk=pk)
    make = KINDS.get(kind)
    if make is None:
        raise Http404
    response = make(found, f"figures-{found.begins_on:%Y-%m}-to-{found.ends_on:%Y-%m}")
    assert isinstance(request.user, User), "the office lets nobody else in"
    record(by=request.user, now=clock.now(), verb="funder_report.downloaded", on=found, facts={"kind": kind})
    return response


def _page(request: HttpRequest, template: str, told: dict[str, Any], status: int = 200) -> HttpResponse:
    back = {"numbers": reverse("office:numbers"), "reports_url": reverse("office:funder_reports")}
    return render(request, template, office.each_context(request) | back | told, status=status)
