from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from office import words
from office.admin.base import Noun, Panel
from office.admin.cohorts import MARK_COLUMNS, SEAT_COLUMNS
from office.columns import day, hidden, link, moment, own, person, said, text, worked_out, yes_no
from office.site import office
from office.subjects import rows
from programs.models import (
    Booking,
    BreakApproval,
    Enrollment,
    Mark,
    Requirement,
    Seat,
    StandingChange,
)

ENROLLED_SEATS = (link("cohort", "Cohort"), day("from_on", "From"), day("to_on", "To"))
BOOKING_COLUMNS = (
    own("Session", moment("session__starts_at", "Session"), sorts="session__starts_at"),
    text("session__module__week", "Week"),
    moment("canceled_at", "Canceled"),
)
REQUIREMENT_COLUMNS = (own("What", lambda one: one.get_kind_display(), sorts="kind"), day("met_on", "Met on"))
ENROLLED_MARKS = (
    own("Mark", lambda mark: mark.get_kind_display(), sorts="kind"),
    text("session__module__week", "Week"),
    moment("session__starts_at", "Session"),
    said("excuse", "Excused"),
)


def _find_a_cohort(enrollment: Enrollment) -> str:
    if enrollment.closed_at is not None:
        return words.NOTHING
    return format_html('<a href="{}">Find him a cohort</a>', reverse("office:place", args=[enrollment.pk]))


@admin.register(Enrollment, site=office)
class Enrollments(Noun):
    about = "Men in the program, from intake to the end."
    wide_facts = True
    empty = "Nobody is enrolled. An enrollment opens when a referral is accepted."
    list_display = (
        own("Since", moment("opened_at", "Since"), sorts="opened_at"),
        person("participant"),
        said("state", "State"),
        worked_out("standing", "Standing", lambda one: one.get_standing_display()),
        day("finish_by", "To finish by"),
    )
    facts = (
        person("participant"),
        said("state", "State"),
        worked_out("standing", "Standing", lambda one: one.get_standing_display()),
        day("finish_by", "To finish by"),
        yes_no("silent", "No reminders"),
        moment("opened_at", "Since"),
        moment("closed_at", "Until"),
        said("ended_why", "Ended because"),
        worked_out("placement", "Placement", _find_a_cohort),
    )
    panels = (
        lambda one: Panel("Seats", rows(Seat).filter(enrollment=one), ENROLLED_SEATS, "No seat yet."),
        lambda one: Panel("Make-ups", rows(Booking).filter(enrollment=one), BOOKING_COLUMNS, "No make-up booked."),
        lambda one: Panel("Requirements", rows(Requirement).filter(enrollment=one), REQUIREMENT_COLUMNS, "None met."),
        lambda one: Panel(
            "Marks", rows(Mark).filter(enrollment=one, superseded_by=None), ENROLLED_MARKS, "No marks yet."
        ),
    )
    list_filter = ("state", "standing")
    ordering = ("-id",)


@admin.register(Seat, site=office)
class Seats(Noun):
    about = "Places in cohorts, from a day to a day."
    empty = "Nobody has a seat. In a case file, use “Find him a cohort”."
    list_display = (own("Cohort", lambda one: one.cohort.name, sorts="cohort__name"), *SEAT_COLUMNS)
    facts = (
        person("enrollment__participant"),
        link("cohort", "Cohort"),
        day("from_on", "From"),
        day("to_on", "To"),
        text("opened_by__name", "Seated by"),
        text("closed_by__name", "Ended by"),
    )
    list_filter = ("cohort",)
    ordering = ("-id",)


@admin.register(Booking, site=office)
class Bookings(Noun):
    about = "Make-ups that were booked."
    plural = "Make-up bookings"
    empty = "No make-ups booked. In a case file, use “Book a make-up”."
    list_display = (*BOOKING_COLUMNS, person("enrollment__participant"))
    facts = (
        person("enrollment__participant"),
        link("session", "Session", lambda one: words.moment(one.starts_at)),
        text("made_by__name", "Booked by"),
        moment("canceled_at", "Canceled"),
        text("one_a_day_waived_why", "Twice on one day because"),
    )
    ordering = ("-id",)


@admin.register(BreakApproval, site=office)
class BreakApprovals(Noun):
    about = "Breaks that may be longer than the policy's. Of one man's the newest counts."
    empty = "None approved yet. An administrator does it on an enrollment's page."
    list_display = (own("Until", day("until", "Until"), sorts="until"), person("enrollment__participant"))
    facts = (
        person("enrollment__participant"),
        day("until", "Until"),
        hidden("why", "Why"),
        text("approved_by__name", "Approved by"),
        moment("approved_at", "Approved"),
    )
    ordering = ("-id",)


@admin.register(Requirement, site=office)
class Requirements(Noun):
    about = "What completion asks for beside sessions, once it is met."
    empty = "None met yet. In a case file, use “Note a requirement met”."
    list_display = (*REQUIREMENT_COLUMNS, person("enrollment__participant"))
    facts = (
        person("enrollment__participant"),
        worked_out("kind", "What", lambda one: one.get_kind_display()),
        day("met_on", "Met on"),
        text("recorded_by__name", "Recorded by"),
    )
    list_filter = ("kind",)
    ordering = ("-id",)


@admin.register(Mark, site=office)
class Marks(Noun):
    about = "What facilitators saw, never changed: a correction is a new mark."
    empty = "No marks yet. Facilitators make them on their roster."
    list_display = (*MARK_COLUMNS, moment("session__starts_at", "Session"))
    facts = (
        person("enrollment__participant"),
        link("session", "Session", lambda one: words.moment(one.starts_at)),
        worked_out("kind", "Mark", lambda one: one.get_kind_display()),
        text("minutes", "Minutes"),
        text("rule", "Sent home by the rule"),
        yes_no("gave_reason", "Gave a reason"),
        said("excuse", "Excused"),
        yes_no("took_part", "Took part"),
        yes_no("homework", "Homework"),
        hidden("comment", "Comment"),
        hidden("correction", "Why corrected"),
        moment("at", "Marked"),
        text("by__name", "By"),
    )
    list_filter = ("kind", "excuse")
    ordering = ("-id",)


@admin.register(StandingChange, site=office)
class StandingChanges(Noun):
    about = "What each reassessment found."
    empty = "Nobody has been assessed yet. It happens by itself with each mark."
    list_display = (
        own("When", moment("at", "When"), sorts="at"),
        person("enrollment__participant"),
        worked_out("old", "From", lambda one: one.get_old_display()),
        worked_out("new", "To", lambda one: one.get_new_display()),
    )
    facts = (*list_display[1:], moment("at", "When"), moment("taken_at", "Read by the courts' side"))
    list_filter = ("new",)
    ordering = ("-id",)
