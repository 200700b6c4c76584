from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from courts.actions import deadlines, life, reports, states
from courts.models import Deadline, Extension, Hold, Proposal, Referral, Report
from courts.moves import OWES, Closing, State
from courts.steps import ReportKind, Step
from programs.actions import enrollments
from programs.actions.standing import reassess
from programs.kinds import MarkKind
from tests.courts.cases import (
    AFTER,
    Case,
    completed,
    delivered,
    delivered_report,
    received,
    rows,
    seated,
)
from tests.courts.stations import LATER, close, closed, declined, joined, on_hold, reopen, tell
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory
from tests.factories.programs import EnrollmentFactory, MarkFactory

pytestmark = pytest.mark.django_db


class TestClose:
    @pytest.mark.parametrize("closing", [reason for reason in Closing if OWES[reason]])
    def test_refuses_until_the_report_it_owes_is_delivered(self, closing: Closing):
        case = completed() if closing is Closing.COMPLETED else seated()
        owed = OWES[closing]
        assert owed is not None
        before = rows()

        with pytest.raises(states.ReportNotDelivered) as refusal:
            close(case, closing)

        assert str(refusal.value) == (
            f"The {owed.replace('_', ' ')} report hasn't been delivered to everyone who gets it. "
            "Deliver it, then close the referral."
        )
        assert (case.state(), rows()) == (State.ENROLLED, before)
        report = delivered_report(case.referral, owed)
        close(case, closing)
        assert (case.state(), case.referral.closing, case.referral.closing_report) == (
            State.CLOSED,
            closing,
            report,
        )

    @pytest.mark.parametrize("closing", [reason for reason in Closing if OWES[reason]])
    def test_at_the_database_refuses_too(self, closing: Closing):
        referral = closed().referral

        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(closing=closing)

    @pytest.mark.parametrize("kind", [ReportKind.PROGRESS, ReportKind.DISCHARGE])
    def test_asks_for_its_own_kind_of_report(self, kind: ReportKind):
        case = seated()
        delivered_report(case.referral, kind)

        with pytest.raises(states.ReportNotDelivered):
            close(case, Closing.COMPLETED)

    @pytest.mark.parametrize("step", [Step.IN_REVIEW, Step.ISSUED, Step.WITHDRAWN, Step.SUPERSEDED])
    def test_asks_for_a_report_that_stands_with_the_court(self, step: Step):
        case = seated()
        report = delivered_report(case.referral, ReportKind.COMPLETION)
        report.steps.create(number=5, step=step, at=NOW)
        Report.objects.filter(pk=report.pk).update(last_step=step)

        with pytest.raises(states.ReportNotDelivered):
            close(case, Closing.COMPLETED)

    def test_takes_no_other_referral_s_report(self):
        case = delivered()
        other = joined(case)

        with pytest.raises(states.ReportNotDelivered):
            states.close(referral=other, closing=Closing.COMPLETED, by=case.by, now=AFTER)

    @pytest.mark.parametrize("closing", [Closing.RECALLED, Closing.DISMISSED, Closing.DIED, Closing.BY_MISTAKE])
    def test_for_a_reason_that_owes_none_needs_none(self, closing: Closing):
        case = seated()

        close(case, closing, why="MARKER-WHY")

        assert (case.state(), case.referral.closing, case.referral.closing_report) == (
            State.CLOSED,
            closing,
            None,
        )
        assert case.referral.closed_at == LATER
        assert case.referral.moves.get(new=State.CLOSED).facts == {"closing": closing}

    def test_of_a_self_referral_owes_none(self):
        case = seated(kind="self", court=None, case_number="")

        close(case, Closing.COMPLETED)

        assert (case.state(), case.referral.closing_report) == (State.CLOSED, None)

    def test_leaves_nothing_open(self):
        case = seated(complete_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        case.attend(1, 2, 3)
        hearing = DeadlineFactory(referral=case.referral, kind="hearing")

        close(case, Closing.DISMISSED)

        assert case.referral.deadlines.open().count() == 0
        hearing.refresh_from_db()
        assert hearing.state == Deadline.State.WAIVED
        assert hearing.next_alert_on is None

    def test_takes_back_what_was_proposed_and_what_was_in_review(self):
        case = completed()
        report = case.in_review()

        case.close(Closing.DISMISSED)

        assert life.last_step(report) is Step.WITHDRAWN
        assert Proposal.objects.get().state == Proposal.State.WITHDRAWN
        with pytest.raises(life.StepNotPossible):
            case.issue(report)

    def test_with_a_report_in_review_loses_nothing_that_opening_again_does_not_propose(self):
        case = completed()
        case.in_review()
        case.close(Closing.DISMISSED)

        states.reopen(referral=case.referral, why="the wrong case", by=case.by, now=AFTER)

        assert list(case.referral.proposals.order_by("id").values_list("kind", "state")) == [
            ("completion", Proposal.State.WITHDRAWN),
            ("completion", Proposal.State.OPEN),
        ]

    def test_as_completed_is_refused_once_he_no_longer_is(self):
        case = delivered()
        mark = case.enrollment.marks.current().get(session__module__week=3)
        MarkFactory(enrollment=case.enrollment, session=mark.session, kind=MarkKind.ABSENT, supersedes=mark, by=case.by)
        reassess(enrollment=case.enrollment, by=case.by, now=AFTER)
        before = rows()

        with pytest.raises(states.NoLongerCompleted) as refusal:
            case.close(Closing.COMPLETED)

        assert str(refusal.value) == (
            "A mark was corrected since the report was made, and he hasn't completed any more. "
            "Withdraw the report, or correct the mark."
        )
        assert (case.state(), rows()) == (State.ENROLLED, before)

    @pytest.mark.parametrize(
        "closing", [Closing.DISCHARGED, Closing.WITHOUT_FAULT, Closing.DID_NOT_BEGIN, Closing.NOT_ACCEPTED]
    )
    def test_for_each_reason_whose_report_a_person_begins(self, closing: Closing):
        case, owed = seated(), OWES[closing]
        assert owed is not None
        report = reports.begin(referral=case.referral, kind=owed, by=case.by, now=LATER)
        tell(case, report)

        close(case, closing)

        assert (case.state(), case.referral.closing_report) == (State.CLOSED, report)

    def test_withdraws_what_nobody_opened_and_says_so(self):
        case = completed()
        proposal = case.proposed()

        case.close(Closing.DISMISSED)

        proposal.refresh_from_db()
        assert (proposal.state, proposal.settled_by) == (Proposal.State.WITHDRAWN, case.by)
        assert [e.verb for e in Event.objects.on(proposal)] == ["proposal.made", "proposal.withdrawn"]

    def test_ends_the_hold(self):
        case = on_hold()

        close(case)

        assert Hold.objects.get().ended_by == case.by


class TestTheEnrollment:
    @pytest.mark.parametrize(
        ("closing", "why"),
        [
            (Closing.DISCHARGED, "discharged"),
            (Closing.WITHOUT_FAULT, "without_fault"),
            (Closing.DID_NOT_BEGIN, "did_not_begin"),
            (Closing.NOT_ACCEPTED, "no_referral_left"),
            (Closing.RECALLED, "no_referral_left"),
            (Closing.DISMISSED, "no_referral_left"),
            (Closing.DIED, "no_referral_left"),
            (Closing.BY_MISTAKE, "no_referral_left"),
        ],
    )
    def test_ends_with_the_last_open_referral(self, closing: Closing, why: str):
        case = seated()
        owed = OWES[closing]
        if owed is not None:
            delivered_report(case.referral, owed)

        close(case, closing)

        enrollment = case.enrollment
        assert (enrollment.state, enrollment.ended_why, enrollment.closed_at) == ("ended", why, LATER)
        assert enrollment.seats.taken().count() == 0

    def test_is_finished_once_completed(self):
        case = delivered()

        case.close(Closing.COMPLETED)

        assert (case.enrollment.state, case.enrollment.closed_at) == ("finished", AFTER)

    def test_is_finished_too_when_the_last_one_is_dismissed_afterwards(self):
        case = delivered()
        other = joined(case)
        case.close(Closing.COMPLETED)
        assert case.enrollment.state == "seated"

        states.close(referral=other, closing=Closing.DISMISSED, by=case.by, now=AFTER)

        assert case.enrollment.state == "finished"

    def test_goes_on_for_another_court_and_its_date(self):
        case = seated(complete_by=date(2026, 5, 4))
        joined(case, complete_by=date(2026, 6, 1))
        assert case.enrollment.finish_by == date(2026, 5, 4)

        close(case)

        enrollment = case.enrollment
        assert (enrollment.state, enrollment.finish_by) == ("seated", date(2026, 6, 1))
        assert enrollment.seats.taken().count() == 1

    def test_ends_with_one_declined_to_which_the_case_moved(self):
        case = seated()
        moved = received(program=case.referral.program, participant=case.referral.participant)
        close(case, Closing.MOVED, moved_to=moved)

        states.decline(referral=moved, why="", by=case.by, now=LATER)

        assert case.enrollment.state == "ended"

    def test_is_bound_anew_by_an_extension(self):
        case = seated(complete_by=date(2026, 5, 4))
        joined(case, complete_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)

        deadlines.extend(
            deadline=case.referral.deadlines.get(),
            due_on=date(2026, 7, 6),
            basis=Extension.Basis.ORDER,
            by=case.by,
            now=NOW,
        )

        assert case.enrollment.finish_by == date(2026, 6, 1)


class TestMoved:
    def other(self, case: Case, **fields: Any) -> Referral:
        return received(program=case.referral.program, participant=case.referral.participant, **fields)

    def test_links_the_two_and_he_keeps_his_seat(self):
        case = seated()
        other = self.other(case, complete_by=date(2026, 8, 3))

        close(case, Closing.MOVED, moved_to=other)
        assert [(e.verb, e.facts) for e in Event.objects.on(other)] == [
            ("referral.enrollment_taken_over", {"from": case.referral.pk})
        ]
        case.accept(other)

        other.refresh_from_db()
        assert case.state() == State.CLOSED
        assert (case.referral.moved_to, other.moved_from) == (other, case.referral)
        assert (other.state, other.enrollment) == (State.ENROLLED, case.enrollment)
        assert (case.enrollment.seats.count(), case.enrollment.finish_by) == (1, date(2026, 8, 3))

    def test_the_old_one_keeps_what_it_had(self):
        case = delivered()

        case.close(Closing.MOVED, moved_to=self.other(case))

        assert case.referral.reports.count() == 1

    @pytest.mark.parametrize("closing", [Closing.MOVED, Closing.RECALLED])
    def test_names_where_to_if_and_only_if_it_moved(self, closing: Closing):
        case = seated()
        moved_to = None if closing is Closing.MOVED else self.other(case)

        with pytest.raises(states.MovedNowhere):
            close(case, closing, moved_to=moved_to)

        assert case.state() == State.ENROLLED

    def test_goes_to_no_other_man_and_not_to_itself(self):
        case = seated()

        for wrong in (received(program=case.referral.program), case.referral):
            with pytest.raises(states.MovedNowhere):
                close(case, Closing.MOVED, moved_to=wrong)

    def test_two_cases_never_go_to_one(self):
        case, target = seated(), None
        second = joined(case)
        target = self.other(case)
        close(case, Closing.MOVED, moved_to=target)

        with pytest.raises(states.MovedNowhere):
            states.close(referral=second, closing=Closing.MOVED, moved_to=target, by=case.by, now=LATER)


class TestReopen:
    def test_goes_on_waiting_with_its_dates_laid_anew(self):
        case = seated(complete_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        close(case)

        reopen(case)

        enrollment = case.enrollment
        assert (case.state(), enrollment.state, enrollment.ended_why) == (State.ACCEPTED, "waiting", "")
        assert [(d.kind, d.state) for d in case.referral.deadlines.order_by("id")] == [
            ("complete_by", Deadline.State.WAIVED),
            ("complete_by", Deadline.State.OPEN),
        ]
        assert (case.referral.closing, case.referral.closed_at, enrollment.finish_by) == (
            "",
            None,
            date(2026, 6, 1),
        )

    def test_joins_the_enrollment_that_is_open_by_now(self):
        case = closed()
        first = case.enrollment
        other = joined(case)

        reopen(case)

        assert case.enrollment == other.enrollment != first

    def test_undoes_a_completion_s_link_to_its_report(self):
        case = delivered()
        case.close(Closing.COMPLETED)

        states.reopen(referral=case.referral, why="wrong man", by=case.by, now=AFTER)

        assert case.state() == State.ACCEPTED
        assert case.referral.closing_report is None
        case.close(Closing.COMPLETED)
        assert case.state() == State.CLOSED

    def test_refuses_where_he_was_referred_again_under_the_number(self):
        case = closed()
        received(
            program=case.referral.program,
            participant=case.referral.participant,
            court=case.referral.court,
            case_number=case.referral.case_number,
        )
        before = rows()

        with pytest.raises(states.ReferredAgain) as refusal:
            reopen(case)

        assert str(refusal.value) == ("He has been referred again under this number. Go on with that referral.")
        assert (case.state(), rows()) == (State.CLOSED, before)

    def test_of_a_declined_one_awaits_a_new_decision(self):
        case = declined()

        reopen(case)
        enrollment = case.accept()

        assert (case.state(), enrollment.state) == (State.ACCEPTED, "intake")


@pytest.mark.usefixtures("now")
def test_the_case_of_another_man_stays_as_it_is():
    case, other = seated(), seated()

    close(case)

    assert (other.state(), other.enrollment.state) == (State.ENROLLED, "seated")
    enrollments.wait_list(enrollment=other.enrollment, by=other.by, now=LATER)
    assert EnrollmentFactory().state == "intake"
