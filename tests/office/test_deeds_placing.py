import re
from datetime import date, timedelta

import pytest
import time_machine

from courts.actions.proposals import follow
from courts.actions.seating import place
from courts.models import Proposal
from courts.moves import State
from courts.steps import ReportKind
from programs.kinds import MarkKind
from programs.models import Booking, Session
from tests.courts.cases import FIRST, Case, accepted, cohort, program, seated
from tests.factories.clock import NOW
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, SeatFactory, SessionFactory
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
    assert "What he met: Select a valid choice." in text(again)


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


# --- what a coordinator may waive


def test_another_language_asks_for_a_second_look(desk: Desk, waiting: Case) -> None:
    spanish = cohort(waiting.referral.program, language="es")
    with nothing_written():
        answer = desk.press(waiting.enrollment, "seat", cohort=spanish.pk)

    assert refusals(answer) == [
        f"{spanish.name} is held in another language than his. Choose another cohort, or say that he joins it anyway."
    ]
    assert desk.notice(desk.press(waiting.enrollment, "seat", cohort=spanish.pk, anyway="on")) == (
        f"Seated in {spanish.name}."
    )


def test_the_makeups_of_his_plan_stand_first_with_what_is_free(desk: Desk, absent: Case) -> None:
    week, of = first_session(absent).module, absent.referral.program
    soon, full, later = (
        SessionFactory(cohort=None, program=of, module=week, starts_at=FIRST + timedelta(days=day), capacity=2)
        for day in (4, 3, 11)
    )
    for _ in range(2):
        BookingFactory(session=full)
    SessionFactory(cohort=None, program=of, module=week, starts_at=FIRST + timedelta(days=5), language="es")
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        shown = late.get(late.button(absent.enrollment, "makeup")).content.decode()

    where = "12 Pier Street, second floor, make-up session"
    assert re.findall(r'value="([0-9]+)"[^>]*>\s*<label[^>]*>\s*(Week[^<]*?)\s*</label>', shown) == [
        (str(soon.pk), f"Week 1: Sat, Mar 14, 6:00 pm, {where}, 2 of 2 free (in his plan)"),
        (str(full.pk), f"Week 1: Fri, Mar 13, 6:00 pm, {where}, 0 of 2 free"),
        (str(later.pk), f"Week 1: Sat, Mar 21, 6:00 pm, {where}, 2 of 2 free"),
    ]


def test_twice_on_one_day_asks_why(desk: Desk, absent: Case) -> None:
    week, of = first_session(absent).module, absent.referral.program
    same_day = SessionFactory(cohort=None, program=of, module=week, starts_at=FIRST + timedelta(days=7, hours=-6))
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        with nothing_written():
            answer = late.press(absent.enrollment, "makeup", session=same_day.pk)
        late.press(absent.enrollment, "makeup", session=same_day.pk, one_a_day_waived_why="He works away all week.")

    assert refusals(answer) == [
        "He is expected at another session on that day. Choose another day, or say why he may come twice."
    ]
    assert Booking.objects.get().one_a_day_waived_why == "He works away all week."


# --- more time


def test_more_time_is_proposed_where_nothing_fits(desk: Desk) -> None:
    case = accepted(complete_by=date(2026, 3, 26))
    desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-03")
    assert case.cohort.sessions.count() == 3

    notice = desk.notice(desk.press(case.enrollment, "more-time", in_hand=7))

    assert notice == "Proposed: ask the court for time until Tue, Mar 31. Look at it, and begin the report."
    made = Proposal.objects.open().get(kind=ReportKind.MORE_TIME)
    assert (made.referral, made.facts["finishes_on"], made.facts["ask_for"]) == (
        case.referral,
        "2026-03-24",
        "2026-03-31",
    )


def test_what_was_asked_for_stays_until_it_is_looked_at_or_he_is_seated(desk: Desk) -> None:
    case = accepted(complete_by=date(2026, 3, 26))
    desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-03")
    assert case.cohort.sessions.count() == 3
    desk.press(case.enrollment, "more-time", in_hand=7)
    asked = Proposal.objects.open().get()

    follow(case.enrollment, by=case.by, now=NOW)
    assert list(Proposal.objects.open()) == [asked]

    place(enrollment=case.enrollment, cohort=case.cohort, by=case.by, now=NOW)
    follow(case.enrollment, by=case.by, now=NOW)
    assert list(Proposal.objects.open()) == []


def test_not_where_something_fits(desk: Desk, waiting: Case) -> None:
    free = waiting.cohort
    with nothing_written():
        answer = desk.press(waiting.enrollment, "more-time", in_hand=7)

    assert refusals(answer) == [f"{free.name} lets him finish in time. Seat him there, or say why it won't do."]


def test_not_where_no_date_would_help(desk: Desk) -> None:
    case = accepted()
    desk.press(case.enrollment, "requirement", kind="intake", on="2026-03-03")
    with nothing_written():
        answer = desk.press(case.enrollment, "more-time", in_hand=7)

    assert refusals(answer) == ["No later date of a court would help. Open a cohort, or free a seat."]
