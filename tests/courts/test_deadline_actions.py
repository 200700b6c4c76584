from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.actors import Task
from audit.models import Event
from courts.actions import calendars, deadlines, deliveries, proposals, reports, states
from courts.deadlines import DeadlineKind
from courts.models import Deadline, Referral
from courts.moves import Closing
from courts.steps import ReportKind
from tests.courts.cases import AFTER, Case, accepted, issued, received, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ClerkshipFactory,
    CourtFactory,
    DeadlineFactory,
    HearingFactory,
    RecipientFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db

BY = Task("courts.propose")
OPEN, MET, WAIVED, EXTENDED = "open", "met", "waived", "extended"


def told(referral: Referral) -> list[tuple[str, date, str]]:
    return [(d.kind, d.due_on, d.state) for d in referral.deadlines.order_by("due_on", "id")]


def laid(**fields: Any) -> Referral:
    referral: Referral = ReferralFactory(**fields)
    deadlines.lay(referral, by=BY, now=NOW)
    return referral


class TestLaying:
    def test_each_date_of_the_court_binds(self):
        referral = ReferralFactory(
            enroll_by=date(2026, 3, 20),
            start_by=date(2026, 4, 7),
            complete_by=date(2026, 7, 1),
            proof_due_by=date(2026, 7, 8),
            next_progress_on=date(2026, 5, 11),
            jurisdiction_ends_on=date(2028, 3, 1),
        )
        HearingFactory(referral=referral, at=datetime(2026, 7, 15, 16, tzinfo=UTC))

        deadlines.lay(referral, by=BY, now=NOW)

        assert [(d.kind, d.due_on, d.next_alert_on) for d in referral.deadlines.all()] == [
            ("enroll_by", date(2026, 3, 20), date(2026, 3, 6)),
            ("start_by", date(2026, 4, 7), date(2026, 3, 24)),
            ("progress_report", date(2026, 5, 11), date(2026, 4, 27)),
            ("complete_by", date(2026, 7, 1), date(2026, 6, 17)),
            ("proof_due_by", date(2026, 7, 8), date(2026, 6, 24)),
            ("hearing", date(2026, 7, 15), date(2026, 7, 1)),
            ("jurisdiction_ends", date(2028, 3, 1), date(2028, 2, 16)),
        ]

    def test_twice_adds_nothing(self):
        referral = laid(complete_by=date(2026, 7, 1))
        deadlines.lay(referral, by=BY, now=NOW)
        assert told(referral) == [("complete_by", date(2026, 7, 1), OPEN)]

    def test_a_date_that_has_gone_by_binds_and_is_alerted_today(self):
        referral = laid(complete_by=date(2026, 2, 27))
        assert [(d.due_on, d.next_alert_on) for d in referral.deadlines.all()] == [
            (date(2026, 2, 27), date(2026, 3, 3))
        ]

    def test_a_changed_date_waives_the_old_one(self):
        referral = laid(complete_by=date(2026, 7, 1))
        referral.complete_by = date(2026, 6, 1)
        referral.save()

        deadlines.lay(referral, by=BY, now=NOW)

        assert told(referral) == [
            ("complete_by", date(2026, 6, 1), OPEN),
            ("complete_by", date(2026, 7, 1), WAIVED),
        ]
        new, old = referral.deadlines.order_by("due_on")
        assert [e.verb for e in Event.objects.on(new)] == ["deadline.added"]
        assert [(e.verb, e.actor) for e in Event.objects.on(old)] == [
            ("deadline.added", "task:courts.propose"),
            ("deadline.waived", "task:courts.propose"),
        ]

    def test_a_canceled_hearing_binds_no_more(self):
        referral = ReferralFactory()
        hearing = HearingFactory(referral=referral, at=datetime(2026, 7, 15, 16, tzinfo=UTC))
        deadlines.lay(referral, by=BY, now=NOW)
        hearing.canceled_at = NOW
        hearing.save()

        deadlines.lay(referral, by=BY, now=NOW)

        assert told(referral) == [("hearing", date(2026, 7, 15), WAIVED)]

    def test_what_he_reached_once_stays_reached(self):
        referral = laid(enroll_by=date(2026, 3, 20), next_progress_on=date(2026, 5, 11))
        kinds = (DeadlineKind.ENROLL_BY, DeadlineKind.PROGRESS_REPORT)
        deadlines.meet(referral, kinds, by=BY, now=NOW)
        referral.enroll_by, referral.next_progress_on = date(2026, 3, 27), date(2026, 6, 10)

        deadlines.lay(referral, by=BY, now=NOW)

        assert told(referral) == [
            ("enroll_by", date(2026, 3, 20), MET),
            ("progress_report", date(2026, 5, 11), MET),
            ("progress_report", date(2026, 6, 10), OPEN),
        ]

    def test_leaves_what_follows_from_a_rule(self):
        referral = ReferralFactory()
        deadlines.add(referral, DeadlineKind.NO_SHOW_REPORT, date(2026, 3, 4), by=BY, now=NOW)

        deadlines.lay(referral, by=BY, now=NOW)

        assert told(referral) == [("no_show_report", date(2026, 3, 4), OPEN)]


class TestTheCourtsDay:
    """23:30 on the court's wall is already the next day in UTC."""

    @pytest.mark.parametrize(
        ("zone", "now"),
        [
            ("America/Los_Angeles", datetime(2026, 3, 4, 7, 30, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 3, 4, 4, 30, tzinfo=UTC)),
        ],
        ids=["Seattle", "Boston"],
    )
    def test_is_still_today_at_half_past_eleven(self, zone: str, now: datetime):
        referral = ReferralFactory(court__time_zone=zone, complete_by=date(2026, 3, 3))
        half_an_hour = timedelta(minutes=31)

        assert deadlines.today_at(referral, now) == date(2026, 3, 3)
        assert deadlines.today_at(referral, now + half_an_hour) == date(2026, 3, 4)
        assert [d.next_alert_on for d in deadlines.drafted(referral, (), now)] == [date(2026, 3, 3)]
        assert [d.next_alert_on for d in deadlines.drafted(referral, (), now + half_an_hour)] == [date(2026, 3, 4)]

    def test_of_one_instant_differs_between_courts(self):
        now = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)
        seattle = ReferralFactory(court__time_zone="America/Los_Angeles")
        boston = ReferralFactory(court__time_zone="America/New_York")

        assert [deadlines.today_at(one, now).day for one in (seattle, boston)] == [3, 4]

    def test_is_the_programs_where_no_court_has_it(self):
        referral = ReferralFactory(court=None, program__time_zone="America/New_York")
        assert deadlines.today_at(referral, datetime(2026, 3, 4, 4, 30, tzinfo=UTC)) == date(2026, 3, 3)

    @pytest.mark.parametrize(
        ("zone", "day"),
        [("America/Los_Angeles", date(2026, 7, 14)), ("America/New_York", date(2026, 7, 15))],
        ids=["Seattle", "Boston"],
    )
    def test_a_hearing_is_on_the_courts_calendar(self, zone: str, day: date):
        referral = ReferralFactory(court__time_zone=zone)
        HearingFactory(referral=referral, at=datetime(2026, 7, 15, 6, 30, tzinfo=UTC))

        deadlines.lay(referral, by=BY, now=NOW)

        assert told(referral) == [("hearing", day, OPEN)]

    def test_a_hearing_without_an_hour_is_the_next_one_all_day_long(self):
        referral = ReferralFactory()
        midnight = datetime(2026, 3, 3, 8, tzinfo=UTC)
        HearingFactory(referral=referral, at=midnight, time_known=False)

        assert deadlines.next_hearing(referral, NOW) == date(2026, 3, 3)
        assert deadlines.next_hearing(referral, midnight + timedelta(days=1)) is None


class TestHolidays:
    def test_are_those_of_the_courts_state(self):
        day_after_thanksgiving, patriots_day = date(2026, 11, 27), date(2026, 4, 20)
        washington = ReferralFactory(court__state="WA")
        massachusetts = ReferralFactory(court__state="MA", program__state="WA")

        found = [
            day in calendars.holidays_of(one, NOW.date())
            for one in (washington, massachusetts)
            for day in (day_after_thanksgiving, patriots_day)
        ]

        assert found == [True, False, False, True]

    def test_are_the_programs_where_no_court_has_it(self):
        referral = ReferralFactory(court=None, program__state="MA")
        assert date(2026, 4, 20) in calendars.holidays_of(referral, NOW.date())

    def test_reach_over_the_turn_of_the_year(self):
        holidays = calendars.holidays_of(ReferralFactory(), date(2026, 12, 31))
        assert {date(2025, 12, 25), date(2026, 12, 25), date(2027, 1, 1)} <= holidays


class TestSettling:
    @pytest.fixture
    def case(self) -> Case:
        case = accepted(
            enroll_by=date(2026, 3, 20),
            start_by=date(2026, 4, 7),
            complete_by=date(2026, 4, 14),
            proof_due_by=date(2026, 4, 21),
        )
        deadlines.lay(case.referral, by=case.by, now=NOW)
        return case

    def states(self, case: Case) -> dict[str, str]:
        return dict(case.referral.deadlines.values_list("kind", "state"))

    def test_by_a_seat_a_first_session_the_last_one_and_the_delivered_report(self, case: Case):
        dates = dict.fromkeys(("enroll_by", "start_by", "complete_by", "proof_due_by"), OPEN)
        assert self.states(case) == dates

        case.seat()
        assert self.states(case) == dates | {"enroll_by": MET}

        case.attend(1)
        proposals.propose_unread(now=AFTER)
        assert self.states(case) == dates | {"enroll_by": MET, "start_by": MET}

        case.attend(2, 3)
        case.complete_requirements()
        RecipientFactory(referral=case.referral)
        ClerkshipFactory(court=case.referral.court)
        proposal = case.proposed()
        dates |= {"enroll_by": MET, "start_by": MET, "complete_by": MET}
        assert self.states(case) == dates | {"completion_report": OPEN}

        document = case.issue(reports.open_review(proposal=proposal, by=case.by, now=AFTER))
        assert self.states(case) == dates | {"completion_report": OPEN}
        deliveries.deliver(delivery=document.deliveries.get(), by=case.by, now=AFTER)
        assert set(self.states(case).values()) == {MET}

    def test_tells_who_met_it(self, case: Case):
        case.seat()
        deadline = case.referral.deadlines.get(kind="enroll_by")
        assert [(e.verb, e.actor) for e in Event.objects.on(deadline)] == [
            ("deadline.added", f"user:{case.by.pk}"),
            ("deadline.met", f"user:{case.by.pk}"),
        ]

    def test_of_one_referral_leaves_the_others(self, case: Case):
        other = laid(complete_by=date(2026, 4, 14))

        deadlines.waive(case.referral, by=BY, now=NOW)

        assert set(self.states(case).values()) == {WAIVED}
        assert told(other) == [("complete_by", date(2026, 4, 14), OPEN)]

    def test_is_undone_when_what_met_it_turns_out_not_to_be_so(self, case: Case):
        deadlines.meet(case.referral, (DeadlineKind.COMPLETE_BY,), by=BY, now=NOW)

        deadlines.unmeet(case.referral, (DeadlineKind.COMPLETE_BY, DeadlineKind.START_BY), by=BY, now=NOW)

        deadline = case.referral.deadlines.get(kind="complete_by")
        assert (deadline.state, deadline.settled_at, deadline.next_alert_on) == (OPEN, None, date(2026, 3, 31))
        assert [e.verb for e in Event.objects.on(deadline)] == [
            "deadline.added",
            "deadline.met",
            "deadline.open",
        ]

    def test_is_not_undone_where_it_was_waived(self, case: Case):
        deadlines.waive(case.referral, by=BY, now=NOW)
        deadlines.unmeet(case.referral, tuple(DeadlineKind), by=BY, now=NOW)
        assert set(self.states(case).values()) == {WAIVED}

    def test_a_rule_s_date_stands_once(self, case: Case):
        first = deadlines.add(case.referral, DeadlineKind.NO_SHOW_REPORT, date(2026, 3, 4), by=BY, now=NOW)
        again = deadlines.add(case.referral, DeadlineKind.NO_SHOW_REPORT, date(2026, 3, 11), by=BY, now=NOW)
        assert (again.pk, again.due_on) == (first.pk, date(2026, 3, 4))


def test_a_report_that_came_back_is_owed_again():
    case, document = issued(proof_due_by=date(2026, 4, 21))
    deadlines.lay(case.referral, by=case.by, now=NOW)
    delivery = document.deliveries.get()
    deliveries.deliver(delivery=delivery, by=case.by, now=AFTER)
    assert {d.state for d in case.referral.deadlines.all()} == {MET}

    deliveries.deliver_failed(
        delivery=delivery, state=delivery.State.RETURNED, reason="no such box", by=case.by, now=AFTER
    )

    assert {d.kind for d in case.referral.deadlines.open()} == {"proof_due_by", "completion_report"}
    deliveries.deliver(delivery=delivery, by=case.by, now=AFTER)
    assert {d.state for d in case.referral.deadlines.all()} == {MET}


class TestPastHearings:
    def test_bind_nobody_from_the_courts_next_day_on(self):
        court = CourtFactory(time_zone="America/New_York")
        over = DeadlineFactory(referral__court=court, kind="hearing", due_on=date(2026, 3, 2))
        today = DeadlineFactory(referral__court=court, kind="hearing", due_on=date(2026, 3, 3))
        report = DeadlineFactory(referral__court=court, due_on=date(2026, 3, 2))
        late = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)

        assert deadlines.settle_past_hearings(by=BY, now=late) == 1

        assert [Deadline.objects.get(pk=d.pk).state for d in (over, today, report)] == [MET, OPEN, OPEN]
        assert [e.actor for e in Event.objects.on(over)] == ["task:courts.propose"]
        assert deadlines.settle_past_hearings(by=BY, now=late + timedelta(hours=1)) == 1
        assert deadlines.settle_past_hearings(by=BY, now=late + timedelta(hours=1)) == 0


def test_the_soonest_of_the_open_referrals_dates_binds():
    case = seated(complete_by=date(2026, 7, 1))
    user = UserFactory()
    for proof_due_by in (date(2026, 6, 1), date(2026, 8, 1)):
        case.accept(
            received(
                program=case.referral.program,
                participant=case.referral.participant,
                proof_due_by=proof_due_by,
            )
        )
    assert case.enrollment.finish_by == date(2026, 6, 1)

    over = Referral.objects.get(proof_due_by=date(2026, 6, 1))
    states.close(referral=over, closing=Closing.RECALLED, by=user, now=NOW)

    assert case.enrollment.finish_by == date(2026, 7, 1)


def test_each_report_that_meets_a_date_is_a_report():
    assert set(deadlines.MET_BY_REPORT) - set(ReportKind) == set()
