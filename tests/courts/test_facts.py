from datetime import UTC, date, datetime
from typing import Any

import pytest

from courts.actions import recipients, states
from courts.actions.facts import for_kind
from courts.actions.facts.base import CLERK_ACTION, STATEMENT, BeforeItsOrder, ReleaseMissing
from courts.actions.facts.completion import NotCompleted
from courts.models import Recipient, Report
from courts.steps import ReportKind
from participants.actions import write_note
from programs.actions.bookings import book_makeup
from programs.kinds import MarkKind
from programs.models import Mark, Session
from tests.courts.cases import (
    AFTER,
    Case,
    accepted,
    completed,
    copy_to,
    issued,
    program,
    received,
    rows,
    seated,
)
from tests.courts.pdf import bare, opened, text_of
from tests.factories.clock import NOW
from tests.factories.courts import ChargeFactory, CourtFactory, HearingFactory, RecipientFactory
from tests.factories.participants import ContactPointFactory, OtherNameFactory
from tests.factories.programs import RequirementFactory, SessionFactory

pytestmark = pytest.mark.django_db


def facts_of(case: Case, *recipients: Recipient, now: datetime = AFTER) -> Any:
    case.referral.refresh_from_db()
    told = recipients or tuple(case.referral.recipients.order_by("id"))
    report = Report(referral=case.referral, kind=ReportKind.COMPLETION)
    return for_kind(report, signer=case.signer, recipients=told, now=now)


class TestAnOrdinaryReport:
    def test_in_full(self):
        case = completed(
            name_as_charged="DORIAN HALLOWAY",
            plaintiff="City of Pinewater",
            case_number="26-CR-00417",
            kind="sentence",
            ordered_on=date(2026, 3, 2),
            complete_by=date(2026, 6, 1),
            proof_due_by=date(2026, 6, 8),
            court__name="Pinewater Municipal Court",
            court__caption="IN THE MUNICIPAL COURT\nPINEWATER",
            program__name="Harbor Program",
        )
        HearingFactory(referral=case.referral, at=datetime(2026, 6, 16, 6, 30, tzinfo=UTC))
        copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER, name="Pinewater City Attorney")

        assert facts_of(case) == {
            "letterhead": {
                "lines": ["Harbor Program", "12 Pier Street", "Seattle, WA 98101"],
                "callback_number": "+12065550100",
            },
            "number": "",
            "issued_on": "2026-03-25",
            "court": {
                "caption": "IN THE MUNICIPAL COURT PINEWATER",
                "number_label": "Case",
                "stamp_space": False,
                "clerk_action": None,
            },
            "plaintiff": "City of Pinewater",
            "defendant": "DORIAN HALLOWAY",
            "case_number": "26-CR-00417",
            "incident_number": None,
            "referral_kind": "Condition of sentence or probation",
            "ordered_on": "2026-03-02",
            "hearing_on": "2026-06-15",
            "complete_by": "2026-06-01",
            "proof_due_by": "2026-06-08",
            "program_name": "Harbor Program",
            "required": {"sessions": 3},
            "completed": {
                "sessions": 3,
                "minutes": 360,
                "first_on": "2026-03-10",
                "last_on": "2026-03-24",
            },
            "sessions": [
                {"week": 1, "on": "2026-03-10", "minutes": 120, "note": ""},
                {"week": 2, "on": "2026-03-17", "minutes": 120, "note": ""},
                {"week": 3, "on": "2026-03-24", "minutes": 120, "note": ""},
            ],
            "requirements": [
                {"label": "Intake", "met_on": "2026-03-03", "met": True},
                {"label": "Exit interview", "met_on": "2026-03-25", "met": True},
            ],
            "fee_standing": None,
            "certificate_number": None,
            "distribution": [
                {"role": "Clerk of the court", "name": "Pinewater Municipal Court"},
                {"role": "Prosecutor", "name": "Pinewater City Attorney"},
            ],
            "signer": {"name": "Denise Kowalski", "title": "Program director"},
            "statement": STATEMENT,
            "corrected": None,
            "verify": None,
        }

    def test_as_the_court_wants_it(self):
        case = completed(
            court__number_label="cause", court__wants_stamp_space=True, court__wants_clerk_action_line=True
        )
        court = facts_of(case)["court"]
        assert (court["number_label"], court["stamp_space"], court["clerk_action"]) == (
            "Cause",
            True,
            CLERK_ACTION,
        )

    def test_of_an_uncharged_man_has_no_caption(self):
        case = completed(kind="prefiling_diversion", court=None, case_number="", incident_number="24-118821")
        facts = facts_of(case)
        assert facts["court"] == {
            "caption": None,
            "number_label": "Case",
            "stamp_space": False,
            "clerk_action": None,
        }
        assert (facts["case_number"], facts["incident_number"]) == (None, "24-118821")

    def test_counts_the_minutes_really_held(self):
        case = seated().attend(1, 2, 3)
        Session.objects.filter(module__week=2).update(minutes_held=90)
        case.complete_requirements()
        facts = facts_of(case)
        assert [session["minutes"] for session in facts["sessions"]] == [120, 90, 120]
        assert facts["completed"]["minutes"] == 330

    def test_counts_the_minutes_he_was_there(self):
        case = seated().attend(1)
        case.attend(2, kind=MarkKind.LATE, minutes=10).attend(3, kind=MarkKind.LEFT_EARLY, minutes=15)
        case.complete_requirements()
        facts = facts_of(case)
        assert [session["minutes"] for session in facts["sessions"]] == [120, 110, 105]
        assert facts["completed"]["minutes"] == 335

    def test_never_counts_less_than_nothing(self):
        case = seated().attend(1, 3)
        case.attend(2, kind=MarkKind.LATE, minutes=15)
        Session.objects.filter(module__week=2).update(minutes_held=10)
        case.complete_requirements()
        assert [session["minutes"] for session in facts_of(case)["sessions"]] == [120, 0, 120]

    def test_says_which_week_was_made_up_in_another_group(self):
        case = seated().attend(1)
        case.attend(2, kind=MarkKind.ABSENT)
        makeup = SessionFactory(
            cohort=None,
            program=case.referral.program,
            module=case.cohort.curriculum.modules.get(week=2),
            starts_at=datetime(2026, 3, 21, 17, tzinfo=UTC),
        )
        book_makeup(
            enrollment=case.enrollment,
            session=makeup,
            by=case.by,
            now=datetime(2026, 3, 18, 17, tzinfo=UTC),
        )
        case.mark(makeup)
        case.attend(3)
        case.complete_requirements()

        sessions = facts_of(case)["sessions"]

        assert [(s["week"], s["on"], s["note"]) for s in sessions] == [
            (1, "2026-03-10", ""),
            (2, "2026-03-21", "Make-up"),
            (3, "2026-03-24", ""),
        ]

    @pytest.mark.parametrize(
        ("zone", "issued_on", "first_on"),
        [
            ("America/Los_Angeles", "2026-03-25", "2026-03-10"),
            ("America/New_York", "2026-03-26", "2026-03-11"),
        ],
        ids=["Seattle", "Boston"],
    )
    def test_has_the_days_of_the_courts_own_calendar(self, zone: str, issued_on: str, first_on: str):
        case = completed(court__time_zone=zone, ordered_on=date(2026, 3, 2))
        # At half past nine in the evening in Seattle it is half past midnight in Boston.
        Session.objects.filter(module__week=1).update(starts_at=datetime(2026, 3, 11, 4, 30, tzinfo=UTC))

        facts = facts_of(case, now=datetime(2026, 3, 26, 4, 30, tzinfo=UTC))

        assert (facts["issued_on"], facts["completed"]["first_on"]) == (issued_on, first_on)


class TestRefusals:
    def test_of_whoever_never_had_a_seat(self):
        case = accepted()
        with pytest.raises(NotCompleted, match="never had a seat"):
            facts_of(case)

    def test_of_whoever_was_not_accepted(self):
        case = Case.of(received(program=program()))
        with pytest.raises(NotCompleted, match="never had a seat"):
            facts_of(case)

    def test_while_a_session_is_missing(self):
        with pytest.raises(NotCompleted, match="hasn't completed"):
            facts_of(seated().attend(1, 2))

    def test_while_a_requirement_is_open(self):
        with pytest.raises(NotCompleted, match="hasn't completed"):
            facts_of(seated().attend(1, 2, 3))


class TestBeforeTheOrder:
    """He came to the first evening on March 10, before this court ordered anything."""

    def case(self, accepts: bool = True, **fields: Any) -> Case:
        return completed(ordered_on=date(2026, 3, 11), court__accepts_earlier_credit=accepts, **fields)

    def release(self, case: Case, recipient: Recipient, until: date | None = None) -> None:
        recipients.record_release(recipient=recipient, begins_on=date(2026, 3, 12), ends_on=until, by=case.by, now=NOW)

    def test_nothing_is_told_to_a_court_that_counts_none_of_it(self):
        case = self.case(accepts=False)
        self.release(case, case.referral.recipients.get())
        with pytest.raises(BeforeItsOrder):
            facts_of(case)

    def test_a_court_that_counts_it_is_told_only_by_his_release(self):
        case = self.case()
        with pytest.raises(ReleaseMissing) as refusal:
            facts_of(case)
        assert str(refusal.value) == (
            "Some of his sessions were before this court's order. "
            "Before it is told of them he must sign a release for: Clerk of the court."
        )

        self.release(case, case.referral.recipients.get())

        assert facts_of(case)["completed"]["first_on"] == "2026-03-10"

    def test_each_recipient_needs_a_release_but_himself(self):
        case = self.case()
        self.release(case, case.referral.recipients.get())
        copy_to(case, Recipient.Role.HIMSELF, Recipient.Channel.PAPER)
        assert len(facts_of(case)["distribution"]) == 2

        copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)

        with pytest.raises(ReleaseMissing, match="release for: Prosecutor"):
            facts_of(case)

    def test_a_requirement_is_met_but_its_day_isnt_told(self):
        case = completed(ordered_on=date(2026, 3, 5))
        assert facts_of(case)["requirements"] == [
            {"label": "Intake", "met_on": None, "met": True},
            {"label": "Exit interview", "met_on": "2026-03-25", "met": True},
        ]

    def test_a_requirement_met_then_is_printed_as_met(self):
        _, document = issued(ordered_on=date(2026, 3, 5))
        text = bare(text_of(bytes(document.content)))
        assert "Eachrequirementbelowismet." in text
        assert "RequirementMetonIntakeMetExitinterviewMarch25,2026" in text
        assert [word for word in ("Open", "March3,2026") if word in text] == []


class TestNothingElse:
    """Every private field has a marker; none of them reaches the paper or what the file says of itself."""

    PRIVATE = {
        "first_name": "MARKERFIRST",
        "middle_name": "MARKERMIDDLE",
        "last_name": "MARKERLAST",
        "preferred_name": "MARKERPREFERRED",
    }

    @pytest.fixture
    def case(self) -> Case:
        case = seated(
            name_as_charged="DORIAN HALLOWAY",
            judge="MARKERJUDGE",
            ordered_on=date(2026, 3, 2),
            **{f"participant__{name}": value for name, value in self.PRIVATE.items()},
        )
        man = case.referral.participant
        OtherNameFactory(participant=man, name="MARKERALIAS")
        ContactPointFactory(participant=man, value="MARKERPHONE", source="MARKERSOURCE")
        ChargeFactory(referral=case.referral, statute="MARKERSTATUTE", text="MARKERCHARGE")
        write_note(participant=man, text="MARKERNOTE", by=case.by, now=NOW)
        self.held(case)
        self.referred_elsewhere(case)
        case.attend(1, comment="MARKERCOMMENT", took_part=True)
        case.attend(2, kind=MarkKind.ABSENT, excuse=Mark.Excuse.LEGAL, comment="MARKERABSENCE")
        self.made_up(case)
        case.attend(3, kind=MarkKind.LATE, minutes=7, correction="MARKERCORRECTION")
        case.complete_requirements()
        return case

    def held(self, case: Case) -> None:
        states.hold(
            referral=case.referral,
            reason="MARKERHOLD",
            review_on=date(2026, 4, 3),
            keeps_seat=True,
            by=case.by,
            now=NOW,
        )
        states.resume(referral=case.referral, by=case.by, now=NOW)

    def referred_elsewhere(self, case: Case) -> None:
        other = received(
            program=case.referral.program,
            participant=case.referral.participant,
            court=CourtFactory(name="MARKERCOURT", caption="MARKERCAPTION"),
            name_as_charged="MARKEROTHERNAME",
            plaintiff="MARKERPLAINTIFF",
            case_number="MARKERNUMBER",
            complete_by=date(2026, 5, 13),
        )
        case.accept(other)

    def made_up(self, case: Case) -> None:
        week = case.cohort.sessions.get(module__week=2)
        case.mark(
            SessionFactory(
                cohort=None,
                program=case.referral.program,
                module=week.module,
                place="MARKERPLACE",
                starts_at=datetime(2026, 3, 21, 17, tzinfo=UTC),
            )
        )

    def test_is_printed(self, case: Case):
        copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.EMAIL, address="MARKERADDRESS")
        RequirementFactory(enrollment=case.enrollment, kind="agreement", met_on=date(2026, 3, 4))

        document = case.issue(case.in_review())

        text = bare(text_of(bytes(document.content)))
        with opened(bytes(document.content)) as file:
            about = str(file.docinfo) + file.Root.Metadata.read_bytes().decode()
        assert "DORIANHALLOWAY" in text
        assert "MARKER" not in text + about + str(document.snapshot)
        untold = ("absen", "excus", "legal", "late", "hold", "May13", "March17", "agreement")
        assert [word for word in untold if word.lower() in text.lower()] == []

    def test_is_written_by_looking(self, case: Case):
        clerk = RecipientFactory.create(referral=case.referral)
        assert case.signer
        before = rows()
        facts_of(case, clerk)
        assert rows() == before
