"""What an intake's sheet keeps, and what follows from it when it is finished."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from core import prints
from courts.actions import intake as actions
from courts.actions import states
from courts.actions.intake import (
    ChangedMeanwhile,
    Finished,
    Intake,
    NotEligible,
    NotHeld,
    Reach,
    answers_of,
    finish,
    save,
    starting,
)
from courts.actions.seating import NotEnrolled
from courts.models import Deadline
from participants.actions import AppointmentNotYet
from participants.kinds import AppointmentState, ConsentHow, ContactKind
from participants.models import Appointment, Consent, IntakeSheet, Note
from programs.kinds import RequirementKind
from programs.models import Requirement
from tests.courts.cases import Case, accepted, program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import AppointmentFactory, ContactPointFactory
from tests.factories.programs import EligibilityItemFactory
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    return accepted()


@pytest.fixture
def appointment(case: Case) -> Appointment:
    made: Appointment = AppointmentFactory(participant=case.referral.participant, starts_at=NOW)
    return made


def typed(appointment: Appointment, **answers: Any) -> dict[str, Any]:
    return answers_of(appointment) | answers


def was(appointment: Appointment) -> dict[str, str]:
    return prints.prints(answers_of(appointment))


def held(**said: Any) -> Intake:
    known: dict[str, Any] = {
        "answers": {}, "reach": [], "language": "en", "needs_interpreter": False, "agreed_on": None, "note": "",
    }  # fmt: skip
    return Intake(**known | said)


def finished(appointment: Appointment, intake: Intake, now: datetime = AT) -> list[str]:
    answers = answers_of(appointment)
    by = UserFactory.create()
    return finish(appointment=appointment, intake=intake, answers=answers, was=was(appointment), by=by, now=now)


# --- kept while it is typed


def test_an_untouched_sheet_says_what_is_known(appointment: Appointment) -> None:
    assert starting(appointment) == {"language": "en", "needs_interpreter": "no"}


def test_and_how_the_checklist_was_answered_at_acceptance() -> None:
    referral = received(program=program())
    EligibilityItemFactory(program=referral.program, code="adult", must_be=True)
    states.accept(referral=referral, answers={"adult": True}, by=UserFactory.create(), now=NOW)

    assert starting(AppointmentFactory(participant=referral.participant))["eligible-adult"] == "yes"


def test_the_first_word_makes_it(appointment: Appointment) -> None:
    by = UserFactory.create()
    saved = save(
        appointment=appointment, answers=typed(appointment, note="Tired."), was=was(appointment), by=by, now=AT
    )

    sheet = IntakeSheet.objects.get()
    assert (sheet.version, sheet.changed_by, sheet.changed_at) == (1, by, AT)
    assert (sheet.answers["note"], saved.theirs) == ("Tired.", frozenset())
    event = Event.objects.get(verb="intake_sheet.saved")
    assert event.facts == {"fields": ["note"], "version": 1}


def test_what_is_typed_stands_under_his_key(appointment: Appointment) -> None:
    save(appointment=appointment, answers={"note": "Tired."}, was={}, by=UserFactory.create(), now=AT)
    (stored,) = IntakeSheet.objects.values_list("answers", flat=True)

    assert b"Tired" not in bytes(stored)


def test_the_same_once_more_writes_nothing(appointment: Appointment) -> None:
    said = typed(appointment, note="Tired.")
    by = UserFactory.create()
    save(appointment=appointment, answers=said, was=was(appointment), by=by, now=AT)
    with nothing_written():
        save(appointment=appointment, answers=said, was=was(appointment), by=by, now=AT)


def test_two_at_one_sheet_in_different_places_lose_nothing(appointment: Appointment) -> None:
    one, other, page = UserFactory.create(), UserFactory.create(), was(appointment)
    save(appointment=appointment, answers=typed(appointment, note="Tired."), was=page, by=other, now=AT)
    mine = starting(appointment) | {"note": "", "weekdays": ["1"]}
    saved = save(appointment=appointment, answers=mine, was=page | prints.prints({"note": ""}), by=one, now=AT)

    assert (saved.theirs, saved.other) == (frozenset({"note"}), other)
    sheet = IntakeSheet.objects.get()
    assert (sheet.answers["note"], sheet.answers["weekdays"], sheet.version) == ("Tired.", ["1"], 2)


def test_two_in_one_place_are_shown_both(appointment: Appointment) -> None:
    page = was(appointment) | prints.prints({"note": ""})
    save(appointment=appointment, answers=typed(appointment, note="A"), was=page, by=UserFactory.create(), now=AT)
    mine, by = typed(appointment, note="B"), UserFactory.create()
    with nothing_written(), pytest.raises(ChangedMeanwhile) as caught:
        save(appointment=appointment, answers=mine, was=page, by=by, now=AT)

    assert (caught.value.seen.both, caught.value.now["note"]) == (frozenset({"note"}), "A")


# --- finished


def test_all_that_follows_in_one_go(case: Case, appointment: Appointment) -> None:
    known = ContactPointFactory(participant=appointment.participant, value="+12065550101")
    EligibilityItemFactory(program=case.referral.program, code="adult", must_be=True)
    intake = held(
        answers={"adult": True},
        reach=[
            Reach(kind=ContactKind.PHONE, value=known.value, point=known, safe=True, agrees=True, how=ConsentHow.ORAL),
            Reach(kind=ContactKind.EMAIL, value="marek@example.org", safe=True),
        ],
        language="es",
        agreed_on=date(2026, 3, 3),
        note="He works nights.",
    )
    done = finished(appointment, intake)

    assert done == [
        "He came; his intake is done, and he waits for a seat.",
        "His language is noted.",
        "Marked safe: +12065550101.",
        "He agrees to texts to +12065550101.",
        "Added: marek@example.org.",
        "Marked safe: marek@example.org.",
        "His signed agreement is noted.",
        "Your note is kept.",
    ]
    appointment.refresh_from_db()
    man = appointment.participant
    man.refresh_from_db()
    assert (appointment.state, man.language) == (AppointmentState.KEPT, "es")
    assert {one.value for one in man.contact_points.safe()} == {"+12065550101", "marek@example.org"}
    assert Consent.objects.get().given is True
    assert Note.objects.get().text == "He works nights."
    assert case.enrollment.state == "waiting"
    met = dict(Requirement.objects.values_list("kind", "met_on"))
    assert met == {RequirementKind.INTAKE: date(2026, 3, 3), RequirementKind.AGREEMENT: date(2026, 3, 3)}
    sheet = IntakeSheet.objects.get()
    assert (sheet.finished_at, told()[-1][1]) == (AT, "intake_sheet.finished")


def test_twice_it_is_done_once(appointment: Appointment) -> None:
    finished(appointment, held(note="Once."))
    by = UserFactory.create()
    refuses(Finished, finish, appointment=appointment, intake=held(), answers={}, was={}, by=by, now=AT)
    refuses(Finished, save, appointment=appointment, answers={"note": "x"}, was={}, by=by, now=AT)


def test_what_he_was_not_asked_stays(appointment: Appointment) -> None:
    point = ContactPointFactory(participant=appointment.participant, safe=True)
    finished(appointment, held(reach=[Reach(kind=ContactKind.PHONE, value=point.value, point=point)]))
    point.refresh_from_db()

    assert (point.safe_at, Consent.objects.count()) == (NOW, 0)


def test_what_is_safe_no_more(appointment: Appointment) -> None:
    point = ContactPointFactory(participant=appointment.participant, safe=True)
    done = finished(
        appointment, held(reach=[Reach(kind=ContactKind.PHONE, value=point.value, point=point, safe=False)])
    )
    point.refresh_from_db()

    assert (point.safe_at, point.safe_by) == (None, None)
    assert f"No longer safe: {point.value}. Nothing goes there." in done


def test_who_agreed_already_is_not_written_down_again(appointment: Appointment) -> None:
    point = ContactPointFactory(participant=appointment.participant, safe=True)
    said = Reach(kind=ContactKind.PHONE, value=point.value, point=point, agrees=True, how=ConsentHow.WRITTEN)
    Consent.objects.create(
        contact_point=point, given=True, at=NOW, how=ConsentHow.ORAL, recorded_by=UserFactory.create()
    )
    finished(appointment, held(reach=[said]))

    assert Consent.objects.count() == 1


def test_an_intake_noted_before_is_finished_all_the_same(case: Case, appointment: Appointment) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(
        state=AppointmentState.KEPT, settled_at=NOW, settled_by=case.by
    )
    finished(appointment, held())

    assert IntakeSheet.objects.get().finished_at == AT


# --- refused, and nothing is half done


def refused(refusal: Any, appointment: Appointment, intake: Intake | None = None, now: datetime = AT) -> str:
    said = {"answers": answers_of(appointment), "was": was(appointment), "by": UserFactory.create(), "now": now}
    return str(refuses(refusal, finish, appointment=appointment, intake=intake or held(), **said))


def test_not_before_it_began(appointment: Appointment) -> None:
    refused(AppointmentNotYet, appointment, held(note="x"), now=NOW - timedelta(minutes=1))


@pytest.mark.parametrize("state", [AppointmentState.MISSED, AppointmentState.CANCELED])
def test_not_one_that_did_not_take_place(case: Case, appointment: Appointment, state: str) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(state=state, settled_at=NOW, settled_by=case.by)
    refused(NotHeld, appointment)


def test_not_without_an_accepted_referral() -> None:
    refused(NotEnrolled, AppointmentFactory(starts_at=NOW))


def test_not_while_a_question_is_open(case: Case, appointment: Appointment) -> None:
    EligibilityItemFactory(program=case.referral.program, code="adult", question="Is he an adult?")
    assert refused(NotEligible, appointment) == "Still to be asked: Is he an adult?."


def test_not_whom_the_program_may_not_take(case: Case, appointment: Appointment) -> None:
    EligibilityItemFactory(program=case.referral.program, code="adult", question="Is he an adult?")
    said = refused(NotEligible, appointment, held(answers={"adult": False}))
    assert said.startswith("By these answers the program may not take him: Is he an adult?")


def test_somebody_elses_word_stops_the_finishing_too(appointment: Appointment) -> None:
    page = was(appointment) | prints.prints({"note": ""})
    save(appointment=appointment, answers=typed(appointment, note="A"), was=page, by=UserFactory.create(), now=AT)
    mine, by = typed(appointment, note="B"), UserFactory.create()
    with nothing_written(), pytest.raises(ChangedMeanwhile):
        finish(appointment=appointment, intake=held(note="B"), answers=mine, was=page, by=by, now=AT)


def test_a_kept_intake_owes_the_courts_no_word(case: Case, appointment: Appointment) -> None:
    finished(appointment, held())

    assert not Deadline.objects.open().filter(kind="no_show_report").exists()
    assert actions.enrollment_of(appointment) == case.enrollment
