from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User
from participants.models import Participant


class Channel(models.TextChoices):
    EMAIL = "email"
    TEXT = "text"
    LETTER = "letter"


class State(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # a text that may have gone: looked up, else listed for a human, never sent again
    SKIPPED = "skipped"
    MISSED = "missed"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        return self.filter(state=State.QUEUED, try_at__lte=now).order_by("try_at", "id")

    def lease_expired(self, now: datetime) -> "MessageQuerySet":
        return self.filter(state=State.SENDING, lease_until__lt=now)

    def about(self, record: str) -> "MessageQuerySet":
        return self.filter(about=record)


class Message(models.Model):
    """The outbox: one row for each thing that is to be said, once, to one person."""

    # What is said, about what, to whom, and for which time: planning twice finds the row that stands.
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    channel = models.CharField(max_length=6, choices=Channel)
    # The record it speaks of, as the audit names it: "courts.Delivery:12".
    about = models.CharField(max_length=64, db_index=True)
    # Whom it is for: a participant, a person who signs in, or neither: then the kind knows the address.
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, related_name="messages")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=8, default="en")
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # None: it never expires, as with a court's deadline.
    expires_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    # Why it was skipped, or the type of the error that ended it; never an error's text.
    reason = models.CharField(max_length=100, blank=True)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Random, made when planned: a resend carries the same one, so that the mail server can tell.
    message_id = models.CharField(max_length=120, unique=True)
    provider_id = models.CharField(max_length=120, blank=True, db_index=True)
    sent_at = models.DateTimeField(null=True)
    # Empty until it is sent.
    address = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["try_at", "id"], name="messaging_message_due", condition=Q(state=State.QUEUED)),
            models.Index(fields=["lease_until"], name="messaging_message_leased", condition=Q(state=State.SENDING)),
        ]
        constraints = [
            models.CheckConstraint(
                name="messaging_message_claimed_while_sending",
                condition=Q(state=State.SENDING, claim__isnull=False, lease_until__isnull=False)
                | ~Q(state=State.SENDING) & Q(claim=None, lease_until=None),
            ),
            models.CheckConstraint(
                name="messaging_message_sent_at",
                condition=Q(state=State.SENT, sent_at__isnull=False) | ~Q(state=State.SENT) & Q(sent_at=None),
            ),
            models.CheckConstraint(
                name="messaging_message_says_why",
                condition=~Q(state__in=[State.SKIPPED, State.FAILED, State.UNKNOWN]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="messaging_message_unknown_is_a_text",
                condition=~Q(state=State.UNKNOWN) | Q(channel=Channel.TEXT),
            ),
            models.CheckConstraint(name="messaging_message_to_one", condition=Q(participant=None) | Q(user=None)),
            models.CheckConstraint(
                name="messaging_message_expires_after_due",
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.key
