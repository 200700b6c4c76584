from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from courts.kinds import LABELS
from courts.models import (
    Charge,
    Clerkship,
    Closure,
    Court,
    CourtPaper,
    Deadline,
    Extension,
    Flag,
    Hearing,
    Hold,
    ListImport,
    Proposal,
    Recipient,
    Referral,
    ReferralMove,
    Report,
)
from courts.moves import MOVES
from office import words
from office.admin.base import Noun, Panel
from office.admin.desks import PAPER_COLUMNS
from office.admin.history import history
from office.columns import Column, day, hidden, link, moment, own, person, said, text, worked_out, yes_no
from office.filters import ByCourt, noted
from office.proposed import how_it_stands
from office.site import office
from office.subjects import case, is_forgotten, rows
from office.undone import of_standing_cases

_FROM_LISTS = "A court's list brings them in: under Referrals, use “Take in a list”."


def case_link(path: str = "referral") -> Column:
    return link(path, "Case", case)


DEADLINE_COLUMNS = (
    own("What", lambda one: words.plain(one.kind), sorts="kind"),
    worked_out("due", "Due", lambda one: words.due(one.due_on) if one.state == "open" else words.day(one.due_on)),
    said("state", "State"),
)
RECIPIENT_COLUMNS = (
    own("Who", lambda one: " ".join(filter(None, [one.get_role_display(), one.name])), sorts="role"),
    worked_out("channel", "How", lambda one: words.plain(one.get_channel_display())),
    text("address", "Address"),
    moment("confirmed_at", "Confirmed"),
    day("release_on", "Release from"),
)
MOVE_COLUMNS = (
    own("When", moment("at", "When"), sorts="at"),
    worked_out("said", "What", lambda one: MOVES.get((one.old, one.new), "Received.")),
    text("by__name", "By"),
)
PROPOSAL_COLUMNS = (
    own("What", lambda one: words.plain(one.kind), sorts="kind"),
    moment("made_at", "Proposed"),
    worked_out("state", "State", how_it_stands),
)
REPORT_COLUMNS = (
    own("Report", lambda one: words.plain(one.kind), sorts="kind"),
    moment("made_at", "Made"),
    worked_out("state", "State", lambda one: words.plain(one.state or "new")),
)


def _hearing(one: Hearing) -> str:
    return words.moment(one.at) if one.time_known else words.day(one.at.astimezone(one.referral.zone).date())


CLERK_COLUMNS = (
    own("Clerk", lambda one: one.user.name, sorts="user__name"),
    moment("began_at", "From"),
    moment("ended_at", "Until"),
)
CHARGE_COLUMNS = (
    own("Charge", lambda one: one.text or one.statute, sorts="text"),
    text("statute", "Statute"),
)
HEARING_COLUMNS = (own("When", _hearing, sorts="at"), moment("canceled_at", "Canceled"))


CLOSURE_COLUMNS = (own("Day", lambda one: words.day(one.on), sorts="on"), text("name", "What"))


@admin.register(Court, site=office)
class Courts(Noun):
    about = "Courts, what they want in a report and how they acknowledge it."
    wide_facts = True
    empty = "No courts yet. Bring them in with manage.py import_courts."
    list_display = (
        own("Name", lambda court: court.name, sorts="name"),
        text("city", "City"),
        text("state", "State"),
        worked_out("acknowledges", "Acknowledges", lambda court: court.get_acknowledges_display()),
    )
    facts = (
        text("name", "Name"),
        text("caption", "Caption"),
        text("kind", "Kind"),
        text("code", "Code"),
        text("county", "County"),
        text("city", "City"),
        text("state", "State"),
        text("address", "Address"),
        text("phone", "Phone"),
        text("time_zone", "Time zone"),
        said("number_label", "Calls its numbers"),
        worked_out("acknowledges", "Acknowledges", lambda court: court.get_acknowledges_display()),
        yes_no("wants_stamp_space", "Wants space for a stamp"),
        yes_no("wants_clerk_action_line", "Wants a line for the clerk"),
        yes_no("accepts_earlier_credit", "Accepts earlier credit"),
        worked_out("progress_wanted", "Progress reports", lambda court: court.get_progress_wanted_display()),
    )
    panels = (
        lambda court: Panel("Clerks", rows(Clerkship).filter(court=court), CLERK_COLUMNS, "No clerk yet."),
        lambda court: Panel(
            "Closed beside the usual holidays",
            rows(Closure).filter(Q(court=court) | Q(court=None, state=court.state), ended_at=None).order_by("-on"),
            CLOSURE_COLUMNS,
        ),
        history,
    )
    list_filter = ("state", "acknowledges")
    search_fields = ("name", "code", "city")
    ordering = ("name", "city")


@admin.register(Clerkship, site=office)
class Clerkships(Noun):
    about = "Who is clerk of which court."
    plural = "Clerks"
    empty = "No clerks yet. One is named by an invitation for a court."
    list_display = (*CLERK_COLUMNS, link("court", "Court"))
    facts = (
        text("user__name", "Clerk"), link("court", "Court"), moment("began_at", "From"), moment("ended_at", "Until")
    )  # fmt: skip
    ordering = ("-id",)


@admin.register(ListImport, site=office)
class ListImports(Noun):
    about = "Lists that came in, and what came of them."
    plural = "Lists taken in"
    empty = "No list came in yet. Under Referrals, use “Take in a list”."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        link("court", "Court"),
        text("added", "Added"),
        text("known", "Known"),
        text("changed", "Changed"),
        text("refused", "Refused"),
        moment("undone_at", "Taken back"),
    )
    facts = (
        *list_display[1:],
        moment("at", "When"),
        text("by__name", "By"),
        text("undone_by__name", "Taken back by"),
        text("sha256", "SHA-256 of the file"),
    )
    ordering = ("-id",)


@admin.register(Referral, site=office)
class Referrals(Noun):
    about = "Orders and requests that a man go through the program."
    wide_facts = True
    empty = f"No referrals yet. {_FROM_LISTS}"
    list_display = (
        own("Case", lambda one: one.number or "No number", sorts="normalized_case_number"),
        person("participant"),
        text("court__name", "Court"),
        said("state", "State"),
        day("received_on", "Received"),
        day("complete_by", "Complete by"),
        day("proof_due_by", "Proof due"),
    )
    facts = (
        person("participant"),
        link("court", "Court"),
        text("case_number", "Case number"),
        text("incident_number", "Incident number"),
        worked_out("kind", "Kind", lambda one: LABELS.get(one.kind, one.kind)),
        worked_out("referrer", "Referred by", lambda one: LABELS.get(one.referrer, one.referrer)),
        text("name_as_charged", "Name as charged"),
        text("plaintiff", "Plaintiff"),
        text("judge", "Judge"),
        said("state", "State"),
        day("ordered_on", "Ordered"),
        day("received_on", "Received"),
        day("enroll_by", "Enroll by"),
        day("start_by", "Start by"),
        day("complete_by", "Complete by"),
        day("proof_due_by", "Proof due"),
        day("jurisdiction_ends_on", "Jurisdiction ends"),
        day("next_progress_on", "Next progress report"),
        said("closing", "Closed because"),
        moment("closed_at", "Closed"),
        link("enrollment", "Enrollment", lambda one: one.get_state_display().capitalize()),
    )
    panels = (
        lambda one: Panel("Deadlines", rows(Deadline).filter(referral=one), DEADLINE_COLUMNS, "No date binds."),
        lambda one: Panel("Recipients", rows(Recipient).filter(referral=one), RECIPIENT_COLUMNS, "Nobody is told yet."),
        lambda one: Panel("Proposals", rows(Proposal).filter(referral=one), PROPOSAL_COLUMNS, "Nothing proposed."),
        lambda one: Panel("Reports", rows(Report).filter(referral=one), REPORT_COLUMNS, "No reports yet."),
        lambda one: Panel("Papers", rows(CourtPaper).filter(referral=one), PAPER_COLUMNS, "No paper came with it."),
        lambda one: Panel("Charges", rows(Charge).filter(referral=one), CHARGE_COLUMNS, "No charge is noted."),
        lambda one: Panel("Hearings", rows(Hearing).filter(referral=one), HEARING_COLUMNS, "No hearing is set."),
        lambda one: Panel("Moves", rows(ReferralMove).filter(referral=one).order_by("-number"), MOVE_COLUMNS),
    )
    list_filter = ("state", "kind", ByCourt)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What went with a list that was taken back stands with that list."""
        return super().get_queryset(request).not_undone()  # type: ignore[attr-defined,no-any-return]

    def panels_of(self, record: Any) -> list[Panel]:
        """Nothing hangs any more on a case that had to be forgotten; that no date binds, say, isn't true of it."""
        return [] if is_forgotten(record) else super().panels_of(record)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        tools = {"tools": [("Take in a list", reverse("office:list_send"))]}
        return super().changelist_view(request, tools | (extra_context or {}))


class _OfCase(Noun):
    """What a case has: of one that went with a list that was taken back it stands with that list."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return of_standing_cases(super().get_queryset(request))


@admin.register(ReferralMove, site=office)
class ReferralMoves(_OfCase):
    about = "Each move of a referral: who, when, why."
    plural = "Moves of referrals"
    empty = f"No referral has moved. {_FROM_LISTS}"
    list_display = (*MOVE_COLUMNS, person("referral__participant"), case_link())
    facts = (
        person("referral__participant"),
        case_link(),
        worked_out("said", "What", lambda one: MOVES.get((one.old, one.new), "Received.")),
        moment("at", "When"),
        text("by__name", "By"),
        hidden("why", "Why"),
    )
    list_filter = ("new",)
    ordering = ("-id",)


@admin.register(Charge, site=office)
class Charges(_OfCase):
    about = "With what he is charged, as the court wrote it."
    empty = f"No charges. {_FROM_LISTS}"
    list_display = (*CHARGE_COLUMNS, person("referral__participant"), case_link())
    facts = (person("referral__participant"), case_link(), text("statute", "Statute"), text("text", "Charge"))
    ordering = ("-id",)


@admin.register(Hearing, site=office)
class Hearings(_OfCase):
    about = "When a court hears a case."
    empty = f"No hearings. {_FROM_LISTS}"
    list_display = (*HEARING_COLUMNS, person("referral__participant"), case_link())
    facts = (
        person("referral__participant"),
        case_link(),
        worked_out("when", "When", _hearing),
        moment("canceled_at", "Canceled"),
    )
    ordering = ("-id",)


@admin.register(Flag, site=office)
class Flags(_OfCase):
    about = "Values of a list that couldn't be read: somebody must ask."
    plural = "Values to ask for"
    empty = "Nothing to ask for: each value of the lists could be read."
    list_display = (
        own("Field", lambda one: words.plain(one.field), sorts="field"),
        person("referral__participant"),
        case_link(),
        text("reason", "Why"),
        moment("settled_at", "Settled"),
    )
    facts = (
        person("referral__participant"),
        case_link(),
        said("field", "Field"),
        hidden("raw", "As it stands in the list"),
        text("reason", "Why"),
        moment("made_at", "Came in"),
        moment("settled_at", "Settled"),
    )
    ordering = ("-id",)


@admin.register(Hold, site=office)
class Holds(_OfCase):
    about = "Cases that a court holds: no reminders, deadlines silent."
    empty = "No case was ever on hold. In a case file, use “Put on hold”."
    list_display = (
        own("Look again on", day("review_on", "Look again on"), sorts="review_on"),
        person("referral__participant"),
        case_link(),
        yes_no("keeps_seat", "Keeps his seat"),
        moment("began_at", "Since"),
        moment("ended_at", "Until"),
    )
    facts = (
        *list_display[1:],
        day("review_on", "Look again on"),
        hidden("reason", "Why"),
        text("began_by__name", "By"),
    )
    ordering = ("-id",)


@admin.register(Recipient, site=office)
class Recipients(_OfCase):
    about = "Who gets which reports, and by which way."
    empty = f"Nobody gets reports yet. {_FROM_LISTS}"
    list_display = (*RECIPIENT_COLUMNS, person("referral__participant", "About"))
    facts = (
        person("referral__participant", "About"),
        case_link(),
        worked_out("role", "Role", lambda one: one.get_role_display()),
        text("name", "Name"),
        worked_out("channel", "How", lambda one: words.plain(one.get_channel_display())),
        text("address", "Address"),
        worked_out("kinds", "Kinds of report", lambda one: ", ".join(map(words.plain, one.kinds)) or "All"),
        day("release_on", "Release from"),
        day("release_until", "Release until"),
        moment("confirmed_at", "Confirmed"),
        text("confirmed_by__name", "By"),
        day("attachment_asked_on", "Asked for attachments"),
        moment("ended_at", "No longer in use"),
    )
    list_filter = ("role", "channel")
    ordering = ("-id",)


@admin.register(Deadline, site=office)
class Deadlines(_OfCase):
    about = "Every date that binds."
    empty = "No date binds anybody. A court's dates come in with its referrals."
    list_display = (*DEADLINE_COLUMNS, person("referral__participant"), case_link(), day("next_alert_on", "Next alert"))
    facts = (
        person("referral__participant"),
        case_link(),
        worked_out("kind", "What", lambda one: words.plain(one.get_kind_display())),
        worked_out("due", "Due", lambda one: words.due(one.due_on)),
        said("state", "State"),
        moment("settled_at", "Settled"),
        day("last_alert_on", "Last alert"),
        day("next_alert_on", "Next alert"),
    )
    list_filter = ("state", "kind")
    ordering = ("due_on", "id")


@admin.register(Extension, site=office)
class Extensions(Noun):
    about = "Dates that a court moved, by an order or first by word."
    empty = "No date was extended. Use “Extend” beside a deadline."
    list_display = (
        own("To", day("new__due_on", "To"), sorts="new__due_on"),
        person("old__referral__participant"),
        day("old__due_on", "From"),
        said("basis", "By"),
        moment("confirmed_at", "Confirmed"),
    )
    facts = (
        person("old__referral__participant"),
        case_link("old__referral"),
        day("old__due_on", "From"),
        day("new__due_on", "To"),
        said("basis", "By"),
        hidden("judge", "Judge"),
        hidden("told_by", "Told by"),
        day("told_on", "Told on"),
        moment("made_at", "Noted"),
        text("made_by__name", "By whom"),
        moment("confirmed_at", "Confirmed"),
    )
    list_filter = ("basis", noted("confirmed_at", "Confirmed"))
    ordering = ("-id",)
