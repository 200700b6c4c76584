"""The trail and the background jobs. Personal words in an event stay closed here."""

from django.contrib import admin

from audit.models import Event, Seal
from core.models import Heartbeat
from office import words
from office.admin.base import Noun
from office.columns import moment, own, said, text, worked_out
from office.site import office


@admin.register(Event, site=office)
class Events(Noun):
    about = "Who did what, on which record, when, from where."
    plural = "Audit trail"
    empty = "Nothing has happened yet."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        text("actor", "Who"),
        said("verb", "What"),
        text("record", "Record"),
        text("origin", "From where"),
    )
    facts = (
        moment("at", "When"),
        text("actor", "Who"),
        said("verb", "What"),
        text("record", "Record"),
        text("origin", "From where"),
        worked_out("facts", "Facts", lambda one: ", ".join(f"{name}: {value}" for name, value in one.facts.items())),
        worked_out("closed", "Personal words", lambda one: "Encrypted" if one.personal else "None"),
        text("seal_number", "Seal"),
    )
    search_fields = ("record", "actor", "verb")
    search_help_text = "A record such as courts.Referral:12, or user:3."
    ordering = ("-id",)


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
