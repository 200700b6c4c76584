"""The trail and the background jobs. Personal words in an event stay closed here."""

from typing import Any

from django.contrib import admin
from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest

from accounts.models import User
from audit.models import Event, Seal
from core.models import Heartbeat
from office import words
from office.admin.base import Noun
from office.columns import moment, own, said, text, worked_out
from office.site import office

USER, TASK = "user:", "task:"


def _who(event: Any) -> str:
    """A person's name, or what a job does; an actor without either as he stands there."""
    return event.who or words.job(event.actor.removeprefix(TASK))


def _who_exactly(event: Any) -> str:
    """With what one searches by: two people may have one name."""
    return f"{event.who} ({event.actor})" if event.who else _who(event)


@admin.register(Event, site=office)
class Events(Noun):
    about = "Who did what, on which record, when, from where."
    plural = "Audit trail"
    empty = "Nothing has happened yet."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        worked_out("who", "Who", _who),
        said("verb", "What"),
        text("record", "Record"),
        text("origin", "From where"),
    )
    facts = (
        moment("at", "When"),
        worked_out("who", "Who", _who_exactly),
        said("verb", "What"),
        text("record", "Record"),
        text("origin", "From where"),
        worked_out("facts", "Facts", lambda one: ", ".join(f"{name}: {value}" for name, value in one.facts.items())),
        worked_out("closed", "Personal words", lambda one: "Encrypted" if one.personal else "None"),
        text("seal_number", "Seal"),
    )
    search_fields = ("record", "actor", "verb")
    search_help_text = "Somebody's name, a record such as courts.Referral:12, or user:3."
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """An event has no foreign key to its actor, so that it outlives him: his name is looked up, row by row."""
        by_person = When(actor__startswith=USER, then=Cast(Substr("actor", len(USER) + 1), BigIntegerField()))
        named = User.objects.filter(pk=OuterRef("by_person")).values("name")
        events = super().get_queryset(request).annotate(by_person=Case(by_person))
        found: QuerySet[Any] = events.annotate(who=Subquery(named))
        return found

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        found, twice = super().get_search_results(request, queryset, search_term)
        people = User.objects.filter(name__icontains=search_term) if search_term else User.objects.none()
        return found | queryset.filter(actor__in=[f"{USER}{user.pk}" for user in people]), twice


@admin.register(Seal, site=office)
class Seals(Noun):
    about = "The chain over all events: a minute without a link shows."
    empty = "No seals yet. Each minute one is laid over what happened."
    list_display = (
        own("Number", lambda one: str(one.number), sorts="number"),
        moment("at", "When"),
        text("events", "Events"),
        text("digest", "Digest"),
    )
    facts = (
        text("number", "Number"),
        moment("at", "When"),
        text("events", "Events"),
        text("first_event", "First event"),
        text("last_event", "Last event"),
        text("previous", "Digest before"),
        text("digest", "Digest"),
    )
    ordering = ("-number",)


@admin.register(Heartbeat, site=office)
class Heartbeats(Noun):
    about = "When each background job ran last."
    plural = "Background jobs"
    empty = "No job has run yet. Start worker and beat; see docs/operations.md."
    list_display = (
        own("Job", lambda one: words.job(one.job), sorts="job"),
        moment("began_at", "Began"),
        moment("came_through_at", "Came through"),
        text("failure", "Failed with"),
    )
    facts = (
        text("job", "Job"),
        moment("began_at", "Began"),
        moment("came_through_at", "Came through"),
        text("failure", "Failed with"),
    )
    ordering = ("job",)
