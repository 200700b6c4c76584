"""A declined referral owes the court the report that says so (ADR 0008)."""

from dataclasses import replace
from datetime import date

import pytest

from courts.actions import deadlines, life, proposals, reports
from courts.models import Proposal
from courts.moves import Closing, State
from courts.steps import ReportKind, Step
from office.waiting import lines
from tests.courts.cases import Case, program, received
from tests.courts.stations import LATER, close, decline, reopen, tell
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

PROOF_BY = date(2026, 3, 9)


def declined(**fields: object) -> Case:
    dates = {"proof_due_by": PROOF_BY, "complete_by": date(2026, 3, 30)}
    case = Case.of(received(**{"program": program(), **dates, **fields}))
    deadlines.lay(case.referral, by=case.by, now=NOW)
    # By somebody else: who decided it alone doesn't issue the report of it.
    decline(replace(case, by=UserFactory.create()))
    return case


def dates(case: Case) -> list[tuple[str, str]]:
    return list(case.referral.deadlines.order_by("id").values_list("kind", "state"))


def told(case: Case) -> None:
    report = reports.open_review(proposal=Proposal.objects.open().get(), by=case.by, now=LATER)
    tell(case, report)


def test_the_report_is_proposed_and_its_proof_stays_due() -> None:
    case = declined()

    proposal = case.referral.proposals.open().get()
    assert (proposal.kind, proposal.facts) == (ReportKind.NOT_ACCEPTED, {"why": "no common language"})
    assert sorted(dates(case)) == [("complete_by", "waived"), ("proof_due_by", "open")]


def test_no_sweep_takes_it_back() -> None:
    case = declined()
    proposals.propose_unread(now=LATER)
    assert case.referral.proposals.open().count() == 1


def test_it_stands_under_today_with_its_date() -> None:
    declined()

    (line,) = lines(now=LATER, today=LATER.date())
    assert (line.what, line.due_on) == ("Not accepted report", PROOF_BY)
    assert line.why.startswith("The court hasn't been told that he was declined. ")


def test_of_a_self_referral_nothing_is_owed() -> None:
    case = declined(kind="self", court=None, case_number="")

    assert case.referral.proposals.count() == 0
    assert {state for _, state in dates(case)} == {"waived"}


def test_dismissing_it_leaves_the_proof_due() -> None:
    case = declined()
    proposals.dismiss(proposal=Proposal.objects.get(), by=case.by, now=LATER)
    assert ("proof_due_by", "open") in dates(case)

    report = reports.begin(referral=case.referral, kind=ReportKind.NOT_ACCEPTED, by=case.by, now=LATER)
    assert life.last_step(report) is Step.IN_REVIEW


def test_once_the_court_is_told_it_closes() -> None:
    case = declined()
    told(case)
    assert ("proof_due_by", "met") in dates(case)

    close(case, Closing.NOT_ACCEPTED)

    assert case.state() == State.CLOSED


def test_closed_for_another_reason_nothing_is_due() -> None:
    case = declined()
    close(case, Closing.RECALLED)
    assert {state for _, state in dates(case)} == {"waived"}
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN


def test_opened_again_before_the_court_is_told_takes_the_report_back() -> None:
    case = declined()
    report = reports.open_review(proposal=Proposal.objects.get(), by=case.by, now=LATER)

    reopen(case)

    assert life.last_step(report) is Step.WITHDRAWN
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN


def test_opened_again_after_it_the_proof_is_owed_again() -> None:
    case = declined()
    told(case)
    reopen(case)
    assert ("proof_due_by", "open") in dates(case)
