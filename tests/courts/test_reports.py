import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from core.refusal import Refusal
from courts import document
from courts.actions import deadlines, deliveries, life, proposals, recipients, reports, reviews, states
from courts.actions.facts.base import BeforeItsOrder
from courts.actions.facts.completion import NotCompleted
from courts.models import (
    Delivery,
    IssuedDocument,
    NumberLedger,
    Proposal,
    Recipient,
    Referral,
    Report,
    ReportStep,
)
from courts.moves import Closing
from courts.steps import OtherProposal, ReportKind, Step
from courts.told import ReportFacts
from programs.kinds import MarkKind
from tests.courts.cases import AFTER, Case, completed, copy_to, delivered, issued, rows, seated
from tests.courts.pdf import bare, text_of
from tests.factories.clock import NOW
from tests.factories.courts import NumberLedgerFactory, ProposalFactory, RecipientFactory, ReportFactory
from tests.factories.programs import SignerFactory

pytestmark = pytest.mark.django_db

REVIEWED = [Step.PROPOSED, Step.IN_REVIEW]


def steps(report: Report) -> list[str]:
    return [step.step for step in report.steps.order_by("number")]


def ledger() -> list[tuple[int, int, str | None, str | None]]:
    return list(NumberLedger.objects.order_by("id").values_list("year", "n", "settled", "void_reason"))


class TestOpeningAReview:
    def test_makes_the_proposal_a_report(self):
        case = completed()
        proposal = case.proposed()

        report = reports.open_review(proposal=proposal, by=case.by, now=AFTER)

        proposal.refresh_from_db()
        assert (report.referral, report.kind, report.proposal) == (
            case.referral,
            ReportKind.COMPLETION,
            proposal,
        )
        assert steps(report) == REVIEWED
        assert (proposal.state, proposal.opened_at) == (Proposal.State.OPEN, AFTER)
        assert [(e.verb, e.actor) for e in Event.objects.on(report)] == [
            ("report.proposed", f"user:{case.by.pk}"),
            ("report.in_review", f"user:{case.by.pk}"),
        ]

    def test_twice_gives_the_same_report(self):
        case = completed()
        proposal = case.proposed()
        opened = {reports.open_review(proposal=proposal, by=case.by, now=AFTER).pk for _ in range(2)}
        assert len(opened) == Report.objects.count() == 1
        assert ReportStep.objects.count() == 2

    @pytest.mark.parametrize("kind", OtherProposal)
    def test_is_for_reports_only(self, kind: OtherProposal):
        case = seated()
        proposal = ProposalFactory(referral=case.referral, kind=kind)
        before = rows()
        with pytest.raises(reports.NotAReport):
            reports.open_review(proposal=proposal, by=case.by, now=AFTER)
        assert rows() == before

    @pytest.mark.parametrize("settle", [proposals.drop, proposals.take])
    def test_of_a_settled_one_is_refused(self, settle):
        case = completed()
        proposal = case.proposed()
        settle(proposal, by=case.by, now=AFTER)
        before = rows()
        with pytest.raises(proposals.NoLongerOpen):
            reports.open_review(proposal=proposal, by=case.by, now=AFTER)
        assert rows() == before


class TestSteps:
    @pytest.mark.parametrize("step", [s for s in Step if s not in (Step.ISSUED, Step.WITHDRAWN)])
    def test_that_dont_follow_are_refused(self, step: Step):
        report = ReportFactory(steps=REVIEWED)
        before = rows()
        with pytest.raises(life.StepNotPossible) as refusal:
            life.add_step(report, step, by=Case.of(report.referral).by, now=AFTER)
        words = step.replace("_", " ")
        assert str(refusal.value) == f"This report is in review. It can't be {words} from there."
        assert rows() == before | {"accounts.User": before["accounts.User"] + 1}

    def test_another_person_took_are_told(self, monkeypatch: pytest.MonkeyPatch):
        report = ReportFactory(steps=[*REVIEWED, Step.WITHDRAWN])
        by = Case.of(report.referral).by
        stale = report.steps.get(number=2)
        monkeypatch.setattr(life, "_newest", lambda _: stale)
        with pytest.raises(life.StepNotPossible, match="Somebody has gone on"):
            life.add_step(report, Step.ISSUED, by=by, now=AFTER)

    def test_go_with_their_events(self):
        report = ReportFactory(steps=REVIEWED)
        by = Case.of(report.referral).by
        before = rows()
        with transaction.atomic():
            life.add_step(report, Step.WITHDRAWN, by=by, now=AFTER)
            transaction.set_rollback(True)
        assert rows() == before

    def test_are_never_changed(self):
        report = ReportFactory(steps=REVIEWED)
        with pytest.raises(IntegrityError), transaction.atomic():
            report.steps.update(step=Step.ISSUED)


class TestIssuing:
    def test_writes_document_number_and_deliveries(self):
        case = completed(program__number_prefix="K")
        copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
        report = case.in_review()

        document = case.issue(report)

        assert (document.report, document.number.text, document.signer) == (report, "K-2026-00001", case.signer)
        assert (document.issued_at, document.issued_by) == (AFTER, case.by)
        assert ledger() == [(2026, 1, "used", None)]
        assert steps(report) == [*REVIEWED, Step.ISSUED]
        assert Proposal.objects.get(report=report).state == Proposal.State.TAKEN
        assert list(document.deliveries.order_by("id").values_list("channel", "state")) == [
            ("portal", "queued"),
            ("paper", "queued"),
        ]
        verbs = Event.objects.filter(at=AFTER).order_by("id").values_list("verb", flat=True)
        assert list(verbs)[-4:] == [
            "report.issued",
            "proposal.taken",
            "delivery.queued",
            "delivery.queued",
        ]

    def test_prints_the_number_and_hashes_the_very_bytes(self):
        _, document = issued(program__number_prefix="K")
        stored = IssuedDocument.objects.get()
        assert stored.content[:5] == b"%PDF-"
        assert stored.sha256 == hashlib.sha256(stored.content).hexdigest()
        told = bare(text_of(bytes(stored.content)))
        # At the foot of each page: of the report, and of the certificate behind it.
        assert (told.count("ReportK-2026-00001·"), told.count("of2")) == (2, 2)
        assert stored.snapshot["number"] == stored.snapshot["certificate_number"] == "K-2026-00001"
        assert stored.content == document.content

    def test_encrypts_what_it_keeps(self):
        _, document = issued(name_as_charged="MARKER MAN")
        with connection.cursor() as cursor:
            cursor.execute("SELECT snapshot, content FROM courts_issueddocument")
            raw = [bytes(value) for value in cursor.fetchone()]
        assert [b"MARKER" in value or b"%PDF" in value for value in raw] == [False, False]
        assert IssuedDocument.objects.get().snapshot["defendant"] == "MARKER MAN"
        assert IssuedDocument.objects.get().content == document.content

    def test_is_forgotten_with_the_referral_s_key(self):
        case, document = issued()
        type(case.referral.key).objects.filter(pk=case.referral.key_id).destroy(now=AFTER)
        assert str(IssuedDocument.objects.get(pk=document.pk).content) == "forgotten"

    def test_is_printed_once(self):
        case, document = issued()
        before = rows()
        with pytest.raises(life.StepNotPossible) as refusal:
            case.issue(document.report)
        assert str(refusal.value) == "This report is issued. Only one in review can be issued."
        assert rows() == before

    def test_goes_only_to_those_who_want_that_kind(self):
        case = completed()
        copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.EMAIL, kinds=["progress"])
        copy_to(case, Recipient.Role.PROBATION, Recipient.Channel.EMAIL, kinds=["completion"])
        copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER, ended_at=NOW)
        copy_to(
            case,
            Recipient.Role.PROSECUTOR,
            Recipient.Channel.FAX,
            release_on=date(2026, 3, 1),
            release_until=date(2026, 3, 24),
        )
        document = case.issue(case.in_review())
        assert [d.recipient.role for d in document.deliveries.order_by("id")] == ["clerk", "probation"]

    def test_waits_for_nobody_who_was_ended_or_wants_another_kind(self):
        case = completed()
        other = RecipientFactory(referral=case.referral, role="defense", channel="email", kinds=["progress"])
        ended = RecipientFactory(referral=case.referral, role="prosecutor", channel="paper")
        recipients.end(recipient=ended, by=case.by, now=NOW)
        document = case.issue(case.in_review())
        assert not document.deliveries.filter(recipient__in=[other, ended]).exists()


class TestWithoutANumber:
    """Refused before one is taken: no row is written."""

    def refused(self, case: Case, report: Report, error: type[Refusal]) -> str:
        assert case.signer
        before = rows()
        with pytest.raises(error) as refusal:
            case.issue(report)
        assert (rows(), steps(report)) == (before, REVIEWED)
        return str(refusal.value)

    def test_while_nobody_is_confirmed(self):
        case = completed()
        case.referral.recipients.update(channel=Recipient.Channel.EMAIL)
        assert self.refused(case, case.in_review(), reviews.NobodyToReceive) == (
            "Nobody is confirmed to receive this report. Confirm an address by calling back."
        )

    @pytest.mark.parametrize(
        ("roles", "named"),
        [
            (["prosecutor"], "Prosecutor is"),
            (["prosecutor", "defense"], "Prosecutor and Defense are"),
            (["defense", "defense"], "Defense is"),
            (["judge", "prosecutor", "defense"], "Judge, Prosecutor and Defense are"),
        ],
    )
    def test_while_a_party_is_not_confirmed(self, roles: list[str], named: str):
        case = completed()
        for number, role in enumerate(roles):
            RecipientFactory(referral=case.referral, role=role, channel="email", address=f"{number}@example.org")
        assert self.refused(case, case.in_review(), reviews.NotConfirmed) == (
            f"{named} not confirmed yet. Call back and confirm each address, or end the one that no longer applies."
        )

    def test_while_he_hasnt_completed(self):
        case = completed()
        report = case.in_review()
        mark = case.enrollment.marks.current().get(session__module__week=3)
        case.mark(mark.session, kind=MarkKind.ABSENT, supersedes=mark)
        self.refused(case, report, NotCompleted)

    def test_to_a_court_whose_order_came_after_some_sessions(self):
        case = completed()
        report = case.in_review()
        Referral.objects.update(ordered_on=date(2026, 3, 18))
        self.refused(case, Report.objects.get(pk=report.pk), BeforeItsOrder)

    def test_by_somebody_who_signs_for_another_program(self):
        case = completed()
        case.signer = SignerFactory.create()
        self.refused(case, case.in_review(), reports.NotASigner)

    def test_by_somebody_who_no_longer_signs(self):
        case = completed()
        case.signer.ended_at = NOW
        self.refused(case, case.in_review(), reports.NotASigner)


def unset(case: Case, monkeypatch: pytest.MonkeyPatch) -> Report:
    def fail(template: str, told: ReportFacts) -> bytes:
        raise document.DocumentNotRendered(template)

    monkeypatch.setattr(reports, "render", fail)
    return case.in_review()


class TestAVoidNumber:
    def test_none_is_taken_for_a_letter_no_font_has(self):
        case = completed(name_as_charged="Ахмед 👻")
        report = case.in_review()

        with pytest.raises(reviews.NotPrintable) as refusal:
            case.issue(report)

        assert str(refusal.value) == (
            "The name as charged has the letter “👻” (U+1F47B, GHOST), which the document's typeface doesn't have. "
            "Write it in Latin letters, as it stands in the court's papers. Nothing was issued."
        )
        assert (ledger(), steps(report)) == ([], REVIEWED)

    def test_is_that_of_a_document_that_can_not_be_set(self, monkeypatch: pytest.MonkeyPatch):
        report = unset(case := completed(), monkeypatch)

        with pytest.raises(reviews.NotPrintable):
            case.issue(report)

        assert ledger() == [(2026, 1, "void", "NotPrintable")]
        assert (steps(report), IssuedDocument.objects.count(), Delivery.objects.count()) == (REVIEWED, 0, 0)
        assert Proposal.objects.get(report=report).state == Proposal.State.OPEN
        number = NumberLedger.objects.get()
        assert [(e.verb, e.facts) for e in Event.objects.on(number)] == [("number.void", {"reason": "NotPrintable"})]

    def test_is_followed_by_the_next_one(self, monkeypatch: pytest.MonkeyPatch):
        report = unset(case := completed(), monkeypatch)
        with pytest.raises(reviews.NotPrintable):
            case.issue(report)
        monkeypatch.undo()

        document = case.issue(Report.objects.get(pk=report.pk))

        assert document.number.n == 2
        assert ledger() == [(2026, 1, "void", "NotPrintable"), (2026, 2, "used", None)]

    def test_is_that_of_whatever_fails_afterwards(self, monkeypatch: pytest.MonkeyPatch):
        case = completed()
        report = case.in_review()
        monkeypatch.setattr(reports, "record_all", lambda _: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            case.issue(report)

        assert ledger() == [(2026, 1, "void", "ZeroDivisionError")]
        assert (steps(report), IssuedDocument.objects.count(), Delivery.objects.count()) == (REVIEWED, 0, 0)

    def test_is_that_of_a_process_that_died(self, monkeypatch: pytest.MonkeyPatch):
        case = completed()
        report = case.in_review()

        def die(*_: object) -> None:
            raise SystemExit

        monkeypatch.setattr(reports, "render", die)
        with pytest.raises(SystemExit):
            case.issue(report)
        assert ledger() == [(2026, 1, None, None)]

        assert reports.void_abandoned(now=AFTER + timedelta(minutes=60)) == 0
        assert reports.void_abandoned(now=AFTER + timedelta(minutes=61)) == 1

        assert ledger() == [(2026, 1, "void", "abandoned")]
        assert reports.void_abandoned(now=AFTER + timedelta(minutes=62)) == 0
        assert [e.actor for e in Event.objects.filter(verb="number.void")] == ["task:courts.propose"]

    def test_given_up_while_the_document_was_made_isnt_used(self, monkeypatch: pytest.MonkeyPatch):
        case = completed()
        report = case.in_review()

        def slowly(template: str, told: ReportFacts) -> bytes:
            reports.void_abandoned(now=AFTER + timedelta(hours=2))
            return document.render(template, told)

        monkeypatch.setattr(reports, "render", slowly)
        with pytest.raises(reports.NumberGone):
            case.issue(report)

        assert (ledger(), steps(report)) == ([(2026, 1, "void", "abandoned")], REVIEWED)

    def test_that_was_used_stays_used(self):
        case, document = issued()
        reports.void(number=document.number, reason="a smear", by=case.by, now=AFTER)
        assert ledger() == [(2026, 1, "used", None)]


class TestTheLedger:
    @pytest.mark.django_db(transaction=True)
    def test_is_written_in_a_transaction_of_its_own(self):
        report = ReportFactory()
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            reports.reserve_number(report=report, now=NOW)
        assert ledger() == []

    def test_counts_by_program_and_year(self):
        first, other = ReportFactory(), ReportFactory()
        # Half past eleven on New Year's Eve in Seattle.
        eve = datetime(2027, 1, 1, 7, 30, tzinfo=UTC)
        reserved = [
            reports.reserve_number(report=report, now=now)
            for report, now in (
                (first, NOW),
                (other, NOW),
                (first, eve),
                (first, eve + timedelta(hours=1)),
            )
        ]
        assert [(number.year, number.n) for number in reserved] == [(2026, 1), (2026, 1), (2026, 2), (2027, 1)]
        assert reserved[0].text == f"{first.referral.program.number_prefix}-2026-00001"

    def test_is_never_changed_back(self):
        number = NumberLedgerFactory(settled="void", void_reason="a smear")
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberLedger.objects.filter(pk=number.pk).update(settled="used", void_reason=None)


class TestWhileTheReferralIsHeldOrOver:
    @pytest.mark.parametrize(
        ("state", "sentence"),
        [
            ("on_hold", "The referral is on hold. Take it up again, then issue the report."),
            ("declined", "The referral is over. Open it again, then issue the report."),
        ],
    )
    def test_nothing_is_issued(self, state: str, sentence: str):
        case = completed()
        report = case.in_review()
        assert case.signer
        # The report in hand was read before somebody moved its referral.
        Referral.objects.update(state=state, enrollment=case.enrollment if state == "on_hold" else None)
        before = rows()
        with pytest.raises(reports.OnHoldOrOver) as refusal:
            case.issue(report)
        assert (str(refusal.value), rows()) == (sentence, before)


class TestBegunByAPerson:
    def begun(self, kind: ReportKind = ReportKind.DISCHARGE) -> tuple[Case, Report]:
        case = seated(proof_due_by=date(2026, 6, 1))
        copy_to(case, Recipient.Role.CLERK, Recipient.Channel.PAPER)
        deadlines.lay(case.referral, by=case.by, now=NOW)
        return case, reports.begin(referral=case.referral, kind=kind, by=case.by, now=AFTER)

    def test_is_numbered_delivered_and_meets_its_dates(self):
        case, report = self.begun()

        document = case.issue(report)
        deliveries.deliver(delivery=document.deliveries.get(), by=case.by, now=AFTER)

        assert steps(report) == [*REVIEWED, Step.ISSUED, Step.DELIVERED]
        assert Proposal.objects.get(report=report).state == Proposal.State.TAKEN
        assert [(d.kind, d.state) for d in case.referral.deadlines.all()] == [("proof_due_by", "met")]
        assert ledger() == [(2026, 1, "used", None)]

    def test_none_is_begun_that_is_proposed_by_itself(self):
        case = completed()
        before = rows()
        with pytest.raises(reports.NotAReport):
            reports.begin(referral=case.referral, kind=ReportKind.COMPLETION, by=case.by, now=AFTER)
        assert rows() == before

    def test_none_is_begun_once_it_is_over(self):
        case = seated()
        case.close(Closing.RECALLED)
        before = rows()
        with pytest.raises(reports.OnHoldOrOver):
            reports.begin(referral=case.referral, kind=ReportKind.DISCHARGE, by=case.by, now=AFTER)
        assert rows() == before


class TestWithdrawingADeliveredOne:
    def dates(self, case: Case) -> list[tuple[str, str]]:
        return list(case.referral.deadlines.order_by("kind").values_list("kind", "state"))

    def delivered(self) -> tuple[Case, Report]:
        case = delivered(proof_due_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        deadlines.meet(case.referral, deadlines.MET_BY_REPORT["completion"], by=case.by, now=AFTER)
        return case, case.referral.reports.get()

    def test_makes_its_dates_owed_again_and_proposes_it_anew(self):
        case, report = self.delivered()
        assert {state for _, state in self.dates(case)} == {"met"}

        reports.withdraw(report=report, why="wrong minutes", by=case.by, now=AFTER)

        assert self.dates(case) == [("completion_report", "open"), ("proof_due_by", "open")]
        proposed = Proposal.objects.filter(kind="completion").order_by("id").values_list("state", flat=True)
        assert list(proposed) == ["taken", "open"]

    def test_of_a_closed_case_owes_it_when_it_is_opened_again(self):
        case, report = self.delivered()
        case.close(Closing.COMPLETED)

        reports.withdraw(report=report, why="wrong minutes", by=case.by, now=AFTER)
        assert {state for _, state in self.dates(case)} == {"waived"}
        states.reopen(referral=case.referral, why="wrong minutes", by=case.by, now=AFTER)

        owed = case.referral.deadlines.open().order_by("kind").values_list("kind", flat=True)
        assert list(owed) == ["completion_report", "proof_due_by"]


class TestWithdrawing:
    def test_a_review_dismisses_its_proposal(self):
        case = completed()
        report = case.in_review()
        reports.withdraw(report=report, why="MARKER", by=case.by, now=AFTER)
        assert steps(report) == [*REVIEWED, Step.WITHDRAWN]
        assert report.steps.get(step=Step.WITHDRAWN).note == "MARKER"
        assert Proposal.objects.get().state == Proposal.State.DISMISSED
        assert [d.state for d in case.referral.deadlines.all()] == ["waived"]

    def test_an_issued_one_leaves_its_document(self):
        case, document = issued()
        reports.withdraw(report=document.report, why="wrong man", by=case.by, now=AFTER)
        assert Proposal.objects.get(report=document.report).state == Proposal.State.TAKEN
        assert IssuedDocument.objects.get() == document

    def test_twice_is_refused(self):
        case = completed()
        report = case.in_review()
        reports.withdraw(report=report, why="", by=case.by, now=AFTER)
        with pytest.raises(life.StepNotPossible):
            reports.withdraw(report=report, why="", by=case.by, now=AFTER)


class TestWhileTheDocumentIsMade:
    def test_a_case_put_on_hold_is_told_nothing(self, monkeypatch: pytest.MonkeyPatch):
        case = completed()
        report = case.in_review()

        def put_on_hold(kind: str, told: ReportFacts) -> bytes:
            on = AFTER.date() + timedelta(days=9)
            states.hold(referral=case.referral, reason="x", review_on=on, keeps_seat=True, by=case.by, now=AFTER)
            return document.render(kind, told)

        monkeypatch.setattr(reports, "render", put_on_hold)
        with pytest.raises(reports.OnHoldOrOver) as refusal:
            case.issue(report)

        assert str(refusal.value) == "The referral is on hold. Take it up again, then issue the report."
        assert ledger() == [(2026, 1, "void", "OnHoldOrOver")]
        assert (steps(report), IssuedDocument.objects.count()) == (REVIEWED, 0)
