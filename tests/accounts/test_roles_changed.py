"""Who may do what here, changed by an administrator; somebody always remains who can."""

import pytest

from accounts import actions
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(now: object) -> User:
    made: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
    return made


def roles(user: User) -> set[Role]:
    return user.grants.current().roles()


def test_what_is_new_begins_and_what_is_gone_ends(by: User) -> None:
    user = UserFactory.create(roles=[Role.FACILITATOR])
    actions.change_roles(user=user, roles=[Role.COORDINATOR], by=by, now=NOW)

    assert roles(user) == {Role.COORDINATOR}
    assert list(user.grants.filter(role="facilitator").values_list("ended_at", flat=True)) == [NOW]
    event = Event.objects.get(verb="user.roles_changed")
    assert event.facts == {"changed": {"roles": [["facilitator"], ["coordinator"]]}}


def test_it_holds_at_the_next_page(by: User) -> None:
    user = UserFactory.create(roles=[Role.COORDINATOR])
    client = signed_in(user)
    assert client.get("/office/").status_code == 200
    actions.change_roles(user=user, roles=[Role.FACILITATOR], by=by, now=NOW)

    assert client.get("/office/").status_code == 403


def test_a_clerk_stays_clerk(by: User) -> None:
    user = UserFactory.create(roles=[Role.CLERK])
    actions.change_roles(user=user, roles=[Role.FACILITATOR], by=by, now=NOW)
    actions.change_roles(user=user, roles=[], by=by, now=NOW)

    assert roles(user) == {Role.CLERK}


def test_nobody_is_made_a_clerk_here(by: User) -> None:
    user = UserFactory.create(roles=[Role.FACILITATOR])
    refuses(
        actions.NothingChanged, actions.change_roles, user=user, roles=[Role.FACILITATOR, Role.CLERK], by=by, now=NOW
    )


def test_what_is_refused(by: User) -> None:
    user = UserFactory.create(roles=[Role.FACILITATOR])
    coordinator = UserFactory.create(roles=[Role.COORDINATOR])

    refuses(actions.NoRoles, actions.change_roles, user=user, roles=[], by=by, now=NOW)
    for action, said in (
        (actions.change_roles, {"roles": [Role.COORDINATOR]}), (actions.end_access, {}), (actions.give_access_again, {})
    ):  # fmt: skip
        refuses(actions.NotAdministrator, action, user=user, by=coordinator, now=NOW, **said)


def test_never_the_last_administrator(by: User) -> None:
    UserFactory.create(roles=[Role.ADMINISTRATOR], is_active=False)
    refuses(actions.LastAdministrator, actions.change_roles, user=by, roles=[Role.COORDINATOR], by=by, now=NOW)
    refuses(actions.LastAdministrator, actions.end_access, user=by, by=by, now=NOW)


def test_one_of_two_administrators_may_go(by: User) -> None:
    other = UserFactory.create(roles=[Role.ADMINISTRATOR])
    actions.change_roles(user=by, roles=[Role.COORDINATOR], by=by, now=NOW)

    assert (roles(by), roles(other)) == ({Role.COORDINATOR}, {Role.ADMINISTRATOR})


def test_whose_access_ended_is_out_at_once_and_may_come_again(by: User) -> None:
    user = UserFactory.create(roles=[Role.COORDINATOR])
    client = signed_in(user)
    actions.end_access(user=user, by=by, now=NOW)
    refuses(actions.NothingChanged, actions.end_access, user=user, by=by, now=NOW)

    assert client.get("/office/").status_code == 302
    verbs = [event.verb for event in Event.objects.filter(record=f"accounts.User:{user.pk}").order_by("id")]
    assert verbs == ["user.access_ended", "user.signed_out_everywhere"]
    actions.give_access_again(user=user, by=by, now=NOW)
    refuses(actions.NothingChanged, actions.give_access_again, user=user, by=by, now=NOW)
    assert roles(user) == {Role.COORDINATOR}
    assert client.get("/office/").status_code == 302
    assert signed_in(user).get("/office/").status_code == 200
