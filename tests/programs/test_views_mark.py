"""A tap on one row: saved at once, asked about where somebody was faster, and never lost."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from programs.actions.cohorts import close_session
from programs.actions.marks import excuse, record_mark
from programs.actions.schedules import cancel_session
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Session
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import BookingFactory, PolicyFactory, SessionLeaderFactory
from tests.programs.evening import HTMX, Evening, asked, at, clock_at, evening, text_of
from tests.refusals import nothing_written, only_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Any:
    running = evening(3)
    with clock_at(at(running.session, 64)):
        yield running


@pytest.fixture
def him(tonight: Evening) -> Enrollment:
    return tonight.men[0]


@pytest.fixture
def colleague(tonight: Evening) -> Client:
    user = UserFactory(roles=[Role.FACILITATOR], name="Robin Ashdown")
    SessionLeaderFactory(session=tonight.session, user=user)
    return signed_in(user)


def close(tonight: Evening) -> None:
    for him in tonight.men:
        tonight.tap(him, "present")
    session = Session.objects.get(pk=tonight.session.pk)
    close_session(
        session=session, taught=session.module, minutes_held=120, by=tonight.scene.leader, now=at(session, 60)
    )


def checked(response: Any) -> list[str]:
    return re.findall(r'value="(\w+)" role="radio" aria-checked="true"', response.content.decode())


def hidden(response: Any, name: str) -> str:
    return re.findall(f'name="{name}" value="([^"]*)"', response.content.decode())[0]


# --- saved


@pytest.mark.parametrize(
    ("choice", "fields", "said"),
    [
        ("present", {}, ("present", None, "", False)),
        ("late", {"late_minutes": "18"}, ("late", 18, "", False)),
        ("late 10", {}, ("late", 10, "", False)),
        ("left_early", {"left_early_minutes": "5"}, ("left_early", 5, "", False)),
        ("absent", {}, ("absent", None, "", False)),
        ("gave_reason", {}, ("absent", None, "", True)),
        ("sent_home", {"rule": "No phones"}, ("sent_home", None, "No phones", False)),
        ("not_provided", {}, ("not_provided", None, "", False)),
    ],
)
def test_a_tap_is_saved_and_the_row_says_when(
    tonight: Evening, him: Enrollment, choice: str, fields: dict[str, Any], said: tuple[Any, ...]
) -> None:
    response = tonight.tap(him, choice, **fields)

    assert response.status_code == 200
    mark = Mark.objects.get()
    assert (mark.kind, mark.minutes, mark.rule, mark.gave_reason) == said
    assert (mark.enrollment, mark.session, mark.by) == (him, tonight.session, tonight.scene.leader)
    assert "Saved 7:04 pm" in text_of(response)


def test_what_comes_back_is_the_one_row_and_nothing_else(tonight: Evening, him: Enrollment) -> None:
    html = tonight.tap(him, "present").content.decode()

    assert re.findall(r'<form[^>]+id="([^"]+)"', html) == [f"mark-{him.pk}"]
    assert "<html" not in html
    for man in tonight.men:
        assert man.participant.last_name not in html
        assert man.participant.first_name not in html


def test_the_next_tap_has_seen_this_mark_and_has_a_key_of_its_own(tonight: Evening, him: Enrollment) -> None:
    key = str(uuid.uuid4())

    response = tonight.tap(him, "present", key=key)

    assert hidden(response, "seen") == str(Mark.objects.get().pk)
    assert hidden(response, "key") != key
    assert checked(response) == ["present"]


def test_minutes_say_what_follows(tonight: Evening, him: Enrollment) -> None:
    assert "18 minutes: present, no credit for this week" in text_of(tonight.tap(him, "late 18"))


def test_a_guests_minutes_go_by_his_own_groups_policy(tonight: Evening) -> None:
    elsewhere = tonight.scene.another_cohort()
    elsewhere.policy = PolicyFactory(program=tonight.scene.program, late_limit=2)
    elsewhere.save()
    guest = tonight.scene.seated(elsewhere)
    BookingFactory(enrollment=guest, session=tonight.session)

    assert "3 minutes: present, no credit for this week" in text_of(tonight.tap(guest, "late 3"))


def test_another_tap_corrects_the_first(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    first = Mark.objects.get()

    tonight.tap(him, "absent")

    assert [(mark.kind, mark.supersedes) for mark in Mark.objects.order_by("id")] == [
        ("present", None),
        ("absent", first),
    ]


def test_a_tap_on_what_stands_writes_nothing(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")

    with nothing_written():
        response = tonight.tap(him, "present")

    assert (response.status_code, checked(response)) == (200, ["present"])


def test_the_same_request_twice_is_one_mark(tonight: Evening, him: Enrollment) -> None:
    key = str(uuid.uuid4())
    tonight.tap(him, "present", key=key, seen="")

    response = tonight.tap(him, "present", key=key, seen="")

    assert (response.status_code, Mark.objects.count()) == (200, 1)


def test_a_coordinator_marks_too(tonight: Evening, him: Enrollment) -> None:
    coordinator = signed_in(tonight.scene.coordinator)

    assert tonight.tap(him, "present", client=coordinator).status_code == 200
    assert Mark.objects.get().by == tonight.scene.coordinator


# --- notes


def test_a_note_goes_along_with_a_tap(tonight: Evening, him: Enrollment) -> None:
    response = tonight.tap(him, "present", comment="He wept.")

    assert Mark.objects.get().comment == "He wept."
    assert "He wept.</textarea>" in response.content.decode()


def test_a_note_alone_keeps_the_mark(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "late 18")

    tonight.tap(him, "note", comment="The bus was late.")

    current = tonight.current(him)
    assert current
    assert (current.kind, current.minutes, current.comment) == ("late", 18, "The bus was late.")


def test_a_colleagues_note_is_neither_shown_nor_lost(tonight: Evening, him: Enrollment, colleague: Client) -> None:
    tonight.tap(him, "present", client=colleague, comment="He wept.")

    html = tonight.tap(him, "absent").content.decode()

    assert "wept" not in html
    assert [mark.comment for mark in Mark.objects.order_by("id")] == ["He wept.", ""]


def test_what_a_coordinator_excused_stays_excused(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "absent")
    absent = Mark.objects.get()
    key, by = uuid.uuid4(), tonight.scene.coordinator
    excuse(mark=absent, excuse=Mark.Excuse.ILLNESS, idempotency_key=key, by=by, now=at(tonight.session, 63))

    with nothing_written():
        again = tonight.tap(him, "absent")
        note = tonight.tap(him, "note", comment="He called.")

    assert "Absent, excused" in text_of(again)
    assert "A coordinator has excused this absence." in text_of(note)


# --- somebody was faster


def test_a_tap_that_did_not_know_of_a_colleagues_mark_asks(
    tonight: Evening, him: Enrollment, colleague: Client
) -> None:
    tonight.tap(him, "present", client=colleague)

    with nothing_written():
        response = tonight.tap(him, "late 18", seen="", comment="He ran.")

    assert response.status_code == 409
    assert "Robin Ashdown marked him “Present” at 7:04 pm, after you opened this page." in text_of(response)
    assert "Keep “Present” Save “Late, 18 min”" in text_of(response)
    assert "He ran.</textarea>" in response.content.decode()
    assert (checked(response), hidden(response, "seen")) == (["present"], str(Mark.objects.get().pk))


def test_having_seen_it_the_own_mark_is_saved(tonight: Evening, him: Enrollment, colleague: Client) -> None:
    tonight.tap(him, "present", client=colleague)
    asking = tonight.tap(him, "late 18", seen="")
    seen, key = hidden(asking, "seen"), hidden(asking, "key")

    assert tonight.tap(him, "late 18", seen=seen, key=key).status_code == 200

    current = tonight.current(him)
    assert current
    assert (current.kind, current.minutes, current.by) == ("late", 18, tonight.scene.leader)


def test_to_keep_the_colleagues_mark_shows_it(tonight: Evening, him: Enrollment, colleague: Client) -> None:
    tonight.tap(him, "present", client=colleague)

    with nothing_written():
        response = tonight.client.get(tonight.row(him), headers=HTMX)

    assert (response.status_code, checked(response)) == (200, ["present"])
    assert "Saved 7:04 pm by Robin Ashdown" in text_of(response)


def test_a_row_without_a_mark_comes_back_too(tonight: Evening, him: Enrollment) -> None:
    response = tonight.client.get(tonight.row(him), headers=HTMX)

    assert (response.status_code, checked(response), hidden(response, "seen")) == (200, [], "")


def test_where_both_say_the_same_nothing_is_asked(tonight: Evening, him: Enrollment, colleague: Client) -> None:
    tonight.tap(him, "present", client=colleague)

    with nothing_written():
        response = tonight.tap(him, "present", seen="")

    assert (response.status_code, checked(response)) == (200, ["present"])
    assert "by Robin Ashdown" in text_of(response)


def test_a_tap_on_what_was_seen_asks_where_it_no_longer_stands(
    tonight: Evening, him: Enrollment, colleague: Client
) -> None:
    tonight.tap(him, "present")
    seen = str(Mark.objects.get().pk)
    tonight.tap(him, "absent", client=colleague)

    with nothing_written():
        response = tonight.tap(him, "present", seen=seen)

    assert response.status_code == 409
    assert "Robin Ashdown marked him “Absent”" in text_of(response)


def test_the_own_mark_from_another_page_asks_too(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")

    response = tonight.tap(him, "absent", seen="")

    assert "You marked him “Present” at 7:04 pm, on another page." in text_of(response)


def test_an_old_page_with_a_used_key_asks_instead_of_losing_the_tap(tonight: Evening, him: Enrollment) -> None:
    key = str(uuid.uuid4())
    tonight.tap(him, "present", key=key, seen="")

    with nothing_written():
        response = tonight.tap(him, "absent", key=key, seen="")

    assert response.status_code == 409
    assert "Save “Absent”" in text_of(response)


def test_a_key_that_made_another_mans_mark_saves_nothing(tonight: Evening, him: Enrollment) -> None:
    key = str(uuid.uuid4())
    tonight.tap(tonight.men[1], "present", key=key)

    with only_written("request.refused"):
        assert tonight.tap(him, "present", key=key).status_code == 404


# --- refused, in the row


@pytest.mark.parametrize(
    ("choice", "fields", "said", "field"),
    [
        ("late", {}, "Give the minutes, from 1 to 120.", "late_minutes"),
        ("late", {"late_minutes": "121"}, "Give the minutes, from 1 to 120.", "late_minutes"),
        ("left_early", {"left_early_minutes": "x"}, "Give the minutes as a whole number.", "left_early_minutes"),
        ("sent_home", {}, "Say by which rule he was sent home.", "rule"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    tonight: Evening, him: Enrollment, choice: str, fields: dict[str, Any], said: str, field: str
) -> None:
    with nothing_written():
        response = tonight.tap(him, choice, comment="He ran.", **fields)

    html = response.content.decode()
    identity = f"person-{him.pk}-{field}"
    assert response.status_code == 422
    assert f'<p class="invalid-feedback" id="{identity}-error">{said}</p>' in html
    assert re.search(f'id="{identity}"[^>]+aria-describedby="[^"]*{identity}-error" aria-invalid="true"', html)
    assert "He ran.</textarea>" in html
    for typed in fields.values():
        assert f'value="{typed}"' in html


def test_the_question_that_was_asked_stands_open(tonight: Evening, him: Enrollment) -> None:
    html = tonight.tap(him, "late").content.decode()

    assert f'id="person-{him.pk}-ask-late" data-ask>' in html
    assert f'id="person-{him.pk}-ask-left_early" data-ask hidden>' in html


@pytest.mark.parametrize("choice", ["", "excused", "note"])
def test_a_tap_on_nothing_that_can_be_chosen(tonight: Evening, him: Enrollment, choice: str) -> None:
    with nothing_written():
        response = tonight.tap(him, choice)

    assert response.status_code == 422
    assert "Choose a mark" in text_of(response)


@pytest.mark.parametrize("key", ["", "7"])
def test_a_tap_without_its_key(tonight: Evening, him: Enrollment, key: str) -> None:
    with nothing_written():
        response = tonight.tap(him, "present", key=key)

    assert response.status_code == 422
    assert "This page is out of date." in text_of(response)


def test_nobody_is_marked_where_nothing_took_place(tonight: Evening, him: Enrollment) -> None:
    cancel_session(
        session=tonight.session, why=Session.Canceled.OTHER, by=tonight.scene.coordinator, now=at(tonight.session)
    )

    with nothing_written():
        response = tonight.tap(him, "present")

    assert response.status_code == 422
    assert "This session was canceled. Nobody can be marked in it." in text_of(response)


def test_nobody_is_marked_before_the_door_opens(tonight: Evening, him: Enrollment) -> None:
    with clock_at(at(tonight.session, -31)), nothing_written():
        response = tonight.tap(him, "present")

    assert "This session hasn't begun." in text_of(response)


def test_one_who_left_the_group_meanwhile_is_refused_in_a_sentence(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    him.seats.update(to_on="2026-03-09", closed_at=at(tonight.session), closed_by=tonight.scene.coordinator)
    him.seats.update(from_on="2026-03-01")

    response = tonight.tap(him, "absent")

    assert response.status_code == 422
    assert "He isn't expected at this session." in text_of(response)


# --- not found


def test_one_who_is_not_on_the_roster_is_not_found(tonight: Evening) -> None:
    elsewhere = tonight.scene.seated(tonight.scene.another_cohort())

    assert tonight.tap(elsewhere, "present").status_code == 404


@pytest.mark.parametrize("seen", ["x", "-1", "99999999999999999999999", "1.5"])
def test_a_mark_that_is_none_is_not_found(tonight: Evening, him: Enrollment, seen: str) -> None:
    assert tonight.tap(him, "present", seen=seen).status_code == 404


def test_another_mans_mark_is_not_found(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(tonight.men[1], "present")

    assert tonight.tap(him, "present", seen=str(Mark.objects.get().pk)).status_code == 404


def test_a_mark_of_another_evening_is_not_found(tonight: Evening, him: Enrollment) -> None:
    earlier = record_mark(
        enrollment=him,
        session=tonight.scene.session(2),
        kind=MarkKind.PRESENT,
        idempotency_key=uuid.uuid4(),
        by=tonight.scene.leader,
        now=at(tonight.scene.session(2)),
    )

    assert tonight.tap(him, "present", seen=str(earlier.pk)).status_code == 404


def test_an_unknown_person_is_not_found(tonight: Evening) -> None:
    data = {"choice": "present", "key": str(uuid.uuid4()), "seen": ""}

    assert tonight.client.post(f"{tonight.address}people/999999/", data, headers=HTMX).status_code == 404


# --- after closing


def test_after_closing_a_change_needs_a_reason(tonight: Evening, him: Enrollment) -> None:
    close(tonight)

    with nothing_written():
        response = tonight.tap(him, "absent")

    assert response.status_code == 422
    assert "This session is closed. Say why the mark is corrected." in text_of(response)


def test_after_closing_a_change_shows_as_corrected(tonight: Evening, him: Enrollment) -> None:
    close(tonight)

    response = tonight.tap(him, "absent", correction="I mixed up two men.")

    assert response.status_code == 200
    assert "Corrected 7:04 pm" in text_of(response)
    current = tonight.current(him)
    assert current
    assert (current.kind, current.correction) == ("absent", "I mixed up two men.")


def test_the_reason_of_a_correction_is_not_shown(tonight: Evening, him: Enrollment, colleague: Client) -> None:
    close(tonight)

    tonight.tap(him, "absent", correction="I mixed up two men.")

    for client in (tonight.client, colleague):
        assert "mixed up" not in client.get(tonight.address).content.decode()


# --- without JavaScript


def test_without_a_script_it_leads_back_to_the_row(tonight: Evening, him: Enrollment) -> None:
    response = tonight.post(him, "present")

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#person-{him.pk}")
    assert Mark.objects.get().kind == "present"


def test_without_a_script_a_question_comes_as_a_page(tonight: Evening, him: Enrollment) -> None:
    response = tonight.post(him, "late", comment="He ran.")

    html = response.content.decode()
    assert response.status_code == 422
    assert html.count('class="door-row"') == 3
    assert html.count("data-error-summary") == 1
    assert f'href="#person-{him.pk}-late_minutes"' in html
    assert f'id="person-{him.pk}-ask-late" data-ask>' in html
    assert "He ran.</textarea>" in html


def test_without_a_script_a_colleagues_mark_asks_on_the_page(
    tonight: Evening, him: Enrollment, colleague: Client
) -> None:
    tonight.tap(him, "present", client=colleague)

    response = tonight.post(him, "absent", seen="")

    assert response.status_code == 409
    assert "your tap is not saved yet" in text_of(response)
    assert "Keep “Present” Save “Absent”" in text_of(response)


def test_without_a_script_to_keep_it_leads_back(tonight: Evening, him: Enrollment) -> None:
    response = tonight.client.get(tonight.row(him))

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#person-{him.pk}")


def test_a_forged_request_is_refused(tonight: Evening, him: Enrollment) -> None:
    careful = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))

    assert tonight.tap(him, "present", client=careful).status_code == 403
    assert Mark.objects.count() == 0


def test_the_row_that_comes_back_carries_a_token_that_counts(tonight: Evening, him: Enrollment) -> None:
    careful = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))
    token = hidden(careful.get(tonight.row(him), headers=HTMX), "csrfmiddlewaretoken")

    response = tonight.tap(him, "present", client=careful, csrfmiddlewaretoken=token)

    assert (response.status_code, Mark.objects.count()) == (200, 1)


# --- what it costs


@pytest.mark.parametrize("men", [3, 12])
@pytest.mark.parametrize(
    ("choice", "queries"), [("present", 14), ("absent", 15)], ids=["the standing stays", "the standing changes"]
)
def test_three_and_twelve_people_cost_as_much(men: int, choice: str, queries: int) -> None:
    tonight = evening(men)

    assert len(asked_by_a_tap(tonight, tonight.men[0], choice)) == queries


def test_a_guest_costs_as_much() -> None:
    tonight = evening(1)
    elsewhere = tonight.scene.another_cohort()
    elsewhere.policy = PolicyFactory(program=tonight.scene.program)
    elsewhere.save()
    guest = tonight.scene.seated(elsewhere)
    BookingFactory(enrollment=guest, session=tonight.session)

    assert len(asked_by_a_tap(tonight, guest, "absent")) == 14


def test_a_coordinator_and_a_correction_cost_as_much() -> None:
    tonight = evening(1)
    client = signed_in(tonight.scene.coordinator)
    with clock_at(at(tonight.session, 4)):
        tonight.tap(tonight.men[0], "present")

    assert len(asked_by_a_tap(tonight, tonight.men[0], "absent", client)) == 15


def asked_by_a_tap(tonight: Evening, him: Enrollment, choice: str, client: Client | None = None) -> list[str]:
    current = tonight.current(him)
    data = {"choice": choice, "key": str(uuid.uuid4()), "seen": current.pk if current else ""}
    with clock_at(at(tonight.session, 5)), asked() as said:
        response = (client or tonight.client).post(tonight.row(him), data, headers=HTMX)
    assert response.status_code == 200
    return said
