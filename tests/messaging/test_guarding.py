"""What may stand in a message all the same, who says so, and whose names it is checked for."""

from collections.abc import Iterable

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from messaging import guarding
from messaging.guarding import discreet, refuse_telling, words_in
from messaging.looking import Halt, Ready, look_again
from messaging.models import Channel, DiscretionException, State
from messaging.registry import Attachment, Kind, Rendered, register
from participants.kinds import ContactKind
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import DiscretionExceptionFactory, MessageFactory
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory
from tests.messaging.conftest import Greeting
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    made: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
    return made


class TestAPlace:
    def test_that_gives_something_away_is_refused_with_the_word(self):
        with pytest.raises(guarding.GivesAway) as refused:
            refuse_telling("Room 2, 516 Court Street", "https://meet.example/group-7")

        assert str(refused.value) == (
            "Men are sent this, and whoever reads along must learn nothing. Leave out “court”, “group”, or have an "
            "administrator allow the whole phrase, such as “516 Court Street”, on the program's page."
        )

    def test_that_is_excepted_is_not(self):
        DiscretionExceptionFactory.create(phrase="516 Court Street")

        refuse_telling("Room 2, 516 court street", "")
        assert discreet("516 Court Street") == "516 Court Street"

    def test_whose_exception_has_ended_is(self):
        ended = {"ended_at": NOW, "ended_by": UserFactory.create()}
        DiscretionExceptionFactory.create(phrase="516 Court Street", **ended)

        assert discreet("516 Court Street") == ""

    def test_says_nothing_where_there_is_none(self):
        refuse_telling("", "")
        assert discreet("") == ""


class TestTheHousesNames:
    @pytest.fixture(autouse=True)
    def program(self) -> None:
        ProgramFactory.create(name="Harbor Choices", letterhead="Quiet Waters Foundation\n12 Pier Street")

    def test_are_never_said(self):
        assert words_in("From Quiet Waters Foundation") == ["quiet waters foundation"]
        assert words_in("https://harbor-choices.example") == ["harbor choices"]

    def test_the_address_below_them_is_no_name(self):
        assert words_in("12 Pier Street") == []


class TestAllowing:
    def test_a_phrase_is_an_administrators_to_allow(self, administrator: User):
        made = guarding.allow(phrase="  516  Court Street ", by=administrator, now=NOW)

        assert (made.phrase, made.made_at, made.made_by) == ("516 Court Street", NOW, administrator)
        assert words_in("516 Court Street") == []
        assert [event.verb for event in Event.objects.on(made)] == ["discretion.allowed"]

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR, Role.CLERK])
    def test_nobody_elses(self, role: Role):
        refuses(
            guarding.NotYours, guarding.allow, phrase="1 Court Street", by=UserFactory.create(roles=[role]), now=NOW
        )

        assert not DiscretionException.objects.exists()

    @pytest.mark.parametrize("phrase", ["12 Pier Street", "court", "Court Group", ""])
    def test_a_word_alone_is_not_allowed_nor_what_needs_it_not(self, administrator: User, phrase: str):
        refuses(guarding.NothingToExcept, guarding.allow, phrase=phrase, by=administrator, now=NOW)

    def test_once(self, administrator: User):
        guarding.allow(phrase="1 Court Street", by=administrator, now=NOW)

        refuses(guarding.ExceptedAlready, guarding.allow, phrase="1 Court Street", by=administrator, now=NOW)

    def test_it_can_be_ended_once(self, administrator: User):
        made = guarding.allow(phrase="1 Court Street", by=administrator, now=NOW)
        refuses(guarding.NotYours, guarding.end_exception, exception=made, by=UserFactory.create(), now=NOW)

        guarding.end_exception(exception=made, by=administrator, now=NOW)

        assert words_in("1 Court Street") == ["court"]
        refuses(guarding.EndedAlready, guarding.end_exception, exception=made, by=administrator, now=NOW)


class Letter(Greeting):
    name = "letter"
    said = Rendered("Hello", "Good morning.", "Pier Street Office")

    def render(self, message: object, now: object) -> Rendered:
        return self.said


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Rendered("Hello", "Good morning."), None),
        (Rendered("Your group", "Good morning."), State.FAILED),
        (Rendered("Hello", "See the judge."), State.FAILED),
        (Rendered("Hello", "Good morning.", "Harbor Court"), State.FAILED),
        (Rendered("Hello", "https://a.example/class/7"), State.FAILED),
        (Rendered("Hello", "Hi", "", (Attachment("court-letter.pdf", b"", "application/pdf"),)), State.FAILED),
        (Rendered("Hello", "Hi", "", (Attachment("K-2026-00017.pdf", b"", "application/pdf"),)), None),
        (Rendered("Hello", "At 516 Court Street"), None),
    ],
)
def test_each_message_is_looked_at_when_it_goes(kinds: dict[str, Kind], said: Rendered, state: State | None):
    DiscretionExceptionFactory.create(phrase="516 Court Street")
    letter = Letter()
    letter.said = said
    register(letter)
    man = ParticipantFactory.create()
    ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL)
    message = MessageFactory.create(kind="letter", user=None, participant=man, channel=Channel.EMAIL)

    found = look_again(message, now=NOW.replace(hour=19))

    assert (found.state if isinstance(found, Halt) else None) == state
    assert isinstance(found, Ready) or found.reason == "gives something away"


def test_a_source_of_names_is_asked_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guarding, "_names", [])

    def names() -> Iterable[str]:
        return ["Blue Door"]

    guarding.names_come_from(names)
    guarding.names_come_from(names)

    assert (guarding._names, words_in("the blue door")) == ([names], ["blue door"])
