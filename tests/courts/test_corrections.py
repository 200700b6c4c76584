"""The court asks for a correction: the report stands, or another one takes its place."""

from datetime import date, timedelta

import pytest

from audit.models import Event
from courts.actions import corrections, deliveries, life, proposals, recipients, reports, reviews
from courts.models import Delivery, IssuedDocument, Proposal, Recipient, Report
from courts.moves import Closing
from courts.steps import ReportKind, Step
from tests.courts.cases import AFTER, Case, completed, copy_to, delivered, delivery_by, issued
from tests.factories.courts import ReportFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

WHAT = "Week 2 was credited with 90 minutes; it was 120."


def fresh(report: Report) -> Report:
    return Report.objects.select_related("referral__key", "supersedes__document__number").get(pk=report.pk)


def correct(case: Case, report: Report) -> Report:
    return fresh(corrections.correct(report=report, what_changed=WHAT, by=case.by, now=AFTER))


def steps(report: Report) -> list[str]:
    return list(report.steps.values_list("step", flat=True))


class TestAsking:
    def test_keeps_what_the_court_said(self):
        case = delivered()
        report = case.referral.reports.get()
        corrections.ask(report=report, text="MARKER The minutes are wrong.", by=case.by, now=AFTER)
        assert life.last_step(report) is Step.CORRECTION_ASKED
        assert report.steps.get(step=Step.CORRECTION_ASKED).note == "MARKER The minutes are wrong."
        assert "MARKER" not in str(list(Event.objects.on(report).values_list("facts", flat=True)))

    def test_may_come_before_everybody_has_a_copy(self):
        case, document = issued()
        corrections.ask(report=document.report, text="Wrong.", by=case.by, now=AFTER)
        assert life.last_step(document.report) is Step.CORRECTION_ASKED

    def test_for_nothing_is_refused(self):
        case = delivered()
        said = {"report": case.referral.reports.get(), "by": case.by, "now": AFTER}
        refuses(corrections.NothingSaid, corrections.ask, text=" ", **said)
        refuses(corrections.NothingSaid, corrections.stand, answer="", **said)

    def test_of_one_in_review_is_refused(self):
        case = completed()
        refuses(life.StepNotPossible, corrections.ask, report=case.in_review(), text="x", by=case.by, now=AFTER)


class TestStanding:
    def test_goes_with_the_answer_and_can_be_acknowledged(self):
        case = delivered(court__acknowledges="reply")
        report = case.referral.reports.get()
        corrections.ask(report=report, text="Is week 2 right?", by=case.by, now=AFTER)
        corrections.stand(report=report, answer="It is.", by=case.by, now=AFTER)
        assert report.steps.get(step=Step.STANDS).note == "It is."
        deliveries.acknowledge_for(report=report, by=case.by, now=AFTER)
        assert life.last_step(report) is Step.ACKNOWLEDGED

    def test_of_what_nobody_asked_about_is_refused(self):
        case = delivered()
        said = {"report": case.referral.reports.get(), "answer": "x", "by": case.by, "now": AFTER}
        refuses(life.StepNotPossible, corrections.stand, **said)


class TestCorrecting:
    def test_begins_another_one_of_its_kind_in_review(self):
        case = delivered()
        old = case.referral.reports.get()
        made = correct(case, old)
        assert (made.kind, made.supersedes, made.words) == (old.kind, old, {"what_changed": WHAT})
        assert steps(made) == [Step.PROPOSED, Step.IN_REVIEW]
        assert life.last_step(old) is Step.DELIVERED

    def test_supersedes_the_old_one_when_it_is_issued(self):
        case = delivered()
        old = case.referral.reports.get()
        document = case.issue(correct(case, old))
        assert steps(old)[-1] == Step.SUPERSEDED
        assert document.snapshot["corrected"] == {
            "number": old.document.number.text,
            "issued_on": "2026-03-25",
            "what_changed": WHAT,
        }
        assert Proposal.objects.open().count() == 0

    def test_copies_of_the_old_one_that_have_not_gone_go_no_more(self):
        case = completed()
        copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
        old = case.issue(case.in_review())
        letter = delivery_by(old, Recipient.Channel.PAPER)
        case.issue(correct(case, old.report))
        refusal = refuses(deliveries.NotQueued, deliveries.deliver, delivery=letter, by=case.by, now=AFTER)
        assert str(refusal) == "This report was called back. Don't send it any more."

    def test_goes_to_all_who_were_sent_the_old_one(self):
        case = completed()
        ended = copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.PAPER)
        other = copy_to(case, Recipient.Role.PROBATION, Recipient.Channel.FAX)
        old = case.issue(case.in_review())
        for one in old.deliveries.all():
            deliveries.deliver(delivery=one, by=case.by, now=AFTER)
        recipients.end(recipient=ended, by=case.by, now=AFTER)
        Recipient.objects.filter(pk=other.pk).update(kinds=["progress"])
        new = copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER)
        document = case.issue(correct(case, old.report))
        had = set(old.deliveries.values_list("recipient", flat=True))
        assert set(document.deliveries.values_list("recipient", flat=True)) == had | {new.pk}

    def test_not_to_one_who_was_never_sent_it_and_was_ended(self):
        case = completed()
        ended = copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.PAPER)
        old = case.issue(case.in_review())
        recipients.end(recipient=ended, by=case.by, now=AFTER)
        document = case.issue(correct(case, old.report))
        assert [one.recipient.role for one in document.deliveries.all()] == ["clerk"]

    def test_waits_for_a_release_that_has_ended(self):
        case = completed()
        released = {"release_on": date(2026, 3, 1), "release_until": date(2026, 3, 25)}
        copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.PAPER, name="A. Counsel", **released)
        old = case.issue(case.in_review())
        deliveries.deliver(delivery=delivery_by(old, Recipient.Channel.PAPER), by=case.by, now=AFTER)
        made = correct(case, old.report)
        with pytest.raises(reviews.ReleaseEnded) as refusal:
            reviews.facts_of(made, signer=case.signer, now=AFTER + timedelta(days=1))
        assert str(refusal.value) == (
            "Defense A. Counsel was sent the report that this one corrects, and the release for it has ended. "
            "Record a new one."
        )

    def test_of_a_closed_case_keeps_it_closed_by_the_new_one(self):
        case = delivered()
        old = case.referral.reports.get()
        case.close(Closing.COMPLETED)
        document = case.issue(correct(case, old))
        case.referral.refresh_from_db()
        assert (case.referral.state, case.referral.closing_report) == ("closed", document.report)

    def test_twice_is_refused(self):
        case = delivered()
        old = case.referral.reports.get()
        correct(case, old)
        said = {"report": old, "what_changed": WHAT, "by": case.by, "now": AFTER}
        refuses(corrections.CorrectedAlready, corrections.correct, **said)

    def test_given_up_it_can_be_begun_again(self):
        case = delivered()
        old = case.referral.reports.get()
        first = correct(case, old)
        reports.withdraw(report=first, why="not needed", by=case.by, now=AFTER)
        assert life.last_step(old) is Step.DELIVERED
        again = correct(case, old)
        assert (again.supersedes, fresh(first).supersedes) == (old, None)

    def test_without_what_changed_is_refused(self):
        case = delivered()
        said = {"report": case.referral.reports.get(), "what_changed": " ", "by": case.by, "now": AFTER}
        refuses(reviews.WordsNotFit, corrections.correct, **said)

    @pytest.mark.parametrize("last", [[], [Step.WITHDRAWN], [Step.ISSUED, Step.SUPERSEDED]])
    def test_of_what_is_not_out_is_refused(self, last: list[Step]):
        report = ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW, *last])
        said = {"report": report, "what_changed": WHAT, "by": Case.of(report.referral).by, "now": AFTER}
        refuses(life.StepNotPossible, corrections.correct, **said)

    def test_of_one_written_by_hand_is_refused(self):
        report = ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW, Step.ISSUED])
        said = {"report": report, "what_changed": WHAT, "by": Case.of(report.referral).by, "now": AFTER}
        refuses(corrections.NoDocument, corrections.correct, **said)

    def test_while_another_of_its_kind_is_in_review_is_refused(self):
        case = delivered()
        proposal = proposals.propose(
            referral=case.referral, kind=ReportKind.COMPLETION, facts={}, by=case.by, now=AFTER
        )
        reports.open_review(proposal=proposal, by=case.by, now=AFTER)
        said = {"report": case.referral.reports.get(document__isnull=False), "what_changed": WHAT}
        refuses(proposals.InReview, corrections.correct, **said, by=case.by, now=AFTER)


class TestADuplicate:
    def test_cites_the_certificate_also_of_a_closed_case(self):
        case = delivered()
        original = case.referral.reports.get()
        case.close(Closing.COMPLETED)
        made = reports.duplicate(report=original, by=case.by, now=AFTER)
        document = case.issue(fresh(made))
        assert (made.kind, document.snapshot["original"]) == (
            "duplicate_certificate",
            {"number": original.document.number.text, "issued_on": "2026-03-25"},
        )
        assert IssuedDocument.objects.count() == 2
        assert Delivery.objects.filter(document=document).count() == 1

    @pytest.mark.parametrize("last", [[], [Step.ISSUED, Step.WITHDRAWN]])
    def test_of_what_does_not_stand_is_refused(self, last: list[Step]):
        report = ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW, *last])
        by = Case.of(report.referral).by
        refuses(reports.NothingToDuplicate, reports.duplicate, report=report, by=by, now=AFTER)
