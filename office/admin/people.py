from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from office import words
from office.admin.base import Noun
from office.columns import born, hidden, language, link, moment, own, person, reach, said, text, worked_out, yes_no
from office.filters import ByLanguage, noted
from office.site import office
from office.undone import without_undone
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    NonAssociation,
    Note,
    OtherName,
    Participant,
)
from programs.models import Enrollment


def _open_enrollment(man: Participant) -> Any:
    return next((one for one in man.enrollments.all() if one.closed_at is None), None)


def _standing(man: Participant) -> str:
    enrollment = _open_enrollment(man)
    return f"{enrollment.get_state_display()}, {enrollment.get_standing_display().lower()}" if enrollment else "–"


def _cohort(man: Participant) -> str:
    enrollment = _open_enrollment(man)
    seats = enrollment.seats.all() if enrollment else ()
    return next((seat.cohort.name for seat in seats if seat.to_on is None), "–")


@admin.register(Participant, site=office)
class People(Noun):
    about = "Every man who was referred."
    plural = "People"
    empty = "Nobody yet. A court's list brings people in: under Referrals, use “Take in a list”."
    list_display = (
        own("Name", lambda man: man.legal_name, sorts="last_name"),
        born(),
        language(),
        worked_out("standing", "In the program", _standing),
        worked_out("cohort", "Cohort", _cohort),
    )
    list_filter = (ByLanguage, "needs_interpreter", "enrollments__standing")
    bulk = ("contact",)
    ordering = ("last_name", "first_name")
    prefetch = (Prefetch("enrollments", Enrollment.objects.prefetch_related("seats__cohort")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return without_undone(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        """His page is the case file."""
        return super().get_urls()[:1]


@admin.register(OtherName, site=office)
class OtherNames(Noun):
    about = "Former names and aliases, by which a court may know a man."
    empty = "No other names yet. A list with a column of aliases brings them in."
    list_display = (own("Name", lambda one: one.name, sorts="name"), said("kind", "Kind"), person("participant"))
    facts = (text("name", "Name"), said("kind", "Kind"), person("participant"))
    list_filter = ("kind",)
    ordering = ("-id",)


@admin.register(ContactPoint, site=office)
class ContactPoints(Noun):
    about = "Phones, e-mails and addresses; nothing goes to one that nobody marked safe."
    empty = "No phone or address yet. Lists bring them in; in a case file, use “Add a phone or address”."
    list_display = (
        own("Where", lambda point: words.reached_at(point.kind, point.value), sorts="value"),
        said("kind", "Kind"),
        person("participant"),
        moment("safe_at", "Marked safe"),
        moment("ended_at", "No longer in use"),
    )
    facts = (
        person("participant"),
        said("kind", "Kind"),
        reach(),
        text("source", "From whom"),
        moment("safe_at", "Marked safe"),
        text("safe_by__name", "By"),
        moment("made_at", "Added"),
        moment("ended_at", "No longer in use"),
    )
    list_filter = ("kind", noted("safe_at", "Marked safe"))
    ordering = ("-id",)


@admin.register(Consent, site=office)
class Consents(Noun):
    about = "What each man said about being reached, never changed."
    empty = "No consent recorded yet. In a case file, use “Record consent” beside a phone or an e-mail address."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        person("contact_point__participant"),
        reach("contact_point"),
        yes_no("given", "Agrees"),
        said("how", "How"),
    )
    facts = (
        person("contact_point__participant"),
        reach("contact_point"),
        yes_no("given", "Agrees"),
        said("how", "How"),
        moment("at", "When"),
        text("recorded_by__name", "Recorded by"),
    )
    list_filter = ("given", "how")
    ordering = ("-id",)


@admin.register(NonAssociation, site=office)
class NonAssociations(Noun):
    about = "Men who must never share a group."
    plural = "Kept apart"
    empty = "Nobody is kept apart. In a case file, use “Keep apart from”."
    list_display = (
        own("Since", moment("made_at", "Since"), sorts="made_at"),
        person("one", "One"),
        person("other", "Other"),
        moment("ended_at", "Ended"),
    )
    facts = (
        person("one", "One"),
        person("other", "Other"),
        hidden("reason", "Why"),
        moment("made_at", "Since"),
        text("made_by__name", "By"),
        moment("ended_at", "Ended"),
    )
    ordering = ("-id",)


@admin.register(Appointment, site=office)
class Appointments(Noun):
    about = "Intakes, exit interviews and single talks."
    empty = "No appointments yet. In a case file, use “Plan an appointment”."
    list_display = (
        own("When", moment("starts_at", "When"), sorts="starts_at"),
        person("participant"),
        said("kind", "What for"),
        text("with_whom__name", "With"),
        said("state", "State"),
    )
    facts = (
        person("participant"),
        said("kind", "What for"),
        moment("starts_at", "When"),
        text("minutes", "Minutes"),
        text("place", "Where"),
        text("with_whom__name", "With"),
        said("state", "State"),
        moment("settled_at", "Settled"),
        text("settled_by__name", "By"),
        link("moved_to", "Moved to", lambda one: words.moment(one.starts_at)),
    )
    list_filter = ("kind", "state")
    bulk = ("cancel",)
    ordering = ("-starts_at",)


@admin.register(ContactAttempt, site=office)
class ContactAttempts(Noun):
    about = "The contact log: who tried to reach whom, and what came of it."
    empty = "Nobody has been called yet. In a case file, use “Log a contact”."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        person("participant"),
        said("channel", "How"),
        said("result", "What came of it"),
        text("by__name", "By"),
    )
    facts = (
        person("participant"),
        moment("at", "When"),
        said("channel", "How"),
        said("result", "What came of it"),
        hidden("note", "Note"),
        text("by__name", "By"),
    )
    list_filter = ("channel", "result")
    ordering = ("-id",)


@admin.register(Note, site=office)
class Notes(Noun):
    about = "For staff only; no court ever sees one."
    empty = "No notes yet. In a case file, use “Write a note”."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        person("participant"),
        text("by__name", "By"),
    )
    facts = (person("participant"), moment("at", "When"), text("by__name", "By"), hidden("text", "Note"))
    ordering = ("-id",)
