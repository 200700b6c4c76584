"""Who works at the courts' pages beside the clerks, what they send along, and the days on which courts are closed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from courts.models import Agency, Closure, CourtPaper, Membership
from office.admin.base import Noun, Panel
from office.admin.history import history
from office.columns import column, moment, own, person, said, text, worked_out
from office.filters import noted
from office.site import office
from office.subjects import rows
from office.words import NOTHING, day


def _download(one: CourtPaper) -> Any:
    if one.removed_at is not None:
        return NOTHING
    url = reverse("office:paper", args=[one.pk])
    return format_html('<a href="{}" download>Download</a>{}', url, "" if one.read_at else " (unread)")


PAPER_COLUMNS = (
    own("Paper", lambda one: one.get_kind_display(), sorts="kind"),
    worked_out("download", "File", _download),
    moment("at", "Came"),
    text("by__name", "From"),
    moment("read_at", "Read"),
)
MEMBER_COLUMNS = (text("user__name", "Who"), moment("began_at", "From"), moment("ended_at", "Until"))


@admin.register(Agency, site=office)
class Agencies(Noun):
    about = "Prosecutors' offices, probation departments and law offices that refer, and are told, on pages here."
    plural = "Agencies"
    empty = "No agency yet."
    list_display = (own("Name", lambda one: one.name, sorts="name"), said("kind", "Kind"), text("city", "City"))
    facts = (
        text("name", "Name"),
        said("kind", "Kind"),
        text("city", "City"),
        text("state", "State"),
        text("phone", "Phone"),
        text("time_zone", "Time zone"),
    )
    panels = (
        lambda agency: Panel("Who works there", rows(Membership).filter(agency=agency), MEMBER_COLUMNS, "Nobody yet."),
        history,
    )
    list_filter = ("kind",)
    search_fields = ("name", "city")
    ordering = ("name",)


@admin.register(Membership, site=office)
class Memberships(Noun):
    about = "Who works for which agency, from when to when."
    empty = "Nobody yet. An invitation to an agency's pages makes one."
    list_display = (own("Who", lambda one: one.user.name, sorts="user__name"), text("agency__name", "Agency"))
    facts = (text("user__name", "Who"), text("agency__name", "Agency"), *MEMBER_COLUMNS[1:])
    ordering = ("-id",)


@admin.register(CourtPaper, site=office)
class CourtPapers(Noun):
    about = "Orders and other papers that came with a referral."
    plural = "Papers from courts"
    empty = "No papers yet. Whoever refers a person on the court's pages attaches the order."
    list_display = (
        own("Came", moment("at", "Came"), sorts="at"),
        person("referral__participant"),
        said("kind", "What"),
        text("by__name", "From"),
        worked_out("download", "File", _download),
        moment("read_at", "Read"),
    )
    facts = (
        person("referral__participant"),
        worked_out("download", "File", _download),
        said("kind", "What"),
        said("media_type", "Sort of file"),
        text("size", "Bytes"),
        text("by__name", "From"),
        moment("at", "Came"),
        moment("read_at", "Read"),
        text("read_by__name", "By"),
    )
    list_filter = ("kind", noted("read_at", "Read"))
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A draft's paper is nobody's business yet."""
        return super().get_queryset(request).filter(referral__isnull=False)


@admin.register(Closure, site=office)
class Closures(Noun):
    about = "Days on which a court, or every court of a state, is closed beside the usual holidays."
    empty = "None. The usual holidays of each state are known."
    list_display = (
        own("Day", lambda one: day(one.on), sorts="on"),
        text("name", "Name"),
        text("court__name", "Court"),
        text("state", "State"),
    )
    facts = (
        column("on", "Day", day),
        text("name", "Name"),
        text("court__name", "Court"),
        text("state", "State"),
        text("made_by__name", "Entered by"),
        moment("ended_at", "Taken back"),
    )
    panels = (history,)
    ordering = ("-on",)
