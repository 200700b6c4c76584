"""Courts with years behind them: each with its referrals, their reports on its pages, and some that still wait."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.roles import Role
from bench.copies import copy, highest
from courts.kinds import ReferralKind
from courts.models import (
    Court,
    Delivery,
    Hearing,
    IssuedDocument,
    NumberLedger,
    Proposal,
    Recipient,
    Referral,
    Report,
    ReportStep,
)
from courts.moves import State
from courts.steps import ReportKind, Step
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.courts import (
    ClerkshipFactory,
    CourtFactory,
    DeliveryFactory,
    HearingFactory,
    IssuedDocumentFactory,
    NumberLedgerFactory,
    ProposalFactory,
    RecipientFactory,
    ReferralFactory,
    ReportFactory,
)
from tests.factories.programs import EnrollmentFactory, ProgramFactory, SignerFactory

OF_A_COURT, WRITTEN = 500, 50  # reports; those that are written by hand, as it were, and copied
WAIT_AMONG_WRITTEN = 2
STEPS = (Step.PROPOSED, Step.IN_REVIEW, Step.ISSUED, Step.DELIVERED)
# Whoever is pointed to stands before who points.
OF_A_CASE = (
    Participant, Referral, Hearing, Recipient, Proposal, Report, ReportStep, NumberLedger, IssuedDocument, Delivery,
)  # fmt: skip


def fill(*, reports: int, now: datetime) -> None:
    """`lay`, and let the database count what it has."""
    lay(reports=reports, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def lay(*, reports: int, now: datetime) -> None:
    """One court's first cases are written, and copied: to it, then to one court after the other."""
    courts, packs = highest([Court]), OF_A_COURT // WRITTEN
    court = CourtFactory()
    copy(courts, reports // OF_A_COURT - 1, columns={"courts_court.name": "old.name || ' ' || nth"})
    cases = highest(OF_A_CASE)
    _cases(court, now)
    columns = {
        "courts_referral.court_id": f"old.court_id + nth / {packs}",
        # As a ledger goes on; no number twice.
        "courts_numberledger.n": f"old.n + nth * {WRITTEN}",
    }
    copy(cases, reports // WRITTEN - 1, columns=columns, weeks_back=f"(nth % {packs})")


def _cases(court: Court, now: datetime) -> None:
    program, by = ProgramFactory(), UserFactory()
    signer = SignerFactory(program=program)
    enrollment = EnrollmentFactory(program=program, state="seated")
    for number in range(WRITTEN):
        sent_at = now - timedelta(days=number)
        referral = ReferralFactory(
            court=court, program=program, state=State.ENROLLED, enrollment=enrollment, kind=ReferralKind.SENTENCE,
            received_on=sent_at.date(), complete_by=(now + timedelta(days=number)).date(),
        )  # fmt: skip
        HearingFactory(referral=referral, at=now + timedelta(days=90 + number))
        proposal = ProposalFactory(
            referral=referral, kind=ReportKind.PROGRESS, state="taken", settled_at=now, settled_by=by
        )
        waits = number < WAIT_AMONG_WRITTEN
        steps = STEPS if waits else (*STEPS, Step.ACKNOWLEDGED)
        report = ReportFactory(referral=referral, kind=ReportKind.PROGRESS, proposal=proposal, steps=steps)
        ledger = NumberLedgerFactory(report=report, program=program, n=number + 1, settled="used")
        document = IssuedDocumentFactory(report=report, number=ledger, signer=signer, issued_by=by)
        done = {} if waits else {"acknowledged_at": now, "acknowledged_by": by}
        recipient = RecipientFactory(referral=referral)
        DeliveryFactory(document=document, recipient=recipient, state="sent", sent_at=sent_at, **done)


def clerks(number: int) -> None:
    """One at each of so many courts."""
    for court in Court.objects.order_by("pk")[:number]:
        ClerkshipFactory(court=court, user=UserFactory(roles=[Role.CLERK]))
