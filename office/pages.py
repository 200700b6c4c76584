"""The office's own pages, beside the two that the admin gives each noun."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from office import (
    beginning,
    bulk,
    days,
    desk,
    exports,
    incidents,
    intake,
    letters,
    listing,
    papers,
    placing,
    printed,
    printing,
    proof,
    searching,
    texts,
    views,
)


def pages(guard: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("line/", guard(desk.line), name="line"),
        path("shortcuts/", guard(views.shortcuts), name="shortcuts"),
        path("people/<int:one>/beside/<int:other>/", guard(views.compare), name="compare"),
        path("people/<int:pk>/", guard(views.person), name="person"),
        path("enrollments/<int:pk>/place/", guard(placing.place), name="place"),
        path("do/<slug:noun>/<int:pk>/<slug:name>/", guard(views.do), name="do"),
        path("reports/<int:pk>/pdf/", guard(views.report_pdf), name="report_pdf"),
        path("days/<int:pk>/<slug:on>/", guard(days.day), name="day"),
        path("incidents/<int:pk>/", guard(incidents.incident), name="incident"),
        path("papers/<int:pk>/", guard(papers.paper), name="paper"),
        path("print/", guard(printing.to_print), name="to_print"),
        path("print/letters/", guard(letters.letters), name="letters"),
        path("people/<int:pk>/proof/", guard(proof.person), name="proof"),
        path("people/<int:pk>/proof/pdf/", guard(proof.person_pdf), name="proof_pdf"),
        path("reports/<int:pk>/proof/", guard(proof.report), name="report_proof"),
        path("reports/<int:pk>/proof/pdf/", guard(proof.report_pdf), name="report_proof_pdf"),
        path("print/<int:pk>/", guard(printing.print_one), name="print_one"),
        path("intake/<int:pk>/", guard(intake.intake), name="intake"),
        path("intake/<int:pk>/save/", guard(intake.save), name="intake_save"),
        path("settings/", guard(views.settings), name="settings"),
        path("settings/programs/new/", guard(beginning.program), name="new_program"),
        path("settings/programs/<int:pk>/printed/", guard(printed.program), name="printed_program"),
        path("settings/courts/<int:pk>/printed/", guard(printed.court), name="printed_court"),
        path("settings/texts/", guard(texts.wording), name="wording"),
        path("settings/texts/<slug:template>/<slug:channel>/<slug:language>/", guard(texts.reword), name="reword"),
        path("search/", guard(searching.search), name="search"),
        path("lists/<str:noun>/export/", guard(exports.export), name="export"),
        path("lists/<str:noun>/bulk/", guard(bulk.bulk), name="bulk"),
        path("lists/<str:noun>/filters/", guard(listing.save_filter), name="save_filter"),
        path("filters/<int:pk>/delete/", guard(listing.delete_filter), name="delete_filter"),
    ]
