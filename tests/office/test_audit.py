"""The trail names who it was: a person by name, a job by what it does."""

from datetime import datetime

import pytest

from accounts.actors import Task
from accounts.models import User
from accounts.roles import Role
from audit.actions import record, seal
from audit.models import Event, Seal
from office.subjects import page
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
TRAIL = "/office/audit/event/"


@pytest.fixture
def desk(now: datetime) -> Desk:
    return Desk(Role.ADMINISTRATOR)


@pytest.fixture
def ruth() -> User:
    user: User = UserFactory.create(name="Ruth Okafor")
    return user


def done(by: User | Task, now: datetime) -> Event:
    return record(by=by, now=now, verb="court.changed", on="courts.Court:12", facts={})


def who(desk: Desk, query: str = "") -> list[str]:
    return [one.who or one.actor for one in desk.get(f"{TRAIL}{query}").context["cl"].result_list]


def test_a_person_stands_there_by_name_also_who_has_left(desk: Desk, ruth: User, now: datetime) -> None:
    done(ruth, now)
    User.objects.filter(pk=ruth.pk).update(is_active=False)

    assert "Ruth Okafor" in text(desk.get(TRAIL))
    assert f"user:{ruth.pk}" not in text(desk.get(TRAIL))
    assert f"Who Ruth Okafor (user:{ruth.pk})" in text(desk.get(page(Event.objects.get())))


def test_a_job_says_what_it_does(desk: Desk, now: datetime) -> None:
    done(Task("messaging.send_due"), now)

    assert "task:" not in text(desk.get(TRAIL))
    assert "Messages going out" in text(desk.get(TRAIL))


def test_one_looks_for_events_by_name_by_number_and_by_record(desk: Desk, ruth: User, now: datetime) -> None:
    done(ruth, now)
    done(desk.user, now)

    assert who(desk, "?q=okafor") == ["Ruth Okafor"]
    assert who(desk, f"?q=user:{ruth.pk}") == ["Ruth Okafor"]
    assert who(desk, "?q=courts.Court:12") == [desk.user.name, "Ruth Okafor"]
    assert who(desk, "?q=nobody") == []


def test_a_coordinator_reads_of_each_man_and_not_the_trail_itself(now: datetime) -> None:
    man, desk = ParticipantFactory(), Desk()
    made = done(desk.user, now)
    seal(now=now)
    closed = [TRAIL, page(made), "/office/audit/seal/", page(Seal.objects.get())]

    assert [desk.get(path).status_code for path in closed] == [403] * 4
    assert desk.get("/office/lists/audit.event/export/").status_code == 404
    assert "/office/audit/" not in desk.get("/office/settings/").content.decode()
    assert desk.get(f"/office/people/{man.pk}/looks/").status_code == 200
