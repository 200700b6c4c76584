from functools import partial
from typing import Any

from django.contrib import admin

from office import words
from office.admin.base import Noun, Panel
from office.admin.cohorts import COHORT_COLUMNS
from office.admin.history import history
from office.columns import day, moment, own, text, worked_out, yes_no
from office.forms.groups import with_seats
from office.forms.policies import NewPolicy
from office.site import office
from office.subjects import rows
from programs.actions.policies import FIELDS, differences
from programs.kinds import NoCredit, RequirementKind
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

_EMPTY = "Nothing here yet. An administrator begins a program under Settings."


# As the form for a new version names them.
LABELS = {name: str(NewPolicy.base_fields[name].label) for name in FIELDS}


def _worded(name: str, value: Any) -> str:
    if name == "requires":
        return ", ".join(kind.label for kind in RequirementKind if kind in value) or words.NOTHING
    if name == "no_credit_counts_as":
        return NoCredit(value).label
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def _says(policy: Policy, *, name: str) -> str:
    return _worded(name, getattr(policy, name))


def _before(policy: Policy) -> Policy | None:
    return Policy.objects.filter(program=policy.program_id, version__lt=policy.version).order_by("-version").first()


def _said(when: str) -> Any:
    return lambda change: _worded(change.field, getattr(change, when))


VERSION_COLUMNS = (
    own("Version", lambda one: f"Version {one.version}"),
    text("sessions_required", "Sessions"),
    text("excused_allowed", "Excused"),
    text("unexcused_notice_at", "Unexcused until notice"),
    text("makeups_allowed", "Make-ups"),
)
DIFFERENCE_COLUMNS = (
    worked_out("field", "Rule", lambda change: LABELS[change.field]),
    worked_out("old", "Before", _said("old")),
    worked_out("new", "In this version", _said("new")),
)
SIGNER_COLUMNS = (
    own("Who", lambda one: one.user.name, sorts="user__name"),
    text("title", "Title"),
    moment("ended_at", "Until"),
)
CHECKLIST_COLUMNS = (
    own("Question", lambda one: one.question, sorts="position"),
    yes_no("must_be", "Must be"),
)
DAY_OFF_COLUMNS = (own("Day", day("on", "Day"), sorts="on"), text("reason", "Why"))
CURRICULUM_COLUMNS = (own("Version", lambda one: f"Version {one.version}"), text("name", "Name"))
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
        lambda one: Panel(
            "Policy, by version",
            rows(Policy).filter(program=one).order_by("-version"),
            VERSION_COLUMNS,
            with_buttons=False,
        ),
        lambda one: Panel("Signers", rows(Signer).filter(program=one), SIGNER_COLUMNS),
        lambda one: Panel("Checklist", rows(EligibilityItem).filter(program=one), CHECKLIST_COLUMNS),
        lambda one: Panel("Days off", rows(DayOff).filter(program=one).order_by("-on"), DAY_OFF_COLUMNS),
        lambda one: Panel(
            "Curriculum, by version",
            rows(Curriculum).filter(program=one).order_by("-version"),
            CURRICULUM_COLUMNS,
            with_buttons=False,
        ),
        history,
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
    panels = (history,)
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
    panels = (history,)
    ordering = ("program", "position")


@admin.register(Curriculum, site=office)
class Curricula(Noun):
    about = "What is taught, week by week, in versions."
    plural = "Curricula"
    empty = _EMPTY
    list_display = (own("Curriculum", str, sorts="name"), text("program__name", "Program"))
    facts = (text("name", "Name"), text("version", "Version"), text("program__name", "Program"))
    panels = (lambda one: Panel("Weeks", rows(Module).filter(curriculum=one), MODULE_COLUMNS), history)
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
        *(worked_out(name, label, partial(_says, name=name)) for name, label in LABELS.items()),
    )
    panels = (
        lambda one: Panel(
            f"What changed since version {one.version - 1}",
            differences(_before(one), one),
            DIFFERENCE_COLUMNS,
            "Nothing: it is the first.",
            with_buttons=False,
        ),
        lambda one: Panel(
            "Cohorts that go by it",
            with_seats(rows(Cohort).filter(policy=one).order_by("closed_at", "name")),
            COHORT_COLUMNS,
            "No cohort goes by it. One that is opened now begins with the newest version.",
        ),
        history,
    )
    ordering = ("program", "-version")
