from datetime import datetime

import pytest

from accounts.actors import Task, has_role, label, person
from accounts.roles import Role
from tests.factories.accounts import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_and_a_task_are_labeled_apart() -> None:
    user = UserFactory()

    assert (label(user), label(Task("courts.propose"))) == (f"user:{user.pk}", "task:courts.propose")


def test_only_a_person_is_a_person() -> None:
    user = UserFactory()

    assert (person(user), person(Task("courts.propose"))) == (user, None)


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ([Role.COORDINATOR], True),
        ([Role.ADMINISTRATOR, Role.COORDINATOR], True),
        ([Role.ADMINISTRATOR], False),
        ([], False),
    ],
    ids=["it", "one of them", "another", "none"],
)
def test_has_a_role(asked: list[Role], has: bool) -> None:
    user = UserFactory(roles=[Role.COORDINATOR])
    UserFactory(roles=[Role.ADMINISTRATOR])

    assert has_role(user, *asked) is has


def test_a_role_that_ended_is_none(now: datetime) -> None:
    user = RoleGrantFactory(role=Role.COORDINATOR, ended_at=now).user

    assert not has_role(user, Role.COORDINATOR)


def test_a_task_may_do_what_it_was_written_to_do() -> None:
    assert has_role(Task("courts.propose"), Role.ADMINISTRATOR)
