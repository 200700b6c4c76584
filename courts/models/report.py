from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from courts.models.referral import Referral
from courts.moves import OVER
from courts.steps import PROPOSALS, ReportKind, Step
from participants.models import choices
from programs.models import Program, Signer, StandingChange
from vault.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> "ProposalQuerySet":
        return self.filter(state=Proposal.State.OPEN)

    def gone_unseen(self) -> "ProposalQuerySet":
        """Those that a task took back because they no longer held, until somebody in the office has seen it.

        Not where a newer one of its kind took its place, nor where its referral is over.
        """
        gone = self.filter(state=Proposal.State.WITHDRAWN, settled_by=None, seen_at=None)
        newer = Proposal.objects.filter(referral=OuterRef("referral"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
        return gone.exclude(referral__state__in=OVER).exclude(Exists(newer))


class Proposal(models.Model):
    """What the program found should be done, with the facts as they stood then. A human decides."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DISMISSED = "dismissed"
        WITHDRAWN = "withdrawn"  # nobody decided: it no longer held, or its referral was over

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=24, choices=choices(PROPOSALS))
    facts = EncryptedJSONField(key="referral__key")
    from_change = models.ForeignKey(StandingChange, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # None: a task withdrew it.
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Somebody in the office has seen that it no longer holds.
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="courts_proposal_gone_unseen",
                condition=Q(state="withdrawn", settled_by__isnull=True, seen_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "kind"], condition=Q(state="open"), name="courts_proposal_one_open"
            ),
            models.CheckConstraint(
                name="courts_proposal_seen_at_and_by",
                condition=Q(seen_at=None, seen_by=None)
                | Q(seen_at__isnull=False, seen_by__isnull=False, state="withdrawn"),
            ),
            models.CheckConstraint(
                name="courts_proposal_settled",
                condition=Q(state="open", settled_at=None, settled_by=None)
                | Q(state="withdrawn", settled_at__isnull=False)
                | Q(state__in=["taken", "dismissed"], settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.referral_id}"


class ReportQuerySet(models.QuerySet["Report"]):
    def with_state(self) -> "ReportQuerySet":
        """Each with `state`: its newest step."""
        return self.annotate(state=F("last_step"))

    def in_state(self, *steps: Step) -> "ReportQuerySet":
        return self.with_state().filter(state__in=steps)  # type: ignore[misc]  # annotated just before


class Report(models.Model):
    """What a court is told. Its state is its newest step; `add_step` alone writes either."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="report")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=24, choices=choices(ReportKind))
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    # What a person wrote into it while in review, by field; all else comes from the rows.
    words = EncryptedJSONField(key="referral__key", null=True)
    made_at = models.DateTimeField()
    # The newest of its steps, written with it: of a hundred thousand reports the few that wait are found by an index.
    last_step = models.CharField(max_length=16, choices=choices(Step), null=True)  # noqa: DJ001  NULL: it took none yet

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            # All that a court's list asks of a report: without the last two, each list read everybody's reports.
            models.Index(fields=["referral", "kind", "last_step", "id"], name="courts_report_by_referral"),
            models.Index(fields=["last_step", "id"], name="courts_report_by_last_step"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class ReportStep(models.Model):
    """Append-only: one step of a report's life."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=16, choices=choices(Step))
    at = models.DateTimeField()
    # None: it followed from another step, such as the last delivery.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = EncryptedTextField(key="report__referral__key", blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            # Two people at one report: the second one's step is refused.
            models.UniqueConstraint(fields=["report", "number"], name="courts_reportstep_in_order"),
            models.CheckConstraint(
                name="courts_reportstep_first_is_proposed",
                condition=Q(number=1, step="proposed") | Q(number__gt=1) & ~Q(step="proposed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.step}"


class Review(models.Model):
    """Append-only: a person looked at these very facts and found them right. What is issued must be the same."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="reviews")
    # Of the facts as they were shown, without the numbers that are given when it is issued.
    facts_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["report", "-id"], name="courts_review_newest")]

    def __str__(self) -> str:
        return f"review of report {self.report_id}"


class NumberLedger(models.Model):
    """Every report number of a program and year, used or void; none is missing, none is used twice."""

    class Settled(models.TextChoices):
        USED = "used"
        VOID = "void"

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    report = models.ForeignKey(Report, models.PROTECT, related_name="numbers")
    reserved_at = models.DateTimeField()
    # None: reserved, and the document is being made. Filled once.
    settled = models.CharField(max_length=4, choices=Settled, null=True)  # noqa: DJ001  NULL: not yet; filled once
    void_reason = models.CharField(max_length=100, null=True)  # noqa: DJ001  filled once, with `settled`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "year", "n"], name="courts_numberledger_once"),
            models.CheckConstraint(name="courts_numberledger_from_one", condition=Q(n__gte=1)),
            models.CheckConstraint(
                name="courts_numberledger_void_says_why",
                condition=Q(settled__isnull=False, settled="void", void_reason__isnull=False)
                | (Q(settled=None) | Q(settled="used")) & Q(void_reason=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.n:05}"

    @property
    def text(self) -> str:
        """As printed: K-2026-00017."""
        return f"{self.program.number_prefix}-{self.year}-{self.n:05}"


class IssuedDocument(models.Model):
    """Append-only: the very bytes that were issued, and what they were made from."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="document")
    number = models.OneToOneField(NumberLedger, models.PROTECT, related_name="document")
    snapshot = EncryptedJSONField(key="report__referral__key")
    content = EncryptedBytesField(key="report__referral__key")
    # Of the file as delivered.
    sha256 = models.CharField(max_length=64)
    # Of the code printed beside the number, by which anybody can ask whether it is genuine; "": issued before codes.
    code_hash = models.CharField(max_length=64, blank=True, default="")
    signer = models.ForeignKey(Signer, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"document of report {self.report_id}"
