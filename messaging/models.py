from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User
from messaging.stop import Meaning
from participants.models import ContactPoint, Participant, choices


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


class Outcome(models.TextChoices):
    """What a provider, a mail server or the post said after it had gone."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        return self.filter(state=State.QUEUED, try_at__lte=now).order_by("try_at", "id")

    def lease_expired(self, now: datetime) -> "MessageQuerySet":
        return self.filter(state=State.SENDING, lease_until__lt=now)

    def unknown(self) -> "MessageQuerySet":
        return self.filter(state=State.UNKNOWN)

    def letters_to_print(self, now: datetime) -> "MessageQuerySet":
        """Those that wait for the printer, or are printed and wait for somebody who takes them to the post."""
        return self.due(now).filter(channel=Channel.LETTER)

    def worded_before(self, then: datetime) -> "MessageQuerySet":
        """Sent before `then`, and their words still here."""
        return self.filter(state=State.SENT, blanked_at=None, sent_at__lt=then)

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
    # Where it went, of a participant's; None: to one who signs in, or to a recipient of a court's papers.
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True, related_name="+")
    # Which wording: 0 is the one that Onus brings along.
    wording = models.PositiveIntegerField(default=0)
    # Keyed, over address, subject and body as sent: proof of what was said, after the words themselves are blanked.
    said_hash = models.CharField(max_length=64, blank=True)
    blanked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=13, choices=Outcome, blank=True)
    outcome_at = models.DateTimeField(null=True)
    # The provider's code or a word of ours; never its prose, which may repeat the address.
    outcome_why = models.CharField(max_length=60, blank=True)
    # Letters: the print job was made; sent is when somebody says that it went to the post.
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["try_at", "id"], name="messaging_message_due", condition=Q(state=State.QUEUED)),
            models.Index(fields=["lease_until"], name="messaging_message_leased", condition=Q(state=State.SENDING)),
            models.Index(fields=["try_at"], name="messaging_message_unknown", condition=Q(state=State.UNKNOWN)),
            # What a person has to make good: few among the many that went.
            models.Index(
                fields=["due_at"],
                name="messaging_message_broken",
                condition=Q(state__in=[State.FAILED, State.UNKNOWN, State.MISSED]),
            ),
            # Of one kind, lately: whom to call about an evening that was moved.
            models.Index(fields=["kind", "planned_at"], name="messaging_message_by_kind"),
            # Words that are to be blanked some day.
            models.Index(
                fields=["sent_at"],
                name="messaging_message_worded",
                condition=Q(state=State.SENT, blanked_at__isnull=True),
            ),
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
            models.CheckConstraint(
                name="messaging_message_outcome_at",
                condition=Q(outcome="", outcome_at=None) | ~Q(outcome="") & Q(outcome_at__isnull=False),
            ),
            models.CheckConstraint(
                name="messaging_message_blanked_is_empty",
                condition=Q(blanked_at=None) | Q(address="", subject="", body=""),
            ),
            models.CheckConstraint(
                name="messaging_message_printed_at_and_by",
                condition=Q(printed_at=None, printed_by=None)
                | Q(printed_at__isnull=False, printed_by__isnull=False, channel=Channel.LETTER),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Wording(models.Model):
    """Append-only: how the office words a kind of message on a channel in a language; the newest counts.

    Without one, the words that Onus brings along count, as version 0. A version with an empty body goes back to them.
    """

    template = models.CharField(max_length=64)
    channel = models.CharField(max_length=6, choices=Channel)
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "channel", "language", "version"], name="messaging_wording_in_order"
            ),
            models.CheckConstraint(name="messaging_wording_from_one", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.template}.{self.channel}.{self.language} {self.version}"


class ExceptionQuerySet(models.QuerySet["DiscretionException"]):
    def current(self) -> "ExceptionQuerySet":
        return self.filter(ended_at=None)


class DiscretionException(models.Model):
    """A phrase that an administrator lets stand although a word in it may give something away: 516 Court Street."""

    phrase = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ExceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phrase"], condition=Q(ended_at=None), name="messaging_discretionexception_once"
            ),
            models.CheckConstraint(name="messaging_discretionexception_says_something", condition=~Q(phrase="")),
            models.CheckConstraint(
                name="messaging_discretionexception_ended_at_and_by",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class InboundQuerySet(models.QuerySet["InboundText"]):
    def unread(self) -> "InboundQuerySet":
        return self.filter(seen_at=None)

    def worded_before(self, then: datetime) -> "InboundQuerySet":
        return self.filter(came_at__lt=then, blanked_at=None)


class InboundText(models.Model):
    """A text that somebody sent us. The provider's id tells one that is delivered to us twice."""

    provider_id = models.CharField(max_length=120, unique=True)
    number = models.CharField(max_length=32, db_index=True)
    body = models.TextField(blank=True)
    meaning = models.CharField(max_length=5, choices=choices(Meaning))
    came_at = models.DateTimeField()
    # Whose number it is; None: nobody's here, which its sender doesn't learn.
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True, related_name="texts_in")
    blanked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InboundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["came_at"], name="messaging_inbound_worded", condition=Q(blanked_at=None)),
            models.Index(fields=["came_at"], name="messaging_inbound_unread", condition=Q(seen_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="messaging_inboundtext_seen_at_and_by",
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="messaging_inboundtext_blanked_is_empty", condition=Q(blanked_at=None) | Q(body="", number="")
            ),
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"
