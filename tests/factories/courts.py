from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import factory
from factory import SelfAttribute, SubFactory

from courts.deadlines import DeadlineKind
from courts.kinds import ReferralKind, Referrer
from courts.models import (
    Agency,
    Charge,
    Clerkship,
    Closure,
    Court,
    CourtPaper,
    Deadline,
    Delivery,
    DeliveryLink,
    DeskInvitation,
    DisposedNumber,
    Extension,
    Flag,
    Hearing,
    Hold,
    IssuedDocument,
    ListImport,
    Membership,
    NumberLedger,
    NumberToken,
    Proposal,
    Recipient,
    Referral,
    ReferralMove,
    Report,
    ReportStep,
    Review,
    Submission,
)
from courts.moves import State
from courts.numbers import normalized_number
from courts.steps import ReportKind, Step
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import EnrollmentFactory, ProgramFactory, SignerFactory
from tests.factories.vault import KeyFactory


class CourtFactory(factory.django.DjangoModelFactory[Court]):
    class Meta:
        model = Court

    name = factory.Sequence(lambda n: f"Pinewater Municipal Court {n:05}")
    caption = factory.LazyAttribute(lambda o: f"IN THE MUNICIPAL COURT\n{o.name.upper()}")
    kind = "municipal court"
    state = "WA"
    time_zone = "America/Los_Angeles"


class ClerkshipFactory(factory.django.DjangoModelFactory[Clerkship]):
    class Meta:
        model = Clerkship

    court = SubFactory(CourtFactory)
    user = SubFactory(UserFactory)
    began_at = NOW


class ListImportFactory(factory.django.DjangoModelFactory[ListImport]):
    class Meta:
        model = ListImport

    court = SubFactory(CourtFactory)
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    at = NOW
    by = SubFactory(UserFactory)


class ReferralFactory(factory.django.DjangoModelFactory[Referral]):
    """`enrolled=True` comes with its enrollment; `closed=True` was recalled, `declined=True` not accepted."""

    class Meta:
        model = Referral

    class Params:
        enrolled = factory.Trait(
            state=State.ENROLLED,
            enrollment=SubFactory(
                EnrollmentFactory,
                participant=SelfAttribute("..participant"),
                program=SelfAttribute("..program"),
                state="seated",
            ),
        )
        closed = factory.Trait(state=State.CLOSED, closing="recalled", closed_at=NOW)
        declined = factory.Trait(state=State.DECLINED)

    key = SubFactory(KeyFactory, kind="referral")
    program = SubFactory(ProgramFactory)
    participant = SubFactory(ParticipantFactory)
    court = SubFactory(CourtFactory)
    kind = ReferralKind.SENTENCE
    referrer = Referrer.COURT
    name_as_charged = factory.LazyAttribute(lambda o: o.participant.legal_name.upper())
    plaintiff = "City of Pinewater"
    case_number = factory.Sequence(lambda n: f"26-CR-{n:05}")
    normalized_case_number = factory.LazyAttribute(lambda o: normalized_number(o.case_number))
    normalized_incident_number = factory.LazyAttribute(lambda o: normalized_number(o.incident_number))
    incident_number = ""
    received_on = date(2026, 3, 2)


class ReferralMoveFactory(factory.django.DjangoModelFactory[ReferralMove]):
    class Meta:
        model = ReferralMove

    referral = SubFactory(ReferralFactory)
    number = 1
    new = State.RECEIVED
    at = NOW


class ChargeFactory(factory.django.DjangoModelFactory[Charge]):
    class Meta:
        model = Charge

    referral = SubFactory(ReferralFactory)
    statute = factory.Sequence(lambda n: f"RCW 9A.88.{n}")
    text = "Patronizing a prostitute"


class HearingFactory(factory.django.DjangoModelFactory[Hearing]):
    class Meta:
        model = Hearing

    referral = SubFactory(ReferralFactory)
    at = NOW + timedelta(days=90)


class FlagFactory(factory.django.DjangoModelFactory[Flag]):
    class Meta:
        model = Flag

    referral = SubFactory(ReferralFactory)
    field = "complete_by"
    raw = "31/31/2026"
    reason = "This is no date."
    made_at = NOW


class HoldFactory(factory.django.DjangoModelFactory[Hold]):
    class Meta:
        model = Hold

    referral = SubFactory(ReferralFactory, enrolled=True, state=State.ON_HOLD)
    reason = "He is in the hospital."
    review_on = date(2026, 4, 3)
    keeps_seat = True
    began_at = NOW
    began_by = SubFactory(UserFactory)


class RecipientFactory(factory.django.DjangoModelFactory[Recipient]):
    class Meta:
        model = Recipient

    referral = SubFactory(ReferralFactory)
    role = Recipient.Role.CLERK
    channel = Recipient.Channel.PORTAL


class DeadlineFactory(factory.django.DjangoModelFactory[Deadline]):
    """`DeadlineFactory(settled=True)` was met."""

    class Meta:
        model = Deadline

    class Params:
        settled = factory.Trait(state=Deadline.State.MET, settled_at=NOW, next_alert_on=None)

    referral = SubFactory(ReferralFactory)
    kind = DeadlineKind.COMPLETE_BY
    due_on = date(2026, 9, 1)
    made_at = NOW
    next_alert_on = date(2026, 8, 18)


class ExtensionFactory(factory.django.DjangoModelFactory[Extension]):
    class Meta:
        model = Extension

    old = SubFactory(DeadlineFactory, settled=True, state=Deadline.State.EXTENDED)
    new = SubFactory(DeadlineFactory, referral=SelfAttribute("..old.referral"), due_on=date(2026, 11, 2))
    basis = Extension.Basis.ORDER
    made_at = NOW
    made_by = SubFactory(UserFactory)


class ProposalFactory(factory.django.DjangoModelFactory[Proposal]):
    class Meta:
        model = Proposal

    referral = SubFactory(ReferralFactory, enrolled=True)
    kind = ReportKind.COMPLETION
    facts = factory.LazyFunction(lambda: {"credited": [1, 2, 3]})
    made_at = NOW


class ReportFactory(factory.django.DjangoModelFactory[Report]):
    """`ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW])` has taken those."""

    class Meta:
        model = Report
        skip_postgeneration_save = True

    referral = SubFactory(ReferralFactory, enrolled=True)
    kind = ReportKind.COMPLETION
    proposal = SubFactory(ProposalFactory, referral=SelfAttribute("..referral"), kind=SelfAttribute("..kind"))
    made_at = NOW

    @factory.post_generation
    def steps(self: Report, create: bool, extracted: Sequence[Step] | None) -> None:
        for number, step in enumerate(extracted or (), start=1):
            ReportStepFactory(report=self, number=number, step=step)


class ReportStepFactory(factory.django.DjangoModelFactory[ReportStep]):
    class Meta:
        model = ReportStep

    report = SubFactory(ReportFactory)
    number = 1
    step = Step.PROPOSED
    at = NOW

    @classmethod
    def _create(cls, model_class: type[ReportStep], *args: Any, **kwargs: Any) -> ReportStep:
        """The report says its newest, whatever the order in which they are made."""
        made = super()._create(model_class, *args, **kwargs)
        made.report.last_step = made.report.steps.latest("number").step
        made.report.save(update_fields=["last_step"])
        return made


class ReviewFactory(factory.django.DjangoModelFactory[Review]):
    class Meta:
        model = Review

    report = SubFactory(ReportFactory)
    facts_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    at = NOW
    by = SubFactory(UserFactory)


class NumberLedgerFactory(factory.django.DjangoModelFactory[NumberLedger]):
    class Meta:
        model = NumberLedger

    report = SubFactory(ReportFactory)
    program = SelfAttribute("report.referral.program")
    year = 2026
    n = factory.Sequence(lambda n: n + 1)
    reserved_at = NOW


class IssuedDocumentFactory(factory.django.DjangoModelFactory[IssuedDocument]):
    class Meta:
        model = IssuedDocument

    report = SubFactory(ReportFactory)
    number = SubFactory(NumberLedgerFactory, report=SelfAttribute("..report"))
    snapshot = factory.LazyFunction(lambda: {"name": "DORIAN HALLOWAY"})
    content = b"%PDF-1.7 not really"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    code_hash = factory.Sequence(lambda n: f"{n:064x}")
    signer = SubFactory(SignerFactory, program=SelfAttribute("..report.referral.program"))
    issued_at = NOW
    issued_by = SubFactory(UserFactory)


class DeliveryFactory(factory.django.DjangoModelFactory[Delivery]):
    class Meta:
        model = Delivery

    document = SubFactory(IssuedDocumentFactory)
    recipient = SubFactory(RecipientFactory, referral=SelfAttribute("..document.report.referral"))
    channel = SelfAttribute("recipient.channel")


class DeliveryLinkFactory(factory.django.DjangoModelFactory[DeliveryLink]):
    class Meta:
        model = DeliveryLink

    delivery = SubFactory(DeliveryFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_at = NOW
    expires_at = NOW + timedelta(days=14)


class ClosureFactory(factory.django.DjangoModelFactory[Closure]):
    class Meta:
        model = Closure

    court = SubFactory(CourtFactory)
    state = "WA"
    on = date(2026, 3, 13)
    name = "Training day"
    made_at = NOW
    made_by = SubFactory(UserFactory)


class AgencyFactory(factory.django.DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    kind = Agency.Kind.PROSECUTOR
    name = factory.Sequence(lambda n: f"Pinewater City Attorney {n:05}")
    state = "WA"
    time_zone = "America/Los_Angeles"
    made_at = NOW


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    agency = SubFactory(AgencyFactory)
    user = SubFactory(UserFactory)
    began_at = NOW


class DeskInvitationFactory(factory.django.DjangoModelFactory[DeskInvitation]):
    class Meta:
        model = DeskInvitation

    invitation = SubFactory(InvitationFactory)
    court = SubFactory(CourtFactory)


class DisposedNumberFactory(factory.django.DjangoModelFactory[DisposedNumber]):
    class Meta:
        model = DisposedNumber

    mac = factory.Sequence(lambda n: f"{n:064x}")
    at = NOW


class SubmissionFactory(factory.django.DjangoModelFactory[Submission]):
    """A draft; `sent=True` has become a referral, under the same key."""

    class Meta:
        model = Submission

    class Params:
        sent = factory.Trait(
            sent_at=NOW,
            referral=SubFactory(ReferralFactory, key=SelfAttribute("..key"), court=SelfAttribute("..court")),
        )

    reference = factory.Sequence(lambda n: f"KQ7M-{n:04}")
    key = SubFactory(KeyFactory, kind="referral")
    by = SubFactory(UserFactory)
    court = SubFactory(CourtFactory)
    answers = factory.LazyFunction(lambda: {"last_name": "Halloway"})
    made_at = NOW
    changed_at = NOW


class CourtPaperFactory(factory.django.DjangoModelFactory[CourtPaper]):
    """Of a referral; of a draft with `submission__sent=False`."""

    class Meta:
        model = CourtPaper

    submission = SubFactory(SubmissionFactory, sent=True)
    referral = SelfAttribute("submission.referral", default=None)
    key = SelfAttribute("submission.key")
    name = "order.pdf"
    media_type = CourtPaper.MediaType.PDF
    content = b"%PDF-1.7 not really"
    size = 19
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    at = NOW
    by = SubFactory(UserFactory)


class NumberTokenFactory(factory.django.DjangoModelFactory[NumberToken]):
    class Meta:
        model = NumberToken

    referral = SubFactory(ReferralFactory)
    token = factory.Sequence(lambda n: f"26{n:05}")
