"""Several people or workers at the same thing at the same moment."""

from datetime import timedelta

import pytest

from accounts.actors import Task
from courts import document
from courts.actions import corrections, deliveries, life, proposals, reports, reviews, states, submissions
from courts.models import IssuedDocument, NumberLedger, Recipient, Referral, Report
from courts.moves import Closing, State
from courts.steps import Step
from courts.told import ReportFacts
from messaging.models import Message
from programs.kinds import RequirementKind
from programs.models import Enrollment, StandingChange
from tests.courts.at_once import at_once
from tests.courts.cases import AFTER, Case, accepted, completed, copy_to, issued, program, received, seated
from tests.courts.referring import clerk, draft
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory
from tests.factories.programs import ProgramFactory, SignerFactory

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]

LATER = AFTER + timedelta(hours=1)


REVIEWED = [Step.PROPOSED, Step.IN_REVIEW]


def steps(report: Report) -> list[str]:
    return [step.step for step in report.steps.order_by("number")]


def settled() -> list[tuple[int, str | None]]:
    return list(NumberLedger.objects.order_by("n").values_list("n", "settled"))


class TestProposals:
    def test_two_workers_read_each_change_once(self):
        cases = [completed(program=program()) for _ in range(4)]
        unread = StandingChange.objects.unread().count()

        assert sum(at_once(lambda _: proposals.propose_unread(now=AFTER), 4)) == unread

        assert [[p.kind for p in case.referral.proposals.all()] for case in cases] == [["completion"]] * 4

    def test_two_people_open_one_report(self):
        case = completed()
        proposal = case.proposed()

        opened = at_once(lambda _: reports.open_review(proposal=proposal, by=case.by, now=AFTER).pk, 4)

        assert len(set(opened)) == 1
        assert steps(Report.objects.get()) == REVIEWED


def rendered(template: str, facts: ReportFacts) -> bytes:
    """All but one."""
    if facts["defendant"] == "Nobody":
        raise document.DocumentNotRendered(template)
    return document.render(template, facts)


class TestReports:
    def test_many_reports_have_numbers_without_a_gap(self, monkeypatch: pytest.MonkeyPatch):
        shared = program()
        cases = [completed(program=shared) for _ in range(8)]
        unprintable = cases[3]
        Referral.objects.filter(pk=unprintable.referral.pk).update(name_as_charged="Nobody")
        monkeypatch.setattr(reports, "render", rendered)
        signer = SignerFactory.create(program=shared)
        opened = [(case, case.in_review()) for case in cases]

        def work(number: int) -> None:
            case, report = opened[number]
            case.signer = signer
            try:
                case.issue(report)
            except reviews.NotPrintable:
                assert case is unprintable

        at_once(work, 8)

        assert [n for n, _ in settled()] == list(range(1, 9))
        assert sorted(str(how) for _, how in settled()) == ["used"] * 7 + ["void"]
        assert IssuedDocument.objects.count() == 7

    def test_one_report_is_issued_once(self):
        case = completed()
        report = case.in_review()
        assert case.signer

        def work(_: int) -> str:
            try:
                return case.issue(report).number.text
            except life.StepNotPossible:
                return "refused"

        outcomes = at_once(work, 4)

        assert outcomes.count("refused") == 3
        assert IssuedDocument.objects.count() == 1
        assert steps(report) == [*REVIEWED, Step.ISSUED]
        assert [how for _, how in settled()].count("used") == 1
        assert None not in [how for _, how in settled()]

    def test_one_report_is_corrected_once(self):
        case, document = issued()

        def work(_: int) -> str:
            try:
                corrections.correct(report=document.report, what_changed="Week 2.", by=case.by, now=LATER)
            except corrections.CorrectedAlready:
                return "refused"
            return "begun"

        assert sorted(at_once(work, 4)) == ["begun", "refused", "refused", "refused"]
        assert Report.objects.filter(supersedes=document.report).count() == 1

    def test_a_case_put_on_hold_at_that_moment_is_told_first_or_not_at_all(self):
        case = completed()
        report = case.in_review()
        assert case.signer

        def issue() -> str:
            try:
                return case.issue(report).number.text
            except reports.OnHoldOrOver:
                return "refused"

        def hold() -> str:
            on = LATER.date() + timedelta(days=9)
            states.hold(referral=case.referral, reason="x", review_on=on, keeps_seat=True, by=case.by, now=LATER)
            return "held"

        works = [issue, hold]
        outcome, held = at_once(lambda n: works[n](), 2)

        assert held == "held"
        assert (outcome == "refused") == (IssuedDocument.objects.count() == 0)
        assert None not in [how for _, how in settled()]


def with_a_copy() -> tuple[Case, IssuedDocument]:
    """On the court's pages, and on paper to the prosecutor."""
    case = completed()
    copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
    return case, case.issue(case.in_review())


def lay() -> int:
    return deliveries.deliver_queued(now=LATER)


class TestDeliveries:
    def test_the_last_two_copies_deliver_it_once(self):
        case, document = with_a_copy()
        both = list(document.deliveries.all())

        at_once(lambda n: deliveries.deliver(delivery=both[n], by=Task("courts.deliver"), now=LATER), 2)

        assert steps(document.report) == [*REVIEWED, Step.ISSUED, Step.DELIVERED]
        assert case.referral.deadlines.get().state == "met"

    def test_workers_lay_each_copy_once(self):
        for _ in range(3):
            issued()

        assert sum(at_once(lambda _: lay(), 3)) == 3
        assert Message.objects.count() == 3

    def test_acknowledged_while_the_last_copy_goes_is_acknowledged(self):
        case, document = with_a_copy()
        clerk = ClerkshipFactory.create(court=case.referral.court).user
        copy = document.deliveries.get(channel=Recipient.Channel.PAPER)
        lay()

        def work(number: int) -> None:
            if number:
                deliveries.acknowledge(report=document.report, by=clerk, now=LATER)
            else:
                deliveries.deliver(delivery=copy, by=case.by, now=LATER)

        at_once(work, 2)

        assert steps(document.report)[3:] == [Step.DELIVERED, Step.ACKNOWLEDGED]


class TestReferrals:
    def others(self, case: Case, number: int) -> list[Referral]:
        man = case.referral.participant
        return [received(program=case.referral.program, participant=man) for _ in range(number)]

    def test_of_one_man_share_one_enrollment(self):
        case = Case.of(received(program=program()))
        referrals = [case.referral, *self.others(case, 3)]

        at_once(lambda n: case.accept(referrals[n]).pk, 4)

        assert Enrollment.objects.count() == 1
        assert Referral.objects.filter(state=State.ACCEPTED).count() == 4

    def test_one_that_is_closed_never_ends_what_another_joins(self):
        case = seated()
        (other,) = self.others(case, 1)

        def work(number: int) -> None:
            if number:
                case.accept(other)
            else:
                states.close(referral=case.referral, closing=Closing.RECALLED, by=case.by, now=NOW)

        at_once(work, 2)

        other.refresh_from_db()
        assert other.enrollment is not None
        assert other.enrollment.closed_at is None

    def test_one_is_seated_while_another_is_accepted(self):
        case = accepted()
        case.meet(RequirementKind.INTAKE, NOW.date())
        (other,) = self.others(case, 1)
        assert case.cohort

        at_once(lambda n: case.accept(other) if n else case.seat(), 2)

        assert set(Referral.objects.values_list("state", flat=True)) == {State.ENROLLED}

    def test_one_is_moved_once(self):
        case = seated()

        def work(_: int) -> bool:
            try:
                states.close(referral=case.referral, closing=Closing.RECALLED, by=case.by, now=NOW)
            except states.MoveNotPossible:
                return False
            return True

        assert sorted(at_once(work, 4)) == [False, False, False, True]


class TestSubmissions:
    def test_sent_from_four_tabs_makes_one_referral(self):
        ProgramFactory.create()
        by, desk = clerk()
        made = draft(by, desk)

        sent = at_once(lambda _: submissions.send(submission=made, by=by, now=NOW).pk, 4)

        assert len(set(sent)) == 1
        assert Referral.objects.count() == 1
