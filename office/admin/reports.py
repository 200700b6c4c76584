from typing import Any

from django.contrib import admin
from django.db.models import Case, DateField, OuterRef, Subquery, When
from django.urls import reverse
from django.utils.html import format_html

from core import clock
from courts.actions.deadlines import MET_BY_REPORT
from courts.models import Deadline, Delivery, IssuedDocument, NumberLedger, Proposal, Report, ReportStep, Review
from courts.steps import Step
from office import words
from office.admin.base import Noun, Panel
from office.admin.courts import PROPOSAL_COLUMNS, REPORT_COLUMNS, case_link
from office.columns import Column, hidden, link, moment, own, person, said, text, worked_out
from office.filters import ByReferralCourt
from office.proposed import as_issued, facts, how_it_stands
from office.reviewing import in_review, said_by_the_court
from office.since import since
from office.site import office
from office.subjects import rows


def _to(one: Delivery) -> str:
    return " ".join(filter(None, [one.recipient.get_role_display(), one.recipient.name]))


DELIVERY_COLUMNS: tuple[Column, ...] = (
    own("To", _to, sorts="recipient__role"),
    worked_out("channel", "How", lambda one: words.plain(one.get_channel_display())),
    said("state", "State"),
    moment("sent_at", "Delivered"),
    text("envelope", "Envelope"),
    moment("acknowledged_at", "Acknowledged"),
)
STEP_COLUMNS = (
    own("Step", lambda one: words.plain(one.step), sorts="step"),
    moment("at", "When"),
    text("by__name", "By"),
)


REVIEW_COLUMNS = (own("Read by", lambda one: one.by.name, sorts="by__name"), moment("at", "When"))


def _number(report: Any) -> str:
    document = getattr(report, "document", None)
    return document.number.text if document else "–"


def _due(report: Any) -> str:
    """Of what it owes, while that is owed."""
    return f"{words.day(report.due_on)}, {words.span(report.due_on)}" if report.due_on else words.NOTHING


def with_due(reports: Any) -> Any:
    """Each with `due_on`: the soonest open date that its kind meets. None: none is open."""
    open_dates = Deadline.objects.open().filter(referral=OuterRef("referral")).order_by("due_on").values("due_on")
    soonest = [
        When(kind=kind, then=Subquery(open_dates.filter(kind__in=kinds)[:1])) for kind, kinds in MET_BY_REPORT.items()
    ]
    return reports.annotate(due_on=Case(*soonest, default=None, output_field=DateField()))


class ByState(admin.SimpleListFilter):
    """A report's state is its newest step, no column of its own."""

    title, parameter_name = "state", "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(step.value, words.plain(step)) for step in Step]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(state=self.value()) if self.value() in list(Step) else queryset


@admin.register(Proposal, site=office)
class Proposals(Noun):
    about = "What the program found should be done; a person decides."
    empty = "Nothing is proposed. Each minute it is looked at who has finished, and who can't."
    list_display = (*PROPOSAL_COLUMNS, person("referral__participant"), case_link())
    facts = (
        person("referral__participant"),
        case_link(),
        said("kind", "What"),
        worked_out("state", "State", how_it_stands),
        moment("made_at", "Proposed"),
        moment("opened_at", "Opened"),
        moment("settled_at", "Settled"),
        text("settled_by__name", "By"),
        worked_out(
            "seen", "Seen", lambda one: f"{words.moment(one.seen_at)}, {one.seen_by.name}" if one.seen_at else "–"
        ),
    )
    list_filter = ("state", "kind")
    bulk = ("dismiss", "done", "see")
    ordering = ("-id",)
    change_form_template = "office/proposal.html"

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        proposal = context["original"]
        beside = {"found": facts(proposal), "since": since(proposal, now=clock.now())}
        return super().render_change_form(request, context | beside, *args, **kwargs)


@admin.register(Report, site=office)
class Reports(Noun):
    about = "What courts are told."
    empty = "No reports yet. One begins when somebody opens the review of a proposal; those stand under Today."
    list_display = (
        *REPORT_COLUMNS,
        worked_out("due", "Due", _due),
        worked_out("number", "Number", _number),
        person("referral__participant"),
        case_link(),
    )
    facts = (
        person("referral__participant"),
        case_link(),
        said("kind", "Kind"),
        worked_out("state", "State", lambda one: words.plain(one.state or "new")),
        worked_out("number", "Number", _number),
        moment("made_at", "Made"),
    )
    panels = (
        lambda one: Panel(
            "Copies", rows(Delivery).filter(document__report=one), DELIVERY_COLUMNS, "None: it isn't issued yet."
        ),
        lambda one: Panel("Steps", rows(ReportStep).filter(report=one), STEP_COLUMNS),
        lambda one: Panel("Read", rows(Review).filter(report=one).order_by("id"), REVIEW_COLUMNS, "By nobody yet."),
    )
    list_filter = (ByState, "kind", ByReferralCourt)
    bulk = ("remind",)
    ordering = ("-id",)
    change_form_template = "office/report.html"

    def get_queryset(self, request: Any) -> Any:
        return with_due(super().get_queryset(request))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        report, now = context["original"], clock.now()
        beside: dict[str, Any] = {"found": facts(report.proposal), "since": since(report.proposal, now=now)}
        if report.state == Step.IN_REVIEW:
            seen = in_review(report, asked_signer=request.GET.get("signer", ""), by=request.user, now=now)
            beside |= {"review": seen, "sheet": seen.sheet}
        else:
            beside |= {"sheet": as_issued(report), "said": said_by_the_court(report)}
        return super().render_change_form(request, context | beside, *args, **kwargs)


@admin.register(ReportStep, site=office)
class ReportSteps(Noun):
    about = "Each step of a report's life."
    plural = "Steps of reports"
    empty = "No report has taken a step yet."
    list_display = (*STEP_COLUMNS, person("report__referral__participant"), case_link("report__referral"))
    facts = (
        person("report__referral__participant"),
        link("report", "Report", lambda one: words.plain(one.kind)),
        said("step", "Step"),
        moment("at", "When"),
        text("by__name", "By"),
        hidden("note", "Note"),
    )
    list_filter = ("step",)
    ordering = ("-id",)


@admin.register(Review, site=office)
class Reviews(Noun):
    about = "Who read a report's facts before it was issued, and found them right."
    empty = "Nobody has read a report for issuing yet. Its page has the button."
    list_display = (*REVIEW_COLUMNS, person("report__referral__participant"), case_link("report__referral"))
    facts = (
        person("report__referral__participant"),
        link("report", "Report", lambda one: words.plain(one.kind)),
        text("by__name", "Read by"),
        moment("at", "When"),
        text("facts_sha256", "SHA-256 of the facts"),
    )
    ordering = ("-id",)


@admin.register(NumberLedger, site=office)
class Numbers(Noun):
    about = "Every report number, used or void; none is missing."
    plural = "Report numbers"
    empty = "No number is given yet. The first report that is issued takes the first."
    list_display = (
        own("Number", lambda one: one.text, sorts="n"),
        said("settled", "State"),
        text("void_reason", "Why void"),
        moment("reserved_at", "Given"),
        person("report__referral__participant", "About"),
    )
    facts = (
        worked_out("number", "Number", lambda one: one.text),
        link("report", "Report", lambda one: words.plain(one.kind)),
        said("settled", "State"),
        text("void_reason", "Why void"),
        moment("reserved_at", "Given"),
    )
    list_filter = ("settled", "year")
    ordering = ("-year", "-n")


def _pdf(document: IssuedDocument) -> Any:
    url = reverse("office:report_pdf", args=[document.report_id])
    return format_html('<a href="{}">{} as PDF</a>', url, document.number.text)


@admin.register(IssuedDocument, site=office)
class IssuedDocuments(Noun):
    about = "The very files that were issued."
    empty = "Nothing was issued yet. Use “Issue and deliver” on a report in review."
    list_display = (
        own("Number", lambda one: one.number.text, sorts="number__n"),
        person("report__referral__participant", "About"),
        case_link("report__referral"),
        moment("issued_at", "Issued"),
        text("signer__user__name", "Signed by"),
    )
    facts = (
        *list_display[1:],
        worked_out("pdf", "File", _pdf),
        text("sha256", "SHA-256 of the file"),
        text("issued_by__name", "Issued by"),
    )
    ordering = ("-id",)


@admin.register(Delivery, site=office)
class Deliveries(Noun):
    about = "Copies on their way, and how they came through."
    empty = "Nothing is on its way. Copies are made when a report is issued."
    list_display = (*DELIVERY_COLUMNS, person("document__report__referral__participant", "About"))
    facts = (
        person("document__report__referral__participant", "About"),
        link("document__report", "Report", lambda one: words.plain(one.kind)),
        worked_out("to", "To", _to),
        worked_out("channel", "How", lambda one: words.plain(one.get_channel_display())),
        said("state", "State"),
        hidden("reason", "Why not"),
        text("envelope", "Envelope"),
        moment("printed_at", "Printed"),
        text("printed_by__name", "Printed by"),
        moment("sent_at", "Delivered"),
        moment("acknowledged_at", "Acknowledged"),
        text("acknowledged_by__name", "By"),
    )
    list_filter = ("state", "channel")
    bulk = ("delivered",)
    ordering = ("-id",)
