"""This session did not happen: why, what follows, who was told, and who is to be called."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from messaging.models import Message
from participants.kinds import ContactKind
from programs.models import Enrollment, Session
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.participants import ContactAttemptFactory, ContactPointFactory, RestrictionNameFactory
from tests.programs.evening import Evening, at, clock_at, evening, text_of
from tests.refusals import told

pytestmark = pytest.mark.django_db
SAID = {"why": "weather", "following": "stay"}


@pytest.fixture
def tonight() -> Evening:
    """The first can be reached by e-mail; the other two can't."""
    made = evening()
    ContactPointFactory.create(safe=True, participant=made.men[0].participant, kind=ContactKind.EMAIL)
    return made


def ask(tonight: Evening, data: dict[str, str] | None = None, *, minutes: int = 5, client: Client | None = None) -> Any:
    address = f"{tonight.address}canceled/"
    with clock_at(at(tonight.session, minutes)):
        who = client or tonight.client
        return who.get(address) if data is None else who.post(address, data, follow=True)


def state(tonight: Evening) -> tuple[str, str]:
    session = Session.objects.get(pk=tonight.session.pk)
    return session.state, session.canceled_why


def names(men: list[Enrollment]) -> list[str]:
    """As they are listed."""
    return sorted(him.participant.called for him in men)


# --- the form


def test_it_asks_why_and_what_follows(tonight: Evening) -> None:
    form = ask(tonight).context["form"]

    assert [str(label) for _, label in form.fields["why"].choices] == [
        "The weather",
        "The leader could not come",
        "The place could not be used",
        "Something else",
    ]
    assert [value for value, _ in form.fields["following"].choices] == ["stay", "move"]


@pytest.mark.parametrize(("minutes", "title"), [(-60, "will not happen"), (5, "did not happen")])
def test_before_and_after(tonight: Evening, minutes: int, title: str) -> None:
    assert f"This session {title}" in text_of(ask(tonight, minutes=minutes))


def test_unanswered_it_is_asked_again(tonight: Evening) -> None:
    response = ask(tonight, {})

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {
        "why": ["Say why it did not happen."],
        "following": ["Say whether the sessions that follow stay or move."],
    }
    assert state(tonight) == ("planned", "")


def test_nothing_follows_a_make_up(tonight: Evening) -> None:
    makeup = tonight.scene.makeup(2, tonight.session.starts_at)
    with clock_at(at(makeup, 5)):
        asked = tonight.client.get(f"/sessions/{makeup.pk}/canceled/")
        tonight.client.post(f"/sessions/{makeup.pk}/canceled/", {"why": "place"})

    assert list(asked.context["form"].fields) == ["why"]
    assert Session.objects.get(pk=makeup.pk).state == "canceled"


def test_a_session_that_was_held_leads_to_its_roster(tonight: Evening) -> None:
    him, *others = tonight.men
    for each in (him, *others):
        with clock_at(at(tonight.session, 5)):
            tonight.tap(each, "present")
    with clock_at(at(tonight.session, 120)):
        tonight.client.post(f"{tonight.address}close/", {"taught": tonight.session.module_id, "minutes_held": "120"})
    assert state(tonight) == ("held", "")

    response = ask(tonight, SAID, minutes=130)

    assert response.redirect_chain == [(tonight.address, 302)]
    assert state(tonight) == ("held", "")


# --- what comes of it


def test_those_that_follow_stay(tonight: Evening) -> None:
    before = list(Session.objects.exclude(pk=tonight.session.pk).values_list("pk", "starts_at"))
    response = ask(tonight, SAID)

    assert response.redirect_chain == [(f"{tonight.address}canceled/", 302)]
    assert state(tonight) == ("canceled", "weather")
    assert list(Session.objects.exclude(pk=tonight.session.pk).values_list("pk", "starts_at")) == before
    assert "Saved. It is nobody's absence." in text_of(response)


def test_those_that_follow_move(tonight: Evening) -> None:
    week = timedelta(weeks=1)
    _, *later = [tonight.scene.session(number).starts_at for number in (1, 2, 3, 4)]
    response = ask(tonight, {**SAID, "following": "move"})

    standing = Session.objects.standing().order_by("module__week").values_list("starts_at", flat=True)
    assert list(standing) == [*later, later[-1] + week]
    assert "This week is held on Tue, Mar 17, 6:00 pm instead. 3 later sessions move." in text_of(response)


def test_what_was_marked_stays_and_nobody_is_absent(tonight: Evening) -> None:
    him = tonight.men[0]
    with clock_at(at(tonight.session, 5)):
        tonight.tap(him, "absent")
    him.refresh_from_db()
    ask(tonight, SAID)

    assert him.marks.get().kind == "absent"
    assert him.standing_changes.latest("id").facts["unexcused"] == []


def test_who_was_told_and_whom_to_call(tonight: Evening) -> None:
    response = ask(tonight, SAID)

    assert [each["name"] for each in response.context["told"]] == names(tonight.men[:1])
    assert [call["name"] for call in response.context["calls"]] == names(tonight.men[1:])
    assert "2 people to call" in text_of(response)
    assert Message.objects.filter(kind="session_canceled").count() == 3


def test_a_leader_sees_names_and_no_numbers(tonight: Evening) -> None:
    ContactPointFactory.create(safe=True, participant=tonight.men[1].participant, value="+12065550177")
    page = ask(tonight, SAID).content.decode()

    assert "+12065550177" not in page
    assert "/office/" not in page
    assert [him.participant.last_name for him in tonight.men if him.participant.last_name in page] == []


def test_the_office_sees_where_to_call(tonight: Evening) -> None:
    ContactPointFactory.create(safe=True, participant=tonight.men[1].participant, value="+12065550177")
    ContactPointFactory.create(participant=tonight.men[2].participant, value="+12065550188")
    ask(tonight, SAID)

    said = ask(tonight, client=signed_in(tonight.scene.coordinator))

    assert {call["person"]: call["numbers"] for call in said.context["calls"]} == {
        tonight.men[1].participant_id: ["+12065550177"],
        tonight.men[2].participant_id: [],
    }
    assert 'href="tel:+12065550177"' in said.content.decode()
    assert "+12065550188" not in said.content.decode()


def test_whose_file_is_shut_to_the_office_is_on_none_of_its_lists(tonight: Evening) -> None:
    man = tonight.men[1].participant
    ContactPointFactory.create(safe=True, participant=man, value="+12065550177")
    RestrictionNameFactory.create(restriction__participant=man, user=UserFactory.create(roles=[Role.ADMINISTRATOR]))
    ask(tonight, SAID)
    coordinator = signed_in(tonight.scene.coordinator)

    said = ask(tonight, client=coordinator)
    assert [call["person"] for call in said.context["calls"]] == [tonight.men[2].participant_id]
    assert "+12065550177" not in said.content.decode()
    with clock_at(at(tonight.session, 5)):
        roster = coordinator.get(tonight.address)
        assert {row.enrollment for row in roster.context["rows"]} == {tonight.men[0], tonight.men[2]}
        leaders = tonight.client.get(tonight.address)
        assert len(leaders.context["rows"]) == 3


def test_whoever_was_called_leaves_the_list(tonight: Evening) -> None:
    ask(tonight, SAID)
    ContactAttemptFactory.create(participant=tonight.men[1].participant, at=at(tonight.session, 6))

    assert [call["name"] for call in ask(tonight, minutes=7).context["calls"]] == names(tonight.men[2:])


def test_the_roster_says_so_too(tonight: Evening) -> None:
    with clock_at(at(tonight.session, 5)):
        assert f'href="{tonight.address}canceled/"' in tonight.client.get(tonight.address).content.decode()
    ask(tonight, SAID)
    with clock_at(at(tonight.session, 6)):
        response = tonight.client.get(tonight.address)

    assert [call["name"] for call in response.context["calls"]] == names(tonight.men[1:])
    assert "2 people to call" in text_of(response)


def test_another_leader_sees_nothing_of_it(tonight: Evening) -> None:
    stranger = signed_in(UserFactory.create(roles=[Role.FACILITATOR]))

    assert [ask(tonight, data, client=stranger).status_code for data in (None, SAID)] == [404, 404]
    assert state(tonight) == ("planned", "")


def test_a_look_at_the_names_is_an_event(tonight: Evening) -> None:

    ask(tonight, SAID)
    before = len(told())
    ask(tonight)

    assert told(after=before) == [
        (f"user:{tonight.scene.leader.pk}", "session.roster_looked_at", f"programs.Session:{tonight.session.pk}")
    ]
