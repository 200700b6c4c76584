"""Who may write about an evening."""

import pytest

from accounts.roles import Role
from programs.actions.leading import must_lead
from programs.actions.marks import NotYourSession
from programs.models import SessionLeader
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SessionLeaderFactory
from tests.programs.scene import scene
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_its_leader_its_substitute_and_the_office() -> None:
    running = scene()
    session, substitute = running.session(1), UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=session, user=substitute, role=SessionLeader.Role.SUBSTITUTE)

    for user in (running.leader, substitute, running.coordinator, UserFactory(roles=[Role.ADMINISTRATOR])):
        must_lead(session, user)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLERK])
def test_nobody_else(role: Role) -> None:
    session = scene().session(1)

    refuses(NotYourSession, must_lead, session=session, by=UserFactory(roles=[role]))


def test_who_was_in_the_office_once_no_longer() -> None:
    running = scene()
    running.coordinator.grants.update(ended_at=NOW)

    refuses(NotYourSession, must_lead, session=running.session(1), by=running.coordinator)
