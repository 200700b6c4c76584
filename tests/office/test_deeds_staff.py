import re

import pytest

from accounts.models import Invitation, User
from accounts.roles import Role
from audit.models import Event
from core import clock
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.office import AssignmentFactory
from tests.factories.programs import ProgramFactory
from tests.office.desk import Desk, refusals
from tests.refusals import nothing_written, only_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Desk:
    return Desk(Role.ADMINISTRATOR)


def test_an_invitation_shows_its_link_once(administrator: Desk) -> None:
    program = ProgramFactory.create()
    said = administrator.notice(
        administrator.press(program, "invite", email="Lena@onus.example", roles=["facilitator", "coordinator"])
    )

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles) == ("lena@onus.example", ["coordinator", "facilitator"])
    link = re.findall(r"http://localhost:8000/\S+", said)
    assert len(link) == 1
    assert administrator.client.get(link[0].removeprefix("http://localhost:8000"), follow=True).status_code == 200


def test_a_coordinator_invites_nobody() -> None:
    desk, program = Desk(Role.COORDINATOR), ProgramFactory.create()
    with only_written("request.refused"):
        answer = desk.press(program, "invite", email="lena@onus.example", roles=["facilitator"])
    assert answer.status_code == 404


def test_whoever_signs_in_already_is_not_invited(administrator: Desk) -> None:
    known: User = UserFactory.create(roles=[Role.FACILITATOR])
    program = ProgramFactory.create()
    with nothing_written():
        answer = administrator.press(program, "invite", email=known.email, roles=["facilitator"])
    assert refusals(answer) == ["This address signs in here already. Change that person's roles instead."]


def test_a_clerk_is_not_invited_from_here(administrator: Desk) -> None:
    administrator.press(ProgramFactory.create(), "invite", email="lena@onus.example", roles=["clerk"])
    assert Invitation.objects.count() == 0


def test_an_invitation_is_withdrawn(administrator: Desk) -> None:
    invitation = InvitationFactory.create(made_at=clock.now(), expires_at=clock.now().replace(year=2100))
    assert administrator.notice(administrator.press(invitation, "withdraw")) == "The invitation is withdrawn."
    assert Invitation.objects.open(clock.now()).count() == 0


def test_who_leaves_holds_no_line_of_today(administrator: Desk) -> None:
    leaves, stays = (UserFactory(roles=[Role.COORDINATOR]) for _ in range(2))
    hers, others = AssignmentFactory(line="to_decide:courts.Referral:7", to=leaves), AssignmentFactory(to=stays)

    said = administrator.notice(administrator.press(leaves, "end"))

    assert said.endswith("What was in their hands on Today is anybody's again.")
    hers.refresh_from_db()
    others.refresh_from_db()
    assert (hers.ended_at is not None, others.ended_at) == (True, None)
    event = Event.objects.get(verb="line.given_back")
    assert (event.record, event.facts) == ("courts.Referral:7", {"line": "to_decide"})


def test_who_leaves_without_a_line_hears_of_none(administrator: Desk) -> None:
    leaves = UserFactory(name="Elena Ray", roles=[Role.FACILITATOR])

    said = administrator.notice(administrator.press(leaves, "end"))

    assert said == "Elena Ray signs in no more, and is signed out everywhere."
