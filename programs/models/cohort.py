from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.roles import OFFICE
from programs.models.program import Curriculum, Module, Policy, Program


class CohortQuerySet(models.QuerySet["Cohort"]):
    def open(self) -> "CohortQuerySet":
        return self.filter(closed_at=None)


class Cohort(models.Model):
    """Men who go through the weeks together. It keeps the versions of curriculum and policy that it began with."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="cohorts")
    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    # Monday is 0, as in date.weekday().
    weekday = models.PositiveSmallIntegerField()
    # By the clock on the wall in the program's time zone, summer and winter.
    starts_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=120)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    language = models.CharField(max_length=8, default="en")
    capacity = models.PositiveSmallIntegerField(default=12)
    least = models.PositiveSmallIntegerField(default=2)
    closed_at = models.DateTimeField(null=True)
    # Fell below its least number: its men went on there.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="programs_cohort_name_once"),
            models.CheckConstraint(name="programs_cohort_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="programs_cohort_least_fits", condition=Q(least__gte=1, least__lte=F("capacity"))
            ),
            models.CheckConstraint(name="programs_cohort_meets_somewhere", condition=~Q(place="", link="")),
            models.CheckConstraint(name="programs_cohort_lasts", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="programs_cohort_merged_is_closed", condition=Q(merged_into=None) | Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(models.QuerySet["Session"]):
    def standing(self) -> "SessionQuerySet":
        """Not canceled."""
        return self.exclude(state=Session.State.CANCELED)

    def from_now(self, now: datetime) -> "SessionQuerySet":
        return self.filter(state=Session.State.PLANNED, starts_at__gt=now)

    def not_logged(self, now: datetime) -> "SessionQuerySet":
        return self.filter(state=Session.State.PLANNED, starts_at__lte=now)

    def led_by(self, user: User) -> "SessionQuerySet":
        return self.filter(led__user=user)

    def visible_to(self, user: User) -> "SessionQuerySet":
        """The office sees all; whoever leads, his own and those for which he was named as substitute."""
        return self if user.roles & OFFICE else self.led_by(user)


class Session(models.Model):
    """One evening. It holds all it needs itself: its cohort may be null, for a make-up session."""

    class State(models.TextChoices):
        PLANNED = "planned"
        HELD = "held"
        CANCELED = "canceled"

    class Canceled(models.TextChoices):
        """Why it did not happen; whatever the reason, it is nobody's absence."""

        WEATHER = "weather"
        LEADER_AWAY = "leader_away", "the leader could not come"
        PLACE = "place", "the place could not be used"
        OTHER = "other"

    program = models.ForeignKey(Program, models.PROTECT, related_name="sessions")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="sessions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8, default="en")
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    capacity = models.PositiveSmallIntegerField()
    leaders = models.ManyToManyField(User, through="SessionLeader", related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    canceled_why = models.CharField(max_length=12, choices=Canceled, blank=True)
    # Why a coordinator laid it on a day on which its men already have one: whoever attends both has credit for both.
    doubled_up_why = models.CharField(max_length=200, blank=True)
    # The module and the minutes as confirmed at closing: what was really taught.
    taught = models.ForeignKey(Module, models.PROTECT, null=True, related_name="+")
    minutes_held = models.PositiveSmallIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["program", "starts_at"], name="programs_session_by_time"),
            models.Index(fields=["starts_at"], name="programs_session_newest"),
            models.Index(fields=["starts_at"], name="programs_session_planned", condition=Q(state="planned")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "module"], condition=~Q(state="canceled"), name="programs_session_week_once"
            ),
            models.CheckConstraint(
                name="programs_session_held_is_confirmed",
                condition=Q(
                    state="held",
                    taught__isnull=False,
                    minutes_held__isnull=False,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                )
                | ~Q(state="held") & Q(taught=None, minutes_held=None, closed_at=None, closed_by=None),
            ),
            models.CheckConstraint(
                name="programs_session_canceled_says_why",
                condition=Q(state="canceled") & ~Q(canceled_why="") | ~Q(state="canceled") & Q(canceled_why=""),
            ),
            models.CheckConstraint(name="programs_session_lasts", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def on(self) -> date:
        """Its day on the program's calendar."""
        return self.starts_at.astimezone(self.program.zone).date()

    @property
    def ends_at(self) -> datetime:
        """As planned."""
        return self.starts_at + timedelta(minutes=self.minutes)


class SessionLeader(models.Model):
    class Role(models.TextChoices):
        LEADER = "leader"
        SUBSTITUTE = "substitute"

    session = models.ForeignKey(Session, models.CASCADE, related_name="led")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role, default=Role.LEADER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="programs_sessionleader_once")]

    def __str__(self) -> str:
        return f"{self.user_id} leads {self.session_id}"
