"""Records that were asked for, and what went."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from office.admin.base import Noun, Panel
from office.admin.history import history
from office.columns import column, day, hidden, link, moment, own, person, said, text, worked_out
from office.site import office
from office.subjects import case, rows, takes_no_more
from office.words import NOTHING
from records.kinds import ASKING_LABELS, HANDED_BY_LABELS, SHOWN_BY_LABELS, Asking
from records.models import OwnFile, Release, ReleaseItem

# What was asked for isn't there any more.
GONE = "Disposed of before it was handed over"


def _labeled(path: str, label: str, labels: Any) -> Any:
    return column(path, label, lambda value: labels.get(value, NOTHING))


def own_file_stage(one: OwnFile) -> str:
    """What comes next, or how it ended."""
    if one.withdrawn_at is not None:
        return "Closed: nothing went" if takes_no_more(one) else "He no longer asks"
    if one.handed_at is not None:
        return "Handed over"
    if takes_no_more(one):
        return GONE
    if one.approved_at is not None:
        return "To be handed over" if one.pdf_sha256 else "To be made"
    return "To be let out" if one.identified_at is not None else "Who he is must be looked at"


def is_gone(one: Release) -> bool:
    """What it asks for: him, or the one case."""
    return one.key.destroyed_at is not None


def release_stage(one: Release) -> str:
    if one.refused_at is not None:
        # Whether it had been refused before it was disposed of is in the trail alone: the reason can't be read.
        return "Closed: nothing went" if is_gone(one) else "Refused"
    if one.handed_at is not None:
        return "Handed over"
    if is_gone(one):
        return GONE
    if one.second_at is not None:
        return "To be handed over" if one.sha256 else "To be made"
    return "To be approved by another" if one.first_at is not None else "To be chosen and approved"


def _take_file(one: OwnFile) -> Any:
    ready = one.approved_at is not None and one.handed_at is None and one.withdrawn_at is None
    return _take("own_file_made", one.pk) if ready and not takes_no_more(one) else NOTHING


def _take_release(one: Release) -> Any:
    ready = one.second_at is not None and one.handed_at is None and one.refused_at is None
    return _take("release_made", one.pk) if ready and not is_gone(one) else NOTHING


def _take(name: str, pk: int) -> Any:
    there = reverse(f"office:{name}", args=[pk])
    return format_html('<a class="btn btn-primary" href="{}">Make it, and take it along</a>', there)


def _public(one: Release) -> Any:
    if one.grounds != Asking.PUBLIC_RECORDS:
        return NOTHING
    return format_html('<a href="{}">What is public at all</a>', reverse("office:public_records"))


@admin.register(OwnFile, site=office)
class OwnFiles(Noun):
    about = "Men who asked for what is kept about them."
    plural = "Own files"
    empty = "Nobody has asked for his file yet. In a case file, use “He asks for his file”."
    list_display = (
        own("Asked", day("asked_on", "Asked"), sorts="asked_on"),
        person("participant"),
        worked_out("stage", "Where it stands", own_file_stage),
        moment("handed_at", "Handed over"),
    )
    facts = (
        person("participant"),
        worked_out("stage", "Where it stands", own_file_stage),
        worked_out("take", "The file", _take_file),
        day("asked_on", "He asked"),
        text("asked_by__name", "Noted by"),
        _labeled("shown_by", "He showed who he is by", SHOWN_BY_LABELS),
        moment("identified_at", "Looked at"),
        text("identified_by__name", "By whom"),
        moment("approved_at", "Let out"),
        text("approved_by__name", "Let out by"),
        text("pdf_sha256", "Fingerprint of the PDF"),
        text("json_sha256", "Fingerprint of the JSON"),
        moment("handed_at", "Handed over"),
        text("handed_by__name", "Handed over by"),
        _labeled("handed_how", "How", HANDED_BY_LABELS),
        moment("withdrawn_at", "No longer asked for"),
    )
    panels = (history,)
    ordering = ("-id",)


def _said(name: str, label: str) -> Any:
    """Of what an item says, which is encrypted."""

    def shown(item: ReleaseItem) -> Any:
        return (item.said.get(name) or NOTHING) if isinstance(item.said, dict) else item.said

    shown.__name__ = name
    shown.short_description = label  # type: ignore[attr-defined]
    shown.closed = True  # type: ignore[attr-defined]
    return shown


ITEM_COLUMNS = (_said("title", "What"), _said("warning", "Mind"), text("sha256", "Fingerprint"))


@admin.register(Release, site=office)
class Releases(Noun):
    about = "Records that a court, a public-records request or somebody with his release asked for."
    plural = "Requests for records"
    empty = "Nobody has asked for records yet. In a case file, use “Somebody asks for his records”."
    list_display = (
        own("Came", day("received_on", "Came"), sorts="received_on"),
        person("participant"),
        _labeled("grounds", "On the grounds of", ASKING_LABELS),
        day("answer_by", "Answer by"),
        worked_out("stage", "Where it stands", release_stage),
    )
    facts = (
        person("participant"),
        link("referral", "Case", case),
        worked_out("stage", "Where it stands", release_stage),
        worked_out("take", "The records", _take_release),
        _labeled("grounds", "On the grounds of", ASKING_LABELS),
        worked_out("public", "What is public", _public),
        hidden("who", "Who asks"),
        hidden("cited", "Cited"),
        hidden("asked_for", "Asks for"),
        day("received_on", "Came"),
        day("answer_by", "Answer by"),
        text("made_by__name", "Noted by"),
        moment("first_at", "First approved"),
        text("first_by__name", "First approved by"),
        moment("second_at", "Approved again"),
        text("second_by__name", "Approved again by"),
        moment("refused_at", "Refused"),
        hidden("refused_why", "Refused because"),
        text("sha256", "Fingerprint of the whole"),
        moment("handed_at", "Handed over"),
        text("handed_by__name", "Handed over by"),
        _labeled("handed_how", "How", HANDED_BY_LABELS),
    )
    panels = (
        lambda one: Panel(
            "What goes", rows(ReleaseItem).filter(release=one).order_by("id"), ITEM_COLUMNS, "Nothing is chosen yet."
        ),
        history,
    )
    list_filter = ("grounds",)
    ordering = ("-id",)


@admin.register(ReleaseItem, site=office)
class ReleaseItems(Noun):
    about = "Each record that went out, or is to go, on a request."
    plural = "Records handed out"
    empty = "None yet. A request for records names what goes."
    list_display = (
        own("Chosen", moment("added_at", "Chosen"), sorts="added_at"),
        person("release__participant"),
        said("record", "Record"),
        moment("release__handed_at", "Handed over"),
    )
    facts = (
        person("release__participant"),
        link("release", "Request", lambda one: "The request"),
        _said("title", "What"),
        _said("warning", "Mind"),
        text("record", "Record"),
        moment("added_at", "Chosen"),
        text("added_by__name", "By"),
        text("sha256", "Fingerprint"),
    )
    ordering = ("-id",)
