from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from accounts.models import User
from courts.deadlines import ProgressWanted


class CourtQuerySet(models.QuerySet["Court"]):
    def by_code_or_name(self, text: str) -> "CourtQuerySet":
        """More than one where a name or a code is shared; then only "name, city" tells them apart."""
        sits_as = Concat("name", Value(", "), "city")
        named = Q(name__iexact=text) | Q(code__iexact=text) & ~Q(code="") | Q(sits_as__iexact=text)
        return self.alias(sits_as=sits_as).filter(named)

    def served_by(self, clerk: User) -> "CourtQuerySet":
        return self.filter(clerkships__user=clerk, clerkships__ended_at=None)


class Court(models.Model):
    class Acknowledges(models.TextChoices):
        PORTAL = "portal", "on its pages here"
        REPLY = "reply", "by a reply"
        NEVER = "never"

    class NumberLabel(models.TextChoices):
        CAUSE = "cause"
        CASE = "case"
        DOCKET = "docket"

    name = models.CharField(max_length=200)
    # As it stands at the head of a pleading.
    caption = models.TextField()
    kind = models.CharField(max_length=30)
    code = models.CharField(max_length=30, blank=True)
    county = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    # A superior court may sit in several cities, under one name and one code.
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=400, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=64)
    number_label = models.CharField(max_length=6, choices=NumberLabel, default=NumberLabel.CASE)
    acknowledges = models.CharField(max_length=6, choices=Acknowledges, default=Acknowledges.PORTAL)
    progress_wanted = models.CharField(max_length=14, choices=ProgressWanted.choices(), default=ProgressWanted.MONTHLY)
    wants_stamp_space = models.BooleanField(default=False)
    wants_clerk_action_line = models.BooleanField(default=False)
    accepts_earlier_credit = models.BooleanField(default=False)

    objects = CourtQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "state", "city"], name="courts_court_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ClerkshipQuerySet(models.QuerySet["Clerkship"]):
    def current(self) -> "ClerkshipQuerySet":
        return self.filter(ended_at=None, user__is_active=True)


class Clerkship(models.Model):
    """That a person is clerk of a court, from when to when. One who left sees nothing and gets no mail."""

    court = models.ForeignKey(Court, models.PROTECT, related_name="clerkships")
    user = models.ForeignKey(User, models.PROTECT, related_name="clerkships")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ClerkshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["court", "user"], condition=Q(ended_at=None), name="courts_clerkship_once"),
            models.CheckConstraint(
                name="courts_clerkship_in_order", condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.court_id}"


class Closure(models.Model):
    """A day on which a court, or each of a state's, is closed beside the holidays that everybody knows."""

    # None: every court of the state.
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="closures")
    state = models.CharField(max_length=2)
    on = models.DateField()
    name = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "on"], name="courts_closure_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["court", "on"],
                condition=Q(ended_at=None, court__isnull=False),
                name="courts_closure_once_a_court",
            ),
            models.UniqueConstraint(
                fields=["state", "on"], condition=Q(ended_at=None, court=None), name="courts_closure_once_a_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.on}"
