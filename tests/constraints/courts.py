"""courts: what its tables refuse."""

from datetime import date, timedelta

from courts.models import Recipient, Referral
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ChargeFactory,
    ClerkshipFactory,
    CourtFactory,
    DeadlineFactory,
    DeliveryFactory,
    DeliveryLinkFactory,
    ExtensionFactory,
    FlagFactory,
    HearingFactory,
    HoldFactory,
    IssuedDocumentFactory,
    NumberLedgerFactory,
    ProposalFactory,
    RecipientFactory,
    ReferralFactory,
    ReferralMoveFactory,
    ReportFactory,
    ReportStepFactory,
)

NUMBERED = ("court", "participant", "case_number")


def again_after_itself() -> None:
    referral = ReferralFactory()
    Referral.objects.filter(pk=referral.pk).update(again_after=referral.pk)


def extended_to_itself() -> None:
    deadline = DeadlineFactory()
    ExtensionFactory(old=deadline, new=deadline)


def extended_twice() -> None:
    first = ExtensionFactory()
    ExtensionFactory(old=first.old, new__due_on=date(2026, 12, 1))


def twice_with_one(factory: type, field: str, value: type, **fields: object) -> None:
    """Two rows that name the same other row."""
    other = value()
    for _ in range(2):
        factory(**{field: other}, **fields)


def acknowledged(**fields: object) -> object:
    whole = {"state": "sent", "sent_at": NOW, "acknowledged_at": NOW, "acknowledged_by": UserFactory()}
    return DeliveryFactory(**{**whole, **fields})


def gone(**fields: object) -> object:
    return ProposalFactory(state="withdrawn", settled_at=NOW, **fields)


def filed(**fields: object) -> object:
    return DeliveryFactory(recipient__channel=Recipient.Channel.EFILING, **fields)


REFERRALS: Listed = [
    ("courts_court_once", lambda: again(CourtFactory, "name", city="Alder")),
    ("courts_clerkship_once", lambda: again(ClerkshipFactory, "court", "user")),
    ("courts_clerkship_in_order", lambda: ClerkshipFactory(ended_at=NOW - timedelta(seconds=1))),
    ("courts.Referral.key", lambda: again(ReferralFactory, "key")),
    ("courts.Referral.fingerprint", lambda: again(ReferralFactory, fingerprint="f" * 64)),
    ("courts.Referral.moved_to", lambda: twice_with_one(ReferralFactory, "moved_to", ReferralFactory)),
    (
        "courts.Referral.closing_report",
        lambda: twice_with_one(ReferralFactory, "closing_report", ReportFactory, closed=True, closing="completed"),
    ),
    ("courts_referral_once_while_open", lambda: again(ReferralFactory, *NUMBERED)),
    (
        "courts_referral_normalized_beside_number",
        lambda: ReferralFactory(case_number="", normalized_case_number="26cr1", incident_number="7"),
    ),
    (
        "courts_referral_normalized_beside_number",
        lambda: ReferralFactory(incident_number="", normalized_incident_number="7"),
    ),
    ("courts_referral_enrolled_somewhere", lambda: ReferralFactory(state="accepted")),
    ("courts_referral_enrolled_somewhere", lambda: ReferralFactory(state="enrolled")),
    ("courts_referral_enrolled_somewhere", lambda: ReferralFactory(state="on_hold")),
    ("courts_referral_closed_says_why", lambda: ReferralFactory(closed=True, closing="")),
    ("courts_referral_closed_says_why", lambda: ReferralFactory(closed=True, closed_at=None)),
    ("courts_referral_closed_says_why", lambda: ReferralFactory(closed_at=NOW)),
    ("courts_referral_closed_says_why", lambda: ReferralFactory(closing="dismissed")),
    ("courts_referral_closed_says_why", lambda: ReferralFactory(closing_report=ReportFactory())),
    (
        "courts_referral_closed_with_the_report_it_owes",
        lambda: ReferralFactory(closed=True, closing="completed"),
    ),
    ("courts_referral_moved_somewhere", lambda: ReferralFactory(closed=True, closing="moved")),
    ("courts_referral_filed_with_a_number", lambda: ReferralFactory(case_number="")),
    ("courts_referral_again_after_another", again_after_itself),
    ("courts_referralmove_in_order", lambda: again(ReferralMoveFactory, "referral", "number")),
    ("courts_referralmove_first_from_nowhere", lambda: ReferralMoveFactory(old="received", new="accepted")),
    ("courts_referralmove_first_from_nowhere", lambda: ReferralMoveFactory(number=2)),
    ("courts_charge_once", lambda: again(ChargeFactory, "referral", "statute", "text")),
    ("courts_charge_says_something", lambda: ChargeFactory(statute="", text="")),
    ("courts_hearing_once", lambda: again(HearingFactory, "referral", "at")),
    ("courts_flag_settled_at_and_by", lambda: FlagFactory(settled_at=NOW)),
    ("courts_flag_settled_at_and_by", lambda: FlagFactory(settled_by=UserFactory())),
    ("courts_hold_one_open", lambda: again(HoldFactory, "referral")),
    ("courts_hold_ended_at_and_by", lambda: HoldFactory(ended_at=NOW)),
    ("courts_hold_ended_at_and_by", lambda: HoldFactory(ended_by=UserFactory())),
    ("courts_recipient_once", lambda: again(RecipientFactory, "referral")),
    ("courts_recipient_confirmed_at_and_by", lambda: RecipientFactory(confirmed_at=NOW)),
    ("courts_recipient_confirmed_at_and_by", lambda: RecipientFactory(confirmed_by=UserFactory())),
    ("courts_recipient_release_in_order", lambda: RecipientFactory(release_until=date(2026, 9, 1))),
    (
        "courts_recipient_release_in_order",
        lambda: RecipientFactory(release_on=date(2026, 9, 2), release_until=date(2026, 9, 1)),
    ),
]

REPORTS: Listed = [
    ("courts_deadline_once", lambda: again(DeadlineFactory, "referral")),
    ("courts_deadline_settled_at", lambda: DeadlineFactory(settled_at=NOW)),
    ("courts_deadline_settled_at", lambda: DeadlineFactory(settled=True, settled_at=None)),
    (
        "courts_deadline_settled_is_silent",
        lambda: DeadlineFactory(settled=True, next_alert_on=date(2026, 8, 18)),
    ),
    ("courts.Extension.old", extended_twice),
    ("courts.Extension.new", lambda: again(ExtensionFactory, "new")),
    ("courts_extension_oral_says_who_told", lambda: ExtensionFactory(basis="oral", told_by="the bailiff")),
    ("courts_extension_oral_says_who_told", lambda: ExtensionFactory(basis="oral", told_on=date(2026, 3, 3))),
    ("courts_extension_confirmed_at_and_by", lambda: ExtensionFactory(confirmed_at=NOW)),
    ("courts_extension_confirmed_at_and_by", lambda: ExtensionFactory(confirmed_by=UserFactory())),
    ("courts_extension_of_another", extended_to_itself),
    ("courts_proposal_one_open", lambda: again(ProposalFactory, "referral")),
    ("courts_proposal_settled", lambda: ProposalFactory(settled_at=NOW)),
    ("courts_proposal_settled", lambda: ProposalFactory(settled_by=UserFactory())),
    ("courts_proposal_settled", lambda: ProposalFactory(state="withdrawn")),
    ("courts_proposal_settled", lambda: ProposalFactory(state="taken", settled_at=NOW)),
    ("courts_proposal_settled", lambda: ProposalFactory(state="dismissed", settled_by=UserFactory())),
    ("courts_proposal_seen_at_and_by", lambda: gone(seen_at=NOW)),
    ("courts_proposal_seen_at_and_by", lambda: gone(seen_by=UserFactory())),
    ("courts_proposal_seen_at_and_by", lambda: ProposalFactory(seen_at=NOW, seen_by=UserFactory())),
    ("courts.Report.proposal", lambda: again(ReportFactory, "proposal")),
    ("courts.Report.supersedes", lambda: twice_with_one(ReportFactory, "supersedes", ReportFactory)),
    ("courts_reportstep_in_order", lambda: again(ReportStepFactory, "report", "number")),
    ("courts_reportstep_first_is_proposed", lambda: ReportStepFactory(step="issued")),
    ("courts_reportstep_first_is_proposed", lambda: ReportStepFactory(number=2)),
    ("courts_numberledger_once", lambda: again(NumberLedgerFactory, "report", "n")),
    ("courts_numberledger_from_one", lambda: NumberLedgerFactory(n=0)),
    ("courts_numberledger_void_says_why", lambda: NumberLedgerFactory(settled="void")),
    ("courts_numberledger_void_says_why", lambda: NumberLedgerFactory(settled="used", void_reason="a smear")),
    ("courts_numberledger_void_says_why", lambda: NumberLedgerFactory(void_reason="a smear")),
    ("courts.IssuedDocument.report", lambda: again(IssuedDocumentFactory, "report")),
    ("courts.IssuedDocument.number", lambda: again(IssuedDocumentFactory, "number")),
    ("courts_delivery_once", lambda: again(DeliveryFactory, "document", "recipient")),
    ("courts_delivery_printed_at_and_by", lambda: DeliveryFactory(printed_at=NOW)),
    ("courts_delivery_printed_at_and_by", lambda: DeliveryFactory(printed_by=UserFactory())),
    ("courts.DeliveryLink.token_hash", lambda: again(DeliveryLinkFactory, "token_hash")),
    ("courts_deliverylink_expires_later", lambda: DeliveryLinkFactory(expires_at=NOW)),
    ("courts_deliverylink_code_expires", lambda: DeliveryLinkFactory(code_hash="a")),
    ("courts_deliverylink_code_expires", lambda: DeliveryLinkFactory(code_expires_at=NOW)),
    ("courts_delivery_sent_at", lambda: DeliveryFactory(state="sent")),
    ("courts_delivery_sent_at", lambda: DeliveryFactory(sent_at=NOW)),
    ("courts_delivery_failed_says_why", lambda: DeliveryFactory(state="failed")),
    ("courts_delivery_failed_says_why", lambda: DeliveryFactory(state="returned")),
    ("courts_delivery_failed_says_why", lambda: DeliveryFactory(reason="no such box")),
    ("courts_delivery_acknowledged_at_and_by", lambda: acknowledged(acknowledged_at=None)),
    ("courts_delivery_acknowledged_at_and_by", lambda: acknowledged(acknowledged_by=None)),
    ("courts_delivery_acknowledged_at_and_by", lambda: acknowledged(state="queued", sent_at=None)),
    ("courts_delivery_filed_with_an_envelope", lambda: filed(state="sent", sent_at=NOW)),
]

REFUSED: Listed = REFERRALS + REPORTS

ALLOWED: Listed = [
    # A superior court that sits in two cities.
    (
        "courts_court_once",
        lambda: [CourtFactory(name="Pine Superior Court", city=c) for c in ("Alder", "Birch")],
    ),
    ("courts_clerkship_once", lambda: again(ClerkshipFactory, "court", "user", ended_at=NOW)),
    ("courts_referral_once_while_open", lambda: again(ReferralFactory, *NUMBERED, closed=True)),
    ("courts_referral_once_while_open", lambda: again(ReferralFactory, *NUMBERED, declined=True)),
    # Two men under one number, and one man in two courts under the same number.
    ("courts_referral_once_while_open", lambda: again(ReferralFactory, "court", "case_number")),
    ("courts_referral_once_while_open", lambda: again(ReferralFactory, "participant", "case_number")),
    # A diversion that has the police's number only, twice.
    (
        "courts_referral_once_while_open",
        lambda: again(ReferralFactory, "court", "participant", case_number="", incident_number="7"),
    ),
    # Nobody ordered it, so that nobody is owed a report.
    (
        "courts_referral_closed_with_the_report_it_owes",
        lambda: ReferralFactory(closed=True, closing="completed", kind="self"),
    ),
    ("courts_referral_filed_with_a_number", lambda: ReferralFactory(case_number="", court=None)),
    ("courts_hearing_once", lambda: again(HearingFactory, "referral", "at", canceled_at=NOW)),
    ("courts_hold_one_open", lambda: again(HoldFactory, "referral", ended_at=NOW, ended_by=UserFactory())),
    ("courts_recipient_once", lambda: again(RecipientFactory, "referral", ended_at=NOW)),
    ("courts_deadline_once", lambda: again(DeadlineFactory, "referral", settled=True)),
    (
        "courts_proposal_one_open",
        lambda: again(ProposalFactory, "referral", state="withdrawn", settled_at=NOW),
    ),
    ("courts_proposal_seen_at_and_by", lambda: gone(seen_at=NOW, seen_by=UserFactory())),
    ("courts_numberledger_void_says_why", lambda: NumberLedgerFactory(settled="void", void_reason="a smear")),
    ("courts_delivery_filed_with_an_envelope", lambda: filed(state="sent", sent_at=NOW, envelope="9-4412")),
]
