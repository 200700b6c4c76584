"""How messages are worded, what may stand in them all the same, and what came back."""

from django.contrib import admin

from messaging.models import DiscretionException, InboundText, Wording
from office.admin.base import Noun
from office.columns import language, moment, own, person, said, text
from office.filters import noted
from office.site import office
from participants.models import Restriction


@admin.register(Wording, site=office)
class Wordings(Noun):
    about = "Each version of the words that the office gave a message, never changed."
    plural = "Message texts"
    empty = "None: each message goes out in the words that Onus brings along."
    list_display = (
        own("Message", lambda one: one.template, sorts="template"),
        said("channel", "How"),
        language(),
        text("version", "Version"),
        moment("at", "Since"),
        text("by__name", "By"),
    )
    facts = (
        text("template", "Message"),
        said("channel", "How"),
        language(),
        text("version", "Version"),
        text("subject", "Subject"),
        text("body", "Text"),
        moment("at", "Since"),
        text("by__name", "By"),
    )
    list_filter = ("channel", "language")
    ordering = ("-id",)


@admin.register(DiscretionException, site=office)
class DiscretionExceptions(Noun):
    about = "Phrases that may stand in a message although a word in them might give something away."
    empty = "None. A place such as 516 Court Street needs one before it can be named in a message."
    list_display = (
        own("Phrase", lambda one: one.phrase, sorts="phrase"),
        moment("made_at", "Since"),
        text("made_by__name", "By"),
        moment("ended_at", "Until"),
    )
    facts = (
        text("phrase", "Phrase"),
        moment("made_at", "Since"),
        text("made_by__name", "By"),
        moment("ended_at", "Until"),
        text("ended_by__name", "Ended by"),
    )
    ordering = ("phrase",)


@admin.register(InboundText, site=office)
class InboundTexts(Noun):
    about = "Texts that came in."
    plural = "Texts received"
    empty = "None yet."
    list_display = (
        own("Came", moment("came_at", "Came"), sorts="came_at"),
        person("contact_point__participant"),
        said("meaning", "Taken as"),
        moment("seen_at", "Seen"),
    )
    facts = (
        person("contact_point__participant"),
        text("number", "From"),
        text("body", "Text"),
        said("meaning", "Taken as"),
        moment("came_at", "Came"),
        moment("seen_at", "Seen"),
        text("seen_by__name", "By"),
    )
    list_filter = ("meaning", noted("seen_at", "Seen"))
    ordering = ("-came_at",)


@admin.register(Restriction, site=office)
class Restrictions(Noun):
    about = "Files that open to named staff only."
    empty = "None."
    list_display = (
        own("Since", moment("began_at", "Since"), sorts="began_at"),
        person("participant"),
        text("began_by__name", "By"),
        moment("ended_at", "Until"),
    )
    facts = (
        person("participant"),
        moment("began_at", "Since"),
        text("began_by__name", "By"),
        moment("ended_at", "Until"),
        text("ended_by__name", "Ended by"),
    )
    ordering = ("-began_at",)
