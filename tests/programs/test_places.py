"""A place or a link that would tell something is refused where it is written down."""

from datetime import UTC, datetime, time

import pytest

from accounts.models import User
from accounts.roles import Role
from messaging.guarding import GivesAway
from participants.models import Appointment
from programs.actions import cohorts, schedules
from programs.models import Cohort, Session
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import DiscretionExceptionFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import CurriculumFactory, ModuleFactory, PolicyFactory, SessionFactory
from tests.office.desk import Desk, refusals
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 19, 2, 0, tzinfo=UTC)
TELLING = [{"place": "516 Court Street"}, {"place": "", "link": "https://meet.example/our-group"}]


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create(roles=[Role.COORDINATOR])
    return made


@pytest.mark.parametrize("where", TELLING, ids=str)
def test_of_a_session_that_moves(by: User, where: dict[str, str]):
    session = SessionFactory.create(starts_at=LATER)

    refuses(GivesAway, schedules.change_place, session=session, by=by, now=NOW, **where)
    session.refresh_from_db()
    assert session.place == "12 Pier Street, second floor"


@pytest.mark.parametrize("where", TELLING, ids=str)
def test_of_a_makeup(by: User, where: dict[str, str]):
    given = {"starts_at": LATER, "minutes": 90, "capacity": 9, "language": "en", "leaders": []}

    refuses(GivesAway, cohorts.add_makeup_session, module=ModuleFactory.create(), by=by, now=NOW, **given, **where)
    assert not Session.objects.exists()


@pytest.mark.parametrize("where", TELLING, ids=str)
def test_of_a_cohort(by: User, where: dict[str, str]):
    curriculum = CurriculumFactory.create()
    given = {
        "curriculum": curriculum,
        "policy": PolicyFactory.create(program=curriculum.program),
        "name": "Tuesdays",
        "first_on": LATER.date(),
        "starts_at": time(18),
        "leaders": [],
    }

    refuses(GivesAway, cohorts.generate_cohort, by=by, now=NOW, **given, **where)
    assert not Cohort.objects.exists()


def test_of_an_appointment():
    desk, man = Desk(), ParticipantFactory.create()
    said = {"kind": "intake", "starts_at": "2030-03-04T14:00", "minutes": "60", "with_whom": str(desk.user.pk)}
    answer = desk.press(man, "appointment", **said, place="516 Court Street")

    assert [sentence[:61] for sentence in refusals(answer)] == [
        "Men are sent this, and whoever reads along must learn nothing"
    ]
    assert not Appointment.objects.exists()


def test_with_an_exception_it_is_kept(by: User):
    DiscretionExceptionFactory.create(phrase="516 Court Street")
    session = SessionFactory.create(starts_at=LATER)

    schedules.change_place(session=session, place="Room 2, 516 Court Street", by=by, now=NOW)

    session.refresh_from_db()
    assert session.place == "Room 2, 516 Court Street"
