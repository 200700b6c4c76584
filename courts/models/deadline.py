from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from courts.deadlines import DeadlineKind
from courts.models.referral import Referral
from participants.models import choices
from vault.fields import EncryptedTextField


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> "DeadlineQuerySet":
        return self.filter(state=Deadline.State.OPEN)

    def to_alert(self, today: date) -> "DeadlineQuerySet":
        return self.open().filter(next_alert_on__lte=today)

    def overdue(self, today: date) -> "DeadlineQuerySet":
        return self.open().filter(due_on__lt=today)


class Deadline(models.Model):
    """A date that binds: set by a court, or by a rule that follows from what happened."""

    class State(models.TextChoices):
        OPEN = "open"
        MET = "met"
        EXTENDED = "extended"
        WAIVED = "waived"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=24, choices=choices(DeadlineKind))
    # On the court's own calendar.
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    last_alert_on = models.DateField(null=True)
    # None: no alert is to come: it is settled, or its referral is on hold.
    next_alert_on = models.DateField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="courts_deadline_by_day"),
            models.Index(fields=["next_alert_on"], name="courts_deadline_to_alert", condition=Q(state="open")),
            models.Index(fields=["due_on", "id"], name="courts_deadline_open", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "kind", "due_on"], condition=Q(state="open"), name="courts_deadline_once"
            ),
            models.CheckConstraint(
                name="courts_deadline_settled_at",
                condition=Q(state="open", settled_at=None) | ~Q(state="open") & Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_deadline_settled_is_silent", condition=Q(state="open") | Q(next_alert_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def unconfirmed(self) -> "ExtensionQuerySet":
        return self.filter(basis=Extension.Basis.ORAL, confirmed_at=None)


class Extension(models.Model):
    """A court moved a date. An oral word stays open until it is confirmed by an order or a minute entry."""

    class Basis(models.TextChoices):
        ORDER = "order"
        MINUTE_ENTRY = "minute_entry"
        ORAL = "oral"

    old = models.OneToOneField(Deadline, models.PROTECT, related_name="extended_by")
    new = models.OneToOneField(Deadline, models.PROTECT, related_name="extension_of")
    basis = models.CharField(max_length=12, choices=Basis)
    judge = EncryptedTextField(key="old__referral__key", blank=True)
    # Oral: who told it, and on which day.
    told_by = EncryptedTextField(key="old__referral__key", null=True)
    told_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["made_at"], name="courts_extension_oral", condition=Q(basis="oral", confirmed_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courts_extension_oral_says_who_told",
                condition=~Q(basis="oral") | Q(told_by__isnull=False, told_on__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_extension_confirmed_at_and_by",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(name="courts_extension_of_another", condition=~Q(old=F("new"))),
        ]

    def __str__(self) -> str:
        return f"extension {self.pk}"
