"""Who may be here twice, found by a job."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import Event
from participants.actions import add_contact_point, add_participant, correct_participant
from participants.findable import make_findable
from participants.kinds import ContactKind
from participants.models import Likeness, OtherName, Participant, Sound
from participants.twice import SameFile, compare_newcomers, suggest, tell_apart
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory, OtherNameFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
BORN = date(1980, 2, 7)


@pytest.fixture
def by() -> User:
    return UserFactory.create()


def man(by: User, name: str = "José García", born: date | None = BORN, **others: Any) -> Participant:
    first, _, last = name.partition(" ")
    said = {"first_name": first, "last_name": last, "date_of_birth": born, "time_zone": "UTC"}
    return add_participant(**said | others, by=by, now=NOW)


def pairs() -> list[tuple[int, int, int, list[str]]]:
    return [(one.one_id, one.other_id, one.score, one.why) for one in Likeness.objects.order_by("one", "other")]


def test_a_newcomer_is_compared_once(by: User) -> None:
    one = man(by)
    other = man(by, "Jose Garzia")
    man(by, "Jose Garcia", date(1991, 11, 30))
    man(by, "Bob Smith")

    assert compare_newcomers(now=LATER) == 1
    assert pairs() == [(one.pk, other.pk, 80, ["spelled", "born"])]
    assert not Participant.objects.filter(to_compare=True).exists()
    assert compare_newcomers(now=LATER) == 0


def test_by_an_alias_and_by_a_telephone(by: User) -> None:
    known, other, third = man(by, "Dorian Halloway"), man(by, "Jose Garcia"), man(by, "Bob Smith", None)
    OtherNameFactory(participant=known, name="José García")
    make_findable([known])
    fourth = man(by, "Bob Smith", date(1970, 1, 1))
    for each in (third, fourth):
        ContactPointFactory(participant=each, value="+12065550100")

    assert compare_newcomers(now=LATER) == 2
    assert pairs() == [(known.pk, other.pk, 90, ["name", "born"]), (third.pk, fourth.pk, 75, ["name", "phone"])]


def test_who_was_told_apart_is_not_asked_about_again(by: User) -> None:
    one, other = man(by), man(by)
    compare_newcomers(now=LATER)
    told = tell_apart(one=other, other=one, by=by, now=LATER)
    assert (told.one, told.other, told.settled_by, told.score) == (one, other, by, 90)
    make_findable([one])
    assert compare_newcomers(now=LATER) == 0
    assert Likeness.objects.open().count() == 0
    assert Event.objects.get(verb="likeness.told_apart").facts == {"one": one.pk, "other": other.pk}
    with pytest.raises(SameFile):
        tell_apart(one=one, other=one, by=by, now=LATER)


def test_told_apart_before_anybody_asked(by: User) -> None:
    one, other = man(by), man(by)
    tell_apart(one=one, other=other, by=by, now=LATER)
    assert compare_newcomers(now=LATER) == 0


def test_whoever_is_said_to_be_otherwise_is_compared_again(by: User) -> None:
    one, other = man(by), man(by, "Jose Garcia", date(1991, 11, 30))
    compare_newcomers(now=LATER)
    correct_participant(participant=other, date_of_birth=date(1980, 7, 2), by=by, now=LATER)
    assert compare_newcomers(now=LATER) == 1
    assert pairs() == [(one.pk, other.pk, 80, ["name", "swapped"])]


def test_a_new_telephone_asks_again_and_an_address_does_not(by: User) -> None:
    one, other = man(by), man(by, "Jose Garcia", None)
    compare_newcomers(now=LATER)
    said: dict[str, Any] = {"source": "he told us", "by": by, "now": LATER}
    add_contact_point(participant=one, kind=ContactKind.EMAIL, value="j@m.example", **said)
    assert not Participant.objects.filter(to_compare=True).exists()
    for each in (one, other):
        add_contact_point(participant=each, kind=ContactKind.PHONE, value="+12065550100", **said)
    assert compare_newcomers(now=LATER) == 1
    assert pairs() == [(one.pk, other.pk, 75, ["name", "phone"])]


def test_who_was_merged_is_nobody(by: User) -> None:
    one, other, third = man(by), man(by), man(by)
    Participant.objects.filter(pk=other.pk).update(merged_into=one)
    make_findable([Participant.objects.get(pk=other.pk)])
    compare_newcomers(now=LATER)
    assert pairs() == [(one.pk, third.pk, 90, ["name", "born"])]
    assert not Sound.objects.filter(participant=other).exists()


def test_five_questions_however_many_are_here(by: User) -> None:
    one = man(by)
    for count in (1, 30):
        for _ in range(count):
            man(by, "Jose Garcia")
        Likeness.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            suggest(one, now=LATER)
        assert len(asked) == 5
    assert Likeness.objects.count() == 31


def test_how_he_sounds_is_laid_with_his_names(by: User) -> None:
    known = man(by, "Jon Smith")
    assert set(known.sounds.values_list("sound", flat=True)) == {"JN SM0"}
    OtherName.objects.create(participant=known, kind="alias", name="José García", folded="josegarcia")
    make_findable([known])
    assert set(known.sounds.values_list("sound", flat=True)) == {"JN SM0", "JS KRX"}
