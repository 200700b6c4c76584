"""An alert that waits goes to nobody once its date binds no longer: in the same transaction."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from accounts.actors import Task
from accounts.roles import Role
from courts.actions import deadlines
from courts.actions.alerts import plan_alerts
from courts.models import Deadline, Extension
from messaging.models import Message, State
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory, ReferralFactory

pytestmark = pytest.mark.django_db
BY = Task("courts.propose")
TODAY = date(2026, 3, 3)


@pytest.fixture
def deadline() -> Deadline:
    UserFactory.create(roles=[Role.COORDINATOR])
    referral = ReferralFactory.create(complete_by=TODAY, ordered_on=date(2026, 1, 5))
    made: Deadline = DeadlineFactory.create(referral=referral, due_on=TODAY, next_alert_on=TODAY)
    assert plan_alerts(now=NOW) == 1
    return made


def extend(deadline: Deadline) -> Extension:
    return deadlines.extend(
        deadline=deadline,
        due_on=TODAY + timedelta(days=60),
        basis=Extension.Basis.ORDER,
        by=UserFactory.create(roles=[Role.COORDINATOR]),
        now=NOW,
    )


def lay_without(deadline: Deadline) -> None:
    deadline.referral.complete_by = None
    deadline.referral.save()
    deadlines.lay(deadline.referral, by=BY, now=NOW)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda one: deadlines.meet(one.referral, [one.kind], by=BY, now=NOW), "deadline met"),
        (lambda one: deadlines.waive(one.referral, by=BY, now=NOW), "deadline waived"),
        (lay_without, "deadline waived"),
        (extend, "deadline extended"),
        (lambda one: deadlines.silence(one.referral, by=BY, now=NOW), "on hold"),
    ],
    ids=["met", "waived", "no longer set", "extended", "on hold"],
)
def test_is_skipped_with_it(deadline: Deadline, end: Callable[[Deadline], object], reason: str):
    end(deadline)

    assert list(Message.objects.values_list("state", "reason")) == [(State.SKIPPED, reason)]


def test_one_about_another_date_stays(deadline: Deadline):
    DeadlineFactory.create(due_on=TODAY, next_alert_on=TODAY)
    plan_alerts(now=NOW)

    deadlines.waive(deadline.referral, by=BY, now=NOW)

    assert sorted(Message.objects.values_list("state", flat=True)) == [State.QUEUED, State.SKIPPED]


def test_what_was_sent_stays_so(deadline: Deadline):
    Message.objects.update(state=State.SENT, sent_at=NOW)
    deadlines.waive(deadline.referral, by=BY, now=NOW)

    assert Message.objects.get().state == State.SENT


def test_a_hearing_that_is_over_needs_none(deadline: Deadline):
    Deadline.objects.update(kind="hearing")
    deadlines.settle_past_hearings(by=BY, now=NOW + timedelta(days=1))

    assert Message.objects.get().reason == "deadline met"


def test_an_extension_begins_the_ladder_anew(deadline: Deadline):
    new = extend(deadline).new

    assert (new.last_alert_on, new.next_alert_on) == (None, TODAY + timedelta(days=60 - 14))


def test_after_a_hold_it_speaks_again_with_the_true_number(deadline: Deadline):
    deadlines.silence(deadline.referral, by=BY, now=NOW)
    assert plan_alerts(now=NOW + timedelta(days=3)) == 0

    deadlines.sound(deadline.referral, by=BY, now=NOW + timedelta(days=10))

    assert plan_alerts(now=NOW + timedelta(days=10)) == 1
