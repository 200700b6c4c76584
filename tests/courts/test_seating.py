from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from core.refusal import Refusal
from courts.actions import deadlines, proposals, reports, seating, states
from courts.models import Referral, Report
from courts.moves import State
from participants.actions import AppointmentNotYet, AppointmentSettled
from participants.kinds import AppointmentKind
from participants.models import Appointment
from programs.actions.enrollments import CohortFull, NotWaiting, wait_list
from programs.kinds import RequirementKind
from tests.courts.cases import Case, accepted, cohort, received, rows
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import SeatFactory

pytestmark = pytest.mark.django_db

# Friday, March 6, at noon in Seattle.
AT = NOW.replace(day=6, hour=20)


def appointment(case: Case, kind: AppointmentKind = AppointmentKind.INTAKE, at: datetime = AT) -> Appointment:
    made: Appointment = AppointmentFactory.create(participant=case.referral.participant, kind=kind, starts_at=at)
    return made


def settle(case: Case, planned: Appointment, *, kept: bool, now: datetime = AT + timedelta(hours=1)) -> None:
    seating.settle_appointment(appointment=planned, enrollment=case.enrollment, kept=kept, by=case.by, now=now)


def second(case: Case, **fields: object) -> Referral:
    other = received(program=case.referral.program, participant=case.referral.participant, **fields)
    case.accept(other)
    return other


def owed(referral: Referral) -> list[tuple[str, date, str]]:
    return list(referral.deadlines.values_list("kind", "due_on", "state"))


class TestAnIntake:
    def test_kept_opens_the_way_to_a_seat(self):
        case = accepted()
        planned = appointment(case)

        settle(case, planned, kept=True)

        met = case.enrollment.requirements.get()
        assert (met.kind, met.met_on, met.appointment) == (
            RequirementKind.INTAKE,
            date(2026, 3, 6),
            planned,
        )
        assert (case.enrollment.state, owed(case.referral)) == ("waiting", [])

    def test_missed_owes_each_court_a_word_the_next_business_day(self):
        case = accepted()
        other = second(case)
        planned = appointment(case)

        settle(case, planned, kept=False)

        assert case.enrollment.state == "intake"
        for referral in (case.referral, other):
            assert owed(referral) == [("no_show_report", date(2026, 3, 9), "open")]
        assert Event.objects.filter(verb="deadline.added").count() == 2

    def test_noted_days_later_is_due_by_the_day_it_was_missed(self):
        case = accepted()
        settle(case, appointment(case), kept=False, now=AT + timedelta(days=5))
        assert owed(case.referral) == [("no_show_report", date(2026, 3, 9), "open")]

    @pytest.mark.parametrize(
        ("state", "due_on"), [("WA", date(2026, 4, 20)), ("MA", date(2026, 4, 21))], ids=["WA", "MA"]
    )
    def test_missed_before_a_holiday_is_due_after_it(self, state: str, due_on: date):
        """April 20 is Patriots' Day in Massachusetts."""
        case = accepted(court__state=state)
        friday = AT.replace(month=4, day=17)

        settle(case, appointment(case, at=friday), kept=False, now=friday + timedelta(hours=1))

        assert owed(case.referral) == [("no_show_report", due_on, "open")]

    def test_missed_by_a_self_referral_owes_nobody(self):
        case = accepted(kind="self", court=None, case_number="")
        settle(case, appointment(case), kept=False)
        assert owed(case.referral) == []

    def test_missed_while_on_hold_owes_a_silent_word(self):
        case = accepted()
        states.hold(
            referral=case.referral,
            reason="",
            review_on=date(2026, 4, 3),
            keeps_seat=True,
            by=case.by,
            now=NOW,
        )
        settle(case, appointment(case), kept=False)
        assert case.referral.deadlines.get().next_alert_on is None

    def test_missed_and_then_kept_owes_nothing_more(self):
        case = accepted()
        settle(case, appointment(case), kept=False)
        monday = AT + timedelta(days=3)

        settle(case, appointment(case, at=monday), kept=True, now=monday + timedelta(hours=1))

        assert owed(case.referral) == [("no_show_report", date(2026, 3, 9), "waived")]


class TestAMissedIntakeIsProposedToBeTold:
    def proposed(self, referral: Referral) -> list[tuple[str, dict[str, str]]]:
        return [(one.state, one.facts) for one in referral.proposals.order_by("id")]

    def test_to_each_court_and_a_human_decides(self):
        case = accepted()
        other = second(case)
        settle(case, appointment(case), kept=False)

        for referral in (case.referral, other):
            assert self.proposed(referral) == [("open", {"missed_on": "2026-03-06"})]
            assert referral.proposals.get().kind == "did_not_begin"
        assert Report.objects.count() == 0

    def test_dismissed_nothing_is_owed(self):
        case = accepted()
        settle(case, appointment(case), kept=False)
        proposals.dismiss(proposal=case.referral.proposals.get(), by=case.by, now=AT)

        assert owed(case.referral) == [("no_show_report", date(2026, 3, 9), "waived")]

    def test_missed_again_it_says_so_anew(self):
        case = accepted()
        settle(case, appointment(case), kept=False)
        monday = AT + timedelta(days=3)
        settle(case, appointment(case, at=monday), kept=False, now=monday + timedelta(hours=1))

        assert self.proposed(case.referral) == [
            ("withdrawn", {"missed_on": "2026-03-06"}),
            ("open", {"missed_on": "2026-03-09"}),
        ]

    def test_missed_again_while_somebody_writes_the_report_it_stays_theirs(self):
        case = accepted()
        settle(case, appointment(case), kept=False)
        reports.open_review(proposal=case.referral.proposals.get(), by=case.by, now=AT)
        monday = AT + timedelta(days=3)
        settle(case, appointment(case, at=monday), kept=False, now=monday + timedelta(hours=1))

        assert self.proposed(case.referral) == [("open", {"missed_on": "2026-03-06"})]

    def test_he_came_after_all_and_it_goes_by_itself(self):
        case = accepted()
        settle(case, appointment(case), kept=False)
        monday = AT + timedelta(days=3)
        settle(case, appointment(case, at=monday), kept=True, now=monday + timedelta(hours=1))

        assert self.proposed(case.referral) == [("withdrawn", {"missed_on": "2026-03-06"})]

    @pytest.mark.parametrize(
        "fields",
        [{"kind": "self", "court": None, "case_number": ""}, {"ordered_on": date(2026, 3, 7)}],
        ids=["nobody referred him", "before the order"],
    )
    def test_not_where_nothing_may_be_told(self, fields: dict[str, Any]):
        case = accepted(**fields)
        settle(case, appointment(case), kept=False)
        assert self.proposed(case.referral) == []


class TestOtherAppointments:
    def test_an_exit_interview_kept_meets_its_requirement(self):
        case = accepted()
        settle(case, appointment(case, AppointmentKind.EXIT_INTERVIEW), kept=True)
        assert [r.kind for r in case.enrollment.requirements.all()] == [RequirementKind.EXIT_INTERVIEW]

    @pytest.mark.parametrize("kept", [True, False], ids=["kept", "missed"])
    @pytest.mark.parametrize("kind", [AppointmentKind.INDIVIDUAL, AppointmentKind.EXIT_INTERVIEW])
    def test_owe_no_court_anything(self, kind: AppointmentKind, kept: bool):
        case = accepted()
        settle(case, appointment(case, kind), kept=kept)
        assert owed(case.referral) == []


class TestRefusals:
    def refused(self, case: Case, planned: Appointment, error: type[Refusal], now: datetime = AT) -> None:
        before = rows()
        with pytest.raises(error):
            settle(case, planned, kept=True, now=now)
        assert rows() == before
        assert case.enrollment.state == "intake"

    def test_of_another_man_s_appointment(self):
        case = accepted()
        self.refused(case, appointment(accepted()), seating.NotEnrolled)

    def test_before_it_began(self):
        case = accepted()
        self.refused(case, appointment(case), AppointmentNotYet, now=AT - timedelta(minutes=1))

    def test_of_one_settled_before(self):
        case = accepted()
        planned = appointment(case)
        settle(case, planned, kept=False)
        self.refused(case, planned, AppointmentSettled)


class TestASeat:
    def waiting(self, **fields: object) -> Case:
        case = accepted(**fields)
        case.meet(RequirementKind.INTAKE, NOW.date())
        return case

    def test_enrolls_each_accepted_referral_and_meets_enroll_by(self):
        case = self.waiting(enroll_by=date(2026, 3, 20))
        other = second(case, enroll_by=date(2026, 3, 13))
        for referral in (case.referral, other):
            deadlines.lay(referral, by=case.by, now=NOW)

        seat = seating.place(enrollment=case.enrollment, cohort=case.cohort, by=case.by, now=NOW)

        assert (seat.cohort, seat.from_on, case.enrollment.state) == (
            case.cohort,
            date(2026, 3, 3),
            "seated",
        )
        for referral in (case.referral, other):
            referral.refresh_from_db()
            assert referral.state == State.ENROLLED
            assert [state for _, _, state in owed(referral)] == ["met"]

    def test_leaves_one_on_hold_where_it_is(self):
        case = self.waiting()
        other = second(case)
        states.hold(referral=other, reason="", review_on=date(2026, 4, 3), keeps_seat=True, by=case.by, now=NOW)

        seating.place(enrollment=case.enrollment, cohort=case.cohort, by=case.by, now=NOW)

        other.refresh_from_db()
        assert (case.state(), other.state) == (State.ENROLLED, State.ON_HOLD)

    def test_in_a_full_cohort_is_refused_and_nothing_is_written(self):
        case = self.waiting()
        full = cohort(case.referral.program, capacity=1, least=1)
        SeatFactory(cohort=full)
        before = rows()

        with pytest.raises(CohortFull):
            seating.place(enrollment=case.enrollment, cohort=full, by=case.by, now=NOW)

        assert (case.state(), rows()) == (State.ACCEPTED, before)

    def test_before_the_intake_is_refused(self):
        case = accepted()

        with pytest.raises(NotWaiting):
            seating.place(enrollment=case.enrollment, cohort=case.cohort, by=case.by, now=NOW)

        assert case.state() == State.ACCEPTED

    def test_again_after_the_wait_list_leaves_the_referral_enrolled(self):
        case = self.waiting()
        case.seat()
        DeadlineFactory(referral=case.referral, kind="hearing")
        moves = case.referral.moves.count()
        wait_list(enrollment=case.enrollment, by=case.by, now=NOW)
        seating.place(enrollment=case.enrollment, cohort=case.cohort, by=case.by, now=NOW)

        assert (case.state(), case.referral.moves.count()) == (State.ENROLLED, moves)
