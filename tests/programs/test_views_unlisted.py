"""Someone came who isn't listed: one page that shows one match or none, and one button."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from participants.names import folded
from programs.models import Booking, Enrollment, SessionLeader
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import SessionLeaderFactory
from tests.programs.evening import Evening, at, clock_at, evening, text_of
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db
BORN = date(1988, 4, 27)
NOBODY = "Nobody in this program matches"


@pytest.fixture
def tonight() -> Any:
    running = evening(1)
    with clock_at(at(running.session, 5)):
        yield running


def of_that_name(tonight: Evening, **cohort: Any) -> Enrollment:
    name = {"participant__first_name": "Dorian", "participant__last_name": "Halloway"}
    identity = {"participant__folded_name": folded("Dorian Halloway"), "participant__date_of_birth": BORN}
    return tonight.scene.seated(tonight.scene.another_cohort(**cohort), **name, **identity)


@pytest.fixture
def him(tonight: Evening) -> Enrollment:
    return of_that_name(tonight)


def look(tonight: Evening, **fields: Any) -> Any:
    data = {"first_name": "Dorian", "last_name": "Halloway", "born": "4/27/1988", **fields}
    return tonight.client.post(f"{tonight.address}unlisted/", data)


def add(tonight: Evening, found: Any, *, client: Any = None, address: str = "") -> Any:
    (who,) = re.findall(r'name="who" value="([^"]+)"', found.content.decode())
    return (client or tonight.client).post(f"{address or tonight.address}unlisted/add/", {"who": who})


def test_the_roster_leads_there_while_the_door_is_open(tonight: Evening) -> None:
    link = f'href="{tonight.address}unlisted/"'

    assert link in tonight.client.get(tonight.address).content.decode()
    with clock_at(at(tonight.session, -31)):
        assert link not in tonight.client.get(tonight.address).content.decode()


def test_asks_and_writes_nothing(tonight: Evening) -> None:
    with nothing_written():
        response = tonight.client.get(f"{tonight.address}unlisted/")

    assert response.status_code == 200
    assert "Each search is noted in the file." in text_of(response)


@pytest.mark.parametrize("born", ["4/27/1988", "04/27/1988", "1988-04-27"])
def test_one_match_is_shown_by_first_name_and_initial(tonight: Evening, him: Enrollment, born: str) -> None:
    response = look(tonight, born=born)

    said = text_of(response)
    assert response.status_code == 200
    assert "Dorian H. His credit misses this week. Add him to this session" in said
    assert "Wednesdays" not in said
    assert Booking.objects.count() == 0


def test_is_added_and_leads_to_his_row(tonight: Evening, him: Enrollment) -> None:
    response = add(tonight, look(tonight))

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#person-{him.pk}")
    assert Booking.objects.get().enrollment == him
    assert "Dorian H." in [row.name for row in tonight.client.get(tonight.address).context["rows"]]


def test_none_and_several_get_the_same_answer(tonight: Evening, him: Enrollment) -> None:
    none = look(tonight, last_name="Marsh")
    of_that_name(tonight, name="Thursdays", first_on=date(2026, 3, 12))

    several = look(tonight)

    assert NOBODY in text_of(several)
    assert "call the coordinator at 206-555-0100 ." in text_of(several)
    typed = re.compile(r'value="(Marsh|Halloway)"|name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')
    assert typed.sub("", several.content.decode()) == typed.sub("", none.content.decode())
    assert b'name="who"' not in several.content


def test_each_search_is_an_event(tonight: Evening, him: Enrollment) -> None:
    look(tonight)
    look(tonight, last_name="Marsh")

    searches = Event.objects.filter(verb="door.searched").order_by("id")
    assert [(one.actor, one.record, one.facts) for one in searches] == [
        (f"user:{tonight.scene.leader.pk}", f"programs.Session:{tonight.session.pk}", {"found": found})
        for found in (True, False)
    ]
    assert "Marsh" not in str(list(Event.objects.values()))


def test_one_who_is_expected_anyway_leads_to_his_row(tonight: Evening) -> None:
    man = tonight.men[0].participant
    type(man).objects.filter(pk=man.pk).update(date_of_birth=BORN)
    man.refresh_from_db()

    response = look(tonight, first_name=man.first_name, last_name=man.last_name)

    assert "He is on the roster already." in text_of(response)
    assert f'href="{tonight.address}#person-{tonight.men[0].pk}"' in response.content.decode()


def test_one_who_has_this_week_is_not_offered(tonight: Evening, him: Enrollment) -> None:
    own = him.seats.get().cohort.sessions.get(module__week=1)
    own.starts_at = tonight.session.starts_at - timedelta(days=6)
    own.save()
    him.seats.update(from_on=date(2026, 3, 1))
    other = Evening(tonight.scene, own, [him], signed_in(tonight.scene.coordinator))
    other.tap(him, "present")

    response = look(tonight)

    assert "Dorian H. He has this week already." in text_of(response)
    assert b'name="who"' not in response.content


def test_what_stands_in_the_way_is_said_but_not_who_does(tonight: Evening, him: Enrollment) -> None:
    found = look(tonight)
    one, other = sorted((tonight.men[0].participant, him.participant), key=lambda man: man.pk)
    NonAssociationFactory(one=one, other=other, reason="They fought.")

    with nothing_written():
        response = add(tonight, found)

    assert response.status_code == 422
    assert "He can't be added here. Call the coordinator." in text_of(response)
    assert one.first_name not in text_of(response)


def test_only_who_was_looked_for_by_this_person_here_and_just_now(tonight: Evening, him: Enrollment) -> None:
    found = look(tonight)
    colleague = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=tonight.session, user=colleague, role=SessionLeader.Role.SUBSTITUTE)
    another = signed_in(colleague)
    elsewhere = f"/sessions/{tonight.scene.session(2).pk}/"

    with nothing_written():
        answers = [
            add(tonight, found, client=another),
            add(tonight, found, address=elsewhere),
            tonight.client.post(f"{tonight.address}unlisted/add/", {"who": str(him.pk)}),
        ]
    with clock_at(at(tonight.session, 21)):
        answers.append(add(tonight, found))

    for response in answers:
        assert response.status_code == 422
        assert "Look for him first" in text_of(response)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said", "field"),
    [
        ({"first_name": ""}, "Ask for his first name.", "id_first_name"),
        ({"last_name": " "}, "Ask for his last name.", "id_last_name"),
        ({"born": "27.4.88"}, "Give the date of birth as month, day and year: 4/27/1988.", "id_born"),
        ({"born": ""}, "Give the date of birth as month, day and year: 4/27/1988.", "id_born"),
    ],
)
def test_half_a_question_is_no_search(tonight: Evening, fields: dict[str, str], said: str, field: str) -> None:
    with nothing_written():
        response = look(tonight, **fields)

    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="{field}-error">{said}</p>' in html
    assert NOBODY not in html


def test_not_before_the_door_opens(tonight: Evening) -> None:
    with clock_at(at(tonight.session, -31)), nothing_written():
        response = look(tonight)

    assert response.status_code == 422
    assert "Add people from half an hour before its start." in text_of(response)
