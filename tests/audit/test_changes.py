import pytest

from audit.changes import write_into
from participants.models import Participant


@pytest.fixture
def man() -> Participant:
    return Participant(first_name="Marek", last_name="Brzezik", language="en")


def test_only_what_differs_is_set_and_told(man: Participant) -> None:
    changes = write_into(man, {"language": "es", "last_name": "Brzezik"})

    assert (man.language, changes.fields) == ("es", ["language"])
    assert (changes.facts, changes.personal) == ({"language": ["en", "es"]}, {})


def test_what_names_somebody_stands_apart(man: Participant) -> None:
    changes = write_into(man, {"last_name": "Oyelaran"}, personal={"last_name"})

    assert changes.facts == {"last_name": "changed"}
    assert changes.personal == {"last_name": ["Brzezik", "Oyelaran"]}


def test_nothing_changed_is_false(man: Participant) -> None:
    assert bool(write_into(man, {"language": "en"})) is False
