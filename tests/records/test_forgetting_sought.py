"""By what somebody is found in what others typed; and by what he isn't."""

import pytest

from records.forgetting.sought import Sought, of_men
from tests.factories.participants import ParticipantFactory

HIM = Sought(words=frozenset({"dorian halloway"}), last_names=frozenset({"halloway"}), numbers=frozenset({"1234"}))


@pytest.mark.parametrize(
    "text", ["halloway", "seen: Dorian  HALLOWAY", "q=dorian+halloway", "case 12-34", "12 34", "1234"]
)
def test_stands_in(text: str) -> None:
    assert HIM.stands_in(text)


@pytest.mark.parametrize("text", ["", "Hallowayson", "91234", "12-345", "1 2"])
def test_stands_not_in(text: str) -> None:
    assert not HIM.stands_in(text)


def test_in_a_list_of_many_a_last_name_alone_is_anybodys() -> None:
    named = HIM.by_more_than_a_last_name()

    assert (named.stands_in("Halloway, Marcus"), named.stands_in("Dorian Halloway"), named.stands_in("12-34")) == (
        False, True, True,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_man_is_sought_by_whole_names_and_never_by_what_he_is_called_alone() -> None:
    man = ParticipantFactory(first_name="William", middle_name="Lee", last_name="Halloway", preferred_name="Will")

    sought = of_men([man]).by_more_than_a_last_name()
    assert not sought.stands_in("he will come")
    assert all(
        map(sought.stands_in, ["Will Halloway", "HALLOWAY, WILLIAM", "William Lee Halloway", "Halloway;William;Lee"])
    )
