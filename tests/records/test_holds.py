"""A legal hold: placed and lifted by administrators, and whatever it is on stays meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from participants.models import Merge, Participant
from records import forgetting
from records.actions.disposals import Held, approve
from records.actions.holds import (
    Forgotten,
    HeldNoLonger,
    NotYours,
    OtherMansCase,
    WhyMissing,
    lift_hold,
    place_hold,
)
from records.kinds import Basis
from records.models import Disposal, LegalHold
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory, SubmissionFactory
from tests.factories.participants import MergeFactory, ParticipantFactory
from tests.factories.records import DisposalFactory, LegalHoldFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def test_it_says_what_for_and_only_under_his_key(by: User) -> None:
    case = ReferralFactory()
    hold = place_hold(participant=case.participant, referral=case, why=" Suit of Smith ", by=by, now=NOW)

    assert (hold.why, hold.placed_at, hold.placed_by, hold.lifted_at) == ("Suit of Smith", NOW, by, None)
    event = Event.objects.get(verb="hold.placed")
    assert event.facts == {"participant": case.participant_id, "referral": case.pk}
    assert event.key_id == case.participant.key_id


def test_of_a_man_put_together_with_another_it_is_on_whom_he_goes_on_as(by: User) -> None:
    left = ParticipantFactory(merged_into=ParticipantFactory())

    assert place_hold(participant=left, referral=None, why="A suit", by=by, now=NOW).participant == left.merged_into


def test_placed_while_two_were_one_it_holds_both_once_they_are_taken_apart(by: User) -> None:
    kept, left = ParticipantFactory(), ParticipantFactory()
    case = ReferralFactory(participant=left, state="closed", closing="dismissed", closed_at=NOW)
    merge = MergeFactory(kept=kept, left=left, at=NOW)
    Participant.objects.filter(pk=left.pk).update(merged_into=kept)
    left.refresh_from_db()
    place_hold(participant=left, referral=None, why="A suit", by=by, now=LATER)

    Participant.objects.filter(pk=left.pk).update(merged_into=None)
    Merge.objects.filter(pk=merge.pk).update(undone_at=LATER + timedelta(days=1), undone_by=by)
    one = DisposalFactory(referral=case)

    refuses(Held, approve, disposal=one, by=by, now=LATER + timedelta(days=2))
    assert Disposal.objects.with_holds().get(pk=one.pk).is_held
    of_another = DisposalFactory(referral=ReferralFactory(state="closed", closing="dismissed", closed_at=NOW))
    assert not Disposal.objects.with_holds().get(pk=of_another.pk).is_held


def test_a_coordinator_places_and_lifts_none() -> None:
    coordinator, hold = UserFactory(roles=[Role.COORDINATOR]), LegalHoldFactory()

    refuses(NotYours, place_hold, participant=hold.participant, referral=None, why="x", by=coordinator, now=NOW)
    refuses(NotYours, lift_hold, hold=hold, by=coordinator, now=LATER)


def test_it_says_why(by: User) -> None:
    refuses(WhyMissing, place_hold, participant=ParticipantFactory(), referral=None, why=" ", by=by, now=NOW)


def test_another_mans_case_is_not_held_in_his_file(by: User) -> None:
    refuses(
        OtherMansCase, place_hold, participant=ParticipantFactory(), referral=ReferralFactory(), why="x", by=by, now=NOW
    )


@pytest.mark.parametrize("gone", ["the case", "the man"])
def test_what_is_gone_is_not_held(by: User, gone: str) -> None:
    case = ReferralFactory(closed=True)
    if gone == "the case":
        ReferralFactory(participant=case.participant)
    forgetting.forget_referral(case, by=by, now=NOW)
    on = case if gone == "the case" else None

    refuses(Forgotten, place_hold, participant=case.participant, referral=on, why="x", by=by, now=LATER)


def test_it_is_lifted_once(by: User) -> None:
    hold = LegalHoldFactory()
    lift_hold(hold=hold, by=by, now=LATER)

    assert (hold.lifted_at, hold.lifted_by) == (LATER, by)
    assert told() == [(f"user:{by.pk}", "hold.lifted", f"records.LegalHold:{hold.pk}")]
    refuses(HeldNoLonger, lift_hold, hold=hold, by=by, now=LATER)


# --- What it stops


def case_of_two_files() -> Any:
    """His case stands in the file that was left aside."""
    left = ParticipantFactory(merged_into=ParticipantFactory())
    return DisposalFactory.create(referral=ReferralFactory(participant=left, closed=True))


def held_by_its_own() -> tuple[Disposal, LegalHold]:
    one: Any = DisposalFactory(referral__closed=True)
    return one, LegalHoldFactory(participant=one.referral.participant, referral=one.referral)


def held_by_all_of_his() -> tuple[Disposal, LegalHold]:
    one: Any = DisposalFactory(referral__closed=True)
    return one, LegalHoldFactory(participant=one.referral.participant)


def held_by_whom_he_goes_on_as() -> tuple[Disposal, LegalHold]:
    one = case_of_two_files()
    return one, LegalHoldFactory(participant=one.referral.participant.merged_into)


def held_by_the_file_left_aside() -> tuple[Disposal, LegalHold]:
    one = case_of_two_files()
    kept = one.referral.participant.merged_into
    return one, LegalHoldFactory(participant=ParticipantFactory(merged_into=kept))


def held_without_a_case() -> tuple[Disposal, LegalHold]:
    man = ParticipantFactory()
    return DisposalFactory(referral=None, participant=man), LegalHoldFactory(participant=man)


WAYS = [
    held_by_its_own, held_by_all_of_his, held_by_whom_he_goes_on_as, held_by_the_file_left_aside, held_without_a_case,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_it_stops_what_it_is_on_and_the_list_says_so(by: User, way: Callable[[], tuple[Disposal, LegalHold]]) -> None:
    one, hold = way()

    assert list(LegalHold.objects.on(one)) == [hold]
    assert Disposal.objects.with_holds().get(pk=one.pk).is_held is True
    refuses(Held, approve, disposal=one, by=by, now=LATER)

    lift_hold(hold=hold, by=by, now=LATER)
    assert list(LegalHold.objects.on(one)) == []
    assert Disposal.objects.with_holds().get(pk=one.pk).is_held is False


def test_others_are_not_stopped_by_it() -> None:
    one: Any = DisposalFactory(referral__closed=True)
    LegalHoldFactory(
        participant=one.referral.participant, referral=ReferralFactory(participant=one.referral.participant)
    )
    LegalHoldFactory()
    draft = DisposalFactory(referral=None, submission=SubmissionFactory(sent=False), basis=Basis.RETENTION)

    assert [list(LegalHold.objects.on(each)) for each in (one, draft)] == [[], []]
    assert list(Disposal.objects.with_holds().values_list("is_held", flat=True)) == [False, False]
