"""Letters of a phone that had no line: opened, and then taps like any other."""

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from programs.actions.cohorts import close_session
from programs.models import Enrollment, Mark, Seat, Session, SessionLeader, SessionNote
from programs.views.kept import owner_tag
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import SessionLeaderFactory
from tests.programs.evening import Evening, at, clock_at, evening
from tests.refusals import nothing_written
from tests.vault.sealing import seal
from vault.sealed import public_key

pytestmark = pytest.mark.django_db
UNSENT = "/sessions/unsent/"


@pytest.fixture
def tonight() -> Iterator[Evening]:
    running = evening(3)
    with clock_at(at(running.session, 64)):
        yield running


@pytest.fixture
def him(tonight: Evening) -> Enrollment:
    return tonight.men[0]


def letter(tonight: Evening, him: Enrollment, choice: str, **said: Any) -> dict[str, Any]:
    """As the phone sends it; `by`, `session`, `row`: what it was sealed as."""
    key = str(said.pop("key", uuid.uuid4()))
    by: User = said.pop("by", tonight.scene.leader)
    session, row = said.pop("session", tonight.session.pk), said.pop("row", him.pk)
    tap = {
        "seen": said.pop("seen", ""),
        "after": said.pop("after", ""),
        "at": said.pop("at", at(tonight.session, 5)).isoformat(),
        "fields": {"choice": choice, **said},
    }
    bound = f"{owner_tag(by)}|{session}|{row}|{key}".encode()
    sealed = seal(public_key(), bound=bound, plain=json.dumps(tap).encode().ljust(1024))
    return {"key": key, "session": session, "row": row, "sealed": base64.b64encode(sealed).decode()}


def sent(tonight: Evening, *letters: dict[str, Any], client: Client | None = None) -> list[dict[str, str]]:
    response = (client or tonight.client).post(UNSENT, {"letters": letters}, content_type="application/json")
    assert response.status_code == 200
    answers: list[dict[str, str]] = response.json()["answers"]
    assert [answer["key"] for answer in answers] == [one["key"] for one in letters]
    return answers


def states(answers: list[dict[str, str]]) -> list[str]:
    return [answer["state"] for answer in answers]


# --- saved


def test_a_letter_becomes_the_mark_that_was_tapped(tonight: Evening, him: Enrollment) -> None:
    key = uuid.uuid4()

    answers = sent(tonight, letter(tonight, him, "late", late_minutes="18", comment="He ran.", key=key))

    mark = Mark.objects.get()
    assert (mark.kind, mark.minutes, mark.comment, mark.idempotency_key) == ("late", 18, "He ran.", key)
    assert (mark.by, mark.at, mark.tapped_at) == (tonight.scene.leader, at(tonight.session, 64), at(tonight.session, 5))
    assert states(answers) == ["saved"]
    assert f'id="mark-{him.pk}"' in answers[0]["html"]
    assert "Tapped 6:05 pm, saved 7:04 pm" in answers[0]["html"]


def test_a_phone_whose_clock_is_ahead_does_not_mark_the_future(tonight: Evening, him: Enrollment) -> None:
    sent(tonight, letter(tonight, him, "present", at=at(tonight.session, 64) + timedelta(days=1)))

    assert Mark.objects.get().tapped_at == at(tonight.session, 64)


def test_a_tap_that_hardly_waited_says_only_when_it_was_saved(tonight: Evening, him: Enrollment) -> None:
    answers = sent(tonight, letter(tonight, him, "present", at=at(tonight.session, 64)))

    assert "Saved 7:04 pm" in answers[0]["html"]
    assert "Tapped" not in answers[0]["html"]


def test_what_is_saved_at_once_was_not_tapped_earlier(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")

    assert Mark.objects.get().tapped_at is None


def test_letters_go_in_order_and_each_has_seen_the_one_before(tonight: Evening, him: Enrollment) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()

    answers = sent(
        tonight,
        letter(tonight, him, "present", key=first),
        letter(tonight, tonight.men[1], "absent"),
        letter(tonight, him, "late 10", key=second, after=str(first)),
        letter(tonight, him, "absent", after=str(second)),
    )

    assert states(answers) == ["saved"] * 4
    assert list(Mark.objects.filter(enrollment=him).order_by("id").values_list("kind", "supersedes__kind")) == [
        ("present", None),
        ("late", "present"),
        ("absent", "late"),
    ]


def test_a_letter_that_had_arrived_is_saved_already(tonight: Evening, him: Enrollment) -> None:
    first = letter(tonight, him, "present")
    sent(tonight, first)
    tonight.tap(him, "absent")

    with nothing_written():
        answers = sent(tonight, first)

    assert states(answers) == ["saved"]
    current = tonight.current(him)
    assert current
    assert current.kind == "absent"


# --- asked about


def test_a_colleagues_mark_asks(tonight: Evening, him: Enrollment) -> None:
    colleague = UserFactory(roles=[Role.FACILITATOR], name="Robin Ashdown")
    SessionLeaderFactory(session=tonight.session, user=colleague)
    tonight.tap(him, "absent", client=signed_in(colleague))

    with nothing_written():
        answers = sent(tonight, letter(tonight, him, "present"))

    assert states(answers) == ["asks"]
    assert "Robin Ashdown marked him “Absent”" in answers[0]["html"]
    assert "Save “Present”" in answers[0]["html"]


def test_of_several_on_one_man_only_the_last_asks(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "absent", client=signed_in(tonight.scene.coordinator))
    first = uuid.uuid4()

    answers = sent(
        tonight, letter(tonight, him, "present", key=first), letter(tonight, him, "late 10", after=str(first))
    )

    assert states(answers) == ["replaced", "asks"]
    assert "Save “Late, 10 min”" in answers[1]["html"]


def test_where_both_say_the_same_nothing_is_asked(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present", client=signed_in(tonight.scene.coordinator))

    assert states(sent(tonight, letter(tonight, him, "present"))) == ["saved"]
    assert Mark.objects.count() == 1


def test_a_session_closed_meanwhile_asks_for_the_reason(tonight: Evening, him: Enrollment) -> None:
    for man in tonight.men:
        tonight.tap(man, "present")
    seen = tonight.current(him)
    assert seen
    session = Session.objects.get(pk=tonight.session.pk)
    close_session(
        session=session, taught=session.module, minutes_held=120, by=tonight.scene.leader, now=at(session, 60)
    )

    with nothing_written():
        [answer] = sent(tonight, letter(tonight, him, "absent", seen=str(seen.pk), comment="He left."))

    assert (answer["state"], answer["tap"]) == ("refused", "Absent")
    assert "This session is closed. Say why the mark is corrected." in answer["html"]
    assert "He left.</textarea>" in answer["html"]


# --- refused


def test_a_letter_of_somebody_else_does_not_open(tonight: Evening, him: Enrollment) -> None:
    another = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=tonight.session, user=another)

    client = signed_in(another)

    with nothing_written():
        [answer] = sent(tonight, letter(tonight, him, "present"), client=client)

    assert (answer["state"], answer["html"]) == ("refused", "")
    assert answer["why"].startswith("It was made by somebody else")


@pytest.mark.parametrize("what", ["row", "session", "key"])
def test_a_letter_under_other_ids_does_not_open(tonight: Evening, him: Enrollment, what: str) -> None:
    other = {"row": tonight.men[1].pk, "session": tonight.session.pk + 1, "key": str(uuid.uuid4())}

    with nothing_written():
        [answer] = sent(tonight, letter(tonight, him, "present") | {what: other[what]})

    assert answer["why"].startswith("It was made by somebody else")


def test_who_leads_no_more_is_told(tonight: Evening, him: Enrollment) -> None:
    SessionLeader.objects.filter(user=tonight.scene.leader).delete()

    with nothing_written():
        [answer] = sent(tonight, letter(tonight, him, "present"))

    assert answer["why"] == "You don't lead that session. Tell the coordinator whom you saw."


def test_who_is_not_expected_any_more(tonight: Evening, him: Enrollment) -> None:
    Seat.objects.filter(enrollment=him).delete()

    with nothing_written():
        [answer, other] = sent(
            tonight, letter(tonight, him, "present"), letter(tonight, tonight.men[1], "present", seen="x")
        )

    assert answer["why"] == other["why"]
    assert answer["why"].startswith("He isn't expected at this session.")


def test_one_that_is_refused_does_not_hold_up_the_others(tonight: Evening, him: Enrollment) -> None:
    wrong = letter(tonight, him, "late", late_minutes="many")

    assert states(sent(tonight, wrong, letter(tonight, tonight.men[1], "present"))) == ["refused", "saved"]


@pytest.mark.parametrize("plain", [b"", b"[]", b"{}", b'{"fields": 1, "seen": "", "after": "", "at": ""}', b"\xff"])
def test_a_letter_that_says_nothing(tonight: Evening, him: Enrollment, plain: bytes) -> None:
    one = letter(tonight, him, "present")
    bound = f"{owner_tag(tonight.scene.leader)}|{one['session']}|{one['row']}|{one['key']}".encode()
    one["sealed"] = base64.b64encode(seal(public_key(), bound=bound, plain=plain)).decode()

    with nothing_written():
        assert states(sent(tonight, one)) == ["refused"]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"letters": 1}', '{"letters": [1]}', '{"letters": [{"key": "", "session": "x"}]}'],
)
def test_what_is_no_list_of_letters(tonight: Evening, body: str) -> None:
    assert tonight.client.post(UNSENT, body, content_type="application/json").status_code == 400


def test_too_many_at_a_time(tonight: Evening, him: Enrollment) -> None:
    many = [letter(tonight, him, "present") for _ in range(51)]

    assert tonight.client.post(UNSENT, {"letters": many}, content_type="application/json").status_code == 400
    assert Mark.objects.count() == 0


def test_a_forged_post_is_refused(tonight: Evening, him: Enrollment) -> None:
    client = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))
    body = {"letters": [letter(tonight, him, "present")]}

    assert client.post(UNSENT, body, content_type="application/json").status_code == 403


def test_with_the_token_that_was_given_it_goes(tonight: Evening, him: Enrollment) -> None:
    client = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))
    told = client.get(UNSENT).json()
    body = {"letters": [letter(tonight, him, "present")]}
    response = client.post(UNSENT, body, content_type="application/json", headers={"X-CSRFToken": told["csrf"]})

    assert told["owner"] == owner_tag(tonight.scene.leader)
    assert states(response.json()["answers"]) == ["saved"]


# --- notes about the evening


def note(tonight: Evening, text: str = "The window rattled.", **said: Any) -> dict[str, Any]:
    one = letter(tonight, him=tonight.men[0], choice="", row=0, text=text, **{"kind": "private", "about": "", **said})
    return one | {"row": 0}


def test_a_note_that_waited_is_saved_once(tonight: Evening) -> None:
    one = note(tonight, about=str(tonight.men[1].pk), kind="incident")

    [first] = sent(tonight, one)
    with nothing_written():
        [again] = sent(tonight, one)

    saved = SessionNote.objects.get()
    assert (saved.text, saved.kind, saved.enrollment, saved.by) == (
        "The window rattled.",
        "incident",
        tonight.men[1],
        tonight.scene.leader,
    )
    assert (first["state"], again["state"]) == ("saved", "saved")
    called = tonight.client.get(tonight.address).context["notes"][0]["about"]
    assert f"<b>{called}</b> The window rattled." in first["html"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": "  "}, "There is nothing to save yet. Write the note first."),
        ({"about": "0"}, "He isn't expected at this session. Choose somebody who is."),
        ({"kind": "other"}, "Say for whom the note is."),
    ],
)
def test_a_note_that_is_refused_goes_back_whole(tonight: Evening, said: dict[str, str], why: str) -> None:
    one = note(tonight, **said)

    with nothing_written():
        [answer] = sent(tonight, one)

    text = said.get("text", "The window rattled.")
    assert answer == {"key": one["key"], "state": "refused", "html": "", "tap": text, "why": why}


def test_of_several_notes_none_replaces_another(tonight: Evening) -> None:
    assert states(sent(tonight, note(tonight, "  "), note(tonight), note(tonight, "Another."))) == [
        "refused",
        "saved",
        "saved",
    ]
    assert SessionNote.objects.count() == 2


# --- what the phone is told


def test_two_users_have_two_tags(tonight: Evening) -> None:
    assert owner_tag(tonight.scene.leader) != owner_tag(tonight.scene.coordinator)


@pytest.mark.parametrize(("minutes", "seconds"), [(0, 240 * 60), (239, 60), (240, 0), (5000, 0)])
def test_a_roster_is_kept_until_two_hours_after_the_session(tonight: Evening, minutes: int, seconds: int) -> None:
    when: datetime = at(tonight.session, minutes)
    with clock_at(when):
        response = signed_in(tonight.scene.leader).get(tonight.address)

    assert (response["X-Onus-Keep-For"], response["X-Onus-Owner"]) == (str(seconds), owner_tag(tonight.scene.leader))


def test_the_worker_is_a_script_that_is_asked_for_anew(client: Client) -> None:
    response = client.get("/sw.js")

    assert (response.status_code, response["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert response["Cache-Control"] == "no-store"
    assert 'const PAGES = "onus-rosters-1";' in response.content.decode()
