"""Fees: scales, ledgers, waivers, plans, closed books."""

from typing import Any

from django.contrib import admin
from django.db.models import F

from office.admin.base import Noun, Panel
from office.columns import column, day, hidden, moment, own, person, said, text, worked_out
from office.site import office
from office.subjects import rows
from office.words import money
from programs.models import (
    BooksClosing,
    FeeEntry,
    FeeSchedule,
    FeeStep,
    FundShare,
    Installment,
    PaymentPlan,
    WaiverRequest,
)


def dollars(path: str, label: str) -> Any:
    return column(path, label, lambda amount: "and above" if amount is None else money(amount))


TO_THE_LAST = F("income_up_to").asc(nulls_last=True)
STEP_COLUMNS = (dollars("income_up_to", "Monthly income up to"), dollars("amount", "Fee"))
SHARE_COLUMNS = (text("fund", "Fund"), text("percent", "Percent"))
INSTALLMENT_COLUMNS = (day("due_on", "Due"), dollars("amount", "Amount"))


@admin.register(FeeSchedule, site=office)
class FeeSchedules(Noun):
    about = "Versions of the sliding scale, and of the shares by fund. The one in force on a day rules that day."
    empty = "No fees are set: the program charges nothing."
    list_display = (
        own("Version", lambda one: f"v{one.version}", sorts="version"),
        text("program__name", "Program"),
        day("begins_on", "From"),
    )
    facts = (
        text("program__name", "Program"),
        text("version", "Version"),
        day("begins_on", "From"),
        dollars("less_a_dependent", "Left out of the income for each dependent"),
        moment("made_at", "Made"),
        text("made_by__name", "Made by"),
    )
    panels = (
        lambda one: Panel("Scale", rows(FeeStep).filter(schedule=one).order_by(TO_THE_LAST), STEP_COLUMNS),
        lambda one: Panel("Shares by fund", rows(FundShare).filter(schedule=one).order_by("fund"), SHARE_COLUMNS),
    )
    ordering = ("-id",)


@admin.register(FeeEntry, site=office)
class FeeEntries(Noun):
    about = "Lines of the ledgers. None is ever changed; a mistake is taken back by a line of its own."
    plural = "Ledger lines"
    empty = "Nothing was assessed yet. It is done in a case file, under Money."
    list_display = (
        own("Day", day("on", "Day"), sorts="on"),
        said("kind", "Kind"),
        dollars("amount", "Amount"),
        person("enrollment__participant"),
    )
    facts = (
        person("enrollment__participant"),
        day("on", "Day"),
        said("kind", "Kind"),
        dollars("amount", "Amount"),
        said("paid_by", "Paid by"),
        hidden("why", "Why"),
        text("approved_by__name", "Approved by"),
        moment("at", "Entered"),
        text("by__name", "Entered by"),
    )
    list_filter = ("kind",)
    ordering = ("-id",)


@admin.register(WaiverRequest, site=office)
class WaiverRequests(Noun):
    about = "Fees that somebody asks to waive. An administrator decides."
    empty = "Nobody asked for a waiver yet."
    list_display = (
        own("Asked", moment("asked_at", "Asked"), sorts="asked_at"),
        person("enrollment__participant"),
        dollars("amount", "Amount"),
        moment("decided_at", "Decided"),
    )
    facts = (
        person("enrollment__participant"),
        dollars("amount", "Amount"),
        hidden("why", "Why"),
        moment("asked_at", "Asked"),
        text("asked_by__name", "Asked by"),
        moment("decided_at", "Decided"),
        text("decided_by__name", "Decided by"),
        worked_out("entry", "Granted", lambda one: "Yes" if one.entry_id else "No" if one.decided_at else "Open"),
    )
    ordering = ("-id",)


@admin.register(PaymentPlan, site=office)
class PaymentPlans(Noun):
    about = "By which days somebody pays what he owes."
    empty = "No plans yet. One is made in a case file, under Money."
    list_display = (
        own("Made", moment("made_at", "Made"), sorts="made_at"),
        person("enrollment__participant"),
        moment("ended_at", "Ended"),
    )
    facts = (
        person("enrollment__participant"),
        moment("made_at", "Made"),
        text("made_by__name", "Made by"),
        moment("ended_at", "Ended"),
    )
    panels = (lambda one: Panel("Installments", rows(Installment).filter(plan=one), INSTALLMENT_COLUMNS),)
    ordering = ("-id",)


@admin.register(BooksClosing, site=office)
class BooksClosings(Noun):
    about = "Months whose books are closed: nothing is entered for a day in them any more."
    plural = "Closed books"
    empty = "No month is closed yet. It is done under Money."
    list_display = (
        own("Month", lambda one: f"{one.month:%B %Y}", sorts="month"),
        text("program__name", "Program"),
        moment("at", "Closed"),
    )
    facts = (
        worked_out("month", "Month", lambda one: f"{one.month:%B %Y}"),
        text("program__name", "Program"),
        moment("at", "Closed"),
        text("by__name", "Closed by"),
    )
    ordering = ("-month",)
