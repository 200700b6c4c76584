"""What a court, or whoever refers, types and uploads before it is a referral."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User
from courts.models.court import Court
from courts.models.desk import Agency
from courts.models.referral import Referral
from vault.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from vault.models import Key


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def drafts_of(self, user: User) -> "SubmissionQuerySet":
        return self.drafts().filter(by=user)

    def drafts(self) -> "SubmissionQuerySet":
        return self.filter(sent_at=None, discarded_at=None)

    def untouched_since(self, then: datetime) -> "SubmissionQuerySet":
        return self.drafts().filter(changed_at__lt=then)

    def known(self) -> "SubmissionQuerySet":
        """Not of a referral that had to be forgotten."""
        return self.filter(key__destroyed_at=None)


class Submission(models.Model):
    """A referral being written on the court's pages. It survives signing out; sent twice it makes one referral."""

    # What its sender is told, and says on the phone; it counts nothing.
    reference = models.CharField(max_length=16, unique=True)
    # The referral takes it over.
    key = models.OneToOneField(Key, models.PROTECT, related_name="submission")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    answers = EncryptedJSONField(key="key")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    referral = models.OneToOneField(Referral, models.PROTECT, null=True, related_name="submission")
    discarded_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            # Asked each minute for those that nobody goes on with, and there are never many.
            models.Index(
                fields=["changed_at"], name="courts_submission_draft", condition=Q(sent_at=None, discarded_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courts_submission_from_one",
                condition=Q(court__isnull=False, agency=None) | Q(court=None, agency__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_submission_sent_is_a_referral",
                condition=Q(sent_at=None, referral=None)
                | Q(sent_at__isnull=False, referral__isnull=False, discarded_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CourtPaperQuerySet(models.QuerySet["CourtPaper"]):
    def unread(self) -> "CourtPaperQuerySet":
        """Of referrals: a draft's paper is nobody's business yet."""
        return self.filter(referral__isnull=False, read_at=None)


class CourtPaper(models.Model):
    """An order or another paper that came with a referral, kept encrypted, handed out as a download only."""

    class Kind(models.TextChoices):
        ORDER = "order", "Order"
        OTHER = "other", "Other paper"

    class MediaType(models.TextChoices):
        PDF = "application/pdf"
        JPEG = "image/jpeg"
        PNG = "image/png"

    key = models.ForeignKey(Key, models.PROTECT, related_name="papers")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="papers")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="papers")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.ORDER)
    # As its sender called it; shown, never used as a path.
    name = EncryptedTextField(key="key")
    media_type = models.CharField(max_length=15, choices=MediaType)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = EncryptedBytesField(key="key")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = CourtPaperQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="courts_paper_unread", condition=Q(referral__isnull=False, read_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courts_courtpaper_of_something",
                condition=Q(submission__isnull=False) | Q(referral__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_courtpaper_read_at_and_by",
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
            ),
            models.CheckConstraint(name="courts_courtpaper_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"
