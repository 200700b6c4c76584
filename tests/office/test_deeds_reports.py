from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from courts.models import Delivery, IssuedDocument, NumberLedger, Proposal, Recipient
from courts.steps import OtherProposal, ReportKind, Step
from tests.courts.cases import AFTER, Case, completed, copy_to, delivered, delivery_by, issued
from tests.factories.courts import ProposalFactory, ReferralFactory
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written

Channel = Recipient.Channel
Role = Recipient.Role


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """The morning after the last evening."""
    with time_machine.travel(AFTER, tick=False):
        yield Desk()


def steps(report: Any) -> list[str]:
    return list(report.steps.values_list("step", flat=True))


# --- proposals


def test_the_review_is_opened_and_one_goes_on_there(desk: Desk) -> None:
    case = completed()
    proposal = case.proposed()
    answer = desk.press(proposal, "review")

    report = case.referral.reports.get()
    assert answer["Location"] == f"/office/courts/report/{report.pk}/"
    assert desk.notice(answer) == "In review. Read it, then issue it or withdraw it."
    assert steps(report) == [Step.PROPOSED, Step.IN_REVIEW]


def test_what_is_settled_is_not_reviewed(desk: Desk) -> None:
    proposal = completed().proposed()
    desk.press(proposal, "dismiss")
    with nothing_written():
        assert desk.press(proposal, "review").status_code == 409


def test_dismissed(desk: Desk) -> None:
    proposal = completed().proposed()
    answer = desk.press(proposal, "dismiss")

    assert desk.notice(answer) == "Dismissed. It comes again only when something changes."
    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_by) == (Proposal.State.DISMISSED, desk.user)


def test_not_dismissed_while_it_is_in_review(desk: Desk) -> None:
    report = completed().in_review()
    with nothing_written():
        answer = desk.press(report.proposal, "dismiss")

    assert refusals(answer) == ["A report is being made from this proposal. Withdraw the report instead."]


@pytest.mark.parametrize("kind", [OtherProposal.WARN, OtherProposal.CALL, OtherProposal.MAKE_UP])
def test_what_the_office_does_itself_is_noted_as_done(desk: Desk, kind: OtherProposal) -> None:
    proposal = ProposalFactory(kind=kind)

    assert desk.notice(desk.press(proposal, "done")) == "Noted as done."
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.TAKEN
    with nothing_written():
        assert desk.press(proposal, "done").status_code == 409


def test_a_report_is_not_done_by_saying_so(desk: Desk) -> None:
    proposal = ProposalFactory(kind=ReportKind.COMPLETION)
    with nothing_written():
        assert desk.press(proposal, "done").status_code == 409


def test_a_lists_data_is_taken_over(desk: Desk) -> None:
    referral = ReferralFactory(judge="Hon. A. Old")
    facts = {"judge": ["Hon. A. Old", "Hon. B. New"]}
    proposal = ProposalFactory(referral=referral, kind=OtherProposal.CHANGED_DATA, facts=facts)

    assert desk.notice(desk.press(proposal, "take-over")) == "Taken over: the file says now what the list says."
    referral.refresh_from_db()
    assert referral.judge == "Hon. B. New"


def test_a_number_of_another_referral_is_not(desk: Desk) -> None:
    referral = ReferralFactory(case_number="26-1")
    ReferralFactory(participant=referral.participant, court=referral.court, case_number="26-2")
    facts = {"case_number": ["26-1", "26-2"]}
    proposal = ProposalFactory(referral=referral, kind=OtherProposal.CHANGED_DATA, facts=facts)
    with nothing_written():
        answer = desk.press(proposal, "take-over")

    assert refusals(answer) == ["He has another open referral under this number. Close one of the two first."]


# --- reports


@pytest.fixture
def case(desk: Desk) -> Case:
    return completed()


def test_begun_by_a_person_it_is_issued_like_any(desk: Desk, case: Case) -> None:
    answer = desk.press(case.referral, "begin-report", kind="discharge")
    report = case.referral.reports.get()
    assert answer["Location"] == f"/office/courts/report/{report.pk}/"
    assert desk.notice(answer) == "In review. Read it, then issue it or withdraw it."
    assert case.signer
    assert "Issue and deliver" in text(desk.get(answer["Location"]))
    assert "Discharge report" in text(desk.get(f"/office/people/{case.referral.participant_id}/?tab=reports"))


def read(desk: Desk, report: Any) -> dict[str, Any]:
    """What the form on the report's page says was shown."""
    seen = desk.get(f"/office/courts/report/{report.pk}/").context["review"]
    return {"signer": seen.signer.pk, "facts_sha256": seen.digest}


def test_issued_to_everyone_confirmed(desk: Desk, case: Case) -> None:
    copy_to(case, Role.PROSECUTOR, Channel.PAPER)
    report, _ = case.in_review(), case.signer
    answer = desk.press(report, "issue", **read(desk, report))

    document = IssuedDocument.objects.select_related("number__program").get()
    assert desk.notice(answer) == f"{document.number.text} is issued; 2 copies are on the way."
    assert (document.signer, document.issued_by) == (case.signer, desk.user)


def test_issued_once(desk: Desk, case: Case) -> None:
    report, _ = case.in_review(), case.signer
    shown = read(desk, report)
    desk.press(report, "issue", **shown)
    with nothing_written():
        assert desk.press(report, "issue", **shown).status_code == 409

    assert NumberLedger.objects.count() == 1


def test_not_to_nobody(desk: Desk, case: Case) -> None:
    case.referral.recipients.update(ended_at=AFTER)
    report, signer = case.in_review(), case.signer
    with nothing_written():
        answer = desk.press(report, "issue", signer=signer.pk)

    assert refusals(answer) == ["Nobody is confirmed to receive this report. Confirm an address by calling back."]


def test_not_what_has_changed_since_it_was_shown(desk: Desk, case: Case) -> None:
    report, _ = case.in_review(), case.signer
    shown = read(desk, report)
    copy_to(case, Role.PROSECUTOR, Channel.PAPER)
    with nothing_written():
        answer = desk.press(report, "issue", **shown)

    assert refusals(answer) == ["The facts changed since you looked: look again."]


def test_not_unseen(desk: Desk, case: Case) -> None:
    report, signer = case.in_review(), case.signer
    with nothing_written():
        answer = desk.press(report, "issue", signer=signer.pk)

    assert refusals(answer) == ["The facts changed since you looked: look again."]


def test_only_a_signer_of_the_program_signs(desk: Desk, case: Case) -> None:
    report, other = case.in_review(), completed().signer
    with nothing_written():
        assert "Signed by: Select a valid choice." in text(desk.press(report, "issue", signer=other.pk))


def test_withdrawn_with_a_reason(desk: Desk, case: Case) -> None:
    report = case.in_review()

    assert desk.notice(desk.press(report, "withdraw", why="a mark was wrong")) == "Withdrawn."
    assert steps(report)[-1] == Step.WITHDRAWN
    with nothing_written():
        assert desk.press(report, "withdraw", why="again").status_code == 409


def test_a_court_that_replies_has_acknowledged(desk: Desk) -> None:
    case = delivered(court__acknowledges="reply")
    report = case.referral.reports.get()

    assert desk.notice(desk.press(report, "replied")) == "Acknowledged."
    assert steps(report)[-1] == Step.ACKNOWLEDGED
    with nothing_written():
        assert desk.press(report, "replied").status_code == 409


def test_on_its_own_pages_a_court_acknowledges_itself(desk: Desk) -> None:
    report = delivered().referral.reports.get()
    with nothing_written():
        assert desk.press(report, "replied").status_code == 409


def test_a_court_that_has_left_it_unread_is_reminded_once_a_day(desk: Desk) -> None:
    report = delivered().referral.reports.get()
    assert "Remind the clerk" in text(desk.get(f"/office/courts/report/{report.pk}/"))
    assert desk.notice(desk.press(report, "remind")) == "1 e-mail goes to the court."
    assert refusals(desk.press(report, "remind")) == [
        "Its clerk was reminded today already. Call the court, or try again tomorrow."
    ]


def test_a_court_that_replies_is_not_reminded_of_its_pages(desk: Desk) -> None:
    report = delivered(court__acknowledges="reply").referral.reports.get()
    with nothing_written():
        assert desk.press(report, "remind").status_code == 409


# --- copies


def copy(channel: Channel, **fields: Any) -> Delivery:
    case = completed()
    copy_to(case, Role.PROSECUTOR, channel, **fields)
    return delivery_by(case.issue(case.in_review()), channel)


def test_a_paper_copy_is_marked_as_delivered(desk: Desk) -> None:
    letter = copy(Channel.PAPER)

    answer = desk.press(letter, "delivered")
    assert desk.notice(answer) == "Marked as delivered."
    assert answer["Location"] == f"/office/courts/report/{letter.document.report_id}/"
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == (Delivery.State.SENT, AFTER)
    with nothing_written():
        assert desk.press(letter, "delivered").status_code == 409


def test_e_filing_gives_an_envelope(desk: Desk) -> None:
    filed = copy(Channel.EFILING)
    with nothing_written():
        answer = desk.press(filed, "delivered")
    assert refusals(answer) == ["Give the envelope number that e-filing showed."]

    desk.press(filed, "delivered", envelope="E-4711")
    filed.refresh_from_db()
    assert (filed.state, filed.envelope) == (Delivery.State.SENT, "E-4711")


def test_other_ways_ask_for_none(desk: Desk) -> None:
    assert list(desk.get(desk.button(copy(Channel.FAX), "delivered")).context["form"].fields) == []


@pytest.mark.parametrize("state", ["failed", "returned"])
def test_a_copy_that_did_not_arrive(desk: Desk, state: str) -> None:
    letter = copy(Channel.PAPER)
    answer = desk.press(letter, "failed", state=state, reason="moved away")

    assert desk.notice(answer) == "Noted. What the report met is owed again until it is sent."
    letter = Delivery.objects.select_related("document__report__referral__key").get(pk=letter.pk)
    assert (letter.state, letter.reason) == (state, "moved away")


def test_what_was_acknowledged_has_arrived(desk: Desk) -> None:
    _, document = issued()
    on_the_pages = delivery_by(document, Channel.PORTAL)
    Delivery.objects.filter(pk=on_the_pages.pk).update(
        state="sent", sent_at=AFTER, acknowledged_at=AFTER, acknowledged_by=desk.user
    )
    with nothing_written():
        assert desk.press(on_the_pages, "failed", state="failed", reason="x").status_code == 409
