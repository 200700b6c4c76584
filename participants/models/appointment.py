"""When he is seen alone, and what is filled in then."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User
from participants.kinds import AppointmentKind, AppointmentState, choices
from participants.models.person import Participant
from vault.fields import EncryptedJSONField


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def planned(self) -> "AppointmentQuerySet":
        return self.filter(state=AppointmentState.PLANNED)

    def between(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class Appointment(models.Model):
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=16, choices=choices(AppointmentKind))
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=200, blank=True)
    with_whom = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=choices(AppointmentState), default=AppointmentState.PLANNED)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    moved_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_from")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["starts_at"],
                name="participants_appt_planned",
                condition=Q(state=AppointmentState.PLANNED),
            ),
            models.Index(fields=["starts_at"], name="participants_appt_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="participants_appointment_settled",
                condition=Q(state=AppointmentState.PLANNED, settled_at=None, settled_by=None)
                | ~Q(state=AppointmentState.PLANNED) & Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="participants_appointment_moved_somewhere",
                condition=Q(state=AppointmentState.MOVED, moved_to__isnull=False)
                | ~Q(state=AppointmentState.MOVED) & Q(moved_to=None),
            ),
            models.CheckConstraint(name="participants_appointment_lasts", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class IntakeSheet(models.Model):
    """What is being filled in at an intake, saved as it is typed; what it leads to is written when it is finished."""

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="sheet")
    answers = EncryptedJSONField(key="appointment__participant__key")
    # Raised by each save: two people at one sheet see each other.
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="participants_intakesheet_finished_at_and_by",
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"intake sheet {self.pk}"
