from django.contrib import admin

from office import words
from office.admin.base import Noun, Panel
from office.admin.cohorts import COHORT_COLUMNS
from office.columns import day, moment, own, text, worked_out, yes_no
from office.forms.groups import with_seats
from office.site import office
from office.subjects import rows
from programs.models import (
    Cohort,
    Curriculum,
    DayOff,
    EligibilityItem,
    Module,
    Policy,
    Program,
    Signer,
)

_EMPTY = "Nothing here yet. Programs are set up by whoever runs this installation; see docs/operations.md."


SIGNER_COLUMNS = (
    own("Who", lambda one: one.user.name, sorts="user__name"),
    text("title", "Title"),
    moment("ended_at", "Until"),
)
CHECKLIST_COLUMNS = (
    own("Question", lambda one: one.question, sorts="position"),
    yes_no("must_be", "Must be"),
)
MODULE_COLUMNS = (own("Theme", lambda one: one.theme, sorts="theme"), text("week", "Week"))


@admin.register(Program, site=office)
class Programs(Noun):
    about = "How the program shows itself to courts, and how it hides itself from everyone else."
    empty = _EMPTY
    list_display = (
        own("Name", lambda one: one.name, sorts="name"),
        text("state", "State"),
        text("time_zone", "Time zone"),
    )
    facts = (
        text("name", "Name"),
        text("state", "State"),
        text("time_zone", "Time zone"),
        text("letterhead", "Letterhead"),
        text("neutral_sender", "Sender that participants see"),
        text("callback_number", "Call-back number"),
        text("number_prefix", "Before a report's number"),
    )
    panels = (
        lambda one: Panel("Cohorts", with_seats(rows(Cohort).filter(program=one)), COHORT_COLUMNS),
        lambda one: Panel("Signers", rows(Signer).filter(program=one), SIGNER_COLUMNS),
        lambda one: Panel("Checklist", rows(EligibilityItem).filter(program=one), CHECKLIST_COLUMNS),
    )
    ordering = ("name",)


@admin.register(Signer, site=office)
class Signers(Noun):
    about = "Who may sign a program's reports."
    empty = _EMPTY
    list_display = (*SIGNER_COLUMNS, text("program__name", "Program"))
    facts = (
        text("user__name", "Who"), text("title", "Title"), text("program__name", "Program"), moment("ended_at", "Until")
    )  # fmt: skip
    ordering = ("id",)


@admin.register(DayOff, site=office)
class DaysOff(Noun):
    about = "Days the program keeps free beside its state's holidays."
    plural = "Days off"
    empty = "No days off beside the state's holidays."
    list_display = (own("Day", day("on", "Day"), sorts="on"), text("reason", "Why"), text("program__name", "Program"))
    facts = (day("on", "Day"), text("reason", "Why"), text("program__name", "Program"))
    ordering = ("-on",)


@admin.register(EligibilityItem, site=office)
class Checklist(Noun):
    about = "The questions that are asked before a man is accepted."
    plural = "Checklist"
    empty = _EMPTY
    list_display = (*CHECKLIST_COLUMNS, text("program__name", "Program"))
    facts = (text("question", "Question"), yes_no("must_be", "Must be"), text("program__name", "Program"))
    ordering = ("program", "position")


@admin.register(Curriculum, site=office)
class Curricula(Noun):
    about = "What is taught, week by week, in versions."
    plural = "Curricula"
    empty = _EMPTY
    list_display = (own("Curriculum", str, sorts="name"), text("program__name", "Program"))
    facts = (text("name", "Name"), text("version", "Version"), text("program__name", "Program"))
    panels = (lambda one: Panel("Weeks", rows(Module).filter(curriculum=one), MODULE_COLUMNS),)
    ordering = ("program", "-version")


@admin.register(Module, site=office)
class Modules(Noun):
    about = "One week of a curriculum."
    plural = "Weeks"
    empty = _EMPTY
    list_display = (*MODULE_COLUMNS, text("curriculum", "Curriculum"))
    facts = (text("theme", "Theme"), text("week", "Week"), text("curriculum", "Curriculum"))
    list_filter = ("curriculum",)
    ordering = ("curriculum", "week")


@admin.register(Policy, site=office)
class Policies(Noun):
    about = "The program's rules on absences and make-ups, in versions."
    wide_facts = True
    plural = "Policies"
    empty = _EMPTY
    list_display = (
        own("Policy", str, sorts="version"),
        text("program__name", "Program"),
        text("sessions_required", "Sessions"),
        text("unexcused_notice_at", "Unexcused until notice"),
    )
    facts = (
        text("program__name", "Program"),
        text("version", "Version"),
        text("sessions_required", "Sessions required"),
        yes_no("each_module_required", "Each week required"),
        text("late_limit", "Minutes late with credit"),
        text("early_limit", "Minutes early with credit"),
        worked_out("no_credit", "Came without credit counts as", lambda one: one.get_no_credit_counts_as_display()),
        text("excused_allowed", "Excused absences allowed"),
        text("unexcused_warn_at", "Unexcused: warn at"),
        text("unexcused_notice_at", "Unexcused: notice at"),
        text("in_a_row_call_at", "In a row: call at"),
        text("makeups_allowed", "Make-ups allowed"),
        text("makeups_per_week", "Make-ups a week"),
        text("longest_break_days", "Longest break, days"),
        worked_out("requires", "Also asked for", lambda one: ", ".join(map(words.plain, one.requires)) or "–"),
        text("last_week_to_join", "Last week to join"),
        text("least_minutes", "Least minutes"),
        text("least_minutes_for_few", "Least minutes with few"),
    )
    ordering = ("program", "-version")
