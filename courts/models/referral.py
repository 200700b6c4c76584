from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from courts.kinds import LABELS, ReferralKind, Referrer
from courts.models.court import Court
from courts.models.desk import Agency
from courts.moves import OVER, OWING, WITH_ENROLLMENT, Closing, State
from courts.steps import ReportKind
from participants.models import Participant, choices
from programs.models import Enrollment, Program
from vault.fields import EncryptedTextField
from vault.models import Key


class ListImport(models.Model):
    """A court's list that came in: which file, by whom, and what came of it."""

    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"list {self.pk}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> "ReferralQuerySet":
        return self.exclude(state__in=OVER)

    def of_court(self, court: Court) -> "ReferralQuerySet":
        return self.filter(court=court)

    def numbered(self, court: Court | None, normalized: str) -> "ReferralQuerySet":
        return self.filter(court=court, normalized_case_number=normalized)

    def awaiting_decision(self) -> "ReferralQuerySet":
        return self.filter(state=State.RECEIVED)

    def awaiting_intake(self) -> "ReferralQuerySet":
        return self.filter(state=State.ACCEPTED, enrollment__state=Enrollment.State.INTAKE)

    def awaiting_a_seat(self) -> "ReferralQuerySet":
        return self.filter(state=State.ACCEPTED, enrollment__state=Enrollment.State.WAITING)

    def fulfilled_by(self, enrollment: Enrollment) -> "ReferralQuerySet":
        return self.filter(enrollment=enrollment).open()


class Referral(models.Model):
    """One order, or one request, that a man go through the program. One enrollment may fulfil several."""

    key = models.OneToOneField(Key, models.PROTECT, related_name="referral")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="referrals")
    # Where it is filed. None: not filed anywhere, and no clerk sees it.
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="referrals")
    kind = models.CharField(max_length=20, choices=[(k.value, LABELS[k]) for k in ReferralKind])
    referrer = models.CharField(max_length=10, choices=[(r.value, LABELS[r]) for r in Referrer])
    # The office that referred him, where it has pages here; it sees this referral, filed or not.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="referrals")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, null=True, related_name="referrals")
    state = models.CharField(max_length=8, choices=choices(State), default=State.RECEIVED)
    name_as_charged = models.CharField(max_length=500)
    plaintiff = models.CharField(max_length=200, blank=True)
    # Free text: each court has its own form. The normalized number keeps letters and digits only.
    case_number = models.CharField(max_length=100, blank=True)
    normalized_case_number = models.CharField(max_length=100, blank=True)
    incident_number = models.CharField(max_length=100, blank=True)
    normalized_incident_number = models.CharField(max_length=100, blank=True)
    judge = models.CharField(max_length=200, blank=True)
    # The dates it carries, each on the court's own calendar. None: the court set none.
    ordered_on = models.DateField(null=True)
    received_on = models.DateField()
    enroll_by = models.DateField(null=True)
    start_by = models.DateField(null=True)
    complete_by = models.DateField(null=True)
    proof_due_by = models.DateField(null=True)
    jurisdiction_ends_on = models.DateField(null=True)
    next_progress_on = models.DateField(null=True)
    # An earlier referral of the same man under which he was not finished.
    again_after = models.ForeignKey("self", models.PROTECT, null=True, related_name="again_as")
    # The referral at the court that took the case over.
    moved_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_from")
    closing = models.CharField(max_length=16, choices=choices(Closing), blank=True)
    closing_report = models.OneToOneField("Report", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # Keyed HMAC of court, number, name, birth date and order date: the same row of a list again. None: not from a list.
    fingerprint = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  unique among those that have one
    list_import = models.ForeignKey(ListImport, models.PROTECT, null=True, related_name="referrals")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["court", "state"], name="courts_referral_by_state"),
            models.Index(fields=["court", "normalized_case_number"], name="courts_referral_by_number"),
            models.Index(fields=["normalized_incident_number"], name="courts_referral_by_incident"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["court", "normalized_case_number", "participant"],
                condition=~Q(state__in=OVER) & ~Q(normalized_case_number=""),
                name="courts_referral_once_while_open",
            ),
            models.CheckConstraint(
                name="courts_referral_normalized_beside_number",
                condition=(Q(case_number="", normalized_case_number="") | ~Q(case_number=""))
                & (Q(incident_number="", normalized_incident_number="") | ~Q(incident_number="")),
            ),
            models.CheckConstraint(
                name="courts_referral_enrolled_somewhere",
                condition=~Q(state__in=WITH_ENROLLMENT) | Q(enrollment__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_referral_closed_says_why",
                condition=Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(closing="")
                | ~Q(state=State.CLOSED) & Q(closed_at=None, closing="", closing_report=None),
            ),
            models.CheckConstraint(
                name="courts_referral_closed_with_the_report_it_owes",
                condition=~Q(closing__in=OWING) | Q(kind=ReferralKind.SELF) | Q(closing_report__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_referral_moved_somewhere",
                condition=~Q(closing=Closing.MOVED) | Q(moved_to__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_referral_filed_with_a_number",
                condition=Q(court=None) | ~Q(case_number="", incident_number=""),
            ),
            models.CheckConstraint(name="courts_referral_again_after_another", condition=~Q(again_after=F("id"))),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"

    @property
    def number(self) -> str:
        """The case number, or the police's while there is none."""
        return self.case_number or self.incident_number

    @property
    def zone(self) -> ZoneInfo:
        """The court's own time zone; the program's while no court has it."""
        return self.court.zone if self.court else self.program.zone

    @property
    def binding_date(self) -> date | None:
        """The date by which he must be through. None: none was set."""
        return self.complete_by or self.proof_due_by


class ReferralMove(models.Model):
    """Append-only: each move of a referral, when, by whom (None: a task), why."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="moves")
    number = models.PositiveSmallIntegerField()
    old = models.CharField(max_length=8, choices=choices(State), blank=True)
    new = models.CharField(max_length=8, choices=choices(State))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why = EncryptedTextField(key="referral__key", blank=True)
    # Eligibility answers, a closing reason: yes, no, a code.
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            # Two moves at one time from one state: the second is refused.
            models.UniqueConstraint(fields=["referral", "number"], name="courts_referralmove_in_order"),
            models.CheckConstraint(
                name="courts_referralmove_first_from_nowhere",
                condition=Q(number=1, old="") | Q(number__gt=1) & ~Q(old=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old or 'nowhere'} to {self.new}"


class Charge(models.Model):
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="charges")
    statute = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "statute", "text"], name="courts_charge_once"),
            models.CheckConstraint(name="courts_charge_says_something", condition=~Q(statute="", text="")),
        ]

    def __str__(self) -> str:
        return f"charge {self.pk}"


class Hearing(models.Model):
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="hearings")
    at = models.DateTimeField()
    # False: the list gave a day only, and `at` is that day's midnight at the court.
    time_known = models.BooleanField(default=True)
    canceled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "at"], condition=Q(canceled_at=None), name="courts_hearing_once"
            )
        ]

    def __str__(self) -> str:
        return f"hearing {self.pk}"


class Flag(models.Model):
    """A value of a court's list that couldn't be read: it came in empty, and somebody must ask."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="flags")
    field = models.CharField(max_length=40)
    raw = EncryptedTextField(key="referral__key")
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="courts_flag_settled_at_and_by",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.referral_id}"


class Hold(models.Model):
    """While a court holds the case: no reminders, deadlines silent, and a day on which to look again."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="holds")
    reason = EncryptedTextField(key="referral__key")
    review_on = models.DateField()
    keeps_seat = models.BooleanField()
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=Q(ended_at=None), name="courts_hold_one_open"),
            models.CheckConstraint(
                name="courts_hold_ended_at_and_by",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def in_use(self) -> "RecipientQuerySet":
        return self.filter(ended_at=None)

    def confirmed(self) -> "RecipientQuerySet":
        """The court's own pages need no call-back: who signs in there was invited."""
        return self.in_use().filter(Q(channel=Recipient.Channel.PORTAL) | Q(confirmed_at__isnull=False))

    def to_be_confirmed(self) -> "RecipientQuerySet":
        return self.in_use().filter(confirmed_at=None).exclude(channel=Recipient.Channel.PORTAL)


class Recipient(models.Model):
    """Who gets which reports of a referral, and by which way."""

    class Role(models.TextChoices):
        CLERK = "clerk", "Clerk of the court"
        JUDGE = "judge", "Judge"
        PROSECUTOR = "prosecutor", "Prosecutor"
        DEFENSE = "defense", "Defense"
        PROBATION = "probation", "Probation"
        HIMSELF = "himself", "Defendant"

    class Channel(models.TextChoices):
        PORTAL = "portal", "the court's pages here"
        EFILING = "efiling", "e-filing"
        EMAIL = "email", "e-mail"
        FAX = "fax"
        PAPER = "paper"
        BY_HAND = "by_hand", "by hand"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="recipients")
    role = models.CharField(max_length=10, choices=Role)
    # The office on whose pages here it is laid; None: the court's own clerk, or another way.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=300, blank=True)
    # Kinds of report; empty: all.
    kinds = models.JSONField(default=list, blank=True)
    release_on = models.DateField(null=True)
    release_until = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # On which day the court asked in writing that the document itself be attached; None: it gets a link and a code.
    attachment_asked_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "role", "channel", "address"],
                condition=Q(ended_at=None, agency=None),
                name="courts_recipient_once",
            ),
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=Q(ended_at=None, agency__isnull=False),
                name="courts_recipient_once_an_agency",
            ),
            models.CheckConstraint(
                name="courts_recipient_agency_by_its_pages",
                condition=Q(agency=None) | Q(channel="portal") & ~Q(role__in=["clerk", "judge", "himself"]),
            ),
            models.CheckConstraint(
                name="courts_recipient_confirmed_at_and_by",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_recipient_release_in_order",
                condition=Q(release_until=None) | Q(release_on__isnull=False, release_until__gte=F("release_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.referral_id}"

    def wants(self, kind: ReportKind) -> bool:
        return not self.kinds or kind in self.kinds

    def may_be_told_on(self, day: date) -> bool:
        """Where a release is needed, it runs from a day to a day; None: it needs none, or has no end."""
        begun = self.release_on is None or self.release_on <= day
        return begun and (self.release_until is None or day <= self.release_until)


class NumberToken(models.Model):
    """One run of letters or digits of a referral's numbers, for searching; the digits alone are one, too."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="number_tokens")
    token = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["token", "referral"], name="courts_token")]
        constraints = [
            models.UniqueConstraint(fields=["referral", "token"], name="courts_numbertoken_once"),
            models.CheckConstraint(name="courts_numbertoken_says_something", condition=~Q(token="")),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"
