"""A list leaves the house: after the second factor was shown again, with a reason, and never unseen."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import User
from core import clock
from office import filters
from office.alerting import note_export
from office.columns import Column, is_closed
from office.exporting import XLSX_ROWS, as_csv, as_xlsx, heads
from office.listing import address, admin_of
from office.site import office
from office.words import today

AT_ONCE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportForm(forms.Form):
    columns = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one column."}
    )
    kind = forms.ChoiceField(
        label="As",
        choices=[("csv", "CSV, for any spreadsheet"), ("xlsx", f"XLSX, for Excel: up to {XLSX_ROWS:,} rows")],
        widget=forms.RadioSelect, initial="csv",
    )  # fmt: skip
    why = forms.CharField(
        label="What is it for?", min_length=5, max_length=200,
        help_text="This is kept in the audit trail: name nobody.",
    )  # fmt: skip

    def __init__(self, *args: Any, columns: list[Column], shown: int, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        # By place: two columns may be called the same.
        field: Any = self.fields["columns"]
        field.choices = [(str(place), head) for place, head in enumerate(heads(columns))]
        field.initial = [str(place) for place in range(shown)]

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == "xlsx" and self.count > XLSX_ROWS:
            raise forms.ValidationError(f"XLSX takes up to {XLSX_ROWS:,} rows. Choose CSV, or filter the list first.")
        return kind


@reauthentication_required
def export(request: HttpRequest, noun: str) -> HttpResponseBase:
    """The filters stand in its address, as on the list."""
    admin = admin_of(request, noun)
    try:
        found = admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return redirect(f"{address(noun)}?e=1")
    shown, columns = len(admin.list_display), columns_of(admin)
    count = found.order_by().values("pk").count()
    form = ExportForm(request.POST or None, columns=columns, shown=shown, count=count)
    if not form.is_valid():
        return _page(request, noun, {"form": form, "title": admin.plural_name, "count": count})
    chosen = [columns[int(place)] for place in form.cleaned_data["columns"]]
    assert isinstance(request.user, User), "the office lets nobody else in"
    kind, why = form.cleaned_data["kind"], form.cleaned_data["why"]
    query = filters.cleaned(request.GET.urlencode())
    said = {"kind": kind, "why": why, "query": query, "columns": heads(chosen)}
    note_export(noun=noun, rows=count, said=said, by=request.user, now=clock.now())
    return _answer(kind, chosen, found.iterator(chunk_size=AT_ONCE), f"{noun.partition('.')[2]}-{today()}")


def columns_of(admin: Any) -> list[Column]:
    """Those of the list first, then the facts that a page shows beside; never what is encrypted."""
    listed = list(admin.list_display)
    known = set(heads(listed))
    beside = [one for one in admin.facts if not is_closed(one) and heads([one])[0] not in known]
    return [one for one in (*listed, *beside) if not is_closed(one)]


def _answer(kind: str, columns: list[Column], rows: Iterable[Any], name: str) -> HttpResponseBase:
    response: HttpResponseBase
    if kind == "xlsx":
        response = FileResponse(as_xlsx(columns, rows), content_type=XLSX)
    else:
        lines = _in_zone(as_csv(columns, rows), ZoneInfo(timezone.get_current_timezone_name()))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _in_zone(lines: Iterator[str], zone: ZoneInfo) -> Iterator[str]:
    """They are written after the page's own time zone is gone."""
    while True:
        with timezone.override(zone):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _page(request: HttpRequest, noun: str, said: dict[str, Any]) -> HttpResponse:
    back = f"{address(noun)}?{filters.cleaned(request.GET.urlencode())}"
    return render(request, "office/export.html", office.each_context(request) | said | {"back": back})
