from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from participants.kinds import (
    AppointmentKind,
    AppointmentState,
    ConsentChannel,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
)
from vault.fields import EncryptedTextField
from vault.models import Key


def choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def named(self, folded_name: str) -> "ParticipantQuerySet":
        return self.filter(folded_name=folded_name)

    def same_person(self, folded_name: str, date_of_birth: date) -> "ParticipantQuerySet":
        """By legal name and date of birth; a name alone is never enough."""
        return self.named(folded_name).filter(date_of_birth=date_of_birth)


class Participant(models.Model):
    """A man who was referred. What a court calls him stands on the referral; this is how the program knows him."""

    key = models.OneToOneField(Key, models.PROTECT, related_name="participant")
    first_name = models.CharField(max_length=150)
    middle_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150)
    suffix = models.CharField(max_length=20, blank=True)
    preferred_name = models.CharField(max_length=150, blank=True)
    folded_name = models.CharField(max_length=500, db_index=True)
    date_of_birth = models.DateField(null=True)
    language = models.CharField(max_length=8, default="en")
    needs_interpreter = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["date_of_birth"], name="participants_by_birth")]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    @property
    def legal_name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name, self.suffix)))

    @property
    def called(self) -> str:
        """First name and last initial: all that the others in the room may see of him."""
        return f"{self.preferred_name or self.first_name} {self.last_name[:1]}."


class OtherName(models.Model):
    """A former name or an alias, by which a court or an earlier file may know him."""

    class Kind(models.TextChoices):
        FORMER = "former"
        ALIAS = "alias"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="other_names")
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "folded"], name="participants_othername_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.participant_id}"


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def in_use(self) -> "ContactPointQuerySet":
        return self.filter(ended_at=None)

    def safe(self) -> "ContactPointQuerySet":
        """Nothing goes to a contact point that nobody marked safe."""
        return self.in_use().filter(safe_at__isnull=False)


class ContactPoint(models.Model):
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=choices(ContactKind))
    # Phones as E.164, e-mails in lower case, addresses with white space folded.
    value = models.CharField(max_length=500)
    source = models.CharField(max_length=150)
    safe_at = models.DateTimeField(null=True)
    safe_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def newest_first(self) -> "ConsentQuerySet":
        return self.order_by("-at", "-id")


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


class NonAssociationQuerySet(models.QuerySet["NonAssociation"]):
    def of(self, participant: Participant) -> "NonAssociationQuerySet":
        return self.filter(Q(one=participant) | Q(other=participant), ended_at=None)

    def kept_apart_from(self, participant: Participant) -> set[int]:
        pairs = self.of(participant).values_list("one_id", "other_id")
        return {person for pair in pairs for person in pair} - {participant.pk}


class NonAssociation(models.Model):
    """Two men who must not share a group: co-defendants under a no-contact order, most often."""

    one = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    other = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    reason = EncryptedTextField(key="one__key", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = NonAssociationQuerySet.as_manager()

    class Meta:
        constraints = [
            # One row a pair, whoever is named first.
            models.CheckConstraint(name="participants_nonassociation_in_order", condition=Q(one__lt=F("other"))),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(ended_at=None), name="participants_nonassociation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} apart from {self.other_id}"


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
            )
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


class ContactAttempt(models.Model):
    """Append-only: that somebody tried to reach him, and what came of it."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="contact_attempts")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=choices(ContactChannel))
    result = models.CharField(max_length=12, choices=choices(ContactResult))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = EncryptedTextField(key="participant__key", blank=True)

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Note(models.Model):
    """Append-only, for staff: never shown to a clerk, never in a report."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = EncryptedTextField(key="participant__key")

    def __str__(self) -> str:
        return f"note {self.pk}"
