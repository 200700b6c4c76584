from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from participants.models import Appointment, Consent, ContactAttempt, ContactPoint, NonAssociation, Participant
from programs.kinds import RequirementKind
from tests.courts.cases import accepted
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import (
    AppointmentFactory,
    ContactPointFactory,
    NonAssociationFactory,
    ParticipantFactory,
)
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written


@pytest.fixture
def man(desk: Desk) -> Participant:
    made: Participant = ParticipantFactory()
    return made


def test_an_appointment_is_planned_by_the_clock_on_the_wall(desk: Desk, man: Participant) -> None:
    accepted(participant=man)  # with a program, whose time zone is the office's
    said: dict[str, Any] = {"kind": "intake", "starts_at": "2026-03-04T09:30", "minutes": 45, "with_whom": desk.user.pk}
    answer = desk.press(man, "appointment", **said, place="Room 2")

    assert desk.notice(answer) == "Appointment planned for Wed, Mar 4, 9:30 am."
    planned = Appointment.objects.get()
    assert (planned.starts_at, planned.minutes, planned.place) == (
        datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        45,
        "Room 2",
    )


def test_an_appointment_that_has_passed_is_refused(desk: Desk, man: Participant) -> None:
    said: dict[str, Any] = {"kind": "intake", "starts_at": "2026-03-02T09:30", "minutes": 45, "with_whom": desk.user.pk}
    with nothing_written():
        answer = desk.press(man, "appointment", **said)

    assert refusals(answer) == ["This time has passed. Choose one that is still to come."]


def test_only_the_office_can_be_met(desk: Desk, man: Participant) -> None:
    clerk = UserFactory(roles=[Role.CLERK])
    said: dict[str, Any] = {"kind": "intake", "starts_at": "2026-03-04T09:30", "minutes": 45, "with_whom": clerk.pk}
    with nothing_written():
        assert "With: Select a valid choice." in text(desk.press(man, "appointment", **said))


def test_a_contact_is_logged(desk: Desk, man: Participant) -> None:
    desk.press(man, "contact", channel="phone", result="no_answer", note="Rang twice.")

    attempt = ContactAttempt.objects.select_related("participant__key").get()
    assert (attempt.channel, attempt.result, attempt.note) == ("phone", "no_answer", "Rang twice.")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", "(206) 555-0142", "+12065550142"),
        ("email", "  A.Person@Example.org ", "a.person@example.org"),
        ("postal", "12  Pier Street,\nSeattle", "12 Pier Street, Seattle"),
    ],
)
def test_a_phone_or_address_is_added_in_one_form(
    desk: Desk, man: Participant, kind: str, typed: str, kept: str
) -> None:
    answer = desk.press(man, "reach", kind=kind, value=typed, source="he told us by phone")

    assert desk.notice(answer) == "Added. Nothing goes there until somebody marks it safe."
    assert list(ContactPoint.objects.values_list("value", "safe_at")) == [(kept, None)]


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("phone", "555", "There is no such phone number. Ask for the right one."),
        ("email", "nobody", "This is no e-mail address. Write one address, such as name@example.org."),
    ],
)
def test_what_is_neither_is_not(desk: Desk, man: Participant, kind: str, typed: str, sentence: str) -> None:
    with nothing_written():
        answer = desk.press(man, "reach", kind=kind, value=typed, source="himself")

    assert f"Number or address: {sentence}" in text(answer)


def test_two_are_kept_apart(desk: Desk, man: Participant) -> None:
    other = ParticipantFactory(first_name="Tobias", last_name="Penhale")
    answer = desk.press(man, "apart", other=other.pk, reason="a no-contact order")

    assert desk.notice(answer) == f"{man.legal_name} and Tobias Penhale are never seated together."
    assert NonAssociation.objects.count() == 1


def test_they_are_no_longer_kept_apart(desk: Desk) -> None:
    pair = NonAssociationFactory()
    said = desk.notice(desk.press(pair, "end", why="the order has ended"))

    assert said == f"{pair.one.legal_name} and {pair.other.legal_name} may share a group from now on."
    pair.refresh_from_db()
    assert pair.ended_at == NOW
    assert Event.objects.get(verb="non_association.ended").reveal() == {"why": "the order has ended"}
    with nothing_written():
        assert desk.press(pair, "end", why="again").status_code == 409


def test_nobody_is_kept_apart_from_himself(desk: Desk, man: Participant) -> None:
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(man, "apart", other=man.pk, reason="x"))


def test_a_phone_is_marked_safe(desk: Desk) -> None:
    point = ContactPointFactory(value="+12065550142")
    answer = desk.press(point, "safe")

    assert desk.notice(answer) == "Marked safe: +12065550142. Messages that give nothing away may go there."
    point.refresh_from_db()
    assert (point.safe_at, point.safe_by) == (NOW, desk.user)


@pytest.mark.parametrize("fields", [{"safe": True}, {"ended_at": NOW}], ids=["safe already", "no longer in use"])
def test_it_is_not_marked_twice_nor_too_late(desk: Desk, fields: dict[str, object]) -> None:
    point = ContactPointFactory(**fields)
    with nothing_written():
        assert desk.press(point, "safe").status_code == 409


@pytest.mark.parametrize(
    ("given", "notice"), [("yes", "Recorded: he agrees."), ("no", "Recorded: he no longer agrees.")]
)
def test_what_he_said_is_recorded(desk: Desk, given: str, notice: str) -> None:
    answer = desk.press(ContactPointFactory(), "consent", given=given, how="oral")

    assert desk.notice(answer) == notice
    consent = Consent.objects.get()
    assert (consent.given, consent.how, consent.recorded_by) == (given == "yes", "oral", desk.user)


def test_a_text_of_his_own_is_not_the_offices_to_record(desk: Desk) -> None:
    point = ContactPointFactory()
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(point, "consent", given="yes", how="by_text"))


# --- appointments


def test_a_kept_intake_opens_the_way_to_a_seat(desk: Desk) -> None:
    case = accepted()
    intake = AppointmentFactory(participant=case.referral.participant, starts_at=NOW)
    answer = desk.press(intake, "settle", kept="yes")

    assert desk.notice(answer) == "Noted: he came."
    assert case.enrollment.state == "waiting"
    assert case.enrollment.requirements.get().kind == RequirementKind.INTAKE


def test_a_missed_intake_owes_the_court_a_word(desk: Desk) -> None:
    case = accepted()
    intake = AppointmentFactory(participant=case.referral.participant, starts_at=NOW)

    assert desk.notice(desk.press(intake, "settle", kept="no")) == "Noted: he did not come."
    assert [one.kind for one in case.referral.deadlines.open()] == ["no_show_report"]


def test_who_is_not_enrolled_may_be_met_too(desk: Desk) -> None:
    talk = AppointmentFactory(kind="individual", starts_at=NOW)
    desk.press(talk, "settle", kept="yes")

    talk.refresh_from_db()
    assert talk.state == "kept"


def test_before_its_time_nobody_came(desk: Desk) -> None:
    intake = AppointmentFactory()
    with nothing_written():
        assert desk.press(intake, "settle", kept="yes").status_code == 409


def test_an_appointment_moves(desk: Desk) -> None:
    accepted()
    intake = AppointmentFactory()
    answer = desk.press(intake, "move", starts_at="2026-03-06T10:00")

    assert desk.notice(answer) == "Moved to Fri, Mar 6, 10:00 am."
    intake.refresh_from_db()
    assert (intake.state, intake.moved_to.starts_at) == ("moved", datetime(2026, 3, 6, 18, tzinfo=UTC))


def test_it_does_not_move_into_the_past(desk: Desk) -> None:
    intake = AppointmentFactory()
    with nothing_written():
        answer = desk.press(intake, "move", starts_at="2026-03-01T10:00")

    assert refusals(answer) == ["This time has passed. Choose one that is still to come."]


def test_an_appointment_is_canceled_once(desk: Desk) -> None:
    intake = AppointmentFactory()
    assert desk.notice(desk.press(intake, "cancel")) == "Appointment canceled."
    with nothing_written():
        assert desk.press(intake, "cancel").status_code == 409
