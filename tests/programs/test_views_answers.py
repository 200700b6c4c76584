"""Took part, homework: asked once somebody was there, saved at once, never preselected."""

import re
import uuid
from typing import Any

import pytest

from programs.actions.cohorts import close_session
from programs.models import Enrollment, Mark, Session
from tests.access.people import signed_in
from tests.factories.programs import BookingFactory
from tests.programs.evening import Evening, asked, at, clock_at, evening, text_of
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Any:
    running = evening(2)
    with clock_at(at(running.session, 64)):
        yield running


@pytest.fixture
def him(tonight: Evening) -> Enrollment:
    return tonight.men[0]


def offered(response: Any) -> list[str]:
    """Those that can be pressed; the others only keep their place."""
    found = r'value="((?:took_part|homework) \w+)" aria-pressed="\w+" id="[\w-]+">'
    return re.findall(found, response.content.decode())


def pressed(response: Any) -> list[str]:
    return re.findall(r'value="([^"]+)" aria-pressed="true"', response.content.decode())


def answers(tonight: Evening, him: Enrollment) -> tuple[str, bool | None, bool | None]:
    current = tonight.current(him)
    assert current
    return current.kind, current.took_part, current.homework


ALL_FOUR = ["took_part yes", "took_part no", "homework yes", "homework no"]


@pytest.mark.parametrize("choice", ["present", "late 10", "left_early 10"])
def test_are_asked_of_one_who_was_there_and_not_preselected(tonight: Evening, him: Enrollment, choice: str) -> None:
    response = tonight.tap(him, choice)

    assert (offered(response), pressed(response)) == (ALL_FOUR, [])
    assert "Took part Yes No Homework Yes No" in text_of(response)
    assert answers(tonight, him)[1:] == (None, None)


@pytest.mark.parametrize("choice", ["absent", "gave_reason", "not_provided"])
def test_are_not_asked_of_one_who_was_not(tonight: Evening, him: Enrollment, choice: str) -> None:
    assert offered(tonight.tap(him, choice)) == []


def test_are_not_asked_before_there_is_a_mark(tonight: Evening) -> None:
    assert offered(tonight.client.get(tonight.address)) == []


@pytest.mark.parametrize(
    ("choice", "said"),
    [("took_part yes", (True, None)), ("took_part no", (False, None)), ("homework no", (None, False))],
)
def test_each_is_saved_at_once_as_a_correction_of_the_mark(
    tonight: Evening, him: Enrollment, choice: str, said: tuple[bool | None, bool | None]
) -> None:
    tonight.tap(him, "late 10", comment="He ran.")
    first = tonight.current(him)

    response = tonight.tap(him, choice, comment="He ran.")

    assert response.status_code == 200
    current = tonight.current(him)
    assert current
    assert (current.supersedes, current.kind, current.minutes, current.comment) == (first, "late", 10, "He ran.")
    assert (current.took_part, current.homework) == said
    assert pressed(response) == [choice]
    assert "Saved 7:04 pm" in text_of(response)


def test_one_after_the_other_and_the_other_way_round(tonight: Evening, him: Enrollment) -> None:
    for choice in ("present", "took_part yes", "homework no", "took_part no"):
        tonight.tap(him, choice)

    assert answers(tonight, him) == ("present", False, False)


def test_a_tap_on_what_stands_writes_nothing(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    tonight.tap(him, "took_part yes")

    with nothing_written():
        tonight.tap(him, "took_part yes")
        tonight.tap(him, "present")

    assert answers(tonight, him) == ("present", True, None)


def test_the_same_request_twice_is_one_mark(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    said: dict[str, Any] = {"key": str(uuid.uuid4()), "seen": Mark.objects.get().pk}
    tonight.tap(him, "took_part yes", **said)

    with nothing_written():
        response = tonight.tap(him, "took_part yes", **said)

    assert (response.status_code, pressed(response)) == (200, ["took_part yes"])


def test_another_minute_keeps_them_and_an_absence_drops_them(tonight: Evening, him: Enrollment) -> None:
    for choice in ("present", "took_part yes", "homework no", "late 10"):
        tonight.tap(him, choice)
    assert answers(tonight, him) == ("late", True, False)

    tonight.tap(him, "absent")
    assert answers(tonight, him) == ("absent", None, None)

    tonight.tap(him, "present")
    assert answers(tonight, him) == ("present", None, None)


def test_a_note_keeps_them(tonight: Evening, him: Enrollment) -> None:
    for choice in ("present", "took_part yes"):
        tonight.tap(him, choice)

    tonight.tap(him, "note", comment="He helped.")

    assert answers(tonight, him) == ("present", True, None)


@pytest.mark.parametrize(
    ("before", "choice", "said"),
    [
        ("absent", "took_part yes", "Only of someone who was there: mark him first."),
        ("", "homework no", "Only of someone who was there: mark him first."),
        ("present", "took_part", "Answer with yes or no."),
        ("present", "took_part maybe", "Answer with yes or no."),
    ],
)
def test_is_refused_in_a_sentence(tonight: Evening, him: Enrollment, before: str, choice: str, said: str) -> None:
    if before:
        tonight.tap(him, before)

    with nothing_written():
        response = tonight.tap(him, choice)

    assert response.status_code == 422
    assert said in text_of(response)


def test_where_a_colleague_was_faster_it_asks(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    seen = Mark.objects.get().pk
    tonight.tap(him, "late 10", client=signed_in(tonight.scene.coordinator))

    with nothing_written():
        response = tonight.tap(him, "took_part yes", seen=seen)

    assert response.status_code == 409
    assert "Keep “Late, 10 min” Save “Took part: yes”" in text_of(response)
    assert offered(response) == []

    tonight.tap(him, "took_part yes")
    assert answers(tonight, him) == ("late", True, None)


def test_where_a_colleague_marked_him_absent_there_is_nothing_to_answer(tonight: Evening, him: Enrollment) -> None:
    tonight.tap(him, "present")
    seen = Mark.objects.get().pk
    tonight.tap(him, "absent", client=signed_in(tonight.scene.coordinator))

    response = tonight.tap(him, "took_part yes", seen=seen)

    assert response.status_code == 409
    assert "Keep “Absent”" in text_of(response)
    assert "Save “" not in text_of(response)


def test_a_mark_that_a_colleague_made_too_keeps_what_he_answered(tonight: Evening, him: Enrollment) -> None:
    colleague = signed_in(tonight.scene.coordinator)
    tonight.tap(him, "present", client=colleague)
    tonight.tap(him, "took_part yes", client=colleague)

    with nothing_written():
        response = tonight.tap(him, "present", seen="")

    assert (response.status_code, pressed(response)) == (200, ["took_part yes"])


def test_after_closing_it_needs_a_reason(tonight: Evening, him: Enrollment) -> None:
    for man in tonight.men:
        tonight.tap(man, "present")
    session = Session.objects.get(pk=tonight.session.pk)
    close_session(
        session=session, taught=session.module, minutes_held=120, by=tonight.scene.leader, now=at(session, 60)
    )

    with nothing_written():
        assert tonight.tap(him, "homework yes").status_code == 422
    assert "Corrected 7:04 pm" in text_of(tonight.tap(him, "homework yes", correction="He showed it to me after."))
    assert answers(tonight, him) == ("present", None, True)


def test_without_a_script(tonight: Evening, him: Enrollment) -> None:
    tonight.post(him, "present")

    response = tonight.post(him, "took_part no")

    assert (response.status_code, response.headers["Location"]) == (302, f"{tonight.address}#person-{him.pk}")
    assert answers(tonight, him) == ("present", False, None)
    assert pressed(tonight.client.get(tonight.address)) == ["took_part no"]


def test_it_costs_no_more_than_a_mark() -> None:
    tonight = evening(1)
    guest = tonight.scene.seated(tonight.scene.another_cohort())
    BookingFactory(enrollment=guest, session=tonight.session)
    with clock_at(at(tonight.session, 5)):
        tonight.client.get(tonight.address)
        for him in (*tonight.men, guest):
            tonight.tap(him, "present")
            seen = Mark.objects.current().get(enrollment=him, session=tonight.session)
            data = {"choice": "took_part yes", "key": str(uuid.uuid4()), "seen": seen.pk}
            with asked() as queries:
                tonight.client.post(tonight.row(him), data, headers={"HX-Request": "true"})
            assert len(queries) <= 16
