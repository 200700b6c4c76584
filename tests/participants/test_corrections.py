"""What we had wrong of a man, and where nothing may go any more."""

import json

import pytest

from accounts.models import User
from audit.models import Event
from participants import actions
from participants.models import OtherName, Participant
from participants.names import folded
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def man() -> Participant:
    made: Participant = ParticipantFactory.create(first_name="Marek", last_name="Brzezik", language="en")
    return made


def test_names_stand_in_the_trail_under_his_key_only(man: Participant, by: User) -> None:
    actions.correct_participant(participant=man, last_name="Oyelaran", language="es", by=by, now=NOW)
    event = Event.objects.get()

    assert event.facts == {"changed": {"last_name": "changed", "language": ["en", "es"]}}
    assert event.reveal() == {"last_name": ["Brzezik", "Oyelaran"]}
    assert "Oyelaran" not in json.dumps(event.facts) + bytes(event.personal or b"").decode("latin-1")


def test_he_is_found_by_the_new_name_at_once(man: Participant, by: User) -> None:
    actions.correct_participant(participant=man, last_name="Oyelaran", by=by, now=NOW)
    man.refresh_from_db()

    assert man.folded_name == folded("Marek Oyelaran")
    assert "oyelaran" in set(man.name_tokens.values_list("token", flat=True))


def test_the_old_name_can_be_kept(man: Participant, by: User) -> None:
    actions.correct_participant(participant=man, last_name="Oyelaran", keep_former=True, by=by, now=NOW)

    assert list(OtherName.objects.values_list("kind", "name")) == [("former", "Marek Brzezik")]
    assert "brzezik" in set(man.name_tokens.values_list("token", flat=True))


def test_nothing_to_correct(man: Participant, by: User) -> None:
    refuses(actions.NothingToCorrect, actions.correct_participant, participant=man, language="en", by=by, now=NOW)


def test_where_nothing_may_go_any_more(man: Participant, by: User) -> None:
    point = ContactPointFactory(participant=man, safe=True)
    actions.mark_unsafe(contact_point=point, by=by, now=NOW)

    assert (point.safe_at, point.safe_by) == (None, None)
    assert Event.objects.get().verb == "contact_point.marked_unsafe"
    point.ended_at = NOW
    point.save()
    refuses(actions.NotInUse, actions.mark_unsafe, contact_point=point, by=by, now=NOW)
