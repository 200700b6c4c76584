from django.db import models
from django.db.models import Q

from accounts.models import User
from programs.models.cohort import Session
from programs.models.enrollment import Enrollment
from vault.fields import EncryptedTextField
from vault.models import Key


class SessionNoteQuerySet(models.QuerySet["SessionNote"]):
    def own(self, user: User) -> "SessionNoteQuerySet":
        """At the door nobody reads a colleague's."""
        return self.filter(by=user)

    def incidents(self) -> "SessionNoteQuerySet":
        return self.filter(kind=SessionNote.Kind.INCIDENT)

    def unseen_incidents(self) -> "SessionNoteQuerySet":
        return self.incidents().filter(seen_at=None)


class SessionNote(models.Model):
    """Append-only: what was written about an evening. No court is ever shown any of it.

    A private one is read by whoever wrote it; an incident goes to the coordinator.
    """

    class Kind(models.TextChoices):
        PRIVATE = "private"
        INCIDENT = "incident"

    session = models.ForeignKey(Session, models.PROTECT, related_name="notes")
    # Whom it is about; None: the evening.
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, null=True, related_name="session_notes")
    kind = models.CharField(max_length=8, choices=Kind)
    # The person's, where it is about one, so that it is forgotten with him; else its own.
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    text = EncryptedTextField(key="key")
    idempotency_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # An incident, once somebody in the office has read it; who, the audit says.
    seen_at = models.DateTimeField(null=True)

    objects = SessionNoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="programs_note_unseen", condition=Q(kind="incident", seen_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="programs_sessionnote_private_is_not_seen", condition=Q(seen_at=None) | Q(kind="incident")
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def standing(self) -> "VisitorQuerySet":
        return self.filter(taken_back_at=None)


class Visitor(models.Model):
    """Someone else in the room, by the name used there: a speaker's own name stays out of the file."""

    class Role(models.TextChoices):
        INTERPRETER = "interpreter"
        OBSERVER = "observer"
        SPEAKER = "speaker"

    session = models.ForeignKey(Session, models.PROTECT, related_name="visitors")
    role = models.CharField(max_length=11, choices=Role)
    alias = models.CharField(max_length=60)
    # The agreement to keep to themselves what they hear.
    agreement_signed = models.BooleanField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = VisitorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="programs_visitor_taken_back_at_and_by",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class CalendarFeed(models.Model):
    """A facilitator's evenings for a calendar program, which can't sign in: whoever holds the token reads them.

    It says when and how long, and nothing else. Renewed, the old address is gone.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed of {self.user_id}"
