"""The page of an intake."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event
from courts.deadlines import DeadlineKind
from courts.models import Proposal
from participants.kinds import AppointmentState
from participants.models import Appointment, IntakeSheet
from tests.courts.cases import Case, accepted
from tests.factories.clock import NOW
from tests.factories.participants import AppointmentFactory, ContactPointFactory
from tests.factories.programs import EligibilityItemFactory
from tests.office.desk import Desk, text
from tests.refusals import nothing_written


@pytest.fixture
def case(desk: Desk) -> Case:
    made = accepted(participant__first_name="Marek", participant__last_name="Brzezik")
    EligibilityItemFactory(program=made.referral.program, code="adult", question="Is he an adult?")
    return made


@pytest.fixture
def appointment(case: Case) -> Appointment:
    made: Appointment = AppointmentFactory(participant=case.referral.participant, starts_at=NOW - timedelta(hours=1))
    return made


def url(appointment: Appointment, more: str = "") -> str:
    return f"/office/intake/{appointment.pk}/{more}"


def opened(desk: Desk, appointment: Appointment) -> str:
    shown = desk.get(url(appointment)).content.decode()
    return html.unescape(re.findall(r'name="as_it_was" value="([^"]*)"', shown)[0])


WHOLE = {"eligible-adult": "yes", "language": "en", "needs_interpreter": "no"}


def kept(desk: Desk, appointment: Appointment, was: str, **said: Any) -> tuple[int, dict[str, Any]]:
    answer = desk.client.post(url(appointment, "save/"), WHOLE | said | {"as_it_was": was})
    return answer.status_code, json.loads(answer.content)


def test_it_asks_for_all_that_an_intake_needs(desk: Desk, appointment: Appointment) -> None:
    ContactPointFactory(participant=appointment.participant, value="+12065550101")
    shown = text(desk.get(url(appointment)))

    for heading in ("Eligibility", "Phone 206-555-0101", "Another phone", "Language", "When he can come", "Agreement"):
        assert heading in shown
    assert "Is he an adult?" in shown


def test_a_look_is_an_event(desk: Desk, appointment: Appointment) -> None:
    desk.get(url(appointment))

    assert [event.record for event in Event.objects.filter(verb="appointment.looked_at")] == [
        f"participants.Appointment:{appointment.pk}"
    ]


def test_another_kind_of_appointment_has_no_such_page(desk: Desk) -> None:
    assert desk.get(url(AppointmentFactory(kind="exit_interview"))).status_code == 404


def test_half_filled_it_is_kept(desk: Desk, appointment: Appointment) -> None:
    status, said = kept(desk, appointment, opened(desk, appointment), new_phone="206", weekdays=["1", "3"])

    assert (status, said["version"], said["theirs"]) == (200, 1, {})
    assert IntakeSheet.objects.get().answers["new_phone"] == "206"
    shown = desk.get(url(appointment)).content.decode()
    assert 'value="206"' in shown
    assert len(re.findall(r'name="weekdays" value="[13]"[^>]*checked|checked[^>]*name="weekdays"', shown)) == 2


def test_the_script_goes_on_with_what_it_was_answered(desk: Desk, appointment: Appointment) -> None:
    _, first = kept(desk, appointment, opened(desk, appointment), note="A")
    status, second = kept(desk, appointment, first["as_it_was"], note="B")

    assert (status, second["version"]) == (200, 2)


def test_two_in_different_places_see_each_other(desk: Desk, appointment: Appointment) -> None:
    other, page = Desk(), opened(desk, appointment)
    kept(other, appointment, page, note="He works nights.")
    status, said = kept(desk, appointment, page, weekdays=["1"])

    assert (status, said["theirs"], said["who"]) == (200, {"note": "He works nights."}, other.user.name)
    assert IntakeSheet.objects.get().answers["note"] == "He works nights."


def test_two_in_one_place_see_both(desk: Desk, appointment: Appointment) -> None:
    other, page = Desk(), opened(desk, appointment)
    kept(other, appointment, page, note="He works nights.")
    with nothing_written():
        status, said = kept(desk, appointment, page, note="He works days.")

    assert status == 409
    assert said["sides"] == [
        {
            "name": "note",
            "label": "Note",
            "now": "He works nights.",
            "value": "He works nights.",
            "yours": "He works days.",
        }
    ]
    assert said["said"].startswith(f"{other.user.name}, ")
    assert kept(desk, appointment, said["as_it_was"], note="He works days.")[0] == 200


def test_without_a_script_it_is_saved_by_a_button(desk: Desk, appointment: Appointment) -> None:
    page = opened(desk, appointment)
    answer = desk.client.post(url(appointment), WHOLE | {"note": "A", "as_it_was": page, "save": "1"})

    assert desk.notice(answer) == "Saved. Nothing follows from it until you finish the intake."
    assert IntakeSheet.objects.get().answers["note"] == "A"


def test_without_a_script_both_are_shown_too(desk: Desk, appointment: Appointment) -> None:
    page = opened(desk, appointment)
    kept(Desk(), appointment, page, note="He works nights.")
    answer = desk.client.post(url(appointment), WHOLE | {"note": "He works days.", "as_it_was": page, "save": "1"})

    assert answer.status_code == 409
    assert "Note He works nights. He works days." in text(answer)
    assert ">\nHe works days.</textarea>" in answer.content.decode()


def test_finished_says_what_was_done(desk: Desk, case: Case, appointment: Appointment) -> None:
    page = opened(desk, appointment)
    said = {"new_phone": "206-555-0142", "safe-new_phone": "yes", "texts-new_phone": "yes", "how-new_phone": "oral"}
    answer = desk.client.post(url(appointment), WHOLE | said | {"as_it_was": page, "finish": "1"})

    assert desk.notice(answer) == (
        "He came; his intake is done, and he waits for a seat. Added: +12065550142. Marked safe: +12065550142. "
        "He agrees to texts to +12065550142."
    )
    assert case.enrollment.state == "waiting"
    assert "Finished by" in text(desk.get(url(appointment)))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"eligible-adult": ""}, "Eligibility: Is he an adult? Answer this by yes or no."),
        ({"language": ""}, "Language: He speaks Choose his language."),
        ({"new_phone": "12"}, "Another phone: Another phone There is no such phone number. Ask for the right one."),
        (
            {"safe-new_phone": "yes"},
            "Another phone: Another phone Give the number or the address that these answers are about.",
        ),
        (
            {"new_phone": "206-555-0142", "texts-new_phone": "yes"},
            "Another phone: How did he say so? Say how he said it.",
        ),
        (
            {"new_phone": "206-555-0142", "texts-new_phone": "yes", "how-new_phone": "oral", "safe-new_phone": "no"},
            "Another phone: Does he agree to texts? Texts go to a phone only that is safe. "
            "Change one of the two answers.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_follows(
    desk: Desk, appointment: Appointment, said: dict[str, str], sentence: str
) -> None:
    page = opened(desk, appointment)
    before = sheets_and_appointments()
    answer = desk.client.post(url(appointment), WHOLE | said | {"as_it_was": page, "finish": "1"})

    assert answer.status_code == 200
    assert f"Before it can be finished {sentence}" in text(answer)
    assert sheets_and_appointments() == before


def sheets_and_appointments() -> list[Any]:
    return [*IntakeSheet.objects.values_list(), *Appointment.objects.values_list()]


def test_who_did_not_come_gets_a_new_one_in_one_press(desk: Desk, appointment: Appointment) -> None:
    desk.press(appointment, "settle", kept="no", back=url(appointment))
    shown = desk.get(url(appointment))
    assert "He did not come." in text(shown)
    form = desk.get(desk.button(appointment, "again"))
    at = re.findall(r'name="starts_at" value="([^"]+)"', form.content.decode())[0]
    answer = desk.press(appointment, "again", starts_at=at)

    assert desk.notice(answer) == "A new appointment is planned for Tue, Mar 10, 3:00 am."
    newest = Appointment.objects.latest("pk")
    assert (newest.kind, newest.state, newest.starts_at) == (
        "intake",
        AppointmentState.PLANNED,
        # In between the clocks are put forward: it is the same hour on the wall.
        appointment.starts_at + timedelta(weeks=1, hours=-1),
    )


def test_that_the_court_may_be_told_stands_under_today(desk: Desk, case: Case, appointment: Appointment) -> None:
    desk.press(appointment, "settle", kept="no")
    today = text(desk.get("/office/"))
    proposal = Proposal.objects.get(kind="did_not_begin")

    assert "Did not begin report" in today
    assert "He did not come to his intake on Tue, Mar 3." in today
    # Its date stands in that line, and in none of its own.
    assert DeadlineKind.NO_SHOW_REPORT.label not in today
    shown = text(desk.get(f"/office/courts/proposal/{proposal.pk}/"))
    assert "Did not come to his intake Tue, Mar 3" in shown
    answer = desk.press(proposal, "review")
    assert desk.notice(answer) == "In review. Read it, then issue it or withdraw it."


def test_before_a_referral_is_accepted_it_is_said(desk: Desk) -> None:
    assert "No referral of his is accepted yet" in text(desk.get(url(AppointmentFactory())))


def test_when_he_can_come_is_taken_over_where_a_cohort_is_looked_for(
    desk: Desk, case: Case, appointment: Appointment
) -> None:
    page = opened(desk, appointment)
    said = {"weekdays": ["1", "3"], "from_time": "17:30"}
    desk.client.post(url(appointment), WHOLE | said | {"as_it_was": page, "finish": "1"})
    answer = desk.get(f"/office/enrollments/{case.enrollment.pk}/place/")

    assert answer.context["wishes"].weekdays == {1, 3}
    assert "At his intake he said that he can come: Tue, Thu from 5:30 pm." in text(answer)
