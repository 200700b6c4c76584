"""A court as it is set up, and the days on which it is closed."""

from datetime import date

import pytest

from accounts.models import User
from audit.models import Event
from courts.actions import courts as actions
from courts.models import Closure, Court
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def court() -> Court:
    made: Court = CourtFactory.create(name="Kent Municipal Court", city="Kent")
    return made


def test_a_court_is_added_once(court: Court, by: User) -> None:
    fields = {"caption": "IN THE COURT", "kind": "municipal", "state": "WA", "time_zone": "America/Los_Angeles"}
    made = actions.add_court(name="Kent Municipal Court", city="Renton", by=by, now=NOW, **fields)

    assert told() == [(f"user:{by.pk}", "court.added", f"courts.Court:{made.pk}")]
    same = {"name": "Kent Municipal Court", "city": "Kent", "by": by, "now": NOW, **fields}
    refuses(actions.KnownAlready, actions.add_court, **same)


def test_what_it_wants_is_told_before_and_after(court: Court, by: User) -> None:
    actions.change_court(court=court, wants_stamp_space=True, city="Kent", by=by, now=NOW)
    court.refresh_from_db()

    assert court.wants_stamp_space is True
    assert Event.objects.get().facts == {"changed": {"wants_stamp_space": [False, True]}}


def test_what_a_change_refuses(court: Court, by: User) -> None:
    other = CourtFactory.create(name="Kent Municipal Court", city="Renton")
    refuses(actions.NothingChanged, actions.change_court, court=court, city="Kent", by=by, now=NOW)
    refuses(actions.KnownAlready, actions.change_court, court=other, city="Kent", by=by, now=NOW)


@pytest.mark.parametrize("everywhere", [False, True])
def test_closed_on_a_day_and_open_after_all(court: Court, by: User, everywhere: bool) -> None:
    of = None if everywhere else court
    closure = actions.close_on(court=of, state="WA", on=DAY, name="Day after Thanksgiving", by=by, now=NOW)
    again = {"court": of, "state": "WA", "on": DAY, "name": "x", "by": by, "now": NOW}
    refuses(actions.ClosedAlready, actions.close_on, **again)
    actions.open_after_all(closure=closure, by=by, now=NOW)
    refuses(actions.TakenBackAlready, actions.open_after_all, closure=closure, by=by, now=NOW)

    assert list(Closure.objects.values_list("court", "on", "made_by", "ended_at")) == [(of and of.pk, DAY, by.pk, NOW)]
