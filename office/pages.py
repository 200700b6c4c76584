"""The office's own pages, beside the two that the admin gives each noun."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from office import views


def pages(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("people/<int:pk>/", guard(views.person), name="person"),
        path("do/<slug:noun>/<int:pk>/<slug:name>/", guard(views.do), name="do"),
        path("reports/<int:pk>/pdf/", guard(views.report_pdf), name="report_pdf"),
        path("settings/", guard(views.settings), name="settings"),
    ]
