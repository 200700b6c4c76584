"""The office's own pages, beside the two that the admin gives each noun."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from courts.views.uploads import bounded_upload
from office import (
    beginning,
    books,
    bulk,
    days,
    desk,
    exports,
    incidents,
    instruments,
    intake,
    keeping_pages,
    letters,
    listing,
    lists_in,
    money,
    on_paper,
    papers,
    placing,
    printed,
    printing,
    proof,
    receipts,
    searching,
    taking,
    texts,
    trail_pages,
    twice,
    views,
)
from office.figures import change, downloads, funding, numbers

Guard = Callable[[Any], Any]


def pages(guard: Guard) -> list[URLPattern]:
    some = (_cases, _figures, _printed, _settings, _lists)
    return [one for each in some for one in each(guard)]


def _cases(guard: Guard) -> list[URLPattern]:
    return [
        path("line/", guard(desk.line), name="line"),
        path("shortcuts/", guard(views.shortcuts), name="shortcuts"),
        path("people/<int:one>/beside/<int:other>/", guard(twice.compare), name="compare"),
        path("people/<int:pk>/", guard(views.person), name="person"),
        path("people/<int:pk>/looks/", guard(trail_pages.looks), name="looks"),
        path("trail/", guard(trail_pages.search), name="trail"),
        path("enrollments/<int:pk>/place/", guard(placing.place), name="place"),
        path("do/<slug:noun>/<int:pk>/<slug:name>/", guard(views.do), name="do"),
        path("reports/<int:pk>/pdf/", guard(views.report_pdf), name="report_pdf"),
        path("days/<int:pk>/<slug:on>/", guard(days.day), name="day"),
        path("incidents/<int:pk>/", guard(incidents.incident), name="incident"),
        path("papers/<int:pk>/", guard(papers.paper), name="paper"),
    ]


def _figures(guard: Guard) -> list[URLPattern]:
    return [
        path("money/", guard(money.overview), name="money"),
        path("money/<int:pk>/<int:year>/", guard(books.year), name="books_year"),
        path("money/<int:pk>/<int:year>/<int:month>/", guard(books.month), name="books_month"),
        path("money/<int:pk>/<int:year>/<int:month>/lines/", guard(books.export), name="books_export"),
        path("money/receipts/<int:pk>/", guard(receipts.receipt), name="receipt"),
        path("numbers/", guard(numbers.numbers), name="numbers"),
        path("numbers/people/", guard(numbers.counted), name="counted"),
        path("numbers/evidence/", guard(numbers.evidence), name="evidence"),
        path("numbers/change/", guard(change.change), name="change"),
        path("numbers/change/<slug:kind>/", guard(change.change_file), name="change_file"),
        path("numbers/file/<slug:section>/<slug:kind>/", guard(downloads.numbers_file), name="numbers_file"),
        path("numbers/reports/", guard(funding.reports), name="funder_reports"),
        path("numbers/reports/new/", guard(funding.new), name="funder_new"),
        path("numbers/reports/<int:pk>/", guard(funding.report), name="funder_report"),
        path("numbers/reports/<int:pk>/<slug:kind>/", guard(funding.report_file), name="funder_file"),
    ]


def _printed(guard: Guard) -> list[URLPattern]:
    return [
        path("print/", guard(printing.to_print), name="to_print"),
        path("print/letters/", guard(letters.letters), name="letters"),
        path("people/<int:pk>/proof/", guard(proof.person), name="proof"),
        path("people/<int:pk>/proof/pdf/", guard(proof.person_pdf), name="proof_pdf"),
        path("reports/<int:pk>/proof/", guard(proof.report), name="report_proof"),
        path("reports/<int:pk>/proof/pdf/", guard(proof.report_pdf), name="report_proof_pdf"),
        path("print/<int:pk>/", guard(printing.print_one), name="print_one"),
        path("questions/paper/", guard(on_paper.sheet_in), name="sheet_in"),
        path("questions/paper/<uuid:pk>/", guard(on_paper.sheet_made), name="sheet_made"),
        path("questions/paper/<uuid:pk>/pdf/", guard(on_paper.sheet_pdf), name="sheet_pdf"),
        path("intake/<int:pk>/", guard(intake.intake), name="intake"),
        path("intake/<int:pk>/save/", guard(intake.save), name="intake_save"),
    ]


def _settings(guard: Guard) -> list[URLPattern]:
    return [
        path("settings/", guard(views.settings), name="settings"),
        path("settings/programs/new/", guard(beginning.program), name="new_program"),
        path("settings/programs/<int:pk>/printed/", guard(printed.program), name="printed_program"),
        path("settings/courts/<int:pk>/printed/", guard(printed.court), name="printed_court"),
        path("settings/questions/", guard(instruments.listed), name="instruments"),
        path("settings/questions/<int:pk>/", guard(instruments.edit), name="instrument"),
        path("settings/keeping/", guard(keeping_pages.keeping), name="keeping"),
        path("settings/texts/", guard(texts.wording), name="wording"),
        path("settings/texts/<slug:template>/<slug:channel>/<slug:language>/", guard(texts.reword), name="reword"),
    ]


def _lists(guard: Guard) -> list[URLPattern]:
    return [
        path("take-in/", bounded_upload(guard(lists_in.send)), name="list_send"),
        path("take-in/<int:pk>/", guard(lists_in.one), name="list_one"),
        path("take-in/<int:pk>/columns/", guard(lists_in.columns), name="list_columns"),
        path("take-in/<int:pk>/refused/", guard(lists_in.refused), name="list_refused"),
        path("records/own-files/<int:pk>/made/", guard(taking.own_file), name="own_file_made"),
        path("records/requests/<int:pk>/made/", guard(taking.release), name="release_made"),
        path("records/public/", guard(taking.public_records), name="public_records"),
        path("search/", guard(searching.search), name="search"),
        path("lists/<str:noun>/export/", guard(exports.export), name="export"),
        path("lists/<str:noun>/bulk/", guard(bulk.bulk), name="bulk"),
        path("lists/<str:noun>/filters/", guard(listing.save_filter), name="save_filter"),
        path("filters/<int:pk>/delete/", guard(listing.delete_filter), name="delete_filter"),
    ]
