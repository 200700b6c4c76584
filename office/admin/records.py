"""How long what is kept, what holds it, and what was disposed of. For administrators."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from office import keeping
from office.admin.base import Noun
from office.admin.history import history
from office.columns import Column, day, hidden, is_closed, moment, own, person, text, worked_out
from office.site import office
from office.subjects import case, disposal
from office.words import NOTHING
from records.kinds import BASIS_LABELS, KEPT_LABELS, Basis, Kept
from records.models import Disposal, LegalHold, RetentionRule


def _of_case(one: Disposal | LegalHold) -> str:
    return case(one.referral) if one.referral is not None else NOTHING


def _listed(name: str, label: str, say: Callable[[Disposal], list[str]]) -> Column:
    """Sentences below one another; of what is settled they say nothing any more. On no list that leaves the house."""
    shown = worked_out(
        name,
        label,
        lambda one: (
            format_html_join("", "<p>{}</p>", ((said,) for said in say(one))) or NOTHING if one.is_open else NOTHING
        ),
    )
    shown.closed = True  # type: ignore[attr-defined]
    return shown


class ByState(admin.SimpleListFilter):
    title, parameter_name = "state", "how"
    STATES: Mapping[str, tuple[str, dict[str, Any]]] = {
        "open": ("To decide", {"done_at": None, "refused_at": None}),
        "held": ("Held", {"done_at": None, "refused_at": None, "is_held": True}),
        "done": ("Disposed of", {"done_at__isnull": False}),
        "stays": ("Stays", {"refused_at__isnull": False}),
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in self.STATES.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        chosen = self.STATES.get(self.value() or "")
        return queryset.filter(**chosen[1]) if chosen else queryset


class ByBasis(admin.SimpleListFilter):
    title, parameter_name = "why", "why"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.value, BASIS_LABELS[one]) for one in Basis]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(basis=self.value()) if self.value() else queryset


@admin.register(Disposal, site=office)
class Disposals(Noun):
    about = "What is to go for good, by its age or by a court's order, and what went; two administrators approve."
    plural = "Disposals"
    empty = "Nothing is due. Each night the house lists what has been kept long enough; orders are noted at their case."
    list_display = (
        own("What", disposal),
        person("man"),
        worked_out("stands", "State", keeping.how_it_stands),
        moment("proposed_at", "Listed"),
        day("ordered_on", "Ordered"),
    )
    facts = (
        worked_out("stands", "State", keeping.how_it_stands),
        worked_out("held", "Held", lambda one: keeping.HELD if one.is_held and one.is_open else NOTHING),
        _listed("waits", "Waits for", keeping.waits_for),
        person("man"),
        worked_out("case", "Case", _of_case),
        worked_out("basis", "Because", lambda one: BASIS_LABELS[Basis(one.basis)]),
        day("ordered_on", "Ordered"),
        text("court__name", "By"),
        _listed("goes", "What goes", lambda one: [*keeping.goes(one), keeping.FOR_GOOD]),
        _listed("stays", "What stays", keeping.stays),
        _listed("out", "Delivered, can't be recalled", keeping.delivered),
        moment("proposed_at", "Listed"),
        text("proposed_by__name", "Noted by"),
        moment("first_at", "Approved"),
        text("first_by__name", "Approved by"),
        moment("second_at", "Approved again"),
        text("second_by__name", "Approved again by"),
        moment("done_at", "Disposed of"),
        moment("refused_at", "Decided that it stays"),
        text("refused_by__name", "Decided by"),
        text("refused_why", "Why it stays"),
    )
    panels = (history,)
    list_filter = (ByState, ByBasis)
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What would go, and what it waits for, is said while it can still be decided."""
        return [one for one in self.facts if obj is None or obj.is_open or not is_closed(one)]

    get_readonly_fields = get_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).with_holds()  # type: ignore[attr-defined]
        return found


@admin.register(LegalHold, site=office)
class LegalHolds(Noun):
    about = "What must stay as it is for a suit or a subpoena: none of it is disposed of meanwhile."
    plural = "Legal holds"
    empty = "Nothing is held. A hold is placed in a case file, or at a case."
    list_display = (
        own("Since", moment("placed_at", "Since"), sorts="placed_at"),
        person("participant"),
        worked_out("on", "On", lambda one: _of_case(one) if one.referral_id else "All about him"),
        moment("lifted_at", "Lifted"),
    )
    facts = (
        person("participant"),
        worked_out("on", "On", lambda one: _of_case(one) if one.referral_id else "All that is kept about him"),
        hidden("why", "For"),
        moment("placed_at", "Since"),
        text("placed_by__name", "Placed by"),
        moment("lifted_at", "Lifted"),
        text("lifted_by__name", "Lifted by"),
    )
    panels = (history,)
    ordering = ("-id",)


@admin.register(RetentionRule, site=office)
class RetentionRules(Noun):
    about = "How long what is kept, and how long it was kept before."
    plural = "Rules of keeping"
    empty = "Nobody changed one. Cases and people are kept for seven years, what was never sent for one."
    list_display = (
        own("What", lambda one: KEPT_LABELS[Kept(one.kind)]),
        text("months", "Months"),
        moment("made_at", "From"),
        moment("ended_at", "Until"),
    )
    facts = (
        worked_out("kind", "What", lambda one: KEPT_LABELS[Kept(one.kind)]),
        text("months", "Months"),
        text("source", "Because of"),
        moment("made_at", "From"),
        text("made_by__name", "Set by"),
        moment("ended_at", "Until"),
    )
    ordering = ("-id",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        tools = {"tools": [("How long what is kept", reverse("office:keeping"))]}
        return super().changelist_view(request, tools | (extra_context or {}))
