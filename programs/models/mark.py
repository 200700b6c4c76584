from django.db import models
from django.db.models import Q

from accounts.models import User
from programs.kinds import CAME, MarkKind
from programs.models.cohort import Session
from programs.models.enrollment import Enrollment, last_seat
from vault.fields import EncryptedTextField


class MarkQuerySet(models.QuerySet["Mark"]):
    def current(self) -> "MarkQuerySet":
        """Those that no later mark corrects."""
        return self.filter(superseded_by=None)

    def came(self) -> "MarkQuerySet":
        """Of who was there, whatever it earned him."""
        return self.current().filter(kind__in=CAME)

    def for_roster(self) -> "MarkQuerySet":
        """With all that one row of a roster shows, and by whose rules it counts."""
        return self.select_related("by", "enrollment__participant__key", "enrollment__program").annotate(
            policy_id=last_seat("enrollment", "cohort__policy")
        )


class Mark(models.Model):
    """Append-only: what a facilitator saw of one person in one session.

    A correction is a new mark that names the old.
    """

    class Excuse(models.TextChoices):
        """Why a coordinator excused an absence. Never told to a court."""

        ILLNESS = "illness"
        WORK = "work"
        FAMILY = "family"
        LEGAL = "legal"
        OTHER = "other"

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="marks")
    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    kind = models.CharField(max_length=12, choices=MarkKind.choices())
    # Late: how late he came; left early: how long before the end he left.
    minutes = models.PositiveSmallIntegerField(null=True)
    # Sent home: by which rule of the agreement.
    rule = models.CharField(max_length=100, blank=True)
    gave_reason = models.BooleanField(default=False)
    excuse = models.CharField(max_length=8, choices=Excuse, blank=True)
    # None: not said; asked only of those who were there.
    took_part = models.BooleanField(null=True)
    homework = models.BooleanField(null=True)
    comment = EncryptedTextField(key="enrollment__participant__key", blank=True)
    # Why a mark was corrected after its session had been closed.
    correction = EncryptedTextField(key="enrollment__participant__key", blank=True)
    idempotency_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    # By the phone's clock, where the tap had to wait for a line; None: it was saved at once.
    tapped_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = MarkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["session", "enrollment"], name="programs_mark_by_session")]
        constraints = [
            # A stale tap, made on a roster without the newest mark, is refused here or by `supersedes` being unique.
            models.UniqueConstraint(
                fields=["enrollment", "session"], condition=Q(supersedes=None), name="programs_mark_one_first"
            ),
            models.CheckConstraint(
                name="programs_mark_minutes",
                condition=Q(kind__in=["late", "left_early"], minutes__isnull=False, minutes__gt=0)
                | ~Q(kind__in=["late", "left_early"]) & Q(minutes=None),
            ),
            models.CheckConstraint(
                name="programs_mark_sent_home_names_the_rule",
                condition=Q(kind="sent_home") & ~Q(rule="") | ~Q(kind="sent_home") & Q(rule=""),
            ),
            models.CheckConstraint(name="programs_mark_excuses_an_absence", condition=Q(excuse="") | Q(kind="absent")),
            models.CheckConstraint(
                name="programs_mark_took_part_if_there",
                condition=Q(took_part=None, homework=None) | Q(kind__in=["present", "late", "left_early"]),
            ),
        ]

    def __str__(self) -> str:
        return f"mark {self.pk}"
