"""What was looked at is what is issued; and by whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from courts.actions import corrections, life, reports, reviews
from courts.actions.facts.completion import NotCompleted
from courts.models import IssuedDocument, NumberLedger, Recipient, Report, Review
from courts.steps import ReportKind
from participants.models import Appointment
from programs.kinds import MarkKind
from programs.models import Requirement
from tests.courts.cases import AFTER, Case, completed, copy_to, issued
from tests.courts.each_kind import READY, never_came, report_of
from tests.factories.accounts import UserFactory
from tests.factories.courts import RecipientFactory, ReportFactory
from tests.refusals import nothing_written, refuses

pytestmark = pytest.mark.django_db

TOMORROW = AFTER + timedelta(days=1)
CHANGED = "The facts changed since you looked: look again."


def seen(case: Case, report: Report, now: datetime = AFTER) -> str:
    told, _ = reviews.facts_of(report, signer=case.signer, now=now)
    return reviews.digest(told)


def look(case: Case, report: Report, by: User | None = None, now: datetime = AFTER, **said: Any) -> Review:
    looked_at = said.pop("facts_sha256", None) or seen(case, report, now)
    return reviews.review(report=report, facts_sha256=looked_at, signer=case.signer, by=by or case.by, now=now, **said)


def issue(case: Case, report: Report, by: User | None = None, now: datetime = AFTER) -> IssuedDocument:
    return reports.issue(report=report, signer=case.signer, by=by or case.by, now=now)


@pytest.fixture
def case() -> Case:
    return completed()


@pytest.fixture
def report(case: Case) -> Report:
    assert case.signer
    return case.in_review()


class TestLooking:
    def test_is_written_down_with_what_was_looked_at(self, case: Case, report: Report):
        digest = seen(case, report)
        made = look(case, report)
        assert (made.report, made.by, made.at, made.facts_sha256) == (report, case.by, AFTER, digest)
        assert [e.verb for e in Event.objects.on(report)][-1:] == ["report.reviewed"]

    def test_at_other_facts_is_refused(self, case: Case, report: Report):
        asked = {"report": report, "facts_sha256": "0" * 64, "signer": case.signer, "by": case.by, "now": AFTER}
        assert str(refuses(reviews.FactsChanged, reviews.review, **asked)) == CHANGED

    def test_at_an_issued_one_is_refused(self):
        case, document = issued()
        asked = {"report": document.report, "facts_sha256": "", "signer": case.signer, "by": case.by, "now": AFTER}
        refuses(life.StepNotPossible, reviews.review, **asked)


class TestTheDigest:
    def test_is_the_same_on_another_day_and_with_a_number(self, case: Case, report: Report):
        told, _ = reviews.facts_of(report, signer=case.signer, now=AFTER)
        later, _ = reviews.facts_of(report, signer=case.signer, now=TOMORROW)
        assert told["issued_on"] != later["issued_on"]
        numbered = told | {"number": "K-2026-00001", "certificate_number": "K-2026-00001", "verify": {"code": "x"}}
        assert reviews.digest(told) == reviews.digest(later) == reviews.digest(numbered)

    @pytest.mark.parametrize("name", ["defendant", "case_number", "sessions", "distribution", "signer", "completed"])
    def test_is_another_for_other_facts(self, case: Case, report: Report, name: str):
        told, _ = reviews.facts_of(report, signer=case.signer, now=AFTER)
        assert reviews.digest(told) != reviews.digest(told | {name: None})


class TestIssuing:
    def test_without_having_looked_is_refused(self, case: Case, report: Report):
        said = {"report": report, "signer": case.signer, "by": case.by, "now": AFTER}
        refusal = refuses(reviews.NotReviewed, reports.issue, **said)
        assert str(refusal) == "Look at the report on its page first: what you have looked at is what is issued."

    def test_on_what_somebody_else_looked_at_is_refused(self, case: Case, report: Report):
        look(case, report)
        said = {"report": report, "signer": case.signer, "by": UserFactory(), "now": AFTER}
        refuses(reviews.NotReviewed, reports.issue, **said)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda case: type(case.referral).objects.update(name_as_charged="Somebody Else"),
            lambda case: copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER),
            lambda case: type(case.signer).objects.update(title="Director"),
        ],
        ids=["his name", "one more recipient", "the signer's title"],
    )
    def test_after_the_facts_changed_is_refused_and_takes_no_number(self, case: Case, report: Report, spoil: Any):
        look(case, report)
        spoil(case)
        report, case.signer = Report.objects.get(pk=report.pk), type(case.signer).objects.get()
        said = {"report": report, "signer": case.signer, "by": case.by, "now": AFTER}
        assert str(refuses(reviews.FactsChanged, reports.issue, **said)) == CHANGED
        assert NumberLedger.objects.count() == 0

    def test_the_newest_look_counts(self, case: Case, report: Report):
        look(case, report)
        copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER)
        look(case, report)
        assert issue(case, report).deliveries.count() == 2

    def test_after_he_no_longer_completed_is_refused(self, case: Case, report: Report):
        look(case, report)
        mark = case.enrollment.marks.current().get(session__module__week=3)
        case.mark(mark.session, kind=MarkKind.ABSENT, supersedes=mark)
        said = {"report": report, "signer": case.signer, "by": case.by, "now": AFTER}
        refuses(NotCompleted, reports.issue, **said)


class TestFourEyes:
    @pytest.fixture
    def alone(self, case: Case, report: Report) -> User:
        """Who recorded all that the report rests on."""
        case.leader.grants.all().delete()
        return case.leader

    def colleague(self, *roles: Role, **fields: Any) -> User:
        made: User = UserFactory(roles=roles or [Role.COORDINATOR], **fields)
        return made

    def test_the_authors_are_those_of_marks_and_requirements(self, case: Case, report: Report):
        assert reviews.authors(report) == {case.leader.pk}
        Requirement.objects.filter(kind="intake").update(recorded_by=case.by)
        assert reviews.authors(report) == {case.leader.pk, case.by.pk}

    def test_only_marks_that_stand_count(self, case: Case, report: Report):
        Requirement.objects.update(recorded_by=case.by)
        for mark in case.enrollment.marks.all():
            case.leader = case.by
            case.mark(mark.session, supersedes=mark)
        assert reviews.authors(report) == {case.by.pk}

    @pytest.mark.parametrize("kind", [ReportKind.NOT_ACCEPTED, ReportKind.DID_NOT_BEGIN])
    def test_who_declined_him_or_noted_that_he_missed_his_intake_is_an_author(self, kind: ReportKind):
        case = READY[kind]()
        report = report_of(case, kind)
        RecipientFactory(referral=case.referral)
        decided = case.referral.moves.filter(new="declined").values_list("by", flat=True)
        noted = Appointment.objects.filter(participant=case.referral.participant).values_list("settled_by", flat=True)
        (author,) = {*decided, *noted}
        assert reviews.authors(report) == {author}

        recorder = User.objects.get(pk=author)
        self.colleague()
        said = {"facts_sha256": seen(case, report), "signer": case.signer, "by": recorder, "now": AFTER}
        refuses(reviews.FourEyes, reviews.review, report=report, **said)

    def test_who_noted_an_intake_missed_before_he_was_referred_is_none(self):
        case = never_came()
        case.referral.received_on = AFTER.date()
        case.referral.save()
        assert reviews.authors(report_of(case, ReportKind.DID_NOT_BEGIN)) == set()

    def test_who_recorded_it_alone_does_not_issue_it(self, case: Case, report: Report, alone: User):
        self.colleague()
        said = {"facts_sha256": seen(case, report), "signer": case.signer, "by": alone, "now": AFTER}
        refusal = refuses(reviews.FourEyes, reviews.review, report=report, **said)
        assert str(refusal) == (
            "You alone recorded what this report rests on. Somebody else in the office must look at it and issue it."
        )

    def test_nor_by_a_look_from_before_the_colleague_came(self, case: Case, report: Report, alone: User):
        look(case, report, alone)
        self.colleague()
        said = {"report": report, "signer": case.signer, "by": alone, "now": TOMORROW}
        refuses(reviews.FourEyes, reports.issue, **said)

    @pytest.mark.parametrize(
        ("roles", "fields"),
        [([Role.FACILITATOR], {}), ([Role.CLERK], {}), ([Role.COORDINATOR], {"is_active": False})],
        ids=["a facilitator", "a clerk", "a coordinator who left"],
    )
    def test_who_does_not_work_in_the_office_is_nobody_else(
        self, case: Case, report: Report, alone: User, roles: list[Role], fields: dict[str, Any]
    ):
        self.colleague(*roles, **fields)
        assert look(case, report, alone).by == alone

    def test_one_alone_confirms_after_a_night(self, case: Case, report: Report, alone: User):
        look(case, report, alone)
        said = {"report": report, "signer": case.signer, "by": alone}
        refusal = refuses(reviews.FourEyes, reports.issue, **said, now=AFTER + timedelta(hours=2))
        assert str(refusal) == (
            "You read this report for the first time today. Look at it again tomorrow, then issue it."
        )
        refusal = refuses(reviews.NotReviewed, reports.issue, **said, now=TOMORROW)
        assert str(refusal) == "Look at the report again today, and confirm it: only then is it issued."

        look(case, report, alone, TOMORROW)
        assert issue(case, report, alone, TOMORROW).issued_by == alone

    def test_a_night_is_one_by_the_programs_calendar(self, case: Case, report: Report, alone: User):
        midnight = datetime.fromisoformat("2026-03-26T00:00-07:00")
        look(case, report, alone, midnight - timedelta(minutes=1))
        look(case, report, alone, midnight)
        assert issue(case, report, alone, midnight).issued_at == midnight

    def test_of_other_facts_the_night_begins_anew(self, case: Case, report: Report, alone: User):
        look(case, report, alone)
        copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER)
        look(case, report, alone, TOMORROW)
        said = {"report": report, "signer": case.signer, "by": alone, "now": TOMORROW}
        refuses(reviews.FourEyes, reports.issue, **said)

    def test_to_issue_at_once_is_no_first_look(self, case: Case, report: Report, alone: User):
        digest = seen(case, report)
        with nothing_written(), pytest.raises(reviews.FourEyes):
            look(case, report, alone, facts_sha256=digest, to_issue=True)

    def test_can_be_switched_off(self, case: Case, report: Report, alone: User, settings: Settings):
        self.colleague()
        settings.FOUR_EYES = False
        look(case, report, alone)
        assert issue(case, report, alone).issued_by == alone

    def test_is_on_unless_said_otherwise(self, settings: Settings):
        assert settings.FOUR_EYES is True


class TestWriting:
    def test_saves_what_is_written_and_tells_only_that_it_changed(self):
        report: Report = ReportFactory.create(kind="progress", steps=["proposed", "in_review"])
        reviews.write(report=report, words={"remarks": "MARKER Did not attend March 3."}, by=UserFactory(), now=AFTER)
        report = Report.objects.select_related("referral__key").get(pk=report.pk)
        assert report.words == {"remarks": "MARKER Did not attend March 3."}
        told = Event.objects.on(report).get(verb="report.words_changed")
        assert (told.facts, told.personal) == ({"changed": ["remarks"]}, None)

    def test_twice_the_same_is_told_once(self):
        report, by = ReportFactory(kind="progress", steps=["proposed", "in_review"]), UserFactory()
        for _ in range(2):
            reviews.write(report=report, words={"remarks": "Fine."}, by=by, now=AFTER)
        assert Event.objects.on(report).filter(verb="report.words_changed").count() == 1

    def test_where_there_is_no_place_for_it_is_refused(self, case: Case, report: Report):
        said = {"words": {"remarks": "x"}, "by": case.by, "now": AFTER}
        refusal = refuses(reviews.WordsNotFit, reviews.write, report=report, **said)
        assert str(refusal) == "This kind of report has no place for that."

    def test_into_an_issued_one_is_refused(self):
        report = ReportFactory(kind="progress", steps=["proposed", "in_review", "issued"])
        said = {"words": {"remarks": "x"}, "by": UserFactory(), "now": AFTER}
        refuses(life.StepNotPossible, reviews.write, report=report, **said)

    def test_makes_what_was_looked_at_another_report(self):
        case, document = issued()
        made = corrections.correct(report=document.report, what_changed="Week 2.", by=case.by, now=AFTER)
        before = seen(case, made)
        reviews.write(report=made, words={"what_changed": "Week 3."}, by=case.by, now=AFTER)
        assert seen(case, Report.objects.get(pk=made.pk)) != before
