"""Who works at the courts' pages: clerks of a court, and those who refer to it and are told by it."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from accounts.models import Invitation, User
from courts.models.court import Court


class AgencyQuerySet(models.QuerySet["Agency"]):
    def served_by(self, user: User) -> "AgencyQuerySet":
        return self.filter(memberships__user=user, memberships__ended_at=None)


class Agency(models.Model):
    """A prosecutor's office, a probation department, a law office: it refers, and it is told."""

    class Kind(models.TextChoices):
        PROSECUTOR = "prosecutor", "Prosecutor's office"
        PROBATION = "probation", "Probation department"
        DEFENSE = "defense", "Defense office"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [models.UniqueConstraint(fields=["name", "state", "city"], name="courts_agency_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None, user__is_active=True)


class Membership(models.Model):
    """That a person works for an agency, from when to when; the same rules as for a clerk."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "user"], condition=Q(ended_at=None), name="courts_membership_once"
            ),
            models.CheckConstraint(
                name="courts_membership_in_order", condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.agency_id}"


class DeskInvitation(models.Model):
    """For which court or agency an invitation is. The first one there needs a call-back, the others a colleague."""

    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="desk")
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    # Whom the administrator rang up at a number that he found elsewhere, and when. None: a colleague invited.
    called_back_on = models.DateField(null=True)
    called_back_at = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="courts_deskinvitation_to_one",
                condition=Q(court__isnull=False, agency=None) | Q(court=None, agency__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_deskinvitation_called_back_somewhere",
                condition=Q(called_back_on=None, called_back_at="")
                | Q(called_back_on__isnull=False) & ~Q(called_back_at=""),
            ),
        ]

    def __str__(self) -> str:
        return f"desk of invitation {self.invitation_id}"
