"""What the desk itself remembers: who takes which line of Today, which line sleeps, which lists somebody saved; and
which figures left the program."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from programs.models import Program


class Assignment(models.Model):
    """A line of Today that somebody took, or was given. `line`: what and of which record, as Today names it."""

    line = models.CharField(max_length=120)
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(ended_at=None), name="office_assignment_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.line} to {self.to_id}"


class Snooze(models.Model):
    """A line of Today that sleeps until a day, and why."""

    line = models.CharField(max_length=120)
    until = models.DateField()
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(ended_at=None), name="office_snooze_one_open"),
            models.CheckConstraint(name="office_snooze_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="office_snooze_ended_later", condition=Q(ended_at=None) | Q(ended_at__gte=F("at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} until {self.until}"


class SavedFilter(models.Model):
    """A list as somebody wants it again: its filters under a name."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    # As the admin names the list: "courts.referral".
    noun = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "noun", "name"], name="office_savedfilter_once"),
            models.CheckConstraint(name="office_savedfilter_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class FunderReportQuerySet(models.QuerySet["FunderReport"]):
    def public(self) -> "FunderReportQuerySet":
        """What stands on the public page now: at most one of each program."""
        return self.filter(published_at__isnull=False, taken_off_at=None)


class FunderReport(models.Model):
    """Append-only: the figures of a period as they left the program, with what was withheld; two never disagree."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    # Whole months: the first day of the first one, the last day of the last one.
    begins_on = models.DateField()
    ends_on = models.DateField()
    # What stands in it, with its definitions and what was withheld: `office.figures.keeping` writes and reads it.
    figures = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # On the public page from then on, until another of its program follows it there, or it is taken off.
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_off_at = models.DateTimeField(null=True)
    taken_off_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = FunderReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "begins_on", "ends_on"], name="office_funderreport_once"),
            models.CheckConstraint(
                name="office_funderreport_of_months",
                condition=Q(begins_on__day=1) & Q(ends_on__gt=F("begins_on")),
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(published_at__isnull=False, taken_off_at=None),
                name="office_funderreport_one_public",
            ),
            models.CheckConstraint(
                name="office_funderreport_published_at_and_by",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="office_funderreport_taken_off_at_and_by",
                condition=Q(taken_off_at=None, taken_off_by=None)
                | Q(taken_off_at__isnull=False, taken_off_by__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"figures {self.begins_on} to {self.ends_on}"
