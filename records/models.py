"""What is kept how long, what goes, what stops it from going, and what was handed out."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from courts.models import Court, Deadline, Referral, Submission
from participants.models import Merge, Participant, choices
from records.kinds import BY_ORDER, Asking, Basis, HandedBy, Kept, ShownBy
from vault.fields import EncryptedJSONField, EncryptedTextField
from vault.models import Key


def both_or_none(name: str, table: str, **also: object) -> models.CheckConstraint:
    """`<name>_at` and `<name>_by` are filled together."""
    none = Q(**{f"{name}_at": None, f"{name}_by": None})
    both = Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}, **also)
    return models.CheckConstraint(name=f"{table}_{name}_at_and_by", condition=none | both)


class RetentionRule(models.Model):
    """How long a kind of record is kept. Without a row for a kind, what `KEPT_MONTHS` says."""

    kind = models.CharField(max_length=8, choices=choices(Kept))
    months = models.PositiveSmallIntegerField()
    # The law or the contract that asks for it, as the office would cite it.
    source = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at=None), name="records_rule_one_of_a_kind"),
            models.CheckConstraint(name="records_rule_keeps_a_while", condition=Q(months__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.months} months"


def _taken_for(**left: Any) -> models.QuerySet[Merge]:
    """Of a hold: merges, undone since, that stood when it was placed on the one who then went on."""
    placed = OuterRef("placed_at")
    return Merge.objects.filter(kept=OuterRef("participant"), at__lte=placed, undone_at__gte=placed, **left)


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def standing(self) -> "LegalHoldQuerySet":
        return self.filter(lifted_at=None)

    def about(self, man: Participant) -> "LegalHoldQuerySet":
        """On him; also one that was placed on whom he was taken for, while he was."""
        men = Participant.objects.selves(man.himself)
        return self.standing().filter(Q(participant__in=men) | Exists(_taken_for(left__in=men)))

    def over(self, referral: Referral) -> "LegalHoldQuerySet":
        """Those that stop this referral from going: its own, and those on all that is kept about the man."""
        on_all = self.about(referral.participant).filter(referral=None).values("pk")
        return self.standing().filter(Q(referral=referral) | Q(pk__in=on_all))

    def on(self, disposal: "Disposal") -> "LegalHoldQuerySet":
        """Those that stop it. A draft that was never sent names nobody whom a hold could be about."""
        if disposal.referral is not None:
            return self.over(disposal.referral)
        if disposal.participant is not None:
            return self.about(disposal.participant)
        return self.none()


class LegalHold(models.Model):
    """Somebody is entitled to find the records as they are: nothing of it goes until the hold is lifted."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="legal_holds")
    # None: all that is kept about him.
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="legal_holds")
    why = EncryptedTextField(key="participant__key")
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [both_or_none("lifted", "records_hold")]

    def __str__(self) -> str:
        return f"legal hold {self.pk}"


class DisposalQuerySet(models.QuerySet["Disposal"]):
    def open(self) -> "DisposalQuerySet":
        return self.filter(done_at=None, refused_at=None)

    def done(self) -> "DisposalQuerySet":
        return self.filter(done_at__isnull=False)

    def with_holds(self) -> models.QuerySet[Any]:
        """Each says whether a hold stops it: `is_held`. A man's case on which one stands is kept, and so is he."""
        way = ("referral__participant__merged_into", "referral__participant", "participant__merged_into", "participant")
        standing = LegalHold.objects.standing().annotate(whose=Coalesce("participant__merged_into", "participant"))
        left = _taken_for(left=OuterRef(OuterRef("whose")))
        on_all_of_his = Q(referral=None) & (Q(whose=OuterRef("whose")) | Exists(left))
        found = standing.filter(Q(referral=OuterRef("referral")) | on_all_of_his)
        return self.annotate(whose=Coalesce(*way)).annotate(is_held=Exists(found))


class Disposal(models.Model):
    """A case, a man without one, or a draft that is to be forgotten: two people approve, or one a week later again."""

    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="disposals")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, related_name="disposals")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="disposals")
    basis = models.CharField(max_length=9, choices=choices(Basis))
    # The order's date and court; both stay when the case has gone: they are what the program answers with.
    ordered_on = models.DateField(null=True)
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    # None: the house did, by the rule of keeping.
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_why = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="records_disposal_of_one_thing",
                condition=Q(referral__isnull=False, participant=None, submission=None)
                | Q(referral=None, participant__isnull=False, submission=None)
                | Q(referral=None, participant=None, submission__isnull=False),
            ),
            models.CheckConstraint(
                name="records_disposal_by_order_says_which",
                condition=Q(basis__in=BY_ORDER, ordered_on__isnull=False, court__isnull=False, referral__isnull=False)
                & Q(proposed_at__isnull=False, proposed_by__isnull=False)
                | Q(basis=Basis.RETENTION, ordered_on=None, court=None),
            ),
            both_or_none("first", "records_disposal"),
            both_or_none("second", "records_disposal", first_at__isnull=False),
            both_or_none("refused", "records_disposal", done_at=None),
            models.CheckConstraint(
                name="records_disposal_refused_says_why",
                condition=Q(refused_at=None, refused_why="") | Q(refused_at__isnull=False) & ~Q(refused_why=""),
            ),
            models.CheckConstraint(
                name="records_disposal_done_when_approved",
                condition=Q(done_at=None) | Q(second_at__isnull=False, done_at__gte=F("second_at")),
            ),
            *(
                models.UniqueConstraint(
                    fields=[what],
                    condition=Q(done_at=None, refused_at=None),
                    name=f"records_disposal_one_open_{what}",
                )
                for what in ("referral", "participant", "submission")
            ),
        ]

    def __str__(self) -> str:
        return f"disposal {self.pk}"

    @property
    def man(self) -> Participant | None:
        """Whom it is about. None: a draft that never became anybody's case."""
        return self.participant if self.referral is None else self.referral.participant

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.refused_at is None


class OwnFileQuerySet(models.QuerySet["OwnFile"]):
    def open(self) -> "OwnFileQuerySet":
        """Being prepared: neither handed over nor withdrawn. Of who is forgotten nothing is prepared any more."""
        return self.filter(handed_at=None, withdrawn_at=None, participant__key__destroyed_at=None)

    def about(self, man: Participant) -> "OwnFileQuerySet":
        """Also what he asked for under a file that turned out to be his."""
        return self.filter(participant__in=Participant.objects.selves(man.himself))


class OwnFile(models.Model):
    """He asked for what is kept about him. One looks who he is, another lets it out; never by a link."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="own_files")
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    shown_by = models.CharField(max_length=9, choices=choices(ShownBy), blank=True)
    identified_at = models.DateTimeField(null=True)
    identified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Of the PDF and of the JSON as they were made; what was handed over can be told from what wasn't.
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    json_sha256 = models.CharField(max_length=64, blank=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_how = models.CharField(max_length=9, choices=choices(HandedBy), blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OwnFileQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_none("identified", "records_ownfile"),
            models.CheckConstraint(
                name="records_ownfile_shown_when_identified",
                condition=Q(identified_at=None, shown_by="") | Q(identified_at__isnull=False) & ~Q(shown_by=""),
            ),
            both_or_none("approved", "records_ownfile", identified_at__isnull=False),
            models.CheckConstraint(
                name="records_ownfile_by_two_people",
                condition=Q(approved_by=None) | ~Q(approved_by=F("identified_by")),
            ),
            both_or_none("handed", "records_ownfile", approved_at__isnull=False, withdrawn_at=None),
            models.CheckConstraint(
                name="records_ownfile_handed_is_told",
                condition=Q(handed_at=None, handed_how="")
                | Q(handed_at__isnull=False) & ~Q(handed_how="") & ~Q(pdf_sha256="") & ~Q(json_sha256=""),
            ),
            both_or_none("withdrawn", "records_ownfile"),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(handed_at=None, withdrawn_at=None),
                name="records_ownfile_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"own file {self.pk}"


class Release(models.Model):
    """Records that somebody else asked for: on what grounds, exactly which, who let them out, what went."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="releases")
    # None: about him as a whole.
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="releases")
    # Under the case's key where it is about one, else under the man's: what it says goes with it.
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    grounds = models.CharField(max_length=14, choices=choices(Asking))
    who = EncryptedTextField()
    # The order's or the subpoena's number, the statute, the date of the release that he signed.
    cited = EncryptedTextField()
    received_on = models.DateField()
    answer_by = models.DateField(null=True)
    # What it asks for, in its own words.
    asked_for = EncryptedTextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Nothing of it goes while it is asked for.
    hold = models.ForeignKey(LegalHold, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_why = EncryptedTextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_how = models.CharField(max_length=9, choices=choices(HandedBy), blank=True)

    class Meta:
        constraints = [
            both_or_none("first", "records_release"),
            both_or_none("second", "records_release", first_at__isnull=False),
            models.CheckConstraint(
                name="records_release_by_two_people",
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
            ),
            both_or_none("refused", "records_release", handed_at=None),
            both_or_none("handed", "records_release", second_at__isnull=False),
            models.CheckConstraint(
                name="records_release_handed_is_told",
                condition=Q(handed_at=None, handed_how="")
                | Q(handed_at__isnull=False) & ~Q(handed_how="") & ~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.pk}"


class ReleaseItem(models.Model):
    """One thing that goes out: which record, and what was written about it when it went."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    # As the trail names it: "courts.IssuedDocument:12".
    record = models.CharField(max_length=64)
    # Its name on the list, and what of it is blacked out; under the release's key.
    said = EncryptedJSONField(key="release__key")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "record"], name="records_releaseitem_once")]

    def __str__(self) -> str:
        return f"item {self.pk} of release {self.release_id}"


class Remains(models.Model):
    """What the figures take from a case's dates, once those have shrunk to their months: days, and nobody's."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="remains")
    # Of a case that came over from another court, whose own case is forgotten: when it came there. None: it didn't.
    came_on = models.DateField(null=True)
    # Its own dates are gone, and the days below are read instead. None there: it never was.
    shrunk = models.BooleanField(default=False)
    tried_days = models.PositiveIntegerField(null=True)
    reached_days = models.PositiveIntegerField(null=True)
    intake_days = models.PositiveIntegerField(null=True)
    seat_days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"remains of referral {self.referral_id}"


class DeadlineRemains(models.Model):
    """Whether a date that has shrunk to its month was kept."""

    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="remains")
    in_time = models.BooleanField()

    def __str__(self) -> str:
        return f"remains of deadline {self.deadline_id}"
