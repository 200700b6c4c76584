from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from accounts.models import User
from courts.kinds import LABELS, NOT_FOR_COURTS, ReferralKind, Referrer
from courts.models.court import Court
from courts.models.desk import Agency
from courts.models.lists import ListImport
from courts.moves import OVER, OWING, WITH_ENROLLMENT, Closing, State
from participants.models import Participant, choices
from participants.names import until
from programs.models import Enrollment, Program
from vault.fields import EncryptedTextField
from vault.models import Key


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> "ReferralQuerySet":
        return self.exclude(state__in=OVER)

    def of_court(self, court: Court) -> "ReferralQuerySet":
        return self.filter(court=court)

    def undone(self) -> "ReferralQuerySet":
        """Those that went with the list that had brought them; one that was opened again is there again."""
        return self.filter(state=State.CLOSED, closing=Closing.BY_MISTAKE, list_import__undone_at__isnull=False)

    def not_undone(self) -> "ReferralQuerySet":
        return self.exclude(pk__in=Referral.objects.undone().order_by().values("pk"))

    def shown_to_court(self, court: Court) -> "ReferralQuerySet":
        """Filed there; never what a prosecutor hasn't filed, nor what he asked for himself."""
        return self.filter(court=court).exclude(kind__in=NOT_FOR_COURTS).known().not_undone()

    def known(self) -> "ReferralQuerySet":
        """Not those that had to be forgotten."""
        return self.filter(~Exists(Key.objects.filter(pk=OuterRef("key"), destroyed_at__isnull=False)))

    def with_hearing(self, since: datetime) -> "ReferralQuerySet":
        """Each with `hearing_at`, the first since then that isn't canceled; None: there is none."""
        ahead = Hearing.objects.filter(referral=OuterRef("pk"), canceled_at=None, at__gte=since)
        return self.annotate(hearing_at=Subquery(ahead.order_by("at").values("at")[:1]))

    def open_first(self) -> "ReferralQuerySet":
        over = Case(When(state__in=OVER, then=1), default=0)
        return self.order_by(over, "-received_on", "-pk")

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
            # Of all courts: what is to be decided, and a list of it, the newest first.
            models.Index(fields=["state", "id"], name="courts_referral_state"),
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
    def numbers(self) -> tuple[str, str]:
        return self.case_number, self.incident_number

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
        indexes = [models.Index(fields=["made_at"], name="courts_flag_open", condition=Q(settled_at=None))]
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


class NumberTokenQuerySet(models.QuerySet["NumberToken"]):
    def beginning(self, run: str) -> "NumberTokenQuerySet":
        """Those that begin so, by a range: on SQLite LIKE would read them all."""
        end = until(run)
        return self.filter(token__gte=run) if end is None else self.filter(token__gte=run, token__lt=end)


class NumberToken(models.Model):
    """One run of letters or digits of a referral's numbers, for searching; the digits alone are one, too."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="number_tokens")
    token = models.CharField(max_length=100)

    objects = NumberTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["token", "referral"], name="courts_token")]
        constraints = [
            models.UniqueConstraint(fields=["referral", "token"], name="courts_numbertoken_once"),
            models.CheckConstraint(name="courts_numbertoken_says_something", condition=~Q(token="")),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"
