from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from accounts.actors import Task, UnknownActor, has_role, label, person
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.models import Event
from participants.actions import write_note
from participants.models import Note
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.participants import ParticipantFactory

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


class Nobody:
    pk = 1
    is_active = True


@pytest.mark.parametrize(
    "who",
    [None, "", "user:1", 1, AnonymousUser(), Nobody(), User(name="Nobody yet"), Task("")],
    ids=["None", "no words", "words", "a number", "not signed in", "no user", "not saved", "a task without a name"],
)
def test_by_nobody_known_nothing_is_written(who: object, now: datetime) -> None:
    with pytest.raises(UnknownActor, match=r"who is that\?$"):
        record(by=who, now=now, verb="note.added", on="participants.Note:1")

    assert Event.objects.count() == 0


def test_nothing_is_written_by_whose_access_has_ended(now: datetime) -> None:
    gone = UserFactory(is_active=False)

    with pytest.raises(UnknownActor):
        record(by=gone, now=now, verb="note.added", on="participants.Note:1")

    assert Event.objects.count() == 0


def test_an_action_by_nobody_leaves_nothing_behind(now: datetime) -> None:
    man = ParticipantFactory()

    with pytest.raises(UnknownActor):
        write_note(participant=man, text="He called.", by=UserFactory(is_active=False), now=now)

    assert Note.objects.count() == 0


def test_whoever_is_signed_in_is_known_through_the_request_s_lazy_user(now: datetime) -> None:
    user = UserFactory()

    assert label(SimpleLazyObject(lambda: user)) == f"user:{user.pk}"  # type: ignore[arg-type]
