"""Lists that come in, men who are here twice, memos, and the figures that left the program."""

from django.contrib import admin

from courts.models import Imposed, ListMapping
from office.admin.base import Noun
from office.admin.courts import case_link
from office.admin.money import dollars
from office.columns import day, hidden, link, moment, own, person, said, text, worked_out
from office.models import FunderReport
from office.site import office
from participants.models import Merge


@admin.register(ListMapping, site=office)
class ListMappings(Noun):
    about = "Which column of a court's lists is which of ours. It is said when a list comes in, and kept."
    plural = "Columns of lists"
    empty = "None kept yet. The first list of a court asks for it."
    list_display = (
        own("Since", moment("made_at", "Since"), sorts="made_at"),
        link("court", "Court"),
        moment("ended_at", "Until"),
    )
    facts = (
        link("court", "Court"),
        worked_out("columns", "Columns", lambda one: ", ".join(sorted(filter(None, one.columns.values())))),
        moment("made_at", "Since"),
        text("made_by__name", "By"),
        moment("ended_at", "Until"),
    )
    ordering = ("-id",)


@admin.register(Merge, site=office)
class Merges(Noun):
    about = "People who were here twice, and were put together."
    empty = "Nobody was put together. Today asks where two may be one."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        person("kept"),
        text("by__name", "By"),
        moment("undone_at", "Undone"),
    )
    facts = (
        person("kept"),
        moment("at", "When"),
        text("by__name", "By"),
        moment("undone_at", "Undone"),
        text("undone_by__name", "Undone by"),
    )
    ordering = ("-id",)


@admin.register(Imposed, site=office)
class Memos(Noun):
    about = "What courts themselves impose, as a memo: never the program's fee, and never added to it."
    plural = "Imposed by courts"
    empty = "No memo yet. One is written in a case file, under Money."
    list_display = (
        own("Noted", moment("noted_at", "Noted"), sorts="noted_at"),
        case_link(),
        said("kind", "Kind"),
        dollars("amount", "Amount"),
    )
    facts = (
        case_link(),
        worked_out("kind", "Kind", lambda one: one.get_kind_display()),
        dollars("amount", "Amount"),
        hidden("note", "Note"),
        moment("noted_at", "Noted"),
        text("noted_by__name", "Noted by"),
        moment("ended_at", "Taken back"),
    )
    ordering = ("-id",)


@admin.register(FunderReport, site=office)
class FunderReports(Noun):
    list_select_related = ("program", "made_by")
    about = "Figures that left the program, as they left it."
    empty = "None yet. They are made under Numbers."
    list_display = (
        own("From", day("begins_on", "From"), sorts="begins_on"),
        day("ends_on", "To"),
        text("program__name", "Program"),
    )
    facts = (
        text("program__name", "Program"),
        day("begins_on", "From"),
        day("ends_on", "To"),
        moment("published_at", "On the public page since"),
        moment("taken_off_at", "Taken off"),
        moment("made_at", "Made"),
        text("made_by__name", "Made by"),
    )
    ordering = ("-id",)
