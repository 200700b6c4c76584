from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from courts.models.desk import Agency
from courts.models.referral import Referral
from courts.steps import ReportKind


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def in_use(self) -> "RecipientQuerySet":
        return self.filter(ended_at=None)

    def confirmed(self) -> "RecipientQuerySet":
        """The court's own pages need no call-back: who signs in there was invited."""
        return self.in_use().filter(Q(channel=Recipient.Channel.PORTAL) | Q(confirmed_at__isnull=False))

    def to_be_confirmed(self) -> "RecipientQuerySet":
        return self.in_use().filter(confirmed_at=None).exclude(channel=Recipient.Channel.PORTAL)


class Recipient(models.Model):
    """Who gets which reports of a referral, and by which way."""

    class Role(models.TextChoices):
        CLERK = "clerk", "Clerk of the court"
        JUDGE = "judge", "Judge"
        PROSECUTOR = "prosecutor", "Prosecutor"
        DEFENSE = "defense", "Defense"
        PROBATION = "probation", "Probation"
        HIMSELF = "himself", "Defendant"

    class Channel(models.TextChoices):
        PORTAL = "portal", "the court's pages here"
        EFILING = "efiling", "e-filing"
        EMAIL = "email", "e-mail"
        FAX = "fax"
        PAPER = "paper"
        BY_HAND = "by_hand", "by hand"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="recipients")
    role = models.CharField(max_length=10, choices=Role)
    # The office on whose pages here it is laid; None: the court's own clerk, or another way.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=300, blank=True)
    # Kinds of report; empty: all.
    kinds = models.JSONField(default=list, blank=True)
    release_on = models.DateField(null=True)
    release_until = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # On which day the court asked in writing that the document itself be attached; None: it gets a link and a code.
    attachment_asked_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "role", "channel", "address"],
                condition=Q(ended_at=None, agency=None),
                name="courts_recipient_once",
            ),
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=Q(ended_at=None, agency__isnull=False),
                name="courts_recipient_once_an_agency",
            ),
            models.CheckConstraint(
                name="courts_recipient_agency_by_its_pages",
                condition=Q(agency=None) | Q(channel="portal") & ~Q(role__in=["clerk", "judge", "himself"]),
            ),
            models.CheckConstraint(
                name="courts_recipient_confirmed_at_and_by",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_recipient_release_in_order",
                condition=Q(release_until=None) | Q(release_on__isnull=False, release_until__gte=F("release_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.referral_id}"

    def wants(self, kind: ReportKind) -> bool:
        return not self.kinds or kind in self.kinds

    def may_be_told_on(self, day: date) -> bool:
        """Where a release is needed, it runs from a day to a day; None: it needs none, or has no end."""
        begun = self.release_on is None or self.release_on <= day
        return begun and (self.release_until is None or day <= self.release_until)
