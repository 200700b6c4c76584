import pytest

from accounts import trail
from accounts.actors import Task
from audit import actions
from audit.models import Event
from bench.audit import highest, row_alone, without_the_trail
from participants import actions as people
from participants.models import Note
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(now):
    man, by = ParticipantFactory(), UserFactory()
    return lambda: people.write_note(participant=man, text="He called.", by=by, now=now)


def written(write):
    """Notes and events."""
    before = Note.objects.count(), Event.objects.count()
    write()
    return Note.objects.count() - before[0], Event.objects.count() - before[1]


def test_without_the_trail_only_the_event_is_missing(write):
    with without_the_trail():
        assert written(write) == (1, 0)

    assert written(write) == (1, 1)


@pytest.mark.postgres_only
def test_the_row_alone_is_a_row(write):
    alone = row_alone()

    with without_the_trail(alone):
        assert written(write) == (1, 1)

    assert set(Event.objects.values_list("verb", "record")) == {("note.written", "participants.Note:1")}


def test_what_it_exchanged_is_put_back_whatever_happens():
    before = (actions.event, actions.record, actions.record_all, vars(people)["record"])

    with pytest.raises(AssertionError), without_the_trail():
        assert vars(people)["record"] is before[-1]

    assert (actions.event, actions.record, actions.record_all, vars(people)["record"]) == before


def test_what_accounts_tells_is_written_again_afterwards(now):
    with without_the_trail():
        pass

    trail.tell(by=Task("a.test"), now=now, verb="user.told", on=UserFactory())

    assert Event.objects.filter(verb="user.told").count() == 1


def test_a_process_knows_what_it_held():
    assert 10 < highest() < 10_000
