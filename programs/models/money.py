"""Fees: what a man owes the program and what became of it. What a court imposes is never here, and never added."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounts.models import User
from programs.fees import Line
from programs.kinds import EntryKind, PaidBy
from programs.models.enrollment import Enrollment
from programs.models.program import Program
from vault.fields import EncryptedTextField

# The kinds by which money moves, and so the only ones that have a receipt.
WITH_RECEIPT = (EntryKind.PAID, EntryKind.REFUNDED)


class FeeScheduleQuerySet(models.QuerySet["FeeSchedule"]):
    def on(self, program: Program, day: date) -> "FeeSchedule | None":
        """The one in force on that day. None: the program charged nothing then."""
        return self.filter(program=program, begins_on__lte=day).order_by("-begins_on", "-version").first()


class FeeSchedule(models.Model):
    """Append-only: a version of the program's sliding scale, and of how what it collects is shared among funds."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="fee_schedules")
    version = models.PositiveSmallIntegerField()
    begins_on = models.DateField()
    # For each person who lives on the same income, so much of it is left out before the scale is read; dollars a month.
    less_a_dependent = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = FeeScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "version"], name="programs_feeschedule_version_once"),
            models.CheckConstraint(name="programs_feeschedule_leaves_out", condition=Q(less_a_dependent__gte=0)),
        ]

    def __str__(self) -> str:
        return f"fees v{self.version}"


class FeeStep(models.Model):
    """Append-only: one step of the scale. US dollars."""

    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="steps")
    # Monthly income up to this, itself included. None: the last step, for whoever has more.
    income_up_to = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "income_up_to"], name="programs_feestep_once"),
            models.UniqueConstraint(
                fields=["schedule"], condition=Q(income_up_to=None), name="programs_feestep_one_last"
            ),
            models.CheckConstraint(
                name="programs_feestep_not_below_nothing",
                condition=Q(amount__gte=0) & (Q(income_up_to=None) | Q(income_up_to__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.pk}"


class FundShare(models.Model):
    """Append-only: which part of what is collected goes to one fund; those of a schedule make a hundred percent."""

    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="shares")
    fund = models.CharField(max_length=100)
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "fund"], name="programs_fundshare_once"),
            models.CheckConstraint(name="programs_fundshare_a_part", condition=Q(percent__gt=0) & Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return self.fund


class FeeEntryQuerySet(models.QuerySet["FeeEntry"]):
    def of(self, enrollment: Enrollment) -> "FeeEntryQuerySet":
        return self.filter(enrollment=enrollment).order_by("id")

    def between(self, begins: date, ends: date) -> "FeeEntryQuerySet":
        """Both days count."""
        return self.filter(on__gte=begins, on__lte=ends)

    def lines(self) -> list[Line]:
        """As the rules read them."""
        told = self.values_list("kind", "amount", "on", "reverses__kind")
        return [Line(EntryKind(kind), amount, on, EntryKind(of) if of else None) for kind, amount, on, of in told]


class FeeEntry(models.Model):
    """Append-only: one line of an enrollment's ledger, in US dollars. A mistake is reversed by a line of its own."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="fee_entries")
    kind = models.CharField(max_length=8, choices=EntryKind.choices())
    # Which way it goes, the kind says. Nothing at all only where the scale asked for nothing.
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    # On the program's calendar: the day that the books count, in a month that isn't closed.
    on = models.DateField()
    # By which scale it was assessed, and by whose shares it is reported: the one in force on that day; of what was
    # given or taken back, the one of the payment or line that it comes from.
    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="+")
    paid_by = models.CharField(max_length=12, choices=PaidBy.choices(), blank=True)
    # Of a payment and a refund: the year and the number of its receipt, gapless in a program.
    receipt_year = models.PositiveSmallIntegerField(null=True)
    receipt_number = models.PositiveIntegerField(null=True)
    # When its receipt was first handed out; from then on another one says that it is a copy.
    receipt_given_at = models.DateTimeField(null=True)
    # Only a reversal: the line that it takes back.
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    # Only a waiver: the administrator who approved it.
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why = EncryptedTextField(key="enrollment__participant__key", blank=True)
    # Repeated here, so that a receipt's number is unique in its program.
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = FeeEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["program", "on", "kind"], name="programs_feeentry_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="programs_feeentry_above_nothing",
                condition=Q(amount__gt=0) | Q(kind__in=[EntryKind.ASSESSED, EntryKind.REVERSED], amount=0),
            ),
            models.UniqueConstraint(
                fields=["program", "receipt_year", "receipt_number"],
                condition=Q(receipt_number__isnull=False),
                name="programs_feeentry_receipt_once",
            ),
            models.CheckConstraint(
                name="programs_feeentry_receipt_for_money",
                condition=Q(kind__in=WITH_RECEIPT, receipt_year__isnull=False, receipt_number__gte=1)
                | ~Q(kind__in=WITH_RECEIPT) & Q(receipt_year=None, receipt_number=None, receipt_given_at=None),
            ),
            models.CheckConstraint(
                name="programs_feeentry_paid_somehow",
                condition=Q(kind__in=WITH_RECEIPT) & ~Q(paid_by="") | ~Q(kind__in=WITH_RECEIPT) & Q(paid_by=""),
            ),
            models.CheckConstraint(
                name="programs_feeentry_reverses_another",
                condition=Q(kind=EntryKind.REVERSED, reverses__isnull=False)
                | ~Q(kind=EntryKind.REVERSED) & Q(reverses=None),
            ),
            models.CheckConstraint(
                name="programs_feeentry_waived_with_approval",
                condition=Q(kind=EntryKind.WAIVED, approved_by__isnull=False)
                | ~Q(kind=EntryKind.WAIVED) & Q(approved_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class WaiverRequestQuerySet(models.QuerySet["WaiverRequest"]):
    def open(self) -> "WaiverRequestQuerySet":
        return self.filter(decided_at=None)


class WaiverRequest(models.Model):
    """That somebody asks to waive a fee or a part of it; an administrator decides."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="waiver_requests")
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    why = EncryptedTextField(key="enrollment__participant__key")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The line by which it was waived. None, once decided: it was refused.
    entry = models.OneToOneField(FeeEntry, models.PROTECT, null=True, related_name="+")

    objects = WaiverRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="programs_waiverrequest_above_nothing", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(decided_at=None), name="programs_waiverrequest_one_open"
            ),
            models.CheckConstraint(
                name="programs_waiverrequest_decided_at_and_by",
                condition=Q(decided_at=None, decided_by=None, entry=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"waiver {self.pk}"


class PaymentPlan(models.Model):
    """By which days he pays what he owes; another plan ends this one."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="payment_plans")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ended_at=None), name="programs_paymentplan_one_open"
            ),
            models.CheckConstraint(
                name="programs_paymentplan_ended_at_and_by",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class Installment(models.Model):
    """What of it is due by a day. US dollars. Payments fill them in the order of their days."""

    plan = models.ForeignKey(PaymentPlan, models.PROTECT, related_name="installments")
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="programs_installment_one_a_day"),
            models.CheckConstraint(name="programs_installment_above_nothing", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"installment {self.pk}"


class BooksClosing(models.Model):
    """Append-only: a program's books of one month are closed; no line is entered for a day in it any more."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="books_closings")
    # The first day of that month.
    month = models.DateField()
    # As they stood: by kind and by fund, texts of dollars and cents.
    totals = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "month"], name="programs_booksclosing_once"),
            models.CheckConstraint(name="programs_booksclosing_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"books of {self.month}"
