"""One man under two numbers: that it may be so, and that it was so."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from participants.models.person import Participant
from vault.fields import EncryptedJSONField


class SoundQuerySet(models.QuerySet["Sound"]):
    def like(self, sounds: Iterable[str] | models.QuerySet[Any, Any]) -> "SoundQuerySet":
        return self.filter(sound__in=sounds)


class Sound(models.Model):
    """How his first and last name, or another name of his, sounds: by it a man spelled otherwise is found."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="sounds")
    sound = models.CharField(max_length=60)

    objects = SoundQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sound", "participant"], name="participants_sound_by_sound")]
        constraints = [
            models.UniqueConstraint(fields=["participant", "sound"], name="participants_sound_once"),
            models.CheckConstraint(name="participants_sound_says_something", condition=~Q(sound="")),
        ]

    def __str__(self) -> str:
        return f"sound {self.pk}"


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def open(self) -> "LikenessQuerySet":
        """Those that nobody has looked at."""
        return self.filter(settled_at=None)

    def of(self, man: int, others: Iterable[int]) -> "LikenessQuerySet":
        """Those of this man with any of these."""
        them = list(others)
        return self.filter(Q(one=man, other__in=them) | Q(other=man, one__in=them))

    def others(self, man: int) -> set[int]:
        """Of a man's pairs the second one each."""
        return {who for pair in self.values_list("one_id", "other_id") for who in pair} - {man}


class Likeness(models.Model):
    """Two who may be one man. It is suggested, never done by itself."""

    one = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    other = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    # From 0 to 100.
    score = models.PositiveSmallIntegerField()
    # Codes of what is alike, such as "name", "sound", "born", "phone".
    why = models.JSONField(default=list)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LikenessQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["found_at"], name="participants_likeness_open", condition=Q(settled_at=None))]
        constraints = [
            # One row a pair, whoever came first: who was told apart once isn't asked about again.
            models.CheckConstraint(name="participants_likeness_in_order", condition=Q(one__lt=F("other"))),
            models.UniqueConstraint(fields=["one", "other"], name="participants_likeness_once"),
            models.CheckConstraint(name="participants_likeness_score", condition=Q(score__lte=100)),
            models.CheckConstraint(
                name="participants_likeness_settled_at_and_by",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} like {self.other_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at=None)


class Merge(models.Model):
    """That two were found to be one: who goes on, who is left aside, and which rows went over. It can be undone."""

    kept = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    left = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    # In order, of which rows which columns were set from what to what, and which rows were made; no value of a person.
    moved = models.JSONField(default=list)
    # Of the fields of the one who goes on that were chosen from the other: what they said before, and since.
    was = EncryptedJSONField(key="kept__key", null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="participants_merge_of_two", condition=~Q(kept=F("left"))),
            models.UniqueConstraint(fields=["left"], condition=Q(undone_at=None), name="participants_merge_left_once"),
            models.CheckConstraint(
                name="participants_merge_undone_at_and_by",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"
