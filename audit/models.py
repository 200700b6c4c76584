import json
from typing import Any

from django.db import models
from django.db.models import Q

from vault.models import Key, KeyDestroyed


class EventQuerySet(models.QuerySet["Event"]):
    def unsealed(self) -> "EventQuerySet":
        return self.filter(seal_number=None)

    def on(self, record: models.Model) -> "EventQuerySet":
        """Oldest first: without saying so a database answers in the order that suits it."""
        return self.filter(record=name_of(record)).order_by("pk")


class Event(models.Model):
    """Who did what, on which record, when, from where. Append-only; without foreign keys it outlives its subject."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=64)
    record = models.CharField(max_length=64)
    origin = models.CharField(max_length=100, blank=True)
    key_id = models.UUIDField(null=True, db_index=True)
    # JSON under the subject's key.
    personal = models.BinaryField(null=True)
    # What says nothing about a person by itself: ids, states, counts, dates of ours.
    facts = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)
    # Filled once, by the sealer: ids are given before they are committed, so no range of them is ever complete.
    seal_number = models.BigIntegerField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="audit_event_unsealed", condition=Q(seal_number=None)),
            models.Index(fields=["seal_number", "id"], name="audit_event_by_seal"),
            # The trail is searched newest first: each of these gives a page of fifty without sorting the rest.
            models.Index(fields=["actor", "id"], name="audit_event_by_actor"),
            models.Index(fields=["verb", "id"], name="audit_event_by_verb"),
            models.Index(fields=["record", "id"], name="audit_event_by_record"),
        ]
        constraints = [
            models.CheckConstraint(name="audit_event_has_an_actor", condition=~Q(actor="")),
            models.CheckConstraint(
                name="audit_event_personal_has_a_key", condition=Q(personal=None) | Q(key_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record}"

    def reveal(self) -> dict[str, Any] | None:
        """The personal values; None: there were none, or they have been forgotten."""
        if self.personal is None or self.key_id is None:
            return None
        try:
            said: dict[str, Any] = json.loads(Key.objects.get(pk=self.key_id).decrypt(bytes(self.personal)))
            return said
        except KeyDestroyed:
            return None


class Seal(models.Model):
    """One link of the chain over all events committed since the one before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    events = models.PositiveIntegerField()
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    previous = models.CharField(max_length=64, blank=True, unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.number}"


def name_of(record: models.Model) -> str:
    return f"{record._meta.label}:{record.pk}"
