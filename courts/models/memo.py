"""What a court itself imposes, noted beside the case: never the program's fee, and never added to it."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from courts.models.referral import Referral
from vault.fields import EncryptedTextField


class Imposed(models.Model):
    """A memo of an amount that the court's own clerk collects. US dollars."""

    class Kind(models.TextChoices):
        # RCW 9A.88.120: 1,500, 2,500 or 5,000 dollars; only the court may reduce it.
        STATUTORY_FEE = "statutory_fee", "Fee by statute (RCW 9A.88.120)"
        FINE = "fine", "Fine"
        COSTS = "costs", "Court costs"
        RESTITUTION = "restitution", "Restitution"
        OTHER = "other", "Other"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="imposed")
    kind = models.CharField(max_length=13, choices=Kind)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    note = EncryptedTextField(key="referral__key", blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Noted wrongly, or taken back by the court.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="courts_imposed_above_nothing", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="courts_imposed_ended_at_and_by",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"memo {self.pk}"
