"""Someone came who isn't listed: found by name and date of birth, and added where it may be."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from participants.models import OtherName
from participants.names import folded
from programs.actions import bookings, door
from programs.actions.cohorts import close_session
from programs.actions.door import CannotBeAdded, DoorClosed, ExpectedAlready
from programs.actions.marks import NotYourSession, record_mark
from programs.actions.schedules import cancel_session
from programs.kinds import MarkKind
from programs.models import Booking, Enrollment, Session
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import BookingFactory, EnrollmentFactory
from tests.programs.scene import Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
BORN = date(1988, 4, 27)
ALSO = {"middle_name": "Lee", "suffix": "Jr"}
Said = Callable[..., dict[str, Any]]


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def session(running: Scene) -> Session:
    """Of the others' group; it began five minutes ago."""
    return running.session(1)


def named(first: str, last: str, **fields: object) -> dict[str, object]:
    name = folded(f"{first} {last}")
    said = {"first_name": first, "last_name": last, "folded_name": name, "date_of_birth": BORN, **fields}
    return {f"participant__{key}": value for key, value in said.items()}


@pytest.fixture
def him(running: Scene) -> Enrollment:
    """Seated on Wednesdays, where week 1 is still to come."""
    return running.seated(running.another_cohort(), **named("Dorian", "Halloway", preferred_name="Dory", **ALSO))


@pytest.fixture
def asks(running: Scene, session: Session) -> Said:
    def made(first: str = "Dorian", last: str = "Halloway", **fields: object) -> dict[str, Any]:
        whole = {"session": session, "born": BORN, "by": running.leader, "now": at(session, 5), **fields}
        return {"first_name": first, "last_name": last, **whole}

    return made


# --- looked for


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Dorian", "Halloway"),
        ("DORIAN", "hallo-way"),
        ("Dorian Lee", "Halloway"),
        ("Dorian Lee", "Halloway Jr."),
        ("Dory", "Halloway"),
        ("Dorian", "Marsh"),
    ],
    ids=["his name", "however spelled", "with his middle name", "in full", "as he is called", "his former name"],
)
def test_is_found_by_any_of_his_names(asks: Said, him: Enrollment, first: str, last: str) -> None:
    OtherName.objects.create(participant=him.participant, kind="former", name="Dorian Marsh", folded="dorianmarsh")

    assert door.look_for(**asks(first, last)) == him


@pytest.mark.parametrize(
    "otherwise",
    [{"last": "Hallow"}, {"first": "Dorien"}, {"born": date(1988, 4, 28)}],
    ids=["another last name", "another first name", "another day"],
)
def test_is_not_found_by_half_of_it(asks: Said, him: Enrollment, otherwise: dict[str, Any]) -> None:
    assert door.look_for(**asks(**otherwise)) is None


def test_of_two_neither_is_shown(running: Scene, asks: Said, him: Enrollment) -> None:
    running.waiting(**named("Dorian", "Halloway"))

    assert door.look_for(**asks()) is None


def test_nobody_of_another_program_and_nobody_who_is_through(running: Scene, asks: Said) -> None:
    EnrollmentFactory(**named("Dorian", "Halloway"))
    EnrollmentFactory(program=running.program, finished=True, **named("Dorian", "Halloway"))

    assert door.look_for(**asks()) is None


def test_a_search_is_told_and_what_was_typed_stands_under_his_key(
    running: Scene, session: Session, asks: Said, him: Enrollment
) -> None:
    before = Event.objects.count()

    door.look_for(**asks())

    assert told(after=before) == [(f"user:{running.leader.pk}", "door.searched", f"programs.Session:{session.pk}")]
    event = Event.objects.get(verb="door.searched")
    assert (event.facts, event.key_id) == ({"found": True}, him.participant.key_id)
    typed = {"first_name": "Dorian", "last_name": "Halloway", "born": "1988-04-27", "enrollment": him.pk}
    assert event.reveal() == typed


def test_a_search_in_vain_is_told_without_what_was_typed(asks: Said) -> None:
    door.look_for(**asks())

    event = Event.objects.get(verb="door.searched")
    assert (event.facts, event.key_id, event.personal) == ({"found": False}, None, None)


def test_only_where_one_leads_and_while_the_door_is_open(running: Scene, session: Session, asks: Said) -> None:
    refuses(NotYourSession, door.look_for, **asks(by=UserFactory(roles=[Role.FACILITATOR])))
    refuses(DoorClosed, door.look_for, **asks(now=at(session, -31)))
    assert door.look_for(**asks(now=at(session, -30))) is None


# --- added


@pytest.fixture
def comes(running: Scene, session: Session, him: Enrollment) -> Said:
    def made(**fields: object) -> dict[str, Any]:
        return {"enrollment": him, "session": session, "by": running.leader, "now": at(session, 5), **fields}

    return made


def test_is_added_as_a_makeup(running: Scene, session: Session, comes: Said, him: Enrollment) -> None:
    before = Event.objects.count()

    made = door.admit(**comes())

    assert (made.enrollment, made.session, made.made_by, made.made_at) == (
        him,
        session,
        running.leader,
        at(session, 5),
    )
    assert list(Enrollment.objects.on_roster(session)) == [him]
    assert told(after=before)[0] == (f"user:{running.leader.pk}", "door.admitted", f"programs.Booking:{made.pk}")


def test_from_half_an_hour_before_until_it_is_closed(running: Scene, session: Session, comes: Said) -> None:
    refuses(DoorClosed, door.admit, **comes(now=at(session, -31)))
    close_session(session=session, taught=session.module, minutes_held=120, by=running.leader, now=at(session, 120))
    refuses(DoorClosed, door.admit, **comes(now=at(session, 121)))


def test_not_where_nothing_took_place(running: Scene, session: Session, comes: Said) -> None:
    cancel_session(session=session, why=Session.Canceled.OTHER, by=running.coordinator, now=at(session))

    refuses(DoorClosed, door.admit, **comes())


def test_asked_twice_it_is_one_booking(comes: Said) -> None:
    assert door.admit(**comes()) == door.admit(**comes())
    assert Booking.objects.count() == 1


def test_by_one_who_does_not_lead(comes: Said) -> None:
    refuses(NotYourSession, door.admit, **comes(by=UserFactory(roles=[Role.FACILITATOR])))


def test_a_coordinator_adds_too(running: Scene, comes: Said) -> None:
    assert door.admit(**comes(by=running.coordinator)).made_by == running.coordinator


def test_one_who_is_expected_anyway(running: Scene, comes: Said) -> None:
    refuses(ExpectedAlready, door.admit, **comes(enrollment=running.seated()))


def test_one_who_has_this_week(running: Scene, session: Session, comes: Said, him: Enrollment) -> None:
    own = Session.objects.get(cohort__name="Wednesdays", module__week=1)
    Session.objects.filter(pk=own.pk).update(starts_at=session.starts_at - timedelta(days=6))
    own.refresh_from_db()
    said = {"kind": MarkKind.PRESENT, "idempotency_key": "00000000-0000-0000-0000-0000000000aa"}
    him.seats.update(from_on=date(2026, 3, 1))
    record_mark(enrollment=him, session=own, by=running.coordinator, now=at(own, 5), **said)  # type: ignore[arg-type]

    refuses(bookings.WeekNotMissing, door.admit, **comes())


def test_where_no_place_is_left(session: Session, comes: Said) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=1)
    BookingFactory(session=session)

    refuses(bookings.SessionFull, door.admit, **comes())


def test_in_another_language(session: Session, comes: Said) -> None:
    Session.objects.filter(pk=session.pk).update(language="es")

    refuses(bookings.OtherLanguage, door.admit, **comes())


def test_on_a_day_on_which_he_has_another(running: Scene, session: Session, comes: Said, him: Enrollment) -> None:
    BookingFactory(enrollment=him, session=running.makeup(3, at(session, 180)))

    refuses(bookings.TwoOnOneDay, door.admit, **comes())


@pytest.mark.parametrize("why", ["kept apart", "no seat", "another program"])
def test_where_it_is_not_said_why(running: Scene, session: Session, comes: Said, him: Enrollment, why: str) -> None:
    who = him
    if why == "kept apart":
        there = running.seated()
        one, other = sorted((there.participant, him.participant), key=lambda man: man.pk)
        NonAssociationFactory(one=one, other=other)
    elif why == "no seat":
        who = running.waiting()
    else:
        who = EnrollmentFactory()

    refused = refuses(CannotBeAdded, door.admit, **comes(enrollment=who))

    assert str(refused) == "He can't be added here. Call the coordinator."


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_gets_it() -> None:
    running = scene()
    session = running.session(1)
    Session.objects.filter(pk=session.pk).update(capacity=1)
    cohort = running.another_cohort()
    men = [running.seated(cohort), running.seated(cohort)]
    works = [partial(door.admit, enrollment=man, session=session, by=running.leader, now=at(session, 5)) for man in men]

    said = at_once(works)

    assert sorted(type(one).__name__ for one in said) == ["Booking", "SessionFull"]
    assert Booking.objects.count() == 1
