"""A man, and the names by which he is found."""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q

from participants.models.reach import ContactPoint
from participants.names import until
from vault.models import Key


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def themselves(self) -> "ParticipantQuerySet":
        """Not those who turned out to be somebody who was here already."""
        return self.filter(merged_into=None)

    def selves(self, participant: "Participant | OuterRef") -> "ParticipantQuerySet":
        """He, and those who turned out to be he: what is never changed stays under the number it was written under."""
        pk = participant.pk if isinstance(participant, Participant) else participant
        return self.filter(Q(pk=pk) | Q(merged_into=pk))

    def standing_for(self, men: Collection[int]) -> dict[int, int]:
        """By number, each of these men, and by whom those go on who turned out to be one of them."""
        left = self.filter(merged_into__in=men).values_list("pk", "merged_into")
        return {man: man for man in men} | dict(left)

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
    # He was here twice: this is the row that is left aside, and that one goes on. None: he stands for himself.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    # He is new, or his names, birth date or telephone are: whether he is here twice is still to be looked at.
    to_compare = models.BooleanField(default=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["date_of_birth"], name="participants_by_birth"),
            # The list of people, page by page.
            models.Index(fields=["last_name", "first_name"], name="participants_by_last_name"),
            # Who came in lately, and may be here already.
            models.Index(fields=["made_at"], name="participants_by_coming"),
            models.Index(fields=["id"], name="participants_to_compare", condition=Q(to_compare=True)),
        ]
        constraints = [
            models.CheckConstraint(name="participants_merged_into_another", condition=~Q(merged_into=F("id"))),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    @property
    def himself(self) -> "Participant":
        """As whom he goes on, where he was here twice."""
        return self.merged_into or self

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
