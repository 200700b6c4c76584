"""The office words its own messages; what could not be sent, or would tell something, is refused with a sentence."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from messaging import rewording
from messaging.models import Wording
from messaging.rendering import Words, shipped, words_of
from messaging.rewording import CHANNELS, NotSendable, SaysTheSame, WordedSince, is_worded, wrong_with
from messaging.wording import TEXTS
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import DiscretionExceptionFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
TEXT = {"template": "reminder", "channel": "text", "language": "en"}
MAIL = TEXT | {"channel": "email"}
STOP = " Reply STOP to end texts."


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create(roles=[Role.COORDINATOR])
    return made


def reword(by: User, body: str, *, subject: str = "", after: int = 0, **which: str) -> Wording:
    return rewording.reword(**(TEXT | which), subject=subject, body=body, after=after, by=by, now=NOW)


def test_the_next_version_is_kept(by: User):
    first = reword(by, f"On [when].{STOP}")
    second = reword(by, f"We see you [when].\r\n{STOP}", after=1)

    assert [(one.version, one.by, one.at) for one in (first, second)] == [(1, by, NOW), (2, by, NOW)]
    assert words_of("reminder", "text", "en") == Words("", f"We see you [when].\n{STOP}", 2)
    event = Event.objects.on(second).get()
    assert (event.verb, event.facts["version"]) == ("wording.written", 2)


def test_of_two_who_word_it_at_once_the_second_is_told(by: User):
    reword(by, f"On [when].{STOP}")

    refuses(WordedSince, reword, by=by, body=f"Come [when].{STOP}", after=0)
    assert Wording.objects.count() == 1


def test_back_to_what_onus_brings(by: User):
    reword(by, f"On [when].{STOP}")
    rewording.restore(**TEXT, after=1, by=by, now=NOW)

    assert words_of("reminder", "text", "en") == shipped("reminder", "text", "en")
    refuses(SaysTheSame, rewording.restore, **TEXT, after=2, by=by, now=NOW)
    # The versions stay, and count on.
    assert reword(by, f"On [when].{STOP}", after=2).version == 3


def test_only_on_what_one_saw(by: User):
    reword(by, f"On [when].{STOP}")

    refuses(WordedSince, rewording.restore, **TEXT, after=0, by=by, now=NOW)


LONG = "On the longest day it doesn't fit into one text: 3 signs too many."


@pytest.mark.parametrize(
    ("which", "subject", "body", "wrong"),
    [
        (TEXT, "", f"On [when].{STOP}", []),
        (TEXT, "", "", ["Write what it says.", "Each text says how to end texts: “Reply STOP”."]),
        (TEXT, "", "On [when].", ["Each text says how to end texts: “Reply STOP”."]),
        (TEXT, "", f"On [wen].{STOP}", ["[wen] is no placeholder of this message."]),
        (TEXT, "", f"Your group, [when].{STOP}", ["Whoever reads along must learn nothing: leave out “group”."]),
        (TEXT, "", f"{'a' * 138}{STOP}", [LONG]),
        (
            TEXT,
            "",
            f"On [when] 😀.{STOP}",
            ["Some phones need three times the room for it, and so it costs: leave out 😀."],
        ),
        (MAIL, "On [when]", "See you.", []),
        (MAIL, "", "See you.", ["An e-mail needs a subject."]),
        (MAIL, "Week 3", "See you.", ["Whoever reads along must learn nothing: leave out “week”."]),
        (MAIL, "😀", f"{'á' * 300}", []),
    ],
    ids=range(11),
)
def test_says_what_is_wrong(which: dict[str, str], subject: str, body: str, wrong: list[str]):
    assert wrong_with(**which, words=Words(subject, body)) == wrong


def test_what_is_wrong_is_not_saved(by: User):
    with pytest.raises(NotSendable) as refused:
        reword(by, "Your class")

    assert (len(refused.value.wrong), Wording.objects.count()) == (2, 0)


def test_what_an_administrator_allows_may_stand():
    DiscretionExceptionFactory.create(phrase="516 Court Street")

    assert wrong_with(**TEXT, words=Words("", f"On [when], 516 Court Street.{STOP}")) == []


def test_a_text_keeps_to_the_old_alphabet_by_itself(by: User):
    assert reword(by, f"Aquí [when].{STOP}", language="es").body == f"Aqui [when].{STOP}"


@pytest.mark.parametrize(
    ("which", "may"),
    [
        (("reminder", "text", "es"), True),
        (("reminder", "letter", "es"), False),
        (("reminder", "text", "fr"), False),
        (("deadline_alert", "email", "en"), False),
        (("../secret", "text", "en"), False),
    ],
)
def test_what_may_be_worded(which: tuple[str, str, str], may: bool):
    assert is_worded(*which) is may


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.template)
def test_what_onus_brings_would_pass(text: Any, channel: str, language: str):
    assert wrong_with(text.template, channel, language, shipped(text.template, channel, language)) == []
