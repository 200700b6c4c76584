"""A prosecutor's case is filed: from then on its court's clerk sees it, and nothing that was before."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from courts.actions import filing
from courts.actions.desks import Desk
from courts.actions.searching import find_referrals
from courts.kinds import ReferralKind
from courts.models import Court, Delivery, NumberToken, Recipient, Referral
from courts.moves import State
from tests.courts.referring import UNFILED, partner, sent
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, RecipientFactory, ReferralFactory
from tests.factories.programs import ProgramFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def unfiled() -> Referral:
    ProgramFactory.create()
    by, desk = partner()
    return sent(by, desk, **UNFILED)


@pytest.fixture
def court() -> Court:
    return CourtFactory.create()


@pytest.fixture
def by() -> User:
    return UserFactory.create()


def file(referral: Referral, court: Court, by: User, **said: Any) -> None:
    usual: dict[str, Any] = {"kind": ReferralKind.PRETRIAL_DIVERSION, "case_number": "26-CR-0777"}
    filing.file(referral=referral, court=court, by=by, now=NOW, **usual | said)


def test_the_clerk_sees_it_and_the_prosecutor_goes_on_seeing_it(unfiled: Referral, court: Court, by: User) -> None:
    assert list(Desk(court=court).referrals) == []

    file(unfiled, court, by, plaintiff="City of Pinewater", ordered_on=date(2026, 2, 27))

    filed = Desk(court=court).referrals.get()
    assert filed == Desk(agency=unfiled.agency).referrals.get() == unfiled
    assert (filed.case_number, filed.normalized_case_number, filed.incident_number) == (
        "26-CR-0777", "26cr0777", unfiled.incident_number,
    )  # fmt: skip
    assert (filed.kind, filed.plaintiff, filed.ordered_on) == (
        ReferralKind.PRETRIAL_DIVERSION, "City of Pinewater", date(2026, 2, 27),
    )  # fmt: skip
    assert find_referrals(Desk(court=court).referrals, q="0777", over=None).get() == unfiled
    assert NumberToken.objects.filter(referral=unfiled, token="0777").exists()


def test_the_clerk_is_told_from_now_on_by_a_row_of_his_own(unfiled: Referral, court: Court, by: User) -> None:
    """Else a copy that waited for somebody before would come onto the court's pages."""
    before = RecipientFactory.create(referral=unfiled)

    file(unfiled, court, by)

    before.refresh_from_db()
    assert before.ended_at == NOW
    told = unfiled.recipients.in_use().order_by("pk").values_list("role", "channel", "agency")
    assert list(told) == [("prosecutor", "portal", unfiled.agency_id), ("clerk", "portal", None)]


def test_is_an_event_without_the_number(unfiled: Referral, court: Court, by: User) -> None:
    file(unfiled, court, by)
    event = Event.objects.on(unfiled).get(verb="referral.filed")
    assert (event.actor, event.facts) == (f"user:{by.pk}", {"court": court.pk, "kind": "pretrial_diversion"})


@pytest.mark.parametrize("kind", [ReferralKind.PREFILING_DIVERSION, ReferralKind.SELF])
def test_as_a_kind_that_no_court_has_it_stays_unfiled(
    unfiled: Referral, court: Court, by: User, kind: ReferralKind
) -> None:
    refuses(filing.NotToBeFiled, file, referral=unfiled, court=court, by=by, kind=kind)


@pytest.mark.parametrize(
    "fields",
    [{}, {"court": None, "kind": "self", "case_number": ""}, {"court": None, "state": State.DECLINED}],
    ids=["filed already", "his own", "over"],
)
def test_what_is_not_to_be_filed(fields: dict[str, Any], court: Court, by: User) -> None:
    referral = ReferralFactory.create(**fields)
    assert not filing.may_be_filed(referral)
    refuses(filing.NotToBeFiled, file, referral=referral, court=court, by=by)


@pytest.mark.parametrize("number", ["", " ", "--", "26\u202e77", "x" * 10_000, "\0"])
def test_without_a_readable_number_nothing_is_filed(unfiled: Referral, court: Court, by: User, number: str) -> None:
    refuses(filing.NumberNotFit, file, referral=unfiled, court=court, by=by, case_number=number)


def test_where_the_court_has_referred_him_itself(unfiled: Referral, court: Court, by: User) -> None:
    ReferralFactory.create(court=court, case_number="26-CR-0777", participant=unfiled.participant)
    refuses(filing.NumberTaken, file, referral=unfiled, court=court, by=by)
    assert not Delivery.objects.exists()
    assert Recipient.objects.filter(role="clerk", referral=unfiled).count() == 0
