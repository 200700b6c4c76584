"""The office's own pages, beside the two that the admin gives each noun."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from office import days, incidents, placing, printing, views


def pages(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("people/<int:pk>/", guard(views.person), name="person"),
        path("enrollments/<int:pk>/place/", guard(placing.place), name="place"),
        path("do/<slug:noun>/<int:pk>/<slug:name>/", guard(views.do), name="do"),
        path("reports/<int:pk>/pdf/", guard(views.report_pdf), name="report_pdf"),
        path("days/<int:pk>/<slug:on>/", guard(days.day), name="day"),
        path("incidents/<int:pk>/", guard(incidents.incident), name="incident"),
        path("print/", guard(printing.to_print), name="to_print"),
        path("print/<int:pk>/", guard(printing.print_one), name="print_one"),
        path("settings/", guard(views.settings), name="settings"),
    ]
