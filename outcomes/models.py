"""Measures before and after, behind a wall: answers stand under a code, and nothing of a court is ever near.

Every foreign key out of here has `related_name="+"`: nobody gets from a man to what he answered by following names.
"""

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from outcomes.instruments import Document, read
from outcomes.kinds import LINK_AFTER, Arrest, Kind, Moment, Purpose, State, Way
from participants.kinds import choices
from programs.models import Enrollment, Program
from vault.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from vault.models import Key


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def current(self) -> "InstrumentQuerySet":
        return self.filter(retired_at=None)


class Instrument(models.Model):
    """A version that is, or was, asked by. It never changes: who wants other words puts another version to use."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    code = models.SlugField(max_length=24)
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=choices(Kind))
    # What must stand wherever a number of it is told, such as "not validated".
    label = models.CharField(max_length=120)
    content = models.JSONField()
    used_from = models.DateTimeField()
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "code", "version"], name="outcomes_instrument_version"),
            models.UniqueConstraint(
                fields=["program", "code"], condition=Q(retired_at=None), name="outcomes_instrument_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def document(self) -> Document:
        return read(self.content)


class Draft(models.Model):
    """The next version of an instrument, as long as it is being written. One for each."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    code = models.SlugField(max_length=24)
    kind = models.CharField(max_length=16, choices=choices(Kind))
    label = models.CharField(max_length=120)
    content = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "code"], name="outcomes_draft_one")]

    def __str__(self) -> str:
        return f"draft of {self.code}"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def newest(self, enrollment: Enrollment) -> dict[str, bool]:
        """By purpose what he said last; what he wasn't asked isn't there."""
        said = self.filter(enrollment=enrollment).order_by("pk")
        return dict(said.values_list("purpose", "given"))

    def said_no(self) -> "AgreementQuerySet":
        """To being counted: what he answered went, and nobody asks him again."""
        return self.filter(purpose=Purpose.STATISTICS, given=False)

    def said(self, purpose: Purpose) -> Subquery:
        """What each one said last, in a query of enrollments; null: he wasn't asked."""
        newest = self.filter(enrollment=OuterRef("pk"), purpose=purpose).order_by("-pk")
        return Subquery(newest.values("given")[:1])


class Agreement(models.Model):
    """Yes or no, append-only: to be counted, and to be asked again later. The program goes on either way."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=choices(Purpose))
    given = models.BooleanField()
    at = models.DateTimeField()
    # None: he himself, on the page on which he was asked.
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["enrollment", "purpose"], name="outcomes_agreement_of")]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class AskingQuerySet(models.QuerySet["Asking"]):
    def open(self) -> "AskingQuerySet":
        return self.filter(state__in=[State.PLANNED, State.HANDED])

    def over(self, today: date) -> "AskingQuerySet":
        return self.open().filter(closes_on__lt=today)

    def closed(self) -> "AskingQuerySet":
        return self.filter(state__in=[State.DONE, State.DECLINED, State.MISSED])

    def first_done(self) -> "AskingQuerySet":
        """Without it nothing that is answered later makes a pair."""
        return self.filter(moment=Moment.INTAKE, state=State.DONE)


class Asking(models.Model):
    """That he is asked at a moment: done or not done, which is all that the office sees."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=16, choices=choices(Moment))
    due_on = models.DateField()
    # The last day on which it can be answered.
    closes_on = models.DateField()
    state = models.CharField(max_length=8, choices=choices(State), default=State.PLANNED)

    objects = AskingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="outcomes_asking_open", condition=Q(state="planned"))]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "moment"], name="outcomes_asking_once"),
            models.CheckConstraint(name="outcomes_asking_in_order", condition=Q(closes_on__gte=models.F("due_on"))),
        ]

    def __str__(self) -> str:
        return f"asking {self.pk}"


class Subject(models.Model):
    """The code under which answers stand. Nothing here says whose they are, or on which day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    key = models.OneToOneField(Key, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)

    def __str__(self) -> str:
        return "a subject"


class Link(models.Model):
    """The one way from a man to his code, under a key of its own. Three actions read it: send the next, forget, and
    his own file. It is destroyed after the last measure, or thirteen months after his program ended."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="+")
    key = models.OneToOneField(Key, models.PROTECT, related_name="+")
    code = EncryptedTextField()

    def __str__(self) -> str:
        return f"link {self.pk}"


class SheetQuerySet(models.QuerySet["Sheet"]):
    def done(self) -> "SheetQuerySet":
        return self.filter(is_done=True)


class Sheet(models.Model):
    """What was answered at one moment by one instrument, saved as he goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="sheets")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=16, choices=choices(Moment))
    # Its first day. The day itself stands nowhere.
    month = models.DateField()
    answers = EncryptedJSONField(key="subject__key")
    is_done = models.BooleanField(default=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["month"], name="outcomes_sheet_done", condition=Q(is_done=True))]
        constraints = [
            models.UniqueConstraint(fields=["subject", "moment", "instrument"], name="outcomes_sheet_once"),
            models.CheckConstraint(name="outcomes_sheet_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return "a sheet"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def just_out(self, now: datetime) -> "TicketQuerySet":
        """In his hand, or not a day ago."""
        return self.filter(expires_at__gt=now - LINK_AFTER)


class Ticket(models.Model):
    """Lets whoever holds its token answer, once. Neither token nor code stands here: the code is sealed by the token,
    and from the first button on by a secret that lies in that browser alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    asking = models.ForeignKey(Asking, models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=choices(Way))
    token_hash = models.CharField(max_length=64, unique=True)
    # Empty: used up.
    sealed = models.BinaryField()
    is_taken = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asking"], name="outcomes_ticket_one_of_an_asking")]

    def __str__(self) -> str:
        return f"ticket {self.pk}"


class FollowUpDueQuerySet(models.QuerySet["FollowUpDue"]):
    def open(self, today: date) -> "FollowUpDueQuerySet":
        return self.filter(is_said=False, due_on__lte=today).exclude(sealed=b"").order_by("due_on")


class FollowUpDue(models.Model):
    """Somebody is to say whether a new arrest is known: into here, and nobody gets it out again by his name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=16, choices=choices(Moment))
    due_on = models.DateField()
    # His code, sealed by the installation's secret; empty: said, or its time went by.
    sealed = models.BinaryField()
    is_said = models.BooleanField(default=False)

    objects = FollowUpDueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "moment"], name="outcomes_followupdue_once"),
            models.CheckConstraint(
                name="outcomes_followupdue_said_is_empty", condition=Q(is_said=False) | Q(sealed=b"")
            ),
            models.CheckConstraint(
                name="outcomes_followupdue_moment", condition=Q(moment__in=[Moment.SIX, Moment.TWELVE])
            ),
        ]

    def __str__(self) -> str:
        return f"follow-up due {self.pk}"


class FollowUp(models.Model):
    """New arrest known: yes, no, not known. Under the code, with the month; no source, no words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="follow_ups")
    moment = models.CharField(max_length=16, choices=choices(Moment))
    month = models.DateField()
    known = models.CharField(max_length=9, choices=choices(Arrest))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "moment"], name="outcomes_followup_once"),
            models.CheckConstraint(name="outcomes_followup_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="outcomes_followup_moment", condition=Q(moment__in=[Moment.SIX, Moment.TWELVE])
            ),
        ]

    def __str__(self) -> str:
        return "a follow-up"


class YearOfChange(models.Model):
    """The numbers of a year that is over, made once and kept: a look before and a look after one man's answers would
    tell what he answered."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    tables = models.JSONField()
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    # The codes that were counted, in the order in which `tables` has them: by it, what later years tell is measured
    # against what this one told. Which band a code stands in is an answer, so it isn't written in clear.
    roll = EncryptedBytesField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "year"], name="outcomes_year_once")]

    def __str__(self) -> str:
        return f"{self.year}"
