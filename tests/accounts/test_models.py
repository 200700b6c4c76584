from datetime import datetime

import pytest

from accounts.models import RoleGrant, User, grant
from accounts.roles import Role
from tests.factories.accounts import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_user_is_made_with_a_hashed_password() -> None:
    user = User.objects.create_user("Robin@Onus.EXAMPLE", "a long sentence nobody guesses", name="Robin Ashdown")

    assert user == User.objects.get()
    assert (user.email, user.name, str(user)) == ("robin@onus.example", "Robin Ashdown", "Robin Ashdown")
    assert user.check_password("a long sentence nobody guesses")
    assert not user.check_password("another sentence")


def test_without_a_password_nobody_signs_in() -> None:
    user = User.objects.create_user("robin@onus.example", name="Robin Ashdown")

    assert not user.has_usable_password()


def test_roles_are_those_that_have_not_ended(now: datetime) -> None:
    user = UserFactory(roles=[Role.COORDINATOR, Role.FACILITATOR])
    RoleGrantFactory(user=user, role=Role.ADMINISTRATOR, ended_at=now)
    UserFactory(roles=[Role.CLERK])

    assert user.grants.roles() == {Role.COORDINATOR, Role.FACILITATOR}
    assert user.grants.current().count() == 2


def test_grants_several_roles_at_once(now: datetime) -> None:
    user = UserFactory()

    grant(user, [Role.CLERK, Role.FACILITATOR], now=now)

    assert user.grants.roles() == {Role.CLERK, Role.FACILITATOR}
    assert set(RoleGrant.objects.values_list("began_at", "ended_at")) == {(now, None)}
