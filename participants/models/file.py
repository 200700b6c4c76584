"""What is kept about him: notes, who must not meet him, who may open his file."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import RoleGrant, User
from accounts.roles import Role
from participants.models.person import Participant
from vault.fields import EncryptedTextField


class Note(models.Model):
    """Append-only, for staff: never shown to a clerk, never in a report."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = EncryptedTextField(key="participant__key")

    def __str__(self) -> str:
        return f"note {self.pk}"


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

    def readers(self, men: Collection[int] | None) -> dict[int, set[int]]:
        """By man whose file is shut, to whom it opens: the same from its other side. `men` None: of them all."""
        shut = self.current() if men is None else self.current().filter(participant__in=men)
        found: dict[int, set[int]] = {man: set() for man in shut.values_list("participant", flat=True)}
        if not found:
            return {}
        names = RestrictionName.objects.filter(restriction__in=shut, ended_at=None, user__is_active=True)
        for man, user in names.values_list("restriction__participant", "user"):
            found[man].add(user)
        administrators = set(_administrators().values_list("user", flat=True))
        return {man: users if users & administrators else users | administrators for man, users in found.items()}


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
