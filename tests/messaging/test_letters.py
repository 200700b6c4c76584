from datetime import timedelta

import pytest
from pytest_django import Settings

from audit.models import Event
from messaging.actions import send_due
from messaging.actions.letters import NotAtThePost, NotPrinted, posted, print_letters, returned
from messaging.models import Channel, Message, State
from messaging.proof import said_hash
from participants.kinds import ContactKind, Unreachable
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory
from tests.messaging.conftest import Greeting
from tests.messaging.papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("greeting")]
ADDRESS = "12 Pier Street, Kent, WA 98032"
LATER = NOW + timedelta(hours=1)


def letter(*, safe: bool = True, **more: object) -> Message:
    point = ContactPointFactory(kind=ContactKind.POSTAL, value=ADDRESS, safe=safe)
    said = {"channel": Channel.LETTER, "user": None, "participant": point.participant}
    return MessageFactory(**said | more)


def him(message: Message) -> Participant:
    assert message.participant is not None
    return message.participant


def printed(*letters: Message) -> bytes:
    return print_letters(messages=[one.pk for one in letters], by=UserFactory(), now=LATER)


def at_the_post() -> Message:
    message = letter()
    printed(message)
    posted(message=message, by=UserFactory(), now=LATER)
    return message


class TestPrinting:
    def test_shows_both_windows_and_the_words(self, settings: Settings):
        settings.RETURN_ADDRESS = ["PO Box 19", "Kent, WA 98035"]
        message = letter()

        (page,) = words_of(printed(message))

        name = him(message).legal_name
        assert page == (
            f"Pier Street Office PO Box 19 Kent, WA 98035 {name} 12 Pier Street Kent, WA 98032 "
            "March 3, 2026 Hello Good morning."
        )

    def test_in_his_language(self):
        (page,) = words_of(printed(letter(language="es")))

        assert "3 de marzo de 2026" in page

    def test_keeps_what_was_said_and_where_but_does_not_say_that_it_went(self):
        message = letter()
        printed(message)

        message.refresh_from_db()
        assert (message.state, message.sent_at, message.printed_at) == (State.QUEUED, None, LATER)
        assert (message.address, message.subject, message.body) == (ADDRESS, "Hello", "Good morning.")
        assert message.said_hash == said_hash(ADDRESS, "Hello", "Good morning.")
        assert message.contact_point == him(message).contact_points.get()
        assert [e.verb for e in Event.objects.on(message)] == ["letter.printed"]

    def test_all_at_once_in_one_file(self):
        assert len(words_of(printed(letter(), letter(), letter()))) == 3

    def test_never_takes_an_e_mail_nor_what_is_not_due(self):
        mail, later = MessageFactory(), letter(due_at=LATER + timedelta(days=1))

        assert printed(mail, later) == b""
        assert not Message.objects.filter(printed_at__isnull=False).exists()

    def test_what_is_no_longer_wanted_drops_out_and_says_why(self, greeting: Greeting):
        message = letter()
        printed(message)
        greeting.unwanted = "on hold"

        assert printed(message) == b""
        message.refresh_from_db()
        assert (message.state, message.reason, message.body, message.said_hash) == (State.SKIPPED, "on hold", "", "")

    def test_without_a_safe_address_there_is_none(self):
        message = letter(safe=False)

        assert printed(message) == b""
        message.refresh_from_db()
        assert (message.state, message.reason) == (State.SKIPPED, "no safe contact point")

    def test_that_gives_something_away_is_not_printed(self, greeting: Greeting):
        greeting.body = "Your class on Tuesday"
        message = letter()

        assert printed(message) == b""
        message.refresh_from_db()
        assert (message.state, message.reason) == (State.FAILED, "gives something away")

    def test_one_that_can_t_be_worded_holds_up_no_other(self):
        broken, whole = letter(language="xx"), letter()

        assert len(words_of(printed(broken, whole))) == 1
        broken.refresh_from_db()
        assert (broken.state, broken.reason) == (State.FAILED, "ValueError")

    def test_no_worker_sends_it(self):
        message = letter()
        send_due(now=LATER)

        message.refresh_from_db()
        assert (message.state, message.attempts) == (State.QUEUED, 0)


class TestThePost:
    def test_takes_what_is_printed(self):
        message = at_the_post()

        assert (message.state, message.sent_at) == (State.SENT, LATER)
        assert [e.verb for e in Event.objects.on(message)] == ["letter.printed", "letter.posted"]

    def test_takes_nothing_that_isn_t(self):
        with pytest.raises(NotPrinted):
            posted(message=letter(), by=UserFactory(), now=LATER)

    def test_takes_nothing_twice(self):
        with pytest.raises(NotPrinted):
            posted(message=at_the_post(), by=UserFactory(), now=LATER)


class TestReturned:
    def test_closes_the_address(self):
        message = at_the_post()
        returned(message=message, by=UserFactory(), now=LATER)

        assert message.outcome == "not_delivered"
        point = him(message).contact_points.get()
        assert (point.unreachable_why, point.unreachable_at) == (Unreachable.BOUNCED, LATER)

    def test_only_once_and_only_what_went(self):
        message = at_the_post()
        returned(message=message, by=UserFactory(), now=LATER)

        for one in (message, letter(), MessageFactory(sent=True)):
            with pytest.raises(NotAtThePost):
                returned(message=one, by=UserFactory(), now=LATER)
