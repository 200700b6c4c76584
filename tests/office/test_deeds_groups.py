from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.roles import Role
from courts.moves import State
from programs.kinds import MarkKind
from programs.models import Booking, Cohort, Mark, Session
from tests.courts.cases import FIRST, Case, accepted, cohort, program, seated
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, MarkFactory, SeatFactory, SessionFactory
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written

NIGHT = FIRST + timedelta(hours=3)


@pytest.fixture
def waiting(desk: Desk) -> Case:
    """His intake is done; two cohorts have room."""
    case = accepted()
    desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-03")
    return case


def first_session(case: Case) -> Session:
    return case.cohort.sessions.select_related("cohort__policy", "module", "program").earliest("starts_at")


# --- an enrollment


def test_a_requirement_is_noted_once(desk: Desk) -> None:
    case = accepted()
    answer = desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-02")

    assert desk.notice(answer) == "Intake: met on Mon, Mar 2."
    assert case.enrollment.state == "waiting"
    with nothing_written():
        again = desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-02")
    assert "What he met : Select a valid choice." in text(again)


def test_he_gets_a_seat_and_his_referral_moves(desk: Desk, waiting: Case) -> None:
    answer = desk.press(waiting.enrollment, "seat", cohort=waiting.cohort.pk)

    assert desk.notice(answer) == f"Seated in {waiting.cohort.name}."
    assert (waiting.enrollment.state, waiting.state()) == ("seated", State.ENROLLED)


def test_he_does_not_sit_with_whom_he_must_not(desk: Desk, waiting: Case) -> None:
    there = SeatFactory(cohort=waiting.cohort).enrollment.participant
    pair = sorted((there, waiting.referral.participant), key=lambda man: man.pk)
    NonAssociationFactory(one=pair[0], other=pair[1])
    with nothing_written():
        answer = desk.press(waiting.enrollment, "seat", cohort=waiting.cohort.pk)

    assert refusals(answer) == [
        f"Someone he must be kept apart from sits in {waiting.cohort.name}. Choose another cohort."
    ]


def test_a_full_cohort_is_not_offered(desk: Desk, waiting: Case) -> None:
    full = cohort(waiting.referral.program, capacity=2)
    SeatFactory(cohort=full)
    SeatFactory(cohort=full)
    elsewhere = cohort(program())
    free = waiting.cohort
    form = desk.get(desk.button(waiting.enrollment, "seat")).context["form"]

    assert [str(label) for _, label in form.fields["cohort"].choices] == [f"{free.name}, English, 12 of 12 seats free"]
    with nothing_written():
        for other in (full, elsewhere):
            assert "Select a valid choice" in text(desk.press(waiting.enrollment, "seat", cohort=other.pk))


def test_without_a_free_seat_the_page_says_so(desk: Desk, waiting: Case) -> None:
    shown = text(desk.get(desk.button(waiting.enrollment, "seat")))

    assert "No cohort has a free seat. He stays on the wait list." in shown


def test_he_moves_to_another_cohort(desk: Desk) -> None:
    case = seated()
    other = cohort(case.referral.program)
    answer = desk.press(case.enrollment, "transfer", cohort=other.pk)

    assert desk.notice(answer) == f"Moved to {other.name}. His weeks stay as they are."
    assert case.enrollment.seats.taken().get().cohort == other


def test_not_to_the_one_he_sits_in(desk: Desk) -> None:
    case = seated()
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(case.enrollment, "transfer", cohort=case.cohort.pk))


def test_he_gives_up_his_seat_once(desk: Desk) -> None:
    case = seated()

    assert desk.notice(desk.press(case.enrollment, "wait")) == "His seat is free. He waits for another."
    assert case.enrollment.state == "waiting"
    with nothing_written():
        assert desk.press(case.enrollment, "wait").status_code == 409


# --- make-ups


@pytest.fixture
def absent(desk: Desk) -> Case:
    """He missed the first week; the others are still to come."""
    return seated().attend(1, kind=MarkKind.ABSENT)


def test_a_makeup_is_booked(desk: Desk, absent: Case) -> None:
    week = first_session(absent).module
    makeup = SessionFactory(
        cohort=None, program=absent.referral.program, module=week, starts_at=FIRST + timedelta(days=4)
    )
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        notice = late.notice(late.press(absent.enrollment, "makeup", session=makeup.pk))

    assert notice == "Booked: week 1, Sat, Mar 14, 6:00 pm."
    assert Booking.objects.get().enrollment == absent.enrollment


def test_a_full_one_is_refused(desk: Desk, absent: Case) -> None:
    week = first_session(absent).module
    makeup = SessionFactory(
        cohort=None, program=absent.referral.program, module=week, starts_at=FIRST + timedelta(days=4), capacity=1
    )
    BookingFactory(session=makeup)
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        with nothing_written():
            answer = late.press(absent.enrollment, "makeup", session=makeup.pk)

    assert refusals(answer) == ["This session has no free place. Choose another one."]


def test_where_nothing_can_be_made_up_the_page_says_so(desk: Desk, absent: Case) -> None:
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        shown = text(late.get(late.button(absent.enrollment, "makeup")))

    assert "No session of a week that he misses is planned outside his cohort. Add one first." in shown


def test_a_booking_is_canceled_once(desk: Desk) -> None:
    case = seated()
    booking = BookingFactory(
        enrollment=case.enrollment, session=SessionFactory(cohort=None, program=case.referral.program)
    )

    assert desk.notice(desk.press(booking, "cancel")) == "Booking canceled."
    with nothing_written():
        assert desk.press(booking, "cancel").status_code == 409


# --- a cohort


def opening(desk: Desk, **said: Any) -> dict[str, Any]:
    made = program()
    leader = UserFactory(roles=[Role.FACILITATOR])
    usual: dict[str, Any] = {
        "name": "Cohort 14",
        "curriculum": made.curricula.get().pk,
        "policy": made.policies.get().pk,
        "first_on": "2026-03-10",
        "starts_at": "18:30",
        "minutes": 120,
        "language": "es",
        "place": "516 Fourth Avenue",
        "capacity": 12,
        "leaders": [leader.pk],
    }
    return {"record": made} | usual | said


def test_a_cohort_is_opened_with_its_evenings(desk: Desk) -> None:
    said = opening(desk)
    answer = desk.press(said.pop("record"), "cohort", **said)

    assert desk.notice(answer) == "Cohort 14 meets 3 times, Tue, Mar 10 to Tue, Mar 24."
    made = Cohort.objects.get()
    assert answer["Location"] == f"/office/programs/cohort/{made.pk}/"
    assert (made.weekday, made.language, made.sessions.earliest("starts_at").starts_at) == (
        1,
        "es",
        datetime(2026, 3, 11, 1, 30, tzinfo=UTC),
    )
    assert [one.led.count() for one in made.sessions.all()] == [1, 1, 1]


def test_a_policy_that_nobody_could_meet_is_refused(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    made.policies.update(sessions_required=4)
    with nothing_written():
        answer = desk.press(made, "cohort", **said)

    assert refusals(answer) == [
        "The policy asks for 4 sessions, the curriculum has 3. Choose another version of one of them."
    ]


def test_two_cohorts_have_two_names(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    cohort(made, name="Cohort 14")
    with nothing_written():
        answer = desk.press(made, "cohort", **said)

    assert "Name : There is a cohort of this name. Give the new one another name." in text(answer)


def test_the_list_of_cohorts_leads_to_a_new_one(desk: Desk) -> None:
    made = program()

    assert f"/office/do/program/{made.pk}/cohort/" in desk.get("/office/programs/cohort/").content.decode()


# --- a session


def test_a_session_is_canceled_and_held_another_day(desk: Desk) -> None:
    session = first_session(seated())
    answer = desk.press(session, "cancel", why="weather", replaced_at="2026-04-07T18:00")

    assert desk.notice(answer) == "Canceled; nobody's absence. It is held on Tue, Apr 7, 6:00 pm instead."
    session.refresh_from_db()
    assert (session.state, session.canceled_why) == ("canceled", "weather")
    with nothing_written():
        assert desk.press(session, "cancel", why="weather").status_code == 409


def test_a_session_is_closed_with_what_was_taught(desk: Desk) -> None:
    case = seated()
    session = first_session(case)
    MarkFactory(session=session, enrollment=case.enrollment)
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        notice = late.notice(late.press(session, "close", taught=session.module_id, minutes_held=110))

    assert notice == "Closed. Everyone's standing is worked out anew."
    session.refresh_from_db()
    assert (session.state, session.minutes_held, session.closed_by) == ("held", 110, late.user)


def test_not_before_everyone_has_a_mark(desk: Desk) -> None:
    session = first_session(seated())
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        with nothing_written():
            answer = late.press(session, "close", taught=session.module_id, minutes_held=110)

    assert refusals(answer) == ["One person still has no mark. Mark everyone, then close the session."]


def test_not_before_it_has_begun(desk: Desk) -> None:
    session = first_session(seated())
    with nothing_written():
        assert desk.press(session, "close", taught=session.module_id, minutes_held=110).status_code == 409


def test_a_substitute_is_named(desk: Desk) -> None:
    session = first_session(seated())
    user = UserFactory(name="Elena Ríos", roles=[Role.FACILITATOR])

    assert desk.notice(desk.press(session, "substitute", user=user.pk)) == "Elena Ríos stands in."
    assert session.led.get().role == "substitute"
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(session, "substitute", user=user.pk))


def test_a_clerk_does_not_stand_in(desk: Desk) -> None:
    session, clerk = first_session(seated()), UserFactory(roles=[Role.CLERK])
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(session, "substitute", user=clerk.pk))


# --- a mark


def test_an_absence_is_excused_once(desk: Desk) -> None:
    case = seated()
    mark = MarkFactory(session=first_session(case), enrollment=case.enrollment, kind=MarkKind.ABSENT)

    assert desk.notice(desk.press(mark, "excuse", excuse="illness")) == "Excused."
    assert Mark.objects.current().get().excuse == "illness"
    with nothing_written():
        assert desk.press(mark, "excuse", excuse="illness").status_code == 409


def test_whoever_was_there_needs_no_excuse(desk: Desk) -> None:
    mark = MarkFactory()
    with nothing_written():
        assert desk.press(mark, "excuse", excuse="illness").status_code == 409
