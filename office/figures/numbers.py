"""The office's Numbers: the figures of some months, each with its picture, its table, and who stands behind it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.actions import record
from core import clock
from office.figures import asking, counting
from office.figures.asking import Period, PeriodForm, select
from office.figures.definitions import BY_CODE
from office.figures.kinds import Cell, Dimension, Figure, Row, Section, Table
from office.figures.pictures import Drawn, drawn
from office.figures.saying import said
from office.paging import Bounded
from office.site import office
from office.words import today
from programs.models import Program

A_PAGE = 100


class NumbersForm(PeriodForm):
    by = forms.ChoiceField(
        label="Shown", choices=[(one.value, one.label) for one in Dimension], required=False, widget=select()
    )
    program = forms.ModelChoiceField(
        label="Program", queryset=Program.objects.order_by("id"), required=False, widget=select(), empty_label=None
    )

    def __init__(self, data: QueryDict) -> None:
        asked = data.copy()
        for name, value in asking.this_year(today()).said.items():
            asked.setdefault(name, value)
        asked.setdefault("by", Dimension.TOTAL.value)
        super().__init__(asked)

    def asked(self) -> "Asked":
        """Raises Http404 where there is no program yet."""
        said = self.cleaned_data
        program = said["program"] or Program.objects.order_by("id").first()
        if program is None:
            raise Http404
        return Asked(program, self.period, Dimension(said["by"] or Dimension.TOTAL.value))


@dataclass(frozen=True, slots=True)
class Asked:
    program: Program
    period: Period
    by: Dimension

    def query(self, **more: str) -> str:
        return urlencode({**self.period.said, "by": self.by.value, "program": self.program.pk, **more})

    def tables(self, sections: Collection[Section] = tuple(Section)) -> list[Table]:
        return counting.tables(self.program, self.period.begins, self.period.ends, self.by, sections=sections)


@dataclass(frozen=True, slots=True)
class Number:
    """`url`: to whom it counts; empty: to nobody, or to nobody in particular."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as the page has it."""

    table: Table
    drawn: list[Drawn]
    rows: list[tuple[str, list[Number]]]
    total: list[Number]
    files: list[tuple[str, str]]

    @property
    def in_total(self) -> list[tuple[Figure, Number]]:
        return list(zip(self.table.figures, self.total, strict=True))

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for row in (*self.table.rows, self.table.total) for cell in row.cells)


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    return _sections(request, "office/numbers.html", [one for one in Section if one != Section.EVIDENCE])


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """What auditors found missing elsewhere: by court, and in total."""
    return _sections(request, "office/evidence.html", [Section.EVIDENCE], Dimension.COURT)


def _sections(
    request: HttpRequest, template: str, wanted: Collection[Section], by: Dimension | None = None
) -> HttpResponse:
    form = NumbersForm(request.GET)
    if not Program.objects.exists():
        return _page(request, template, {"no_program": True})
    if not form.is_valid():
        return _page(request, template, {"form": form, "presets": presets()}, status=400)
    asked = form.asked()
    asked = asked if by is None else replace(asked, by=by)
    sections = [shown(table, asked) for table in asked.tables(wanted)]
    told = {"form": form, "asked": asked, "sections": sections, "presets": presets()}
    return _page(request, template, told)


def presets() -> list[tuple[str, str]]:
    offered = (
        ("This year", asking.this_year(today())),
        ("Last quarter", asking.last_quarter(today())),
        ("Last year", asking.last_year(today())),
    )
    return [(label, urlencode(period.said)) for label, period in offered]


def shown(table: Table, asked: Asked) -> Shown:
    files = [(kind.upper(), _file(table.section, kind, asked)) for kind in ("csv", "xlsx")]
    return Shown(
        table=table,
        drawn=[replace(one, url=_file(table.section, one.name, asked)) for one in drawn(table)],
        rows=[(row.label, numbers_of(table, row, asked)) for row in table.rows],
        total=numbers_of(table, table.total, asked, total=True),
        files=files,
    )


def _file(section: Section, kind: str, asked: Asked) -> str:
    return f"{reverse('office:numbers_file', args=[section.value, kind])}?{asked.query()}"


def numbers_of(table: Table, row: Row, asked: Asked, *, total: bool = False) -> list[Number]:
    by = Dimension.TOTAL if total else table.dimension
    pairs = zip(table.figures, row.cells, strict=True)
    return [Number(said(figure, cell), _people(figure, cell, row, asked, by)) for figure, cell in pairs]


def _people(figure: Figure, cell: Cell, row: Row, asked: Asked, by: Dimension) -> str:
    if not cell.people:
        return ""
    where = {"figure": figure.code, "key": "" if by == Dimension.TOTAL else row.key}
    return f"{reverse('office:counted')}?{asked.query(**where, by=by.value)}"


# --- Who stands behind a number


@require_safe
def counted(request: HttpRequest) -> HttpResponse:
    """Those behind one number who exist for whoever looks; that it was looked at is kept."""
    form = NumbersForm(request.GET)
    if not form.is_valid():
        raise Http404
    asked, code, key = form.asked(), request.GET.get("figure", ""), request.GET.get("key", "")
    behind = find(asked, code, key)
    found = counting.people(asked.program, asked.period.begins, asked.period.ends, code, asked.by, key)
    pages = Bounded(found.shown.order_by("last_name", "first_name", "pk"), A_PAGE)
    _looked(request, asked, code, key, pages.count)
    told = {
        "asked": asked,
        "behind": behind,
        "page": pages.get_page(request.GET.get("p")),
        "not_shown": found.not_shown(),
        "query": asked.query(figure=code, key=key),
        "back": f"{reverse('office:numbers')}?{asked.query()}#{behind.figure.section.value}",
    }
    return _page(request, "office/counted.html", told)


@dataclass(frozen=True, slots=True)
class Behind:
    """The number behind which people stand; `group`: of the month, the court … "" in total."""

    figure: Figure
    group: str
    cell: Cell

    @property
    def number(self) -> str:
        return said(self.figure, self.cell)


def find(asked: Asked, code: str, key: str) -> Behind:
    """Raises Http404."""
    figure = BY_CODE.get(code)
    if figure is None or asked.by not in figure.by:
        raise Http404
    (table,) = asked.tables([figure.section])
    row = _row(table, key)
    return Behind(figure, "" if row is table.total else row.label, row.cells[table.figures.index(figure)])


def _row(table: Table, key: str) -> Row:
    if table.dimension == Dimension.TOTAL:
        return table.total
    row = next((one for one in table.rows if one.key == key), None)
    if row is None:
        raise Http404
    return row


def _looked(request: HttpRequest, asked: Asked, code: str, key: str, count: int) -> None:
    assert isinstance(request.user, User), "the office lets nobody else in"
    facts = {"figure": code, "by": asked.by.value, "key": key, "people": count, **_days(asked.period)}
    record(by=request.user, now=clock.now(), verb="figure.looked_at", on=asked.program, facts=facts)


def _days(period: Period) -> dict[str, date]:
    return {"begins": period.begins, "ends": period.ends}


def _page(request: HttpRequest, template: str, told: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, office.each_context(request) | told, status=status)
