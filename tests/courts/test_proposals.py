from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from courts.actions import deadlines, proposals, reports
from courts.models import Proposal, Referral
from courts.steps import OtherProposal, ReportKind
from programs.actions.rounds import reassess_program
from programs.actions.standing import reassess
from programs.kinds import MarkKind, Standing
from programs.models import StandingChange
from tests.courts.cases import AFTER, Case, completed, received, rows, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import HearingFactory, ProposalFactory
from tests.factories.programs import MarkFactory

pytestmark = pytest.mark.django_db

OPEN, TAKEN, DISMISSED, WITHDRAWN = Proposal.State.values


def read() -> int:
    return proposals.propose_unread(now=AFTER)


def made(referral: Referral) -> list[tuple[str, str]]:
    return [(p.kind, p.state) for p in referral.proposals.order_by("id")]


def absent_twice(case: Case) -> Case:
    """Unexcused and in a row: the policy is exceeded, and somebody should call him."""
    return case.attend(1, 2, kind=MarkKind.ABSENT)


def correct(case: Case, week: int, kind: MarkKind) -> None:
    mark = case.enrollment.marks.current().get(session__module__week=week)
    MarkFactory(enrollment=case.enrollment, session=mark.session, kind=kind, supersedes=mark, by=case.by)
    reassess(enrollment=case.enrollment, by=case.by, now=AFTER)


def second(case: Case, **fields: Any) -> Referral:
    other = received(program=case.referral.program, participant=case.referral.participant, **fields)
    case.accept(other)
    return other


class TestReading:
    def test_proposes_what_follows_from_where_he_stands(self):
        case = completed()

        assert read() == StandingChange.objects.count()

        proposal = case.referral.proposals.get()
        change = case.enrollment.standing_changes.order_by("-id").first()
        assert change is not None
        assert (proposal.kind, proposal.state, proposal.from_change) == ("completion", OPEN, change)
        assert proposal.facts == change.facts
        assert (change.new, change.taken_at) == (Standing.COMPLETED, AFTER)
        assert [(e.verb, e.actor) for e in Event.objects.on(proposal)] == [("proposal.made", "task:courts.propose")]

    def test_twice_reads_nothing_new(self):
        completed()
        read()
        before = rows()
        assert (read(), rows()) == (0, before)

    @pytest.mark.parametrize(
        "kinds", list(product([MarkKind.PRESENT, MarkKind.ABSENT, MarkKind.NOT_PROVIDED], repeat=2))
    )
    @pytest.mark.parametrize("complete_by", [None, AFTER.date() - timedelta(days=1), AFTER.date()])
    def test_a_second_night_changes_nothing(self, kinds: tuple[MarkKind, ...], complete_by: date | None):
        case = seated(complete_by=complete_by)
        for week, kind in enumerate(kinds, start=1):
            case.attend(week, kind=kind)

        def night() -> None:
            reassess_program(case.enrollment.program, now=AFTER)
            read()

        night()
        before = rows()
        night()
        assert rows() == before

    def test_looks_at_the_newest_only(self):
        case = seated()
        absent_twice(case)
        correct(case, 1, MarkKind.PRESENT)
        correct(case, 2, MarkKind.PRESENT)

        read()

        assert made(case.referral) == []
        assert not StandingChange.objects.unread().exists()

    def test_of_one_that_fails_goes_on_with_the_others(self, monkeypatch: pytest.MonkeyPatch):
        poisoned, well = completed(), completed()
        follow = proposals.follow

        def stumble(enrollment: Any, **others: Any) -> None:
            if enrollment == poisoned.enrollment:
                raise ZeroDivisionError
            follow(enrollment, **others)

        monkeypatch.setattr(proposals, "follow", stumble)
        with pytest.raises(ZeroDivisionError):
            read()

        assert made(well.referral) == [("completion", OPEN)]
        unread = {change.enrollment for change in StandingChange.objects.unread()}
        assert unread == {poisoned.enrollment}

    def test_of_an_enrollment_without_a_referral_proposes_nothing(self):
        case = completed()
        Referral.objects.update(enrollment=None, state="received")
        assert read() > 0
        assert Proposal.objects.count() == 0
        assert case.referral.proposals.count() == 0


class TestTheKinds:
    def test_after_absences_in_a_row(self):
        case = absent_twice(seated())
        read()
        assert made(case.referral) == [("call", OPEN), ("noncompliance", OPEN)]

    def test_after_one_absence(self):
        case = seated().attend(1, kind=MarkKind.ABSENT)
        read()
        assert ("warn", OPEN) in made(case.referral)

    def test_of_a_self_referral_no_report(self):
        case = absent_twice(seated(kind="self", court=None, case_number=""))
        read()
        assert made(case.referral) == [("call", OPEN)]
        assert case.referral.deadlines.count() == 0

    def test_of_two_referrals_each_court_has_its_report_and_the_office_one_call(self):
        case = seated(ordered_on=date(2026, 3, 1))
        other = second(case, ordered_on=date(2026, 3, 2))
        absent_twice(case)

        read()

        assert made(case.referral) == [("call", OPEN), ("noncompliance", OPEN)]
        assert made(other) == [("noncompliance", OPEN)]

    def test_more_time_only_for_the_court_whose_date_presses(self):
        # The last evening is on March 24.
        case = seated(complete_by=date(2026, 3, 20))
        other = second(case, complete_by=date(2026, 4, 20))

        read()

        assert [p.kind for p in case.referral.proposals.open()] == ["more_time"]
        assert made(other) == []


class TestEarlierCredit:
    @pytest.mark.parametrize(
        ("ordered_on", "accepts", "kind"),
        [
            (date(2026, 3, 10), False, ReportKind.COMPLETION),
            (date(2026, 3, 11), False, ReportKind.MORE_TIME),
            (date(2026, 3, 11), True, ReportKind.COMPLETION),
        ],
        ids=["ordered on the first evening", "ordered after it", "accepts earlier credit"],
    )
    def test_decides_what_a_court_is_told(self, ordered_on: date, accepts: bool, kind: ReportKind):
        case = completed(ordered_on=ordered_on, court__accepts_earlier_credit=accepts)
        read()
        assert made(case.referral) == [(kind, OPEN)]

    def test_without_an_order_counts_from_the_day_it_was_received(self):
        case = completed(received_on=date(2026, 3, 11))
        read()
        assert made(case.referral) == [("more_time", OPEN)]

    def test_that_doesnt_count_leaves_complete_by_open(self):
        case = completed(ordered_on=date(2026, 3, 11), complete_by=date(2026, 6, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        read()
        assert [(d.kind, d.state) for d in case.referral.deadlines.all()] == [("complete_by", "open")]


class TestWhatIsOwed:
    def owed(self, case: Case) -> list[tuple[str, date, str]]:
        return list(case.referral.deadlines.order_by("id").values_list("kind", "due_on", "state"))

    def test_a_completion_within_five_business_days(self):
        case = completed()
        read()
        assert self.owed(case) == [("completion_report", date(2026, 4, 1), "open")]

    def test_a_completion_by_the_day_he_completed_however_late_it_is_read(self):
        case = completed()
        proposals.propose_unread(now=AFTER + timedelta(days=9))
        assert self.owed(case) == [("completion_report", date(2026, 4, 1), "open")]

    def test_a_completion_never_after_proof_due_by(self):
        case = completed(proof_due_by=date(2026, 3, 29))
        read()
        # A Sunday: it is handed in on the Friday before.
        assert self.owed(case) == [("completion_report", date(2026, 3, 27), "open")]

    def test_noncompliance_before_the_next_hearing(self):
        case = seated()
        HearingFactory(referral=case.referral, at=AFTER + timedelta(days=2))
        absent_twice(case)
        read()
        assert self.owed(case) == [("noncompliance_report", date(2026, 3, 27), "open")]

    def test_nothing_more_once_it_was_dismissed(self):
        case = absent_twice(seated())
        proposal = case.proposed(ReportKind.NONCOMPLIANCE)
        proposals.dismiss(proposal=proposal, by=case.by, now=AFTER)
        assert [state for _, _, state in self.owed(case)] == ["waived"]

    def test_nothing_more_once_it_no_longer_holds(self):
        case = absent_twice(seated())
        read()
        correct(case, 1, MarkKind.PRESENT)
        correct(case, 2, MarkKind.PRESENT)
        read()
        assert [state for _, _, state in self.owed(case)] == ["waived"]

    def test_a_completion_that_a_correction_undoes_is_open_again(self):
        case = completed(complete_by=date(2026, 3, 27))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        read()
        assert [(k, s) for k, _, s in self.owed(case)] == [
            ("complete_by", "met"),
            ("completion_report", "open"),
        ]

        correct(case, 3, MarkKind.ABSENT)
        read()

        assert [(k, s) for k, _, s in self.owed(case)] == [
            ("complete_by", "open"),
            ("completion_report", "waived"),
        ]


class TestWhatNoLongerHolds:
    def test_goes_by_itself_while_nobody_opened_it(self):
        case = completed()
        proposal = case.proposed()
        correct(case, 3, MarkKind.ABSENT)

        read()

        proposal.refresh_from_db()
        assert (proposal.state, proposal.settled_by) == (WITHDRAWN, None)
        assert [e.verb for e in Event.objects.on(proposal)] == ["proposal.made", "proposal.withdrawn"]

    def test_stays_once_somebody_opened_it(self):
        case = completed()
        report = case.in_review()
        correct(case, 3, MarkKind.ABSENT)

        read()

        report.proposal.refresh_from_db()
        assert (report.proposal.state, report.proposal.opened_at) == (OPEN, AFTER)

    def test_is_proposed_again_when_it_holds_again(self):
        case = completed()
        read()
        correct(case, 3, MarkKind.ABSENT)
        read()
        correct(case, 3, MarkKind.PRESENT)
        read()
        assert [m for m in made(case.referral) if m[0] == "completion"] == [
            ("completion", WITHDRAWN),
            ("completion", OPEN),
        ]

    def test_leaves_what_a_list_changed(self):
        case = completed()
        ProposalFactory(referral=case.referral, kind=OtherProposal.CHANGED_DATA)
        read()
        assert (OtherProposal.CHANGED_DATA, OPEN) in made(case.referral)


class TestAgain:
    def warned(self) -> tuple[Case, Proposal]:
        case = seated().attend(1, kind=MarkKind.ABSENT)
        return case, case.proposed(OtherProposal.WARN)

    @pytest.mark.parametrize("settle", [proposals.dismiss, None], ids=["dismissed", "taken"])
    def test_not_on_the_same_grounds(self, settle: Callable[..., None] | None):
        case, proposal = self.warned()
        if settle:
            settle(proposal=proposal, by=case.by, now=AFTER)
        else:
            proposals.take(proposal, by=case.by, now=AFTER)

        case.attend(2)
        read()

        state = DISMISSED if settle else TAKEN
        assert [m for m in made(case.referral) if m[0] == "warn"] == [("warn", state)]

    def test_on_new_grounds(self):
        case = absent_twice(seated())
        proposals.take(case.proposed(OtherProposal.CALL), by=case.by, now=AFTER)

        case.attend(3, kind=MarkKind.ABSENT)
        read()

        assert [m for m in made(case.referral) if m[0] == "call"] == [("call", TAKEN), ("call", OPEN)]

    def test_one_that_nobody_opened_gives_way_to_newer_grounds(self):
        case = absent_twice(seated())
        read()
        case.attend(3, kind=MarkKind.ABSENT)
        read()
        assert [m for m in made(case.referral) if m[0] == "noncompliance"] == [
            ("noncompliance", WITHDRAWN),
            ("noncompliance", OPEN),
        ]
        assert case.referral.deadlines.count() == 1

    def test_one_in_review_is_left_to_its_reviewer(self):
        case = absent_twice(seated())
        reports.open_review(proposal=case.proposed(ReportKind.NONCOMPLIANCE), by=case.by, now=AFTER)
        case.attend(3, kind=MarkKind.ABSENT)
        read()
        assert [m for m in made(case.referral) if m[0] == "noncompliance"] == [("noncompliance", OPEN)]


class TestByHand:
    def propose(self, case: Case, kind: str = "noncompliance") -> Proposal:
        return proposals.propose(referral=case.referral, kind=kind, facts={}, by=case.by, now=AFTER)

    def test_an_open_one_gives_way(self):
        case = seated()
        first = self.propose(case)
        second_one = self.propose(case)
        first.refresh_from_db()
        assert (first.state, first.settled_by, second_one.state) == (WITHDRAWN, case.by, OPEN)

    def test_one_in_review_does_not(self):
        case = seated()
        reports.open_review(proposal=self.propose(case), by=case.by, now=AFTER)
        before = rows()
        with pytest.raises(proposals.InReview):
            self.propose(case)
        assert rows() == before

    def test_is_settled_once(self):
        proposal = self.propose(seated())
        user = UserFactory.create()
        proposals.dismiss(proposal=proposal, by=user, now=AFTER)
        for settle in (proposals.dismiss, lambda **k: proposals.take(k.pop("proposal"), **k)):
            with pytest.raises(proposals.NoLongerOpen):
                settle(proposal=proposal, by=user, now=AFTER)
        assert (proposal.state, proposal.settled_by) == (DISMISSED, user)

    def test_in_review_the_report_is_withdrawn_instead(self):
        case = completed()
        report = case.in_review()
        with pytest.raises(proposals.InReview):
            proposals.dismiss(proposal=report.proposal, by=case.by, now=AFTER)
        reports.withdraw(report=report, why="wrong man", by=case.by, now=AFTER)
        assert made(case.referral) == [("completion", DISMISSED)]

    def test_facts_are_ciphertext_in_the_database(self):
        case = seated()
        facts = {"list": "MARKER-FACTS"}
        kind = OtherProposal.CHANGED_DATA
        made_one = proposals.propose(referral=case.referral, kind=kind, facts=facts, by=case.by, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT facts FROM courts_proposal WHERE id = %s", [made_one.pk])
            (raw,) = cursor.fetchone()
        assert b"MARKER" not in bytes(raw)
        assert Proposal.objects.get().facts == facts


def test_requirements_alone_propose_nothing():
    case = seated().attend(1, 2, 3)
    read()
    assert made(case.referral) == []
    case.complete_requirements()
    read()
    assert made(case.referral) == [("completion", OPEN)]
