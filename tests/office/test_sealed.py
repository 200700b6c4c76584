"""The head of the trail's chain goes to the administrators once a day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from accounts.roles import Role
from audit.actions import seal
from audit.models import Seal
from audit.verification import verify
from messaging.actions import send_due
from messaging.models import Message
from messaging.registry import kind
from office.sealed import HEAD, plan_heads
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db


def at(hour: int, day: int = 3) -> datetime:
    """By the clock in Seattle."""
    return datetime(2026, 3, day, hour, 0, tzinfo=UTC) + timedelta(hours=8)


@pytest.fixture
def administrator() -> User:
    ProgramFactory.create()
    made: User = UserFactory.create(roles=[Role.ADMINISTRATOR], name="Ruth Okafor")
    return made


@pytest.fixture
def newest(administrator: User) -> Seal:
    EventFactory.create(now=at(7))
    made = seal(now=at(7))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("now", "planned"), [(at(7), 0), (at(8), 1), (at(23), 1), (at(9, day=7), 1)], ids=["early", "eight", "late", "Sat"]
)
def test_each_day_from_eight_on(newest: Seal, now: datetime, planned: int) -> None:
    assert plan_heads(now=now) == planned


def test_once_a_day_also_when_more_was_sealed(newest: Seal) -> None:
    assert plan_heads(now=at(8)) == 1
    EventFactory.create(now=at(9))
    seal(now=at(9))

    assert [plan_heads(now=at(hour)) for hour in (9, 17)] == [0, 0]
    assert plan_heads(now=at(8, day=4)) == 1


def test_nothing_is_sealed_yet(administrator: User) -> None:
    assert plan_heads(now=at(9)) == 0


def test_to_administrators_alone(newest: Seal, administrator: User) -> None:
    UserFactory.create(roles=[Role.COORDINATOR])
    UserFactory.create(roles=[Role.ADMINISTRATOR], is_active=False)

    plan_heads(now=at(8))

    assert [one.user for one in Message.objects.filter(kind=HEAD)] == [administrator]


def test_says_what_verifies_and_names_nobody(newest: Seal) -> None:
    plan_heads(now=at(8))
    send_due(now=at(8))

    (sent,) = mail.outbox
    assert sent.subject == "Seal 1 of the audit trail"
    assert f"verify_audit --head {newest.digest}\n" in str(sent.body)
    assert "Okafor" not in f"{sent.subject}{sent.body}"
    assert "Tuesday, March 3, 2026, 7:00 AM" in str(sent.body)
    assert verify(now=at(8), head=newest.digest).head == newest.digest


def test_not_to_who_no_longer_administers(newest: Seal, administrator: User) -> None:
    plan_heads(now=at(8))
    message = Message.objects.get(kind=HEAD)
    assert kind(HEAD).still_wanted(message, at(8)) is None

    administrator.grants.update(ended_at=at(8))

    assert kind(HEAD).still_wanted(message, at(8)) == "no longer an administrator"
