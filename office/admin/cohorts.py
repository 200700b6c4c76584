from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core import clock
from office import restrictions, words
from office.admin.base import Noun, Panel
from office.board import board
from office.columns import Column, day, language, link, moment, own, person, said, text, worked_out, yes_no
from office.doing import find
from office.filters import ByCohort, ByLanguage, noted
from office.forms.groups import with_seats
from office.site import office
from office.subjects import rows
from programs.actions.changes import to_be_called
from programs.models import (
    Cohort,
    Enrollment,
    Mark,
    Program,
    Seat,
    Session,
    SessionLeader,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _when(cohort: Cohort) -> str:
    hour = cohort.starts_at
    return f"{WEEKDAYS[cohort.weekday]}s {hour.hour % 12 or 12}:{hour:%M} {'am' if hour.hour < 12 else 'pm'}"


def _seats(cohort: Any) -> str:
    return f"{cohort.taken} of {cohort.capacity}"


COHORT_COLUMNS = (
    own("Cohort", lambda one: one.name, sorts="name"),
    worked_out("meets", "Meets", _when),
    language(),
    worked_out("seats", "Seats taken", _seats),
    moment("closed_at", "Over since"),
)


SESSION_COLUMNS: tuple[Column, ...] = (
    own("When", moment("starts_at", "When"), sorts="starts_at"),
    text("module__week", "Week"),
    text("module__theme", "Theme"),
    said("state", "State"),
)
SEAT_COLUMNS = (
    person("enrollment__participant"),
    day("from_on", "From"),
    day("to_on", "To"),
    worked_out("standing", "Standing", lambda seat: seat.enrollment.get_standing_display()),
)
MARK_COLUMNS = (
    own("Mark", lambda mark: mark.get_kind_display(), sorts="kind"),
    person("enrollment__participant"),
    text("minutes", "Minutes"),
    yes_no("gave_reason", "Gave a reason"),
    said("excuse", "Excused"),
    text("by__name", "By"),
)


ROSTER_COLUMNS = (person("participant"), worked_out("standing", "Standing", lambda one: one.get_standing_display()))
LEADER_COLUMNS = (own("Who", lambda one: one.user.name, sorts="user__name"), said("role", "As"))


@admin.register(Cohort, site=office)
class Cohorts(Noun):
    about = "Men who go through the weeks together."
    wide_facts = True
    empty = "No cohorts yet. Use “Open a cohort”."
    list_display = COHORT_COLUMNS
    facts = (
        worked_out("meets", "Meets", _when),
        text("minutes", "Minutes"),
        text("place", "Where"),
        text("link", "Link"),
        language(),
        worked_out("seats", "Seats taken", _seats),
        text("least", "Least number"),
        link("curriculum", "Curriculum"),
        link("policy", "Policy", lambda one: f"Version {one.version}"),
        link("program", "Program"),
        moment("closed_at", "Over since"),
        link("merged_into", "Merged into"),
    )
    panels = (
        lambda one: Panel("Sessions", rows(Session).filter(cohort=one).order_by("starts_at"), SESSION_COLUMNS),
        lambda one: Panel(
            "Seats",
            rows(Seat).filter(cohort=one).order_by("to_on", "id"),
            SEAT_COLUMNS,
            "Nobody sits here yet. Men who wait for a seat stand under Today.",
        ),
    )
    list_filter = ("language", noted("closed_at", "Over"))
    search_fields = ("name",)
    ordering = ("name",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        deeds = [deed for name in ("cohort", "cancel-day") if (deed := find("program", name))]
        programs = list(Program.objects.order_by("name"))
        tools = [(deed.label, deed.url(program)) for deed in deeds for program in programs]
        shown = {} if request.GET else {"board": board(now=clock.now(), today=words.today())}
        return super().changelist_view(request, {"tools": tools} | shown)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_seats(super().get_queryset(request))


def _roster(session: Session) -> Panel:
    on_it = Enrollment.objects.on_roster(session).select_related("participant__key").order_by("id")
    expected = restrictions.open_only(on_it, ["participant"])
    return Panel("Roster", expected, ROSTER_COLUMNS, "Nobody is expected.", with_buttons=False)


def _to_be_called(session: Session) -> Panel:
    called = restrictions.visible(to_be_called(session, now=clock.now()), lambda one: one.participant_id)
    return Panel("To be called", called, ROSTER_COLUMNS[:1], "Nobody is to be called about it.", with_buttons=False)


@admin.register(Session, site=office)
class Sessions(Noun):
    about = "The evenings, of a cohort or for make-ups."
    wide_facts = True
    empty = "No sessions yet. They are laid when a cohort is opened."
    list_display = (*SESSION_COLUMNS, link("cohort", "Cohort"), language())
    facts = (
        link("cohort", "Cohort"),
        moment("starts_at", "When"),
        text("minutes", "Minutes"),
        text("module__week", "Week"),
        text("module__theme", "Theme"),
        text("place", "Where"),
        text("link", "Link"),
        text("capacity", "Seats"),
        said("state", "State"),
        worked_out("canceled", "Why canceled", lambda one: one.get_canceled_why_display() or "–"),
        text("doubled_up_why", "Doubled up because"),
        text("taught", "Week really taught"),
        text("minutes_held", "Minutes held"),
        moment("closed_at", "Closed"),
        text("closed_by__name", "By"),
    )
    panels = (
        lambda one: Panel("Led by", rows(SessionLeader).filter(session=one), LEADER_COLUMNS, "Nobody leads it yet."),
        _to_be_called,
        _roster,
        lambda one: Panel("Marks", rows(Mark).filter(session=one, superseded_by=None), MARK_COLUMNS, "No marks yet."),
    )
    list_filter = ("state", ByCohort, ByLanguage)
    ordering = ("-starts_at",)


@admin.register(SessionLeader, site=office)
class SessionLeaders(Noun):
    about = "Who leads which evening, and who stands in."
    empty = "Nobody leads anything yet. Leaders are named when a cohort is opened."
    list_display = (*LEADER_COLUMNS, link("session", "Session", lambda one: words.moment(one.starts_at)))
    facts = (
        text("user__name", "Who"),
        said("role", "As"),
        link("session", "Session", lambda one: words.moment(one.starts_at)),
    )
    list_filter = ("role",)
    ordering = ("-id",)
