"""What goes is approved twice, by two people or by one who slept over it; then it is gone at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from core.refusal import Refusal
from courts.actions import disposed
from courts.models import DisposedNumber, Referral
from participants.locks import Elsewhere, lock_person
from participants.models import Participant
from records.actions.disposals import (
    Held,
    NeedsAnother,
    NotAnOrder,
    NotDue,
    ProposedBefore,
    Settled,
    StillOpen,
    WrongCourt,
    approve,
    note_order,
    refuse,
)
from records.actions.holds import Forgotten, NotYours, WhyMissing, place_hold
from records.forgetting import forget_person
from records.kinds import Basis
from records.models import Disposal
from tests.courts.test_twice_at_once import Beside
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory, SubmissionFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.records import DisposalFactory, LegalHoldFactory
from tests.refusals import refuses, told
from vault.models import Key

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=8 * 366)
ORDERED = date(2026, 2, 20)


def administrator() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


@pytest.fixture
def by() -> User:
    return administrator()


@pytest.fixture
def other() -> User:
    return administrator()


def closed(**fields: Any) -> Referral:
    made: Referral = ReferralFactory.create(closed=True, **fields)
    return made


def old_case() -> Any:
    return DisposalFactory.create(referral=closed(closed_at=LONG_AGO))


def an_order(by: User, **fields: Any) -> Any:
    case = closed(**fields)
    assert case.court is not None
    said: dict[str, Any] = {"basis": Basis.VACATED, "ordered_on": ORDERED, "court": case.court}
    return note_order(referral=case, **said, by=by, now=NOW)


def is_gone(record: Any) -> bool:
    record.key.refresh_from_db()
    return record.key.destroyed_at is not None


# --- Orders


def test_an_order_is_noted_with_its_day_and_its_court(by: User) -> None:
    made = an_order(by)

    assert (made.basis, made.ordered_on, made.court, made.proposed_by) == ("vacated", ORDERED, made.referral.court, by)
    assert told() == [(f"user:{by.pk}", "disposal.proposed", f"records.Disposal:{made.pk}")]


def order_refused(refusal: type[Refusal], by: User, case: Referral, **said: Any) -> str:
    order = {"basis": Basis.SEALED, "ordered_on": ORDERED, "court": case.court, **said}
    return str(refuses(refusal, note_order, referral=case, **order, by=by, now=NOW))


def test_an_order_for_another_courts_case_says_so(by: User) -> None:
    said = order_refused(WrongCourt, by, closed(), court=CourtFactory())
    assert said.startswith("This case isn't filed at the court that made the order.")
    order_refused(WrongCourt, by, closed(court=None), court=CourtFactory())


def test_an_open_case_is_closed_first(by: User) -> None:
    said = order_refused(StillOpen, by, ReferralFactory())
    assert said == "This case is still open. Close it first, as the order says, for example as dismissed."


def test_a_day_to_come_is_no_orders(by: User) -> None:
    court = CourtFactory(time_zone="Pacific/Honolulu")
    early = NOW.replace(hour=9)  # the evening of March 2 there
    case = closed(court=court)
    order: dict[str, Any] = {"basis": Basis.SEALED, "court": court, "by": by, "now": early}
    refuses(NotAnOrder, note_order, referral=case, ordered_on=NOW.date(), **order)
    note_order(referral=case, ordered_on=date(2026, 3, 2), **order)


def test_an_age_is_no_order(by: User) -> None:
    order_refused(NotAnOrder, by, closed(), basis=Basis.RETENTION)


def test_a_coordinator_notes_none() -> None:
    order_refused(NotYours, UserFactory(roles=[Role.COORDINATOR]), closed())


def test_one_order_at_a_time(by: User) -> None:
    order_refused(ProposedBefore, by, an_order(by).referral)


def test_an_order_takes_the_place_of_what_waits_by_its_age(by: User) -> None:
    waits = old_case()
    made = note_order(
        referral=waits.referral, basis=Basis.EXPUNGED, ordered_on=ORDERED, court=waits.referral.court, by=by, now=LATER
    )

    waits.refresh_from_db()
    assert waits.refused_why == "An order of the court takes its place"
    assert list(Disposal.objects.open()) == [made]


def test_what_is_gone_needs_no_order(by: User, other: User) -> None:
    one = an_order(by)
    approve(disposal=one, by=by, now=LATER)
    approve(disposal=one, by=other, now=LATER)
    one.referral.refresh_from_db()

    order_refused(Settled, by, one.referral)


# --- Two people


def test_the_second_approval_carries_it_out(by: User, other: User) -> None:
    one = an_order(by, case_number="26-0413", incident_number="K-77")
    case = one.referral

    assert approve(disposal=one, by=by, now=LATER) is False
    assert not is_gone(case)
    assert approve(disposal=one, by=other, now=LATER) is True

    one.refresh_from_db()
    assert (one.first_by, one.second_by, one.done_at) == (by, other, LATER)
    assert is_gone(case)
    kept_out = {disposed.mac(case.court_id, number) for number in ("26-0413", "K-77")}
    assert set(DisposedNumber.objects.values_list("mac", flat=True)) == kept_out
    verbs = list(Event.objects.filter(record=f"records.Disposal:{one.pk}").order_by("id").values_list("verb", "actor"))
    assert verbs == [
        ("disposal.proposed", f"user:{by.pk}"),
        ("disposal.approved", f"user:{by.pk}"),
        ("disposal.done", f"user:{other.pk}"),
    ]


def test_what_goes_by_its_age_may_come_again(by: User, other: User) -> None:
    one = old_case()
    approve(disposal=one, by=by, now=LATER)
    approve(disposal=one, by=other, now=LATER)

    assert is_gone(one.referral)
    assert DisposedNumber.objects.count() == 0


@pytest.mark.parametrize("days", [0, 6, 7, 30])
def test_one_alone_does_not_approve_twice_where_there_are_two(by: User, other: User, days: int) -> None:
    one = old_case()
    approve(disposal=one, by=by, now=NOW)

    said = refuses(NeedsAnother, approve, disposal=one, by=by, now=NOW + timedelta(days=days))
    assert str(said) == "You approved this already. Another administrator confirms it."


def leaves(other: User) -> None:
    other.is_active = False
    other.save()


def gives_up_the_role(other: User) -> None:
    other.grants.update(ended_at=NOW)


@pytest.mark.parametrize("alone", [leaves, gives_up_the_role])
def test_an_office_of_one_confirms_again_after_seven_days(by: User, other: User, alone: Callable[[User], None]) -> None:
    alone(other)
    one = old_case()
    approve(disposal=one, by=by, now=NOW)
    soon = NOW + timedelta(days=7) - timedelta(seconds=1)

    said = refuses(NeedsAnother, approve, disposal=one, by=by, now=soon)
    assert str(said).endswith("You are the only administrator: confirm it again from March 10 on.")
    assert approve(disposal=one, by=by, now=NOW + timedelta(days=7)) is True
    assert is_gone(one.referral)


def test_a_coordinator_neither_approves_nor_refuses(by: User) -> None:
    one, coordinator = old_case(), UserFactory(roles=[Role.COORDINATOR])
    approve(disposal=one, by=by, now=NOW)

    refuses(NotYours, approve, disposal=one, by=coordinator, now=LATER)
    refuses(NotYours, refuse, disposal=one, why="x", by=coordinator, now=LATER)


@pytest.mark.parametrize("end", ["done", "refused"])
def test_what_is_settled_stays_so(by: User, other: User, end: str) -> None:
    one = old_case()
    approve(disposal=one, by=by, now=NOW)
    if end == "done":
        approve(disposal=one, by=other, now=NOW)
    else:
        refuse(disposal=one, why="The county's audit", by=other, now=NOW)

    refuses(Settled, approve, disposal=one, by=other, now=LATER)
    refuses(Settled, refuse, disposal=one, why="x", by=other, now=LATER)


def test_it_is_refused_with_a_reason(by: User) -> None:
    one = old_case()
    refuses(WhyMissing, refuse, disposal=one, why=" ", by=by, now=LATER)
    refuse(disposal=one, why=" The county's audit ", by=by, now=LATER)

    one.refresh_from_db()
    assert (one.refused_at, one.refused_by, one.refused_why) == (LATER, by, "The county's audit")
    assert not is_gone(one.referral)


# --- What stops it


def test_a_hold_between_the_two_approvals_stops_it(by: User, other: User) -> None:
    one = an_order(by)
    approve(disposal=one, by=by, now=LATER)
    LegalHoldFactory(participant=one.referral.participant)

    said = refuses(Held, approve, disposal=one, by=other, now=LATER)
    assert str(said) == "A legal hold stands: nothing of this goes until it is lifted. Nothing was destroyed."


def test_a_case_opened_again_stays(by: User, other: User) -> None:
    one = old_case()
    approve(disposal=one, by=by, now=NOW)
    Referral.objects.filter(pk=one.referral_id).update(state="received", closed_at=None, closing="")

    refuses(StillOpen, approve, disposal=one, by=other, now=LATER)


def test_a_case_closed_anew_is_not_old_enough(by: User, other: User) -> None:
    one = old_case()
    approve(disposal=one, by=by, now=NOW)
    Referral.objects.filter(pk=one.referral_id).update(closed_at=NOW)

    refuses(NotDue, approve, disposal=one, by=other, now=LATER)
    assert approve(disposal=an_order(by), by=other, now=LATER) is False


def test_a_man_who_was_referred_since_stays(by: User) -> None:
    one = DisposalFactory(referral=None, participant=ParticipantFactory(made_at=LONG_AGO))
    ReferralFactory(participant=one.participant)

    refuses(NotDue, approve, disposal=one, by=by, now=LATER)


# --- A man, a draft


def test_a_man_without_a_case_goes(by: User, other: User) -> None:
    one = DisposalFactory(referral=None, participant=ParticipantFactory(made_at=LONG_AGO))
    approve(disposal=one, by=by, now=NOW)
    approve(disposal=one, by=other, now=LATER)

    assert is_gone(one.participant)


def test_a_draft_goes(by: User, other: User) -> None:
    draft = SubmissionFactory(sent=False, changed_at=LONG_AGO)
    one = DisposalFactory(referral=None, submission=draft)
    approve(disposal=one, by=by, now=NOW)
    approve(disposal=one, by=other, now=LATER)

    assert is_gone(draft)


# --- At the same moment


class TestAtOnce:
    pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]

    def test_a_hold_placed_while_it_goes_comes_too_late(self, by: User, other: User) -> None:
        one = an_order(by)
        approve(disposal=one, by=by, now=NOW)
        with transaction.atomic():
            approve(disposal=one, by=other, now=LATER)
            man = one.referral.participant
            beside = Beside(lambda: place_hold(participant=man, referral=one.referral, why="x", by=by, now=LATER))
            assert beside.waits()

        assert isinstance(beside.ended(), Forgotten)
        assert is_gone(one.referral)

    def test_an_approval_beside_a_hold_waits_for_it_and_destroys_nothing(self, by: User, other: User) -> None:
        one = an_order(by)
        approve(disposal=one, by=by, now=NOW)
        with transaction.atomic():
            place_hold(participant=one.referral.participant, referral=None, why="x", by=by, now=LATER)
            beside = Beside(lambda: approve(disposal=one, by=other, now=LATER))
            assert beside.waits()

        assert isinstance(beside.ended(), Held)
        assert not is_gone(one.referral)

    def test_two_second_approvals_at_once_are_one(self, by: User, other: User) -> None:
        third = administrator()
        one = an_order(by)
        approve(disposal=one, by=by, now=NOW)
        with transaction.atomic():
            approve(disposal=one, by=other, now=LATER)
            beside = Beside(lambda: approve(disposal=one, by=third, now=LATER))
            assert beside.waits()

        assert isinstance(beside.ended(), Settled)

    def test_whom_he_turned_out_to_be_is_not_waited_for_out_of_order(self, by: User) -> None:
        himself = ParticipantFactory.create()
        left = ParticipantFactory.create(merged_into=himself)
        with transaction.atomic():
            lock_person(himself.pk)
            beside = Beside(lambda: forget_person(left, by=by, now=LATER))
            assert not beside.waits()

        assert isinstance(beside.ended(), Elsewhere)
        assert Key.objects.living().filter(pk__in=[himself.key_id, left.key_id]).count() == 2

    @pytest.mark.parametrize("whole_man", [True, False])
    def test_nor_is_his_other_file(self, by: User, other: User, whole_man: bool) -> None:
        left = ParticipantFactory.create(made_at=LONG_AGO)
        himself = ParticipantFactory.create(made_at=LONG_AGO)
        Participant.objects.filter(pk=left.pk).update(merged_into=himself)
        case = None if whole_man else closed(participant=himself, closed_at=LONG_AGO)
        what = {"participant": himself if whole_man else None, "referral": case}
        one = DisposalFactory.create(**what, first_at=NOW, first_by=by)
        with transaction.atomic():
            lock_person(left.pk)
            beside = Beside(lambda: approve(disposal=one, by=other, now=LATER))
            assert not beside.waits()

        assert isinstance(beside.ended(), Elsewhere)
        assert approve(disposal=one, by=other, now=LATER)
        assert not Key.objects.living().filter(pk__in=[himself.key_id, left.key_id]).exists()
