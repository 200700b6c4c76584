"""A section's figures as a file: its table for a spreadsheet, or its picture. Working counts: for the program only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.actions import record
from core import clock
from office.exports import XLSX
from office.figures import files
from office.figures.kinds import Section, Table
from office.figures.numbers import Asked, NumbersForm
from office.figures.pictures import drawn

SVG = "image/svg+xml; charset=utf-8"
INSIDE = "Working counts: for the program only. What leaves it is a funder report."


@require_safe
def numbers_file(request: HttpRequest, section: str, kind: str) -> HttpResponse:
    """`kind`: csv, xlsx, or the name of a picture of the section."""
    form = NumbersForm(request.GET)
    if section not in list(Section) or not form.is_valid():
        raise Http404
    asked = form.asked()
    (table,) = asked.tables([Section(section)])
    response = made(table, kind, f"{section}-{asked.period.begins:%Y-%m}-to-{asked.period.ends:%Y-%m}-inside")
    _note(request, asked, section, kind)
    return response


def made(table: Table, kind: str, name: str) -> HttpResponse:
    """Raises Http404."""
    if kind == "csv":
        return attached(files.as_csv([table], INSIDE), "text/csv; charset=utf-8", f"{name}.csv")
    if kind == "xlsx":
        return attached(files.as_xlsx([table], INSIDE), XLSX, f"{name}.xlsx")
    found = next((one for one in drawn(table) if one.name == kind), None)
    if found is None:
        raise Http404
    return attached(found.picture.alone(), SVG, f"{name}-{kind}.svg")


def attached(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    """Saved, never shown here: a picture is a document that could ask for more."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _note(request: HttpRequest, asked: Asked, section: str, kind: str) -> None:
    assert isinstance(request.user, User), "the office lets nobody else in"
    facts = {
        "section": section,
        "kind": kind,
        "by": asked.by.value,
        "begins": asked.period.begins,
        "ends": asked.period.ends,
    }
    record(by=request.user, now=clock.now(), verb="figures.downloaded", on=asked.program, facts=facts)
