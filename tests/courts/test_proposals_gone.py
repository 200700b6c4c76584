"""Proposals that no longer hold, until somebody has seen it; and the make-up that one names, booked by it."""

from datetime import timedelta

import pytest

from audit.models import Event
from courts.actions import proposals
from courts.models import Proposal, Referral
from courts.steps import OtherProposal, ReportKind
from programs.actions import bookings
from programs.actions.standing import reassess
from programs.kinds import MarkKind
from programs.models import Booking, Session
from tests.courts.cases import AFTER, Case, seated
from tests.factories.clock import NOW
from tests.factories.courts import ProposalFactory
from tests.factories.programs import BookingFactory, MarkFactory, SessionFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
# The morning after the first evening.
MORNING = AFTER - timedelta(days=14)


def warned() -> tuple[Case, Proposal]:
    case = seated().attend(1, kind=MarkKind.ABSENT)
    return case, case.proposed(OtherProposal.WARN, now=MORNING)


def corrected(case: Case) -> None:
    """He had been there."""
    mark = case.enrollment.marks.current().get()
    MarkFactory(enrollment=case.enrollment, session=mark.session, supersedes=mark, by=case.by)
    reassess(enrollment=case.enrollment, by=case.by, now=MORNING)
    proposals.propose_unread(now=MORNING)


class TestGoneUnseen:
    def gone(self) -> list[Proposal]:
        return list(Proposal.objects.gone_unseen())

    def test_one_that_went_by_itself_until_it_is_seen(self):
        case, proposal = warned()
        assert self.gone() == []

        corrected(case)
        assert proposal in self.gone()

        proposals.see(proposal=proposal, by=case.by, now=AFTER)
        proposal.refresh_from_db()
        assert (proposal.seen_at, proposal.seen_by) == (AFTER, case.by)
        assert proposal not in self.gone()
        assert [(e.verb, e.actor) for e in Event.objects.on(proposal)][-1] == ("proposal.seen", f"user:{case.by.pk}")

    def test_one_that_a_person_withdrew_is_no_news(self):
        ProposalFactory(state="withdrawn", settled_at=NOW, settled_by=seated().by)
        assert self.gone() == []

    @pytest.mark.parametrize("state", ["open", "withdrawn"])
    def test_one_that_a_newer_took_the_place_of(self, state: str):
        older = ProposalFactory(state="withdrawn", settled_at=NOW)
        assert self.gone() == [older]

        settled = {"settled_at": NOW} if state == "withdrawn" else {}
        newer = ProposalFactory(referral=older.referral, kind=older.kind, state=state, **settled)
        assert self.gone() == ([newer] if state == "withdrawn" else [])

    def test_of_another_kind_or_another_man_is_no_newer_one(self):
        older = ProposalFactory(state="withdrawn", settled_at=NOW, kind="warn")
        ProposalFactory(referral=older.referral, kind="call")
        ProposalFactory(kind="warn")
        assert self.gone() == [older]

    def test_of_a_referral_that_is_over_nobody_needs_to_know(self):
        older = ProposalFactory(state="withdrawn", settled_at=NOW)
        Referral.objects.filter(pk=older.referral_id).update(state="closed", closing="recalled", closed_at=NOW)
        assert self.gone() == []

    @pytest.mark.parametrize("again", [False, True], ids=["still open", "seen twice"])
    def test_is_seen_once_and_only_when_it_is_gone(self, again: bool):
        case, proposal = warned()
        if again:
            corrected(case)
            proposals.see(proposal=proposal, by=case.by, now=AFTER)
        refuses(proposals.NothingToSee, proposals.see, proposal=proposal, by=case.by, now=AFTER)


class TestWhetherItHolds:
    def newest(self, case: Case) -> dict[str, object]:
        change = case.enrollment.standing_changes.order_by("-id").first()
        assert change is not None
        return change.facts

    def test_on_the_facts_of_today(self):
        case, proposal = warned()
        assert proposals.holds(proposal, self.newest(case), now=MORNING)

        corrected(case)
        assert not proposals.holds(proposal, self.newest(case), now=MORNING)

    def test_what_another_of_his_referrals_says_for_him_doesnt_hold_for_this(self):
        case, proposal = warned()
        other = ProposalFactory(referral__enrollment=case.enrollment, referral__state="enrolled", kind="warn")
        assert proposals.holds(proposal, self.newest(case), now=MORNING)
        assert not proposals.holds(other, self.newest(case), now=MORNING)

    def test_by_the_courts_own_date(self):
        case = seated(complete_by=(AFTER - timedelta(days=5)).date())
        proposal = case.proposed(ReportKind.MORE_TIME, now=MORNING)
        assert proposals.holds(proposal, self.newest(case), now=MORNING)

        Referral.objects.update(complete_by=None)
        proposal = Proposal.objects.select_related("referral").get(pk=proposal.pk)
        assert not proposals.holds(proposal, self.newest(case), now=MORNING)


def with_makeup(weeks: int = 1, capacity: int = 12) -> tuple[Case, list[Session]]:
    """He missed his first evenings; each is held once more."""
    case = seated()
    offered = [
        SessionFactory.create(
            cohort=None,
            program=case.referral.program,
            module=case.cohort.curriculum.modules.get(week=week),
            starts_at=AFTER + timedelta(weeks=week, days=1),
            capacity=capacity,
        )
        for week in range(1, weeks + 1)
    ]
    case.attend(*range(1, weeks + 1), kind=MarkKind.ABSENT, excuse="work")
    return case, offered


class TestTheMakeupItNames:
    def proposed(self, case: Case) -> Proposal:
        return case.proposed(OtherProposal.MAKE_UP, now=MORNING)

    def test_is_the_very_session_of_the_plan(self):
        case, (session,) = with_makeup()
        assert self.proposed(case).facts["makeups"] == [session.pk]

    @pytest.mark.parametrize("weeks", [1, 2])
    def test_is_booked_by_it(self, weeks: int):
        case, offered = with_makeup(weeks)
        proposal = self.proposed(case)
        when = MORNING + timedelta(weeks=weeks - 1)

        booked = proposals.book(proposal=proposal, by=case.by, now=when)

        assert [one.session for one in booked] == offered
        assert [(one.enrollment, one.made_by, one.made_at) for one in booked] == [
            (case.enrollment, case.by, when)
        ] * weeks
        assert (proposal.state, proposal.settled_by) == (Proposal.State.TAKEN, case.by)
        proposals.propose_unread(now=when)
        assert [(p.kind, p.state) for p in case.referral.proposals.filter(kind="make_up")] == [("make_up", "taken")]

    def test_all_or_none(self):
        case, offered = with_makeup(2)
        proposal = self.proposed(case)
        Session.objects.filter(pk=offered[1].pk).update(state="canceled", canceled_why="weather")
        refuses(bookings.NotBookable, proposals.book, proposal=proposal, by=case.by, now=MORNING)

    def test_once(self):
        case, _ = with_makeup()
        proposal = self.proposed(case)
        stale = Proposal.objects.get(pk=proposal.pk)
        proposals.book(proposal=proposal, by=case.by, now=MORNING)

        refuses(proposals.NoLongerOpen, proposals.book, proposal=stale, by=case.by, now=MORNING)

    def test_one_that_names_none(self):
        case = seated()
        proposal = ProposalFactory(referral=case.referral, kind="make_up", facts={"reasons": []})
        refuses(proposals.NothingToBook, proposals.book, proposal=proposal, by=case.by, now=MORNING)

    def test_another_session_is_another_proposal(self):
        """The one it named is full now: what is offered instead is proposed in its place."""
        case, (session,) = with_makeup(capacity=1)
        first = self.proposed(case)
        other = SessionFactory(
            cohort=None,
            program=session.program,
            module=session.module,
            starts_at=session.starts_at + timedelta(hours=3),
        )
        BookingFactory(session=session)
        reassess(enrollment=case.enrollment, by=case.by, now=MORNING)

        second = case.proposed(OtherProposal.MAKE_UP, now=MORNING)
        first.refresh_from_db()
        assert (first.state, second.facts["makeups"]) == (Proposal.State.WITHDRAWN, [other.pk])
        assert list(Proposal.objects.gone_unseen()) == []

    def test_given_up_it_is_proposed_again(self):
        case, _ = with_makeup()
        proposals.book(proposal=self.proposed(case), by=case.by, now=MORNING)
        bookings.cancel_booking(booking=Booking.objects.get(), by=case.by, now=MORNING)

        proposals.propose_unread(now=MORNING)

        states = case.referral.proposals.filter(kind="make_up").order_by("id").values_list("state", flat=True)
        assert list(states) == ["taken", "open"]
