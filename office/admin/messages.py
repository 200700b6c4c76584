from django.contrib import admin

from messaging.models import Message
from office.admin.base import Noun
from office.columns import language, moment, own, person, said, text
from office.filters import ByKind
from office.site import office


@admin.register(Message, site=office)
class Messages(Noun):
    about = "The outbox: what was said, to whom, and what became of it."
    empty = "No messages yet. Reminders and alerts are planned each minute, once there is something to remind of."
    list_display = (
        own("Due", moment("due_at", "Due"), sorts="due_at"),
        person("participant", "To a participant"),
        text("user__name", "To staff"),
        said("kind", "What"),
        said("channel", "How"),
        said("state", "State"),
        text("reason", "Why"),
    )
    facts = (
        person("participant", "To a participant"),
        text("user__name", "To staff"),
        said("kind", "What"),
        said("channel", "How"),
        language(),
        moment("due_at", "Due"),
        moment("expires_at", "Expires"),
        said("state", "State"),
        text("reason", "Why"),
        said("outcome", "Reported as"),
        moment("outcome_at", "Reported"),
        text("outcome_why", "Why not delivered"),
        text("attempts", "Attempts"),
        moment("sent_at", "Sent"),
        text("address", "Sent to"),
        text("subject", "Subject"),
        text("body", "Text"),
        text("wording", "Version of the wording"),
        text("said_hash", "Keyed hash of what was said"),
        moment("printed_at", "Printed"),
        moment("blanked_at", "Words blanked"),
    )
    list_filter = ("state", "channel", ByKind)
    ordering = ("-id",)
