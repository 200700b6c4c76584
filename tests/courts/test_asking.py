"""Who is asked to call about his case."""

from datetime import timedelta

import pytest

from courts.actions.asking import plan_asks
from courts.models import Proposal, Report
from messaging.models import Message, State
from messaging.registry import kind
from participants.kinds import ContactKind
from programs.models import Enrollment
from tests.courts.cases import AFTER, Case, delivered
from tests.factories.clock import NOW
from tests.factories.courts import ProposalFactory, ReferralFactory, ReportStepFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import EnrollmentFactory

pytestmark = pytest.mark.django_db


def proposed(what: str, **more: object) -> Proposal:
    enrollment = EnrollmentFactory.create()
    man = enrollment.participant
    ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL, value="his@mail.example")
    referral = ReferralFactory.create(enrollment=enrollment, participant=man, program=enrollment.program, **more)
    made: Proposal = ProposalFactory.create(referral=referral, kind=what, made_at=NOW)
    return made


def why(message: Message) -> str | None:
    return kind(message.kind).still_wanted(message, NOW)


class TestAProposal:
    @pytest.mark.parametrize(("what", "planned"), [("warn", 1), ("call", 1), ("make_up", 0), ("noncompliance", 0)])
    def test_for_a_voice_asks_him_to_call(self, what: str, planned: int):
        proposed(what, state="enrolled")

        assert [plan_asks(now=NOW), plan_asks(now=NOW)] == [planned, 0]

    def test_in_the_same_words_as_after_a_missed_evening(self):
        proposal = proposed("warn", state="enrolled")
        plan_asks(now=NOW)
        message = Message.objects.get()

        assert message.about == f"courts.Proposal:{proposal.pk}"
        said = kind(message.kind).render(message, NOW)
        assert (said.subject, said.body, said.sender) == (
            "Please call",
            "Please call +12065550100.\n",
            "Pier Street Office",
        )

    def test_two_about_one_man_are_one_call(self):
        proposal = proposed("warn", state="enrolled")
        ProposalFactory.create(referral=proposal.referral, kind="call", made_at=NOW)

        assert plan_asks(now=NOW) == 1

    def test_settled_meanwhile_it_is_not_wanted(self):
        proposed("warn", state="enrolled")
        plan_asks(now=NOW)
        message = Message.objects.get()
        assert why(message) is None

        Proposal.objects.update(state="withdrawn", settled_at=NOW)
        assert why(message) == "proposal withdrawn"

    def test_not_while_a_court_holds_his_case(self):
        proposal = proposed("warn", state="enrolled")
        plan_asks(now=NOW)
        proposal.referral.state = "on_hold"
        proposal.referral.save()
        assert why(Message.objects.get()) == "on hold"

        Message.objects.all().delete()
        Enrollment.objects.update(silent=True)
        assert plan_asks(now=NOW) == 0

    def test_not_days_later(self):
        proposed("warn", state="enrolled")

        assert plan_asks(now=NOW + timedelta(days=4)) == 0


class TestCompletion:
    @pytest.fixture
    def case(self) -> Case:
        made = delivered()
        man = made.referral.participant
        ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL, value="his@mail.example")
        return made

    def asked(self) -> list[Message]:
        return list(Message.objects.filter(kind="please_call_case"))

    def test_asks_him_to_call_once_the_report_is_issued(self, case: Case):
        report = case.referral.reports.get()
        assert report.kind == "completion"

        assert [plan_asks(now=AFTER), plan_asks(now=AFTER + timedelta(days=1))] == [1, 0]

        (message,) = self.asked()
        assert (message.about, message.participant) == (f"courts.Report:{report.pk}", case.referral.participant)
        assert why(message) is None

    def test_not_once_it_was_withdrawn(self, case: Case):
        plan_asks(now=AFTER)
        report: Report = case.referral.reports.get()
        ReportStepFactory(report=report, number=9, step="withdrawn", at=AFTER)

        assert why(self.asked()[0]) == "withdrawn"
        Message.objects.update(state=State.SKIPPED, reason="withdrawn")
        assert plan_asks(now=AFTER) == 0
