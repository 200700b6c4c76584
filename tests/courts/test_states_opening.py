from datetime import date, timedelta

import pytest

from audit.models import Event
from core.refusal import Refusal
from courts.actions import deadlines, states
from courts.models import Deadline, Hold, Proposal, ReferralMove
from courts.moves import Closing, State
from courts.steps import ReportKind
from programs.kinds import Standing
from programs.models import Enrollment
from tests.courts.cases import (
    Case,
    accepted,
    completed,
    program,
    received,
    rows,
    seated,
)
from tests.courts.stations import LATER, REVIEW, closed, hold, joined, on_hold, resume, stored_in_clear, untouched
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory, HearingFactory
from tests.factories.programs import EligibilityItemFactory

pytestmark = pytest.mark.django_db


class TestAccept:
    @pytest.fixture
    def asked(self) -> Case:
        case = untouched()
        for code, question, must_be in (
            ("adult", "Is he an adult?", True),
            ("minor", "Was a minor involved?", False),
        ):
            EligibilityItemFactory(program=case.referral.program, code=code, question=question, must_be=must_be)
        return case

    def answer(self, case: Case, **answers: bool) -> Enrollment:
        return states.accept(referral=case.referral, answers=answers, by=case.by, now=NOW)

    @pytest.mark.parametrize(
        ("answers", "error", "sentence"),
        [
            (
                {"adult": True},
                states.AnswersMissing,
                "Answer each question of the checklist first: Was a minor involved?",
            ),
            (
                {},
                states.AnswersMissing,
                "Answer each question of the checklist first: Is he an adult? Was a minor involved?",
            ),
            (
                {"adult": True, "minor": True},
                states.NotEligible,
                "By the checklist he can't be accepted: Was a minor involved? Decline the referral instead.",
            ),
        ],
        ids=["one missing", "none answered", "one fails"],
    )
    def test_by_the_checklist_refuses(self, asked: Case, answers: dict[str, bool], error: type[Refusal], sentence: str):
        before = rows()

        with pytest.raises(error) as refusal:
            self.answer(asked, **answers)

        assert (str(refusal.value), rows()) == (sentence, before)

    def test_by_the_checklist_keeps_the_answers(self, asked: Case):
        enrollment = self.answer(asked, adult=True, minor=False)

        assert asked.referral.moves.get(number=2).facts == {"answers": {"adult": True, "minor": False}}
        assert (enrollment.state, enrollment.participant) == ("intake", asked.referral.participant)

    def test_binds_the_enrollment_to_the_courts_date(self):
        case = accepted(complete_by=date(2026, 6, 1), proof_due_by=date(2026, 5, 25))
        assert case.enrollment.finish_by == date(2026, 5, 25)

    def test_joins_what_another_court_opened(self):
        case = accepted(complete_by=date(2026, 6, 1))

        other = joined(case, complete_by=date(2026, 5, 4))

        assert other.enrollment == case.enrollment
        assert Enrollment.objects.count() == 1
        assert (other.state, case.enrollment.finish_by) == (State.ACCEPTED, date(2026, 5, 4))

    def test_of_a_man_who_sits_already_enrolls_at_once(self):
        case = seated()
        other = received(program=case.referral.program, participant=case.referral.participant)
        DeadlineFactory(referral=other, kind="enroll_by", due_on=date(2026, 3, 20))

        case.accept(other)

        other.refresh_from_db()
        assert other.state == State.ENROLLED
        assert [move.new for move in other.moves.order_by("number")] == ["received", "accepted", "enrolled"]
        assert other.deadlines.get().state == Deadline.State.MET

    def test_opens_another_where_the_first_is_over(self):
        case = closed()
        again = received(
            program=case.referral.program,
            participant=case.referral.participant,
            court=case.referral.court,
            case_number=case.referral.case_number,
            again_after=case.referral,
        )

        case.accept(again)

        again.refresh_from_db()
        assert again.enrollment != case.enrollment
        assert again.again_after == case.referral
        assert list(case.referral.again_as.all()) == [again]

    def test_in_another_program_opens_another(self):
        case = accepted()
        elsewhere = received(program=program(), participant=case.referral.participant)

        case.accept(elsewhere)

        assert Enrollment.objects.open().count() == 2

    def test_of_a_man_who_is_through_proposes_his_completion(self):
        case = completed()
        case.proposed()

        other = joined(case, ordered_on=date(2026, 3, 1))

        assert [p.kind for p in other.proposals.open()] == [ReportKind.COMPLETION]

    def test_is_heard_although_another_referral_is_on_hold(self):
        case = on_hold()
        assert case.enrollment.silent

        joined(case)

        assert not case.enrollment.silent


class TestHold:
    def test_keeps_its_reason_to_itself(self):
        case = on_hold(reason="MARKER-HOSPITAL")

        assert Hold.objects.get().reason == "MARKER-HOSPITAL"
        assert ReferralMove.objects.get(new=State.ON_HOLD).why == "MARKER-HOSPITAL"
        assert stored_in_clear("MARKER-HOSPITAL") == []
        assert case.enrollment.silent

    def test_looks_again_on_a_day_to_come(self):
        case = seated()
        # At the court, in Seattle, it is still March 3.
        late = NOW.replace(hour=23) + timedelta(hours=8)

        with pytest.raises(states.ReviewInThePast):
            states.hold(
                referral=case.referral,
                reason="",
                review_on=date(2026, 3, 3),
                keeps_seat=True,
                by=case.by,
                now=late.replace(day=4, hour=7),
            )
        states.hold(
            referral=case.referral,
            reason="",
            review_on=date(2026, 3, 4),
            keeps_seat=True,
            by=case.by,
            now=late.replace(day=4, hour=7),
        )

        assert Hold.objects.get().review_on == date(2026, 3, 4)

    def test_silences_the_deadlines_old_and_new(self):
        case = seated(complete_by=date(2026, 6, 1), proof_due_by=date(2026, 6, 8))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        assert case.referral.deadlines.open().exclude(next_alert_on=None).count() == 2

        hold(case)
        case.referral.refresh_from_db()
        HearingFactory(referral=case.referral)
        deadlines.lay(case.referral, by=case.by, now=LATER)

        assert case.referral.deadlines.open().count() == 3
        assert case.referral.deadlines.open().exclude(next_alert_on=None).count() == 0

    def test_keeps_the_seat(self):
        case = on_hold(keeps_seat=True)
        assert case.enrollment.seats.taken().count() == 1

    def test_gives_up_the_seat(self):
        case = on_hold(keeps_seat=False)
        assert (case.enrollment.seats.taken().count(), case.enrollment.state) == (0, "waiting")

    def test_without_a_seat_gives_none_up(self):
        case = on_hold(accepted, keeps_seat=False)
        assert case.enrollment.state == "intake"

    def test_leaves_the_seat_to_another_court_s_referral(self):
        case = seated()
        joined(case)
        before = rows()

        with pytest.raises(states.SeatStillNeeded):
            hold(case, keeps_seat=False)

        assert (case.state(), rows()) == (State.ENROLLED, before)

    def test_lets_reminders_go_on_while_another_referral_runs(self):
        case = seated()
        other = joined(case)

        hold(case)
        assert not case.enrollment.silent

        states.hold(referral=other, reason="", review_on=REVIEW, keeps_seat=True, by=case.by, now=LATER)
        assert case.enrollment.silent

    def test_is_silent_once_the_other_referral_is_over(self):
        case = seated()
        other = joined(case)
        hold(case)

        states.close(referral=other, closing=Closing.RECALLED, by=case.by, now=LATER)

        assert case.enrollment.silent

    def test_of_a_referral_that_still_runs_stops_proposals(self):
        case = seated()
        hold(case)
        case.complete()

        reports_for = Proposal.objects.filter(referral=case.referral)
        assert (reports_for.count(), case.enrollment.standing) == (0, Standing.COMPLETED)
        resume(case)
        assert [p.kind for p in reports_for] == [ReportKind.COMPLETION]


class TestResume:
    def test_ends_the_hold(self):
        case = on_hold()

        resume(case)

        held = Hold.objects.get()
        assert (held.ended_at, held.ended_by, case.enrollment.silent) == (LATER, case.by, False)
        assert [(e.verb, e.actor) for e in Event.objects.on(held)] == [("hold.ended", f"user:{case.by.pk}")]

    def test_tells_how_many_deadlines_fell_silent_and_were_heard_again(self):
        case = seated(complete_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        hold(case)
        resume(case)

        told = Event.objects.on(case.referral).filter(verb__startswith="referral.deadlines_").order_by("id")
        assert [(e.verb, e.facts) for e in told] == [
            ("referral.deadlines_silent", {"deadlines": 1}),
            ("referral.deadlines_alerted", {"deadlines": 1}),
        ]

    @pytest.mark.parametrize(
        ("due_on", "next_alert_on"),
        [
            (date(2026, 6, 1), date(2026, 5, 18)),
            (date(2026, 4, 10), date(2026, 4, 7)),
            (date(2026, 4, 4), date(2026, 4, 4)),
            (date(2026, 4, 1), date(2026, 4, 7)),
        ],
        ids=["14 days before", "3 days before", "the day itself", "overdue"],
    )
    def test_sounds_the_alerts_by_the_true_days(self, due_on: date, next_alert_on: date):
        case = seated(complete_by=due_on)
        deadlines.lay(case.referral, by=case.by, now=NOW)
        hold(case)
        # Saturday, April 4; the one for 7 days, which would have gone on April 3, was heard before.
        deadline = case.referral.deadlines.get()
        deadline.last_alert_on = date(2026, 4, 3)
        deadline.save()

        states.resume(referral=case.referral, by=case.by, now=NOW.replace(month=4, day=4, hour=20))

        assert case.referral.deadlines.get().next_alert_on == next_alert_on

    def test_with_a_seat_got_meanwhile_meets_enroll_by(self):
        case = accepted(enroll_by=date(2026, 3, 20))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        joined(case)
        hold(case)
        case.seat(now=LATER)

        resume(case)

        assert case.state() == State.ENROLLED
        assert case.referral.deadlines.get().state == Deadline.State.MET
