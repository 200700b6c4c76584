import pytest

from accounts.models import User
from programs.actions import curricula
from programs.actions.cohorts import PolicyUnmeetable
from programs.models import Program
from tests.courts.cases import cohort, program
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import ProgramFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
FOUR = ["Entitlement", "Harm", "Choices", "Going on"]


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def of() -> Program:
    return program()


def test_the_next_version_a_theme_a_week(of: Program, by: User) -> None:
    running = cohort(of)
    made = curricula.new_version(program=of, after=1, name="Four weeks", themes=FOUR, by=by, now=NOW)

    assert (made.version, list(made.modules.values_list("week", "theme"))) == (2, [*enumerate(FOUR, start=1)])
    running.refresh_from_db()
    assert running.curriculum.version == 1
    assert [verb for _, verb, _ in told()] == ["curriculum.written", "program.curriculum_written"]


def test_the_first_version(by: User) -> None:
    of = ProgramFactory.create()
    made = curricula.new_version(program=of, after=0, name="Four weeks", themes=FOUR, by=by, now=NOW)

    assert (made.version, curricula.themes_of(curricula.newest_of(of))) == (1, FOUR)


def test_what_a_version_refuses(of: Program, by: User) -> None:
    newest = curricula.newest_of(of)
    assert newest is not None
    write = {"program": of, "by": by, "now": NOW}
    same = {"name": newest.name, "themes": curricula.themes_of(newest)}

    refuses(curricula.Outdated, curricula.new_version, after=0, name="x", themes=FOUR, **write)
    refuses(curricula.NoWeeks, curricula.new_version, after=1, name="x", themes=[], **write)
    refuses(curricula.NothingChanged, curricula.new_version, after=1, **same, **write)
    refuses(PolicyUnmeetable, curricula.new_version, after=1, name="x", themes=FOUR[:2], **write)
