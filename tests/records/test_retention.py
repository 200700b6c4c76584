"""How long what is kept: by rule, from its end; each night the house proposes what is due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from courts.models import Referral
from records import forgetting, tasks
from records.actions.disposals import approve, refuse
from records.actions.holds import NotYours
from records.actions.retention import NotALength, keep_for, propose_due, propose_each_night
from records.due import due, limit, months_of
from records.kinds import Basis, Kept
from records.models import Disposal, RetentionRule
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory, ReferralMoveFactory, SubmissionFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import EnrollmentFactory
from tests.factories.records import DisposalFactory, RetentionRuleFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
# Seven years ago, in the first minute of that day.
LIMIT = datetime(2019, 3, 3, tzinfo=UTC)
BEFORE = LIMIT - timedelta(seconds=1)


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def test_seven_years_unless_a_rule_says_otherwise() -> None:
    RetentionRuleFactory(kind=Kept.CASE, months=36, ended_at=NOW)
    assert {kind: months_of(kind) for kind in Kept} == {"case": 84, "person": 84, "draft": 12}

    RetentionRuleFactory(kind=Kept.CASE, months=120)
    assert months_of(Kept.CASE) == 120


def found(kind: Kept) -> list[Any]:
    return list(due(kind, before=limit(kind, NOW)))


def test_cases_are_due_from_their_closing() -> None:
    old = ReferralFactory(closed=True, closed_at=BEFORE)
    ReferralFactory(closed=True, closed_at=LIMIT)
    ReferralFactory(received_on=date(2010, 1, 1))
    gone = ReferralFactory(closed=True, closed_at=BEFORE)
    forgetting.forget_referral(gone, by=UserFactory(), now=NOW)

    assert found(Kept.CASE) == [old]


def test_a_declined_case_is_due_from_its_last_move() -> None:
    old, newer = (ReferralFactory(declined=True) for _ in range(2))
    ReferralMoveFactory(referral=old, at=BEFORE)
    ReferralMoveFactory(referral=newer, at=BEFORE)
    ReferralMoveFactory(referral=newer, at=LIMIT, number=2, old="received", new="declined")

    assert found(Kept.CASE) == [old]


def test_a_man_is_due_who_has_no_case_that_is_kept() -> None:
    old = ParticipantFactory(made_at=BEFORE)
    ParticipantFactory(made_at=LIMIT)
    ParticipantFactory(made_at=BEFORE, merged_into=old)
    ReferralFactory(participant__made_at=BEFORE)
    ReferralFactory(participant=ParticipantFactory(made_at=BEFORE, merged_into=ReferralFactory().participant))

    assert found(Kept.PERSON) == [old]


def test_a_man_in_a_group_is_not_due() -> None:
    """Nobody referred him."""
    man = ParticipantFactory(made_at=BEFORE)
    aside = ParticipantFactory(made_at=BEFORE)
    EnrollmentFactory(participant=man)
    EnrollmentFactory(participant=ParticipantFactory(made_at=LIMIT, merged_into=aside))

    assert found(Kept.PERSON) == []


def test_a_draft_is_due_a_year_after_its_last_change() -> None:
    limit_of_drafts = datetime(2025, 3, 3, tzinfo=UTC)
    old = SubmissionFactory(sent=False, changed_at=limit_of_drafts - timedelta(seconds=1))
    SubmissionFactory(sent=False, changed_at=limit_of_drafts)
    SubmissionFactory(sent=True, changed_at=BEFORE)

    assert found(Kept.DRAFT) == [old]


# --- Each night


def proposed() -> list[tuple[str, int | None, int | None, int | None]]:
    found = Disposal.objects.order_by("pk")
    return list(found.values_list("basis", "referral", "participant", "submission"))


def test_what_is_due_is_proposed_once_by_the_house() -> None:
    case = ReferralFactory(closed=True, closed_at=BEFORE)
    man = ParticipantFactory(made_at=BEFORE)
    draft = SubmissionFactory(sent=False, changed_at=BEFORE)

    assert [propose_due(now=NOW), propose_due(now=NOW)] == [3, 0]
    assert proposed() == [
        (Basis.RETENTION, case.pk, None, None),
        (Basis.RETENTION, None, man.pk, None),
        (Basis.RETENTION, None, None, draft.pk),
    ]
    assert {(actor, verb) for actor, verb, _ in told()} == {("task:records.plan", "disposal.proposed")}


def test_what_was_refused_sleeps_for_a_year(by: User) -> None:
    one = DisposalFactory(referral=ReferralFactory(closed=True, closed_at=BEFORE))
    refuse(disposal=one, why="The county's audit", by=by, now=NOW)
    year = datetime(2027, 3, 3, 12, tzinfo=UTC)

    assert [propose_due(now=year), propose_due(now=year + timedelta(days=1))] == [0, 1]


def test_once_a_night_and_an_outage_is_made_up_for() -> None:
    night = datetime(2026, 3, 3, 8, tzinfo=UTC)

    def comes_through(at: datetime) -> int:
        ReferralFactory(closed=True, closed_at=datetime(2000, 1, 1, tzinfo=UTC))
        return propose_each_night(now=at)

    hours = [0, 1, 23, 24, 25, 24 * 5 + 3]
    assert [comes_through(night + timedelta(hours=one)) for one in hours] == [1, 0, 0, 3, 0, 2]
    assert propose_each_night(now=night + timedelta(days=6) - timedelta(minutes=1)) == 0


def test_the_job_proposes_and_says_that_it_ran(now: datetime) -> None:
    ReferralFactory(closed=True, closed_at=BEFORE)
    tasks.plan()

    assert Disposal.objects.count() == 1


# --- The rule


def test_a_rule_holds_from_now_on(by: User) -> None:
    first = keep_for(kind=Kept.CASE, months=36, source=" RCW 1.2 ", by=by, now=NOW)
    second = keep_for(kind=Kept.CASE, months=120, source="", by=by, now=NOW + timedelta(days=1))

    rules = list(RetentionRule.objects.order_by("pk").values_list("pk", "months", "source", "ended_at"))
    assert rules == [(first.pk, 36, "RCW 1.2", second.made_at), (second.pk, 120, "", None)]
    assert [verb for _, verb, _ in told()] == ["retention.set", "retention.set"]


@pytest.mark.parametrize("months", [-1, 0, 601])
def test_a_length_is_a_number_of_months(by: User, months: int) -> None:
    refuses(NotALength, keep_for, kind=Kept.CASE, months=months, source="", by=by, now=NOW)


def test_a_coordinator_sets_none() -> None:
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    refuses(NotYours, keep_for, kind=Kept.CASE, months=84, source="", by=coordinator, now=NOW)


def test_what_is_kept_longer_leaves_the_list_also_once_approved(by: User) -> None:
    older, newer = (ReferralFactory(closed=True, closed_at=at) for at in (datetime(2000, 1, 1, tzinfo=UTC), BEFORE))
    propose_due(now=NOW)
    approve(disposal=Disposal.objects.get(referral=newer), by=by, now=NOW)
    keep_for(kind=Kept.CASE, months=120, source="", by=by, now=NOW)

    assert list(Disposal.objects.open().values_list("referral", flat=True)) == [older.pk]
    assert Disposal.objects.get(referral=newer).refused_why == "It is kept longer now"


def test_what_left_the_list_comes_back_when_the_rule_does(by: User) -> None:
    ReferralFactory(closed=True, closed_at=BEFORE)
    propose_due(now=NOW)
    keep_for(kind=Kept.CASE, months=120, source="", by=by, now=NOW)
    keep_for(kind=Kept.CASE, months=84, source="", by=by, now=NOW)

    assert propose_due(now=NOW) == 1


def test_a_longer_time_leaves_orders_alone(by: User) -> None:
    case: Referral = ReferralFactory(closed=True)
    order = DisposalFactory(referral=case, by_order=True)
    keep_for(kind=Kept.CASE, months=120, source="", by=by, now=NOW)

    assert list(Disposal.objects.open()) == [order]
