"""What each kind tells beside what all of them do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.refusal import Refusal
from courts.actions.facts.attendance import NotEnrolled
from courts.actions.facts.base import CLERK_ACTION, STATEMENT, BeforeItsOrder, SayWhatChanged
from courts.actions.facts.beginning import HasBegun, NoSeat
from courts.actions.facts.completion import NothingToDuplicate
from courts.actions.facts.conduct import WARNED, WithinTheRules
from courts.actions.facts.ending import NeedsNoTime
from courts.models import Proposal, Referral
from courts.steps import OtherProposal, ReportKind, Step
from courts.words import NOT_ACCEPTED_BECAUSE, RE_ENTRY
from programs.actions.bookings import book_makeup
from programs.kinds import MarkKind, RequirementKind
from programs.models import Enrollment, Mark
from tests.courts.cases import AFTER, Case, accepted, completed, seated
from tests.courts.each_kind import (
    READY,
    absent_twice,
    came_once,
    certified,
    declined,
    facts_for,
    never_came,
    original,
    report_of,
    told,
    too_late,
)
from tests.factories.clock import NOW
from tests.factories.courts import HearingFactory, ProposalFactory, ReportStepFactory
from tests.factories.programs import CurriculumFactory, PolicyFactory, ProgramFactory, SessionFactory

pytestmark = pytest.mark.django_db

K = ReportKind
SHARED = {
    "letterhead", "number", "issued_on", "court", "plaintiff", "defendant", "case_number", "incident_number",
    "referral_kind", "ordered_on", "hearing_on", "complete_by", "proof_due_by", "program_name", "distribution",
    "signer", "statement", "corrected", "verify",
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", list(ReportKind))
ABSENT = MarkKind.ABSENT


def own(case: Case, kind: ReportKind, now: datetime = AFTER, **fields: Any) -> dict[str, Any]:
    facts = told(case, kind, now, **fields)
    assert facts.keys() > SHARED
    return {name: value for name, value in facts.items() if name not in SHARED}


def refused(refusal: type[Refusal], case: Case, kind: ReportKind) -> str:
    with pytest.raises(refusal) as raised:
        told(case, kind)
    return str(raised.value)


class TestEachKind:
    @each_kind
    def test_made_at_half_past_eleven_at_night_it_carries_that_day(self, kind: ReportKind):
        case = READY[kind](court__time_zone="America/Los_Angeles", ordered_on=date(2026, 3, 2))
        assert told(case, kind, datetime(2026, 3, 27, 6, 30, tzinfo=UTC))["issued_on"] == "2026-03-26"

    @each_kind
    def test_at_another_court_it_carries_that_courts_day(self, kind: ReportKind):
        case = READY[kind](court__time_zone="America/New_York", ordered_on=date(2026, 3, 2))
        assert told(case, kind, datetime(2026, 3, 27, 6, 30, tzinfo=UTC))["issued_on"] == "2026-03-27"

    @each_kind
    def test_says_what_all_of_them_say(self, kind: ReportKind):
        case = READY[kind](
            name_as_charged="DORIAN HALLOWAY",
            case_number="26-CR-00417",
            ordered_on=date(2026, 3, 2),
            court__name="Pinewater Municipal Court",
            court__number_label="docket",
            court__wants_stamp_space=True,
            court__wants_clerk_action_line=True,
        )
        HearingFactory(referral=case.referral, at=datetime(2026, 6, 16, 6, 30, tzinfo=UTC))
        facts = told(case, kind)
        assert {
            name: facts[name] for name in ("defendant", "case_number", "ordered_on", "hearing_on", "statement")
        } == {
            "defendant": "DORIAN HALLOWAY",
            "case_number": "26-CR-00417",
            "ordered_on": "2026-03-02",
            "hearing_on": "2026-06-15",
            "statement": STATEMENT,
        }
        assert facts["court"] == {
            "caption": "IN THE MUNICIPAL COURT PINEWATER MUNICIPAL COURT",
            "number_label": "Docket",
            "stamp_space": True,
            "clerk_action": CLERK_ACTION,
        }
        assert facts["distribution"] == [{"role": "Clerk of the court", "name": "Pinewater Municipal Court"}]
        assert (facts["number"], facts["corrected"], facts["verify"]) == ("", None, None)

    @each_kind
    def test_of_an_uncharged_man_has_no_caption(self, kind: ReportKind):
        case = READY[kind](kind="prefiling_diversion", court=None, case_number="", incident_number="24-118821")
        facts = told(case, kind)
        assert (facts["court"]["caption"], facts["case_number"], facts["incident_number"]) == (None, None, "24-118821")


class TestEnrollment:
    def test_intake_start_schedule_and_projected_completion(self):
        assert own(seated(), K.ENROLLMENT, NOW) == {
            "intake_on": "2026-03-03",
            "starts_on": "2026-03-10",
            "schedule": "Tuesdays, 6:00 to 8:00 p.m.",
            "required": {"sessions": 3},
            "projected_on": "2026-03-24",
        }

    def test_by_the_clock_on_the_courts_wall(self):
        case = seated(court__time_zone="Pacific/Kiritimati", received_on=date(2026, 3, 2))
        assert own(case, K.ENROLLMENT, NOW)["schedule"] == "Wednesdays, 3:00 to 5:00 p.m."

    def test_over_noon_both_halves_are_named(self):
        case = seated(court__time_zone="Asia/Karachi")
        case.cohort.sessions.filter(module__week=1).update(minutes=60 * 8)
        assert own(case, K.ENROLLMENT, NOW)["schedule"] == "Wednesdays, 6:00 a.m. to 2:00 p.m."

    def test_before_he_has_a_seat_there_is_nothing_to_confirm(self):
        assert "no seat yet" in refused(NoSeat, accepted(), K.ENROLLMENT)


class TestNotAccepted:
    def test_a_neutral_reason_and_the_day(self):
        assert own(declined(), K.NOT_ACCEPTED) == {
            "decided_on": "2026-03-03",
            "reason": NOT_ACCEPTED_BECAUSE["criteria"],
        }

    def test_the_reason_that_was_chosen(self):
        reason = own(declined(), K.NOT_ACCEPTED, words={"reason": "no_place"})["reason"]
        assert reason == NOT_ACCEPTED_BECAUSE["no_place"]

    @pytest.mark.parametrize("kind", [K.NOT_ACCEPTED, K.DID_NOT_BEGIN])
    def test_whoever_came_has_begun(self, kind: ReportKind):
        assert "has attended a session" in refused(HasBegun, came_once(), kind)


class TestDidNotBegin:
    def test_what_he_did_not_attend(self):
        case = never_came(enroll_by=date(2026, 3, 20), start_by=date(2026, 4, 1)).seat().attend(1, kind=ABSENT)
        assert own(case, K.DID_NOT_BEGIN) == {
            "enroll_by": "2026-03-20",
            "start_by": "2026-04-01",
            "dated": [
                {"on": "2026-03-06", "what": "Did not attend the intake appointment"},
                {"on": "2026-03-10", "what": "Did not attend the session"},
            ],
        }

    def test_an_intake_missed_before_he_was_referred_is_anothers(self):
        assert own(never_came(received_on=date(2026, 3, 7)), K.DID_NOT_BEGIN)["dated"] == []


class TestProgress:
    def makeup(self, case: Case) -> None:
        session = SessionFactory(
            cohort=None,
            program=case.referral.program,
            module=case.cohort.curriculum.modules.get(week=2),
            starts_at=datetime(2026, 3, 21, 17, tzinfo=UTC),
        )
        book_makeup(enrollment=case.enrollment, session=session, by=case.by, now=datetime(2026, 3, 18, tzinfo=UTC))
        case.mark(session)

    def test_in_full(self):
        case = came_once(ordered_on=date(2026, 3, 2))
        case.attend(2, kind=ABSENT, excuse=Mark.Excuse.ILLNESS)
        self.makeup(case)
        case.attend(3, kind=MarkKind.LATE, minutes=40)
        assert own(case, K.PROGRESS) == {
            "period": {"from_on": "2026-03-03", "to_on": "2026-03-25"},
            "required": {"sessions": 3},
            "counted": {"credited": 2, "made_up": 1, "excused": 1, "unexcused": 0, "without_credit": 1},
            "sessions": [
                {"week": 1, "on": "2026-03-10", "how": "Attended"},
                {"week": 2, "on": "2026-03-17", "how": "Excused absence"},
                {"week": 2, "on": "2026-03-21", "how": "Made up"},
                {"week": 3, "on": "2026-03-24", "how": "Attended without credit"},
            ],
            "assignments": None,
            "fee_standing": None,
            "compliance": "In compliance",
            "remarks": "",
            "next_report_on": "2026-04-10",
        }

    def test_its_period_begins_where_the_last_reports_ended(self):
        case = came_once()
        document = original(case, K.PROGRESS)
        assert document.snapshot["period"]["to_on"] == "2026-03-25"
        case.attend(2, 3)
        facts = own(case, K.PROGRESS, AFTER + timedelta(days=7))
        assert facts["period"] == {"from_on": "2026-03-26", "to_on": "2026-04-01"}
        assert (facts["sessions"], facts["counted"]["credited"]) == ([], 3)

    def test_one_that_was_withdrawn_ended_nothing(self):
        case = came_once()
        ReportStepFactory(report=original(case, K.PROGRESS).report, number=5, step=Step.WITHDRAWN)
        assert own(case, K.PROGRESS)["period"]["from_on"] == "2026-03-03"

    def test_a_corrected_one_is_about_the_same_days(self):
        case = came_once()
        old = original(case, K.PROGRESS).report
        case.attend(2, 3)
        report = report_of(case, K.PROGRESS, supersedes=old, words={"what_changed": "Week 1 was attended."})
        facts = facts_for(report, case, AFTER + timedelta(days=7))
        assert facts["period"] == {"from_on": "2026-03-03", "to_on": "2026-03-25"}
        assert facts["corrected"] == {
            "number": old.document.number.text,
            "issued_on": "2026-03-25",
            "what_changed": "Week 1 was attended.",
        }

    @pytest.mark.parametrize(
        ("fields", "found"),
        [
            ({}, "2026-04-10"),
            ({"next_progress_on": date(2026, 4, 6)}, "2026-04-06"),
            ({"next_progress_on": date(2026, 3, 20)}, "2026-04-10"),
            ({"court__progress_wanted": "before_hearing"}, None),
        ],
        ids=["monthly", "the court's day is sooner", "that day is over", "before a hearing that isn't set"],
    )
    def test_the_next_report(self, fields: dict[str, Any], found: str | None):
        assert own(came_once(**fields), K.PROGRESS)["next_report_on"] == found

    def test_the_next_one_before_a_hearing(self):
        case = came_once(court__progress_wanted="before_hearing")
        HearingFactory(referral=case.referral, at=datetime(2026, 6, 15, 17, tzinfo=UTC))
        assert own(case, K.PROGRESS)["next_report_on"] == "2026-06-12"

    def test_assignments_where_the_policy_asks_for_them(self):
        of = ProgramFactory.create()
        CurriculumFactory(program=of, version=1, weeks=3)
        PolicyFactory(program=of, version=1, sessions_required=3, requires=["assignments"])
        case = seated(program=of)
        assert own(case, K.PROGRESS)["assignments"] == "Not all handed in yet"
        case.meet(RequirementKind.ASSIGNMENTS, date(2026, 3, 20), AFTER)
        assert own(case, K.PROGRESS)["assignments"] == "Handed in"

    @pytest.mark.parametrize(
        ("weeks_absent", "fields", "found"),
        [
            ((), {}, "In compliance"),
            ((1,), {}, "At risk"),
            ((1, 2), {}, "Out of compliance"),
            ((), {"complete_by": date(2026, 3, 18)}, "At risk"),
        ],
        ids=["comes", "warned", "exceeds", "too late"],
    )
    def test_compliance(self, weeks_absent: tuple[int, ...], fields: dict[str, Any], found: str):
        case = seated(**fields)
        case.attend(*weeks_absent, kind=ABSENT)
        now = datetime(2026, 3, 18, 17, tzinfo=UTC)
        assert own(case, K.PROGRESS, now)["compliance"] == found

    def test_another_courts_sooner_date_says_nothing_here(self):
        case = seated(complete_by=date(2026, 6, 1))
        Enrollment.objects.filter(pk=case.enrollment.pk).update(finish_by=date(2026, 3, 18))
        assert own(case, K.PROGRESS, NOW)["compliance"] == "In compliance"


class TestMoreTime:
    def test_says_when_he_can_finish(self):
        assert own(too_late(), K.MORE_TIME, datetime(2026, 3, 12, tzinfo=UTC)) == {
            "binding_on": "2026-03-18",
            "required": {"sessions": 3},
            "completed": {"sessions": 1, "minutes": 120, "first_on": "2026-03-10", "last_on": "2026-03-10"},
            "can_finish_on": "2026-03-24",
        }

    def test_says_that_no_session_leads_there(self):
        assert own(too_late(), K.MORE_TIME)["can_finish_on"] is None

    def test_whoever_has_completed_needs_none(self):
        assert "completion report" in refused(NeedsNoTime, completed(), K.MORE_TIME)


class TestConduct:
    def test_of_noncompliance(self):
        case = absent_twice()
        ProposalFactory(
            referral=case.referral,
            kind=OtherProposal.WARN,
            state=Proposal.State.TAKEN,
            settled_at=datetime(2026, 3, 12, 6, 30, tzinfo=UTC),
            settled_by=case.by,
        )
        words = {"re_entry": "  By a new\nreferral. ", "warnings": ""}
        assert own(case, K.NONCOMPLIANCE, words=words) == {
            "rules": ["After 2 unexcused absences the program notifies the court."],
            "dated": [
                {"on": "2026-03-10", "what": "Did not attend the session; not excused"},
                {"on": "2026-03-17", "what": "Did not attend the session; not excused"},
            ],
            "warnings": [{"on": "2026-03-11", "what": WARNED}],
            "required": {"sessions": 3},
            "completed": {"sessions": 0, "minutes": 0, "first_on": None, "last_on": None},
            "words": {
                "warnings": "",
                "chance_to_cure": "Missed sessions may be made up as far as the program's policy allows.",
                "re_entry": "By a new referral.",
            },
        }

    def test_excused_ones_have_no_kind(self):
        case = seated().attend(1, kind=ABSENT, excuse=Mark.Excuse.LEGAL).attend(2, 3, kind=ABSENT)
        assert [one["what"] for one in own(case, K.NONCOMPLIANCE)["dated"]] == [
            "Did not attend the session; excused",
            "Did not attend the session; not excused",
            "Did not attend the session; not excused",
        ]

    def test_within_the_rules_there_is_nothing_to_notify(self):
        assert "Withdraw the report" in refused(WithinTheRules, came_once(), K.NONCOMPLIANCE)

    def test_a_long_break_is_told_by_the_day_it_began(self):
        case = came_once()
        facts = own(case, K.NONCOMPLIANCE, datetime(2026, 4, 20, 17, tzinfo=UTC))
        assert facts["rules"] == ["A break of more than 30 days needs the program's approval."]
        assert facts["dated"] == [
            {"on": "2026-03-10", "what": "Last attended on this day; then none for more than 30 days"}
        ]

    def test_a_discharge_names_the_rule_that_the_reviewer_wrote(self):
        facts = own(came_once(), K.DISCHARGE, words={"rule": "Agreement, section 4."})
        assert (facts["rules"], facts["dated"], facts["words"]) == (
            ["Agreement, section 4."],
            [],
            {"warnings": "", "chance_to_cure": "", "re_entry": RE_ENTRY},
        )


class TestWhoeverWaitsForASeat:
    def test_needs_more_time_all_the_same(self):
        assert own(accepted(complete_by=date(2026, 3, 18)), K.MORE_TIME, NOW) == {
            "binding_on": "2026-03-18",
            "required": {"sessions": 3},
            "completed": {"sessions": 0, "minutes": 0, "first_on": None, "last_on": None},
            "can_finish_on": None,
        }

    def test_has_a_progress_report_without_a_session(self):
        facts = own(accepted(), K.PROGRESS, NOW)
        assert (facts["sessions"], facts["counted"]["credited"], facts["compliance"]) == ([], 0, "In compliance")

    @pytest.mark.parametrize("kind", [K.ENROLLMENT, K.PROGRESS, K.MORE_TIME, K.NONCOMPLIANCE, K.DISCHARGE])
    def test_whoever_was_not_accepted_has_none(self, kind: ReportKind):
        refused(NotEnrolled, declined(), kind)


class TestWithoutFault:
    @pytest.mark.parametrize("make", [declined, accepted, seated], ids=["not accepted", "never seated", "seated"])
    def test_says_only_what_was_credited(self, make: Any):
        assert own(make(), K.WITHOUT_FAULT) == {
            "required": {"sessions": 3},
            "completed": {"sessions": 0, "minutes": 0, "first_on": None, "last_on": None},
        }


class TestDuplicate:
    def test_repeats_and_cites_the_original(self):
        case = certified()
        document = case.referral.reports.get(kind=K.COMPLETION).document
        assert own(case, K.DUPLICATE_CERTIFICATE) == {
            "original": {"number": document.number.text, "issued_on": "2026-03-25"},
            "required": {"sessions": 3},
            "completed": {"sessions": 3, "minutes": 360, "first_on": "2026-03-10", "last_on": "2026-03-24"},
            "certificate_number": None,
        }

    @pytest.mark.parametrize("step", [Step.WITHDRAWN, Step.SUPERSEDED])
    def test_of_one_that_no_longer_stands_there_is_none(self, step: Step):
        case = certified()
        ReportStepFactory(report=case.referral.reports.get(), number=5, step=step)
        assert "no certificate" in refused(NothingToDuplicate, case, K.DUPLICATE_CERTIFICATE)

    def test_nor_where_the_court_counts_none_of_it_any_more(self):
        case = certified()
        Referral.objects.update(ordered_on=date(2026, 3, 18))
        refused(BeforeItsOrder, case, K.DUPLICATE_CERTIFICATE)


@each_kind
def test_a_correction_says_what_changed_or_is_not_made(kind: ReportKind) -> None:
    case = READY[kind]()
    old = original(case, kind, number=7)
    report = report_of(case, kind, supersedes=old.report)
    with pytest.raises(SayWhatChanged):
        facts_for(report, case)
    report.words = {"what_changed": "The hours."}
    assert facts_for(report, case)["corrected"]["what_changed"] == "The hours."
