"""Two coordinators at one record: each sees what the other changed, and nothing is lost."""

import html
import re
import uuid
from typing import Any

import pytest
from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from office.words import moment
from participants.models import Participant
from tests.courts.cases import program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.factories.participants import ParticipantFactory
from tests.office.desk import Desk, text
from tests.refusals import nothing_written

HIM = {
    "first_name": "Marek",
    "middle_name": "",
    "last_name": "Brzezik",
    "suffix": "",
    "preferred_name": "",
    "date_of_birth": "1984-02-29",
    "language": "en",
}


@pytest.fixture
def man(desk: Desk) -> Participant:
    made: Participant = ParticipantFactory(
        first_name="Marek", last_name="Brzezik", date_of_birth="1984-02-29", folded_name="marek brzezik"
    )
    return made


def opened(desk: Desk, record: Model, name: str) -> dict[str, Any]:
    """The page's hidden fields."""
    shown = desk.get(desk.button(record, name)).content.decode()
    return {"as_it_was": _hidden(shown)}


def _hidden(shown: str) -> str:
    return html.unescape(re.findall(r'name="as_it_was" value="([^"]*)"', shown)[0])


def test_nobody_else_was_there_and_it_is_done(desk: Desk, man: Participant) -> None:
    page = opened(desk, man, "correct")

    assert desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, **page).status_code == 302
    man.refresh_from_db()
    assert man.preferred_name == "Mark"


def test_each_to_something_else_both_are_shown_and_who_it_was(desk: Desk, man: Participant) -> None:
    other = Desk()
    page = opened(desk, man, "correct")
    other.press(man, "correct", **HIM | {"preferred_name": "Marko"}, **opened(other, man, "correct"))
    with nothing_written():
        answer = desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, **page)

    assert answer.status_code == 409
    assert "Called Marko Mark" in text(answer)
    assert f"{other.user.name}, {moment(NOW)}. Nothing of yours is written yet" in text(answer)
    assert 'value="Mark"' in answer.content.decode()


def test_sent_once_more_it_is_done(desk: Desk, man: Participant) -> None:
    page = opened(desk, man, "correct")
    Desk().press(man, "correct", **HIM | {"preferred_name": "Marko"}, **page)
    shown = desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, **page).content.decode()

    assert desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, as_it_was=_hidden(shown)).status_code == 302
    man.refresh_from_db()
    assert man.preferred_name == "Mark"


def test_what_only_the_other_changed_stands_in_the_form(desk: Desk, man: Participant) -> None:
    page = opened(desk, man, "correct")
    Desk().press(man, "correct", **HIM | {"language": "es"}, **page)
    answer = desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, **page)
    shown = answer.content.decode()

    assert answer.status_code == 409
    assert "Speaks Spanish Nothing: the form has what they wrote" in text(answer)
    assert '<option value="es" selected>' in shown
    done = desk.press(man, "correct", **HIM | {"preferred_name": "Mark", "language": "es"}, as_it_was=_hidden(shown))
    assert done.status_code == 302
    man.refresh_from_db()
    assert (man.preferred_name, man.language) == ("Mark", "es")


def test_both_to_the_same_is_no_conflict(desk: Desk, man: Participant) -> None:
    page = opened(desk, man, "correct")
    Desk().press(man, "correct", **HIM | {"language": "es"}, **page)
    answer = desk.press(man, "correct", **HIM | {"language": "es"}, **page)

    assert "This says what it said before." in text(answer)


def test_a_mistake_in_between_forgets_no_print(desk: Desk, man: Participant) -> None:
    page = opened(desk, man, "correct")
    Desk().press(man, "correct", **HIM | {"preferred_name": "Marko"}, **page)
    wrong = desk.press(man, "correct", **HIM | {"preferred_name": "Mark", "last_name": ""}, **page)

    assert _hidden(wrong.content.decode()) == page["as_it_was"]
    again = desk.press(man, "correct", **HIM | {"preferred_name": "Mark"}, **page)
    assert again.status_code == 409


def test_two_who_change_what_a_court_wants(desk: Desk) -> None:
    court = CourtFactory(
        name="Kent Municipal Court", city="Kent", kind="municipal", state="WA", time_zone="America/Los_Angeles"
    )
    said = {
        "name": court.name, "city": "Kent", "county": court.county, "state": "WA", "kind": "municipal",
        "code": court.code, "caption": court.caption, "address": court.address, "phone": court.phone,
        "time_zone": court.time_zone, "number_label": court.number_label, "acknowledges": court.acknowledges,
        "progress_wanted": court.progress_wanted,
    }  # fmt: skip
    page = opened(desk, court, "change")
    first = Desk().press(court, "change", **said | {"wants_stamp_space": "on"}, **page)
    answer = desk.press(court, "change", **said | {"phone": "206-555-0199"}, **page)

    assert first.status_code == 302, text(first)
    assert answer.status_code == 409
    assert "Space for the filing stamp, top right of page one Yes Nothing: the form has what they wrote" in text(answer)
    assert 'name="wants_stamp_space" class="checkboxinput form-check-input" id="id_wants_stamp_space" checked' in (
        answer.content.decode()
    )


def test_two_administrators_at_one_persons_roles(db: None, now: Any) -> None:
    one, other = Desk(Role.ADMINISTRATOR), Desk(Role.ADMINISTRATOR)
    user: User = UserFactory.create(roles=[Role.FACILITATOR])
    page = opened(one, user, "roles")
    other.press(user, "roles", roles=["coordinator", "facilitator"], **page)
    answer = one.press(user, "roles", roles=["facilitator", "administrator"], **page)

    assert answer.status_code == 409
    assert "What they may do here Coordinator, Facilitator Administrator, Facilitator" in text(answer)


def test_what_was_written_into_a_form_that_is_over_is_still_there(desk: Desk) -> None:
    referral = received(program=program())
    desk.press(referral, "decline", why="no common language")
    answer = desk.press(referral, "decline", why="He asked for another program.", once=str(uuid.uuid4()))

    assert answer.status_code == 409
    assert "What you wrote is still here; copy what you need. Why He asked for another program." in text(answer)
