import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Invitation, User
from accounts.roles import Role
from audit.models import Event
from tests.access.people import PASSWORD
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_first_one_comes_in_by_the_printed_link(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_administrator", "ruth@onus.example")
    path = capsys.readouterr().out.strip().partition("http://localhost:8000")[2]
    client = Client()
    client.get(path, follow=True)
    response = client.post(path, {"name": "Ruth Okafor", "password1": PASSWORD, "password2": PASSWORD}, follow=True)

    assert response.status_code == 200
    assert User.objects.get(email="ruth@onus.example").roles == {Role.ADMINISTRATOR, Role.COORDINATOR}
    assert Event.objects.filter(verb="invitation.made").get().actor == "task:manage.py first_administrator"


def test_there_is_only_one_first() -> None:
    UserFactory(roles=[Role.ADMINISTRATOR])
    with pytest.raises(CommandError, match="There is an administrator already"):
        call_command("first_administrator", "another@onus.example")
    assert Invitation.objects.count() == 0


def test_an_address_that_signs_in_already_is_told_so() -> None:
    UserFactory(email="dana@onus.example", roles=[Role.COORDINATOR])
    with pytest.raises(CommandError, match="signs in here already"):
        call_command("first_administrator", "dana@onus.example")
