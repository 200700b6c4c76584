from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import RoleGrant, User
from accounts.roles import Role
from participants.kinds import (
    AppointmentKind,
    AppointmentState,
    ConsentChannel,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
    Unreachable,
)
from participants.names import until
from vault.fields import EncryptedJSONField, EncryptedTextField
from vault.models import Key


def choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def named(self, folded_name: str) -> "ParticipantQuerySet":
        return self.filter(folded_name=folded_name)

    def out_of_reach(self) -> "ParticipantQuerySet":
        """Nothing can go to them: no place that is safe, or what went there came back."""
        return self.exclude(contact_points__in=ContactPoint.objects.safe())

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
        indexes = [
            models.Index(fields=["date_of_birth"], name="participants_by_birth"),
            # The list of people, page by page.
            models.Index(fields=["last_name", "first_name"], name="participants_by_last_name"),
            # Who came in lately, and may be here already.
            models.Index(fields=["made_at"], name="participants_by_coming"),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    @property
    def legal_name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name, self.suffix)))

    @property
    def names(self) -> tuple[str, ...]:
        """Each of his own, as they stand on this row."""
        return self.first_name, self.middle_name, self.last_name, self.suffix, self.preferred_name

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
        """Nothing goes to a contact point that nobody marked safe, nor where it would not arrive."""
        return self.in_use().filter(safe_at__isnull=False, unreachable_at=None)

    def unreachable(self) -> "ContactPointQuerySet":
        return self.in_use().filter(unreachable_at__isnull=False)


class ContactPoint(models.Model):
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="contact_points")
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
            )
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


class NameTokenQuerySet(models.QuerySet["NameToken"]):
    def beginning(self, word: str) -> "NameTokenQuerySet":
        """Those that begin so, by a range: on SQLite LIKE would read them all."""
        end = until(word)
        return self.filter(token__gte=word) if end is None else self.filter(token__gte=word, token__lt=end)


class NameToken(models.Model):
    """One folded word of one of a man's names, so that a search begins anywhere in them and forgives accents."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="name_tokens")
    # Small letters and digits only: their order is the same on both databases, and a range look-up finds a beginning.
    token = models.CharField(max_length=100)

    objects = NameTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["token", "participant"], name="participants_token")]
        constraints = [
            models.UniqueConstraint(fields=["participant", "token"], name="participants_nametoken_once"),
            models.CheckConstraint(name="participants_nametoken_says_something", condition=~Q(token="")),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


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


def _administrators() -> models.QuerySet[Any]:
    return RoleGrant.objects.current().filter(role=Role.ADMINISTRATOR).values("user")


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def current(self) -> "RestrictionQuerySet":
        return self.filter(ended_at=None)

    def shut_to(self, user: User) -> "RestrictionQuerySet":
        """Those that don't name this person. Once no administrator is named any more, each of them may open it."""
        names = RestrictionName.objects.filter(restriction=OuterRef("pk"), ended_at=None)
        others = self.current().exclude(Exists(names.filter(user=user)))
        if Role.ADMINISTRATOR not in user.roles:
            return others
        return others.filter(Exists(names.filter(user__is_active=True, user__in=_administrators())))


class Restriction(models.Model):
    """While it stands, a man's file opens to those who are named, and to nobody else in the office."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="restrictions")
    why = EncryptedTextField(key="participant__key")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at=None), name="participants_restriction_one_open"
            ),
            models.CheckConstraint(
                name="participants_restriction_ended_at_and_by",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"


class RestrictionName(models.Model):
    """Who may open a restricted file, from when to when."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="names")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["restriction", "user"], condition=Q(ended_at=None), name="participants_restrictionname_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.restriction_id}"
