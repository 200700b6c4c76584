import pytest
from django.contrib.auth import authenticate
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from demo import people
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW

pytestmark = pytest.mark.django_db


def found(databases: list[str] | None = None) -> list[str | None]:
    asked = ["default"] if databases is None else databases
    return [message.id for message in people.demonstration_users_stay_in_demonstrations(databases=asked)]


def test_one_who_appears_has_a_role_and_the_password_that_everybody_knows() -> None:
    user = people.appear("Dana Kessler", "coordinator", Role.COORDINATOR, NOW)

    assert user.email == "coordinator@example.org"
    assert user.check_password(people.PASSWORD)
    assert user.grants.current().roles() == {Role.COORDINATOR}
    assert [event.verb for event in Event.objects.all()] == ["user.added"]


def test_the_password_is_hashed_once() -> None:
    one, other = (people.appear(name, name, Role.CLERK, NOW) for name in ("one", "other"))

    assert one.password == other.password


def test_production_refuses_a_database_with_people_of_a_demonstration(settings: Settings) -> None:
    UserFactory(email="clerk@court.example")
    assert found() == []

    people.appear("Clerk", "clerk1", Role.CLERK, NOW)
    assert found() == ["onus.E005"]
    assert found(databases=[]) == []

    settings.DEMO = True
    assert found() == []


def test_an_address_that_only_looks_like_it_is_somebody_else() -> None:
    UserFactory(email="clerk@not-example.org")
    UserFactory(email="clerk@example.org.court.example")

    assert found() == []


def test_before_the_first_migration_there_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(email="clerk1@example.org")
    monkeypatch.setattr(User._meta, "db_table", "not_there_yet")

    assert found() == []


def test_who_appears_can_sign_in() -> None:
    people.appear("Dana Kessler", "coordinator", Role.COORDINATOR, NOW)

    signed_in = authenticate(None, email="coordinator@example.org", password=people.PASSWORD)
    assert signed_in is not None
    assert signed_in.email == "coordinator@example.org"
