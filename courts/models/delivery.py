from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Concat

from accounts.models import User
from courts.kinds import NOT_FOR_COURTS
from courts.models.court import Clerkship, Court
from courts.models.desk import Agency, Membership
from courts.models.recipient import Recipient
from courts.models.report import IssuedDocument
from courts.steps import CALLED_BACK, Step
from messaging.models import Message, State
from vault.fields import EncryptedTextField
from vault.models import Key

# Nobody need acknowledge it: it was called back, or the court waits for the program's answer.
NOT_WAITING = (*CALLED_BACK, Step.CORRECTION_ASKED)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def laid(self) -> "DeliveryQuerySet":
        """On somebody's pages here."""
        return self.filter(channel=Recipient.Channel.PORTAL, state=Delivery.State.SENT)

    def for_court(self, court: Court) -> "DeliveryQuerySet":
        """Its clerk's copies, of what it may know; those of an agency are the agency's."""
        theirs = self.filter(document__report__referral__court=court, recipient__agency=None)
        return theirs.exclude(document__report__referral__kind__in=NOT_FOR_COURTS).known()

    def for_agency(self, agency: Agency | None) -> "DeliveryQuerySet":
        return self.filter(recipient__agency=agency, recipient__agency__isnull=False).known()

    def known(self) -> "DeliveryQuerySet":
        """Not of a referral that had to be forgotten."""
        gone = Key.objects.filter(pk=OuterRef("document__report__referral__key"), destroyed_at__isnull=False)
        return self.filter(~Exists(gone))

    def with_step(self) -> "DeliveryQuerySet":
        """Each with `step`, its report's newest, and `waits`: here it can be acknowledged, and hasn't been."""
        stands = self.annotate(step=F("document__report__last_step"))
        done = Q(acknowledged_at__isnull=False) | Q(step__in=NOT_WAITING)
        return stands.annotate(waits=Case(When(done, then=0), default=1))

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(acknowledged_at=None).with_step().filter(waits=1)  # type: ignore[misc]  # annotated there

    def waiting_first(self) -> "DeliveryQuerySet":
        return self.with_step().order_by("-waits", "-sent_at", "-pk")  # type: ignore[misc]  # annotated there

    def counted(self) -> tuple[int, int]:
        """How many there are, and how many of them wait."""
        waits = Count("pk", filter=Q(waits=1))
        told = self.with_step().aggregate(of_all=Count("pk"), of_waiting=waits)
        return told["of_all"], told["of_waiting"]

    def light(self) -> "DeliveryQuerySet":
        """With what a list names; without the documents themselves, which are heavy."""
        report = "document__report__referral"
        related = ("document__number__program", f"{report}__court", "recipient")
        return self.select_related(*related).defer("document__content", "document__snapshot")

    def with_a_reader(self) -> "DeliveryQuerySet":
        """Where somebody can sign in: a clerk of the court, a member of the agency."""
        served = Q(document__report__referral__court__in=Clerkship.objects.current().values("court"))
        hidden = Q(document__report__referral__kind__in=NOT_FOR_COURTS)
        of_agencies = Q(recipient__agency__in=Membership.objects.current().values("agency"))
        return self.filter(Q(recipient__agency=None) & served & ~hidden | of_agencies)

    def not_sent(self) -> "DeliveryQuerySet":
        return self.exclude(state=Delivery.State.SENT)

    def holding_up(self) -> "DeliveryQuerySet":
        """Without these the report isn't delivered. His own copy never makes the court wait."""
        return self.not_sent().exclude(recipient__role=Recipient.Role.HIMSELF)

    def with_mail(self) -> "DeliveryQuerySet":
        """Each with `mail`: how its newest e-mail stands; None: there is none yet."""
        about = Concat(Value("courts.Delivery:"), Cast("pk", models.CharField()))
        its_mails = Message.objects.filter(about=OuterRef("named"), kind="report_link").order_by("-id")
        return self.annotate(named=about).annotate(mail=Subquery(its_mails.values("state")[:1]))

    def unmailed(self) -> "DeliveryQuerySet":
        return self.with_mail().filter(mail=None)  # type: ignore[misc]  # annotated just before

    def mailed(self, *states: State) -> "DeliveryQuerySet":
        """Those whose newest e-mail stands so."""
        return self.with_mail().filter(mail__in=states)  # type: ignore[misc]  # annotated just before

    def to_print(self) -> "DeliveryQuerySet":
        on_paper = (Recipient.Channel.PAPER, Recipient.Channel.FAX, Recipient.Channel.BY_HAND)
        return self.not_sent().filter(channel__in=on_paper)


class Delivery(models.Model):
    """A document on its way to one recipient. A report counts as delivered when it has reached all."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        RETURNED = "returned"

    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="+")
    # As it was when issued: the recipient's may change later.
    channel = models.CharField(max_length=8, choices=Recipient.Channel)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    reason = EncryptedTextField(key="document__report__referral__key", null=True)
    envelope = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Paper and fax: the print job was made, and by whom; sent is when somebody says that it went.
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["id"], name="courts_delivery_waiting", condition=~Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(fields=["document", "recipient"], name="courts_delivery_once"),
            models.CheckConstraint(
                name="courts_delivery_sent_at",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
            ),
            models.CheckConstraint(
                name="courts_delivery_failed_says_why",
                condition=Q(state__in=["failed", "returned"], reason__isnull=False)
                | ~Q(state__in=["failed", "returned"]) & Q(reason=None),
            ),
            models.CheckConstraint(
                name="courts_delivery_acknowledged_at_and_by",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, state="sent"),
            ),
            models.CheckConstraint(
                name="courts_delivery_printed_at_and_by",
                condition=Q(printed_at=None, printed_by=None) | Q(printed_at__isnull=False, printed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="courts_delivery_filed_with_an_envelope",
                condition=~Q(channel="efiling", state="sent") | ~Q(envelope=""),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def is_for_nobody(self) -> bool:
        """Its recipient was ended since it was issued. A correction goes also to one who was ended before."""
        ended_at = self.recipient.ended_at
        return ended_at is not None and ended_at >= self.document.issued_at


class DeliveryLink(models.Model):
    """A way to one document for whoever holds the link from one e-mail and the code from another, for a while."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # The code of the moment; "": none was asked for yet.
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="courts_deliverylink_expires_later", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="courts_deliverylink_code_expires",
                condition=Q(code_hash="", code_expires_at=None) | ~Q(code_hash="") & Q(code_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"link to delivery {self.delivery_id}"
