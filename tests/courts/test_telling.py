"""Whom of the office a mail about somebody goes to, and that it is the same as whom his file opens to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from courts.actions.telling import Office, office
from participants.models import Participant, Restriction, RestrictionName
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ParticipantFactory, RestrictionFactory, RestrictionNameFactory

MAN = 1
ANN, BEN, RUTH = 11, 12, 21


def of(*readers: int, coordinators: tuple[int, ...] = (ANN, BEN)) -> Office:
    shut = {MAN: frozenset(readers)} if readers else {}
    return Office(frozenset(coordinators), frozenset({RUTH}), shut)


@pytest.mark.parametrize(
    ("there", "told", "all_told"),
    [
        (of(), {ANN, BEN}, {ANN, BEN, RUTH}),
        (of(coordinators=()), {RUTH}, {RUTH}),
        (of(BEN, RUTH), {BEN}, {BEN, RUTH}),
        (of(RUTH), {RUTH}, {RUTH}),
        (of(99), set(), set()),
    ],
    ids=["open", "nobody coordinates", "one is named", "an administrator is named", "whom it names left"],
)
def test_who_is_told(there: Office, told: set[int], all_told: set[int]) -> None:
    assert (set(there.told(MAN)), set(there.all_told(MAN))) == (told, all_told)


@given(st.frozensets(st.integers(0, 5)), st.frozensets(st.integers(0, 5)), st.frozensets(st.integers(0, 5)))
def test_never_one_to_whom_it_is_shut(
    coordinators: frozenset[int], administrators: frozenset[int], named: frozenset[int]
) -> None:
    there = Office(coordinators, administrators, {MAN: named})

    assert [user for user in there.told(MAN) | there.all_told(MAN) if there.is_shut(MAN, user)] == []
    assert not there.told(MAN) - there.all_told(MAN)


@pytest.fixture
def people() -> list[User]:
    """A coordinator, two administrators, one who is both, one who left."""
    roles = [[Role.COORDINATOR], [Role.ADMINISTRATOR], [Role.ADMINISTRATOR], [Role.COORDINATOR, Role.ADMINISTRATOR]]
    there = [UserFactory.create(roles=own) for own in roles]
    return [*there, UserFactory.create(roles=[Role.ADMINISTRATOR], is_active=False)]


def shut(man: Participant, *names: User) -> None:
    restriction = RestrictionFactory(participant=man)
    for user in names:
        RestrictionNameFactory(restriction=restriction, user=user)


@pytest.mark.django_db
@pytest.mark.parametrize("named", [(), (0,), (1,), (0, 1), (3,), (4,), (0, 4)], ids=str)
def test_the_same_as_whom_his_file_opens_to(people: list[User], named: tuple[int, ...]) -> None:
    man = ParticipantFactory.create()
    shut(man, *(people[place] for place in named))
    shut(ParticipantFactory.create(), people[2])

    readers = office({man.pk}).readers[man.pk]
    opens_to = {
        user.pk for user in people[:4] if not Restriction.objects.shut_to(user).filter(participant=man).exists()
    }
    assert readers & {user.pk for user in people[:4]} == opens_to
    assert office({man.pk}).told(man.pk) != frozenset()


@pytest.mark.django_db
def test_whoever_is_named_no_more_is_told_no_more(people: list[User]) -> None:
    man = ParticipantFactory.create()
    shut(man, people[0], people[1])
    RestrictionName.objects.filter(user=people[0]).update(ended_at=NOW)

    assert office({man.pk}).told(man.pk) == {people[1].pk}


@pytest.mark.django_db
def test_nothing_is_shut_where_no_restriction_stands(people: list[User]) -> None:
    man = RestrictionFactory(ended_at=NOW, ended_by=people[1]).participant

    assert office({man.pk}).readers == office().readers == {}
