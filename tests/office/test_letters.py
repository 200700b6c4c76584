"""The page of letters that wait for the printer and for the post."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from messaging.models import Channel, Message, State
from participants.kinds import ContactKind
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory
from tests.messaging.conftest import greeting, kinds  # noqa: F401  fixtures
from tests.messaging.papers import words_of
from tests.office.desk import Desk, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("greeting")]
URL = "/office/print/letters/"


@pytest.fixture
def desk() -> Desk:
    return Desk(Role.COORDINATOR)


def letter(**more: Any) -> Message:
    point = ContactPointFactory(kind=ContactKind.POSTAL, value="12 Pier Street, Kent, WA 98032", safe=True)
    made: Message = MessageFactory(channel=Channel.LETTER, user=None, participant=point.participant, due_at=NOW, **more)
    return made


def test_is_empty_and_says_what_fills_it(desk: Desk):
    assert "No letters" in text(desk.get(URL))


def test_lists_letters_and_nothing_else(desk: Desk):
    one = letter()
    MessageFactory(), letter(state=State.SENT, sent_at=NOW)

    assert [line["letter"] for line in desk.get(URL).context["lines"]] == [one]


def test_prints_one_or_all(desk: Desk):
    one, other = letter(), letter()

    single = desk.client.post(URL, {"do": "print", "letter": one.pk})
    both = desk.client.post(URL, {"do": "print"})

    assert (single["Content-Type"], len(words_of(single.content)), len(words_of(both.content))) == (
        "application/pdf",
        1,
        2,
    )
    other.refresh_from_db()
    assert other.printed_by == desk.user


def test_it_went_is_one_press(desk: Desk):
    one = letter()
    desk.client.post(URL, {"do": "print"})
    page = desk.get(URL).content.decode()
    (action,) = re.findall(r'action="(/office/do/message/[0-9]+/posted/)"', page)
    (once,) = re.findall(r'name="once" value="([^"]+)"', page)

    answer = desk.client.post(action, {"once": once, "back": URL})

    assert answer["Location"] == URL
    one.refresh_from_db()
    assert (one.state, desk.get(URL).context["lines"]) == (State.SENT, [])


def test_all_that_are_printed_went(desk: Desk):
    one, other = letter(), letter()
    desk.client.post(URL, {"do": "print", "letter": one.pk})

    answer = desk.client.post(URL, {"do": "went"})

    assert desk.notice(answer) == "Noted: 1 letter went to the post."
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (State.SENT, State.QUEUED)


def test_nothing_left_to_print_is_a_sentence(desk: Desk, greeting: Any):  # noqa: F811
    letter()
    greeting.unwanted = "on hold"

    answer = desk.client.post(URL, {"do": "print"}, follow=True)

    assert "There is nothing to print: these letters are no longer wanted" in text(answer)


def test_costs_as_much_for_three_as_for_one(desk: Desk, django_assert_num_queries: Any):
    letter()
    with CaptureQueriesContext(connection) as one:
        desk.get(URL)
    letter(), letter()
    with django_assert_num_queries(len(one)):
        desk.get(URL)


class TestDeeds:
    def test_it_came_back(self, desk: Desk):
        one = letter()
        desk.client.post(URL, {"do": "print"})
        desk.client.post(URL, {"do": "went"})

        answer = desk.press(one, "returned")

        assert desk.notice(answer).startswith("Noted: it came back.")
        one.refresh_from_db()
        assert one.outcome == "not_delivered"

    @pytest.mark.parametrize(("name", "state"), [("went", State.SENT), ("not-gone", State.FAILED)])
    def test_of_a_text_that_may_have_gone(self, desk: Desk, name: str, state: State):
        one = MessageFactory(text=True, state=State.UNKNOWN, reason="not at the provider")
        desk.press(one, name)

        one.refresh_from_db()
        assert one.state == state
