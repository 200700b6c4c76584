from datetime import date, datetime

import pytest

from courts.models import (
    Clerkship,
    Court,
    Deadline,
    Delivery,
    Extension,
    Proposal,
    Recipient,
    Referral,
    Report,
)
from courts.steps import ReportKind, Step
from tests.factories.accounts import UserFactory
from tests.factories.courts import (
    ClerkshipFactory,
    CourtFactory,
    DeadlineFactory,
    DeliveryFactory,
    ExtensionFactory,
    NumberLedgerFactory,
    ProposalFactory,
    RecipientFactory,
    ReferralFactory,
    ReportFactory,
    ReportStepFactory,
)
from tests.factories.programs import EnrollmentFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)
PROPOSED, REVIEWED = [Step.PROPOSED], [Step.PROPOSED, Step.IN_REVIEW]
ISSUED = [*REVIEWED, Step.ISSUED]
DELIVERED = [*ISSUED, Step.DELIVERED]


# --- courts


@pytest.mark.parametrize("text", ["PMC", "pmc", "Pinewater Municipal Court", "PINEWATER municipal court"])
def test_a_court_is_found_by_code_or_name(text: str) -> None:
    court = CourtFactory(name="Pinewater Municipal Court", code="PMC")
    CourtFactory(name="Pinewater", code="PMC2")
    CourtFactory(code="")

    assert list(Court.objects.by_code_or_name(text)) == [court]


def test_no_code_is_found_by_no_text() -> None:
    CourtFactory(code="")

    assert list(Court.objects.by_code_or_name("")) == []


def test_two_seats_of_one_court_are_told_apart_by_their_city() -> None:
    alder, birch = (CourtFactory(name="Pine Superior Court", code="PSC", city=c) for c in ("Alder", "Birch"))

    assert set(Court.objects.by_code_or_name("PSC")) == {alder, birch}
    assert list(Court.objects.by_code_or_name("pine superior court, birch")) == [birch]


def test_a_clerk_serves_where_her_clerkship_has_not_ended(now: datetime) -> None:
    serves = ClerkshipFactory()
    ClerkshipFactory(user=serves.user, ended_at=now)
    ClerkshipFactory()

    assert list(Court.objects.served_by(serves.user)) == [serves.court]


def test_a_clerkship_is_current_while_it_lasts_and_she_may_sign_in(now: datetime) -> None:
    current = ClerkshipFactory()
    ClerkshipFactory(ended_at=now)
    ClerkshipFactory(user=UserFactory(is_active=False))

    assert list(Clerkship.objects.current()) == [current]


# --- referrals


def test_open_is_what_is_neither_declined_nor_closed() -> None:
    received, enrolled = ReferralFactory(), ReferralFactory(enrolled=True)
    ReferralFactory(closed=True)
    ReferralFactory(declined=True)

    assert list(Referral.objects.open().order_by("id")) == [received, enrolled]


def test_a_court_has_its_own_and_no_others() -> None:
    own = ReferralFactory()
    ReferralFactory()
    ReferralFactory(court=None)

    assert list(Referral.objects.of_court(own.court)) == [own]


def test_one_number_at_two_courts_is_two_cases() -> None:
    here = ReferralFactory(case_number="26-CR 1")
    ReferralFactory(case_number="26-CR 1")
    ReferralFactory(court=here.court, case_number="26-CR 11")
    nowhere = ReferralFactory(court=None, case_number="26-CR 1")

    assert list(Referral.objects.numbered(here.court, "26cr1")) == [here]
    assert list(Referral.objects.numbered(None, "26cr1")) == [nowhere]


def test_what_waits_for_whom() -> None:
    decision = ReferralFactory()
    intake = ReferralFactory(enrolled=True, state="accepted", enrollment__state="intake")
    seat = ReferralFactory(enrolled=True, state="accepted", enrollment__state="waiting")
    ReferralFactory(enrolled=True)
    ReferralFactory(enrolled=True, state="on_hold", enrollment__state="waiting")
    ReferralFactory(closed=True)

    assert list(Referral.objects.awaiting_decision()) == [decision]
    assert list(Referral.objects.awaiting_intake()) == [intake]
    assert list(Referral.objects.awaiting_a_seat()) == [seat]


def test_one_enrollment_fulfills_several_open_referrals() -> None:
    enrollment = EnrollmentFactory()
    both = [ReferralFactory(enrollment=enrollment, state="accepted") for _ in range(2)]
    ReferralFactory(enrollment=enrollment, closed=True)
    ReferralFactory(enrolled=True)

    assert list(Referral.objects.fulfilled_by(enrollment).order_by("id")) == both


@pytest.mark.parametrize(
    ("case_number", "incident_number", "number"),
    [("26-CR-1", "", "26-CR-1"), ("26-CR-1", "P-7", "26-CR-1"), ("", "P-7", "P-7")],
    ids=["case", "both", "incident only"],
)
def test_goes_by_its_case_number_else_by_the_polices(case_number: str, incident_number: str, number: str) -> None:
    assert ReferralFactory(case_number=case_number, incident_number=incident_number).number == number


def test_lives_by_the_courts_clock_else_by_the_programs() -> None:
    filed = ReferralFactory(court__time_zone="America/Denver", program__time_zone="America/Los_Angeles")
    unfiled = ReferralFactory(court=None, program__time_zone="America/Los_Angeles")

    assert (filed.zone.key, unfiled.zone.key) == ("America/Denver", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("complete_by", "proof_due_by", "binds"),
    [
        (date(2026, 9, 1), date(2026, 9, 15), date(2026, 9, 1)),
        (None, date(2026, 9, 15), date(2026, 9, 15)),
        (None, None, None),
    ],
    ids=["complete by", "proof only", "none"],
)
def test_the_date_that_binds(complete_by: date | None, proof_due_by: date | None, binds: date | None) -> None:
    assert ReferralFactory.build(complete_by=complete_by, proof_due_by=proof_due_by).binding_date == binds


def test_recipients_in_use_and_confirmed(now: datetime) -> None:
    portal = RecipientFactory()
    called_back = RecipientFactory(channel="email", confirmed_at=now, confirmed_by=UserFactory())
    unconfirmed = RecipientFactory(channel="email")
    RecipientFactory(ended_at=now)

    assert list(Recipient.objects.in_use().order_by("id")) == [portal, called_back, unconfirmed]
    assert list(Recipient.objects.confirmed().order_by("id")) == [portal, called_back]


@pytest.mark.parametrize(
    ("kinds", "wants"), [([], True), (["completion"], True), (["progress"], False)], ids=["all", "it", "other"]
)
def test_a_recipient_wants_all_kinds_or_those_named(kinds: list[str], wants: bool) -> None:
    assert RecipientFactory.build(kinds=kinds).wants(ReportKind.COMPLETION) is wants


# --- deadlines


def test_deadlines_to_alert_and_overdue(now: datetime) -> None:
    day = date.fromisoformat
    later = DeadlineFactory(due_on=day("2026-03-17"), next_alert_on=day("2026-03-04"))
    today = DeadlineFactory(due_on=day("2026-03-03"), next_alert_on=TODAY)
    gone = DeadlineFactory(due_on=day("2026-03-02"), next_alert_on=day("2026-03-01"))
    silent = DeadlineFactory(due_on=day("2026-03-02"), next_alert_on=None)
    DeadlineFactory(settled=True, due_on=day("2026-03-02"))

    assert set(Deadline.objects.open()) == {later, today, gone, silent}
    assert set(Deadline.objects.to_alert(TODAY)) == {today, gone}
    assert set(Deadline.objects.overdue(TODAY)) == {gone, silent}


def test_an_oral_extension_is_unconfirmed_until_it_is_confirmed(now: datetime) -> None:
    oral = {"basis": "oral", "told_by": "the bailiff", "told_on": TODAY}
    unconfirmed = ExtensionFactory(**oral)
    ExtensionFactory(**oral, confirmed_at=now, confirmed_by=UserFactory())
    ExtensionFactory()

    assert list(Extension.objects.unconfirmed()) == [unconfirmed]


# --- reports


def test_open_proposals(now: datetime) -> None:
    open_one = ProposalFactory()
    ProposalFactory(state="withdrawn", settled_at=now)

    assert list(Proposal.objects.open()) == [open_one]


@pytest.mark.parametrize("steps", [PROPOSED, REVIEWED, ISSUED, DELIVERED], ids=lambda steps: steps[-1])
def test_a_reports_state_is_its_newest_step(steps: list[Step]) -> None:
    report = ReportFactory(steps=steps)
    ReportFactory(steps=[*DELIVERED, Step.ACKNOWLEDGED])

    assert Report.objects.with_state().get(pk=report.pk).state == steps[-1]  # type: ignore[attr-defined]


def test_the_newest_step_is_the_highest_and_not_the_last_written() -> None:
    report = ReportFactory()
    ReportStepFactory(report=report, number=2, step=Step.IN_REVIEW)
    ReportStepFactory(report=report, number=1, step=Step.PROPOSED)

    assert Report.objects.with_state().get().state == Step.IN_REVIEW  # type: ignore[attr-defined]


def test_reports_in_a_state() -> None:
    reviewed = ReportFactory(steps=REVIEWED)
    delivered = ReportFactory(steps=DELIVERED)
    asked = ReportFactory(steps=[*DELIVERED, Step.CORRECTION_ASKED])
    ReportFactory(steps=[*DELIVERED, Step.ACKNOWLEDGED])
    ReportFactory(steps=ISSUED)

    assert list(Report.objects.in_state(Step.IN_REVIEW)) == [reviewed]
    assert list(Report.objects.in_state(Step.DELIVERED, Step.CORRECTION_ASKED).order_by("id")) == [delivered, asked]


def test_a_number_as_it_is_printed() -> None:
    number = NumberLedgerFactory(report__referral__program__number_prefix="K", n=17)

    assert (number.text, str(number)) == ("K-2026-00017", "2026-00017")


def test_deliveries_that_have_not_gone(now: datetime) -> None:
    queued = DeliveryFactory()
    failed = DeliveryFactory(state="failed", reason="no such box")
    DeliveryFactory(state="sent", sent_at=now)

    assert list(Delivery.objects.not_sent().order_by("id")) == [queued, failed]
    assert Delivery.objects.get(pk=failed.pk).reason == "no such box"
