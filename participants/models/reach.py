"""How he may be reached, what he said about it, and who tried."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from participants.kinds import (
    ConsentChannel,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
    Unreachable,
    choices,
)
from vault.fields import EncryptedTextField


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def in_use(self) -> "ContactPointQuerySet":
        return self.filter(ended_at=None)

    def safe(self) -> "ContactPointQuerySet":
        """Nothing goes to a contact point that nobody marked safe, nor where it would not arrive."""
        return self.in_use().filter(safe_at__isnull=False, unreachable_at=None)

    def unreachable(self) -> "ContactPointQuerySet":
        return self.in_use().filter(unreachable_at__isnull=False)


class ContactPoint(models.Model):
    participant = models.ForeignKey("Participant", models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=choices(ContactKind))
    # Phones as E.164, e-mails in lower case, addresses with white space folded.
    value = models.CharField(max_length=500)
    source = models.CharField(max_length=150)
    safe_at = models.DateTimeField(null=True)
    safe_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What was sent there came back, or can't arrive. Marking it safe anew says that it was looked at.
    unreachable_at = models.DateTimeField(null=True)
    unreachable_why = models.CharField(max_length=12, choices=choices(Unreachable), blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["unreachable_at"],
                name="participants_unreachable",
                condition=Q(ended_at__isnull=True, unreachable_at__isnull=False),
            ),
            # Whose number it is, of a text that came in or of a man who may be here twice.
            models.Index(fields=["value"], name="participants_contact_by_value"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "value"],
                condition=Q(ended_at=None),
                name="participants_contactpoint_once",
            ),
            models.CheckConstraint(
                name="participants_contactpoint_safe_at_and_by",
                condition=Q(safe_at=None, safe_by=None) | Q(safe_at__isnull=False, safe_by__isnull=False),
            ),
            models.CheckConstraint(
                name="participants_contactpoint_unreachable_says_why",
                condition=Q(unreachable_at=None, unreachable_why="")
                | Q(unreachable_at__isnull=False) & ~Q(unreachable_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def newest_first(self) -> "ConsentQuerySet":
        return self.order_by("-at", "-id")

    def about_texts(self, point: "ContactPoint") -> "ConsentQuerySet":
        return self.filter(contact_point=point, channel=ConsentChannel.TEXT)


class Consent(models.Model):
    """Append-only: that he agreed to be reached at this contact point, or no longer does."""

    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=5, choices=choices(ConsentChannel), default=ConsentChannel.TEXT)
    given = models.BooleanField()
    at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=choices(ConsentHow))
    # None: he sent it himself.
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["contact_point", "-at"], name="participants_consent_newest")]
        constraints = [
            models.CheckConstraint(
                name="participants_consent_recorded_by_a_person",
                condition=Q(how=ConsentHow.BY_TEXT) | Q(recorded_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ContactAttempt(models.Model):
    """Append-only: that somebody tried to reach him, and what came of it."""

    participant = models.ForeignKey("Participant", models.PROTECT, related_name="contact_attempts")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=choices(ContactChannel))
    result = models.CharField(max_length=12, choices=choices(ContactResult))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = EncryptedTextField(key="participant__key", blank=True)

    def __str__(self) -> str:
        return f"attempt {self.pk}"


def tried(participant: str, since: str) -> Q:
    """Whether somebody tried to reach the man to whom `participant` leads, from the moment in `since` on; be it noted
    in a file that turned out to be his.

    Two questions, each by an index: for one with an "or" in it every attempt there ever was is read.
    """
    tries = ContactAttempt.objects.filter(at__gte=OuterRef(since))
    here = Exists(tries.filter(participant=OuterRef(participant)))
    return here | Exists(tries.filter(participant__merged_into=OuterRef(participant)))
