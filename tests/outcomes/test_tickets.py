from datetime import timedelta

import pytest

from outcomes.actions import answering, tickets
from outcomes.actions.tickets import TakenElsewhere, TicketOver, UnknownTicket, token_of
from outcomes.kinds import Way
from outcomes.models import Ticket
from tests.factories.clock import NOW
from tests.outcomes.people import answered, asked, begun, enrolled, ticket
from tests.refusals import nothing_written, refuses

pytestmark = pytest.mark.django_db


def test_neither_token_nor_code_stands_in_the_row() -> None:
    made = ticket(enrolled(), now=NOW)
    browser = answering.begin(token=token_of(made), now=NOW)
    code = str(tickets.sitting(token=token_of(made), secret=browser, now=NOW).subject.pk)

    row = "".join(map(str, Ticket.objects.values_list().get(pk=made.pk)))
    assert [word in row for word in (token_of(made), browser, code)] == [False, False, False]


def test_to_look_is_not_to_take() -> None:
    """A scanner of mails opens each link before he does."""
    token = token_of(ticket(enrolled(), now=NOW))

    with nothing_written():
        for _ in range(3):
            tickets.find(token=token, now=NOW)

    assert answering.begin(token=token, now=NOW)


def test_it_is_taken_once() -> None:
    browser = begun(enrolled())

    refuses(TakenElsewhere, tickets.take, token=browser.token, now=NOW)
    refuses(TakenElsewhere, answering.begin, token=browser.token, now=NOW)


@pytest.mark.parametrize("secret", ["", "another"])
def test_another_browser_gets_nothing_by_the_token_alone(secret: str) -> None:
    browser = begun(enrolled())

    refuses(TakenElsewhere, answering.save, token=browser.token, secret=secret, given={0: 1}, now=NOW)
    refuses(TakenElsewhere, answering.finish, token=browser.token, secret=browser.token, now=NOW)


def test_the_secret_of_one_man_opens_nothing_of_another() -> None:
    one, other = begun(enrolled()), begun(enrolled())

    refuses(TakenElsewhere, answering.save, token=one.token, secret=other.secret, given={0: 1}, now=NOW)


def test_who_comes_back_goes_on_and_is_not_shown_what_he_answered() -> None:
    browser = begun(enrolled())
    browser.save({0: 5, 1: None, 2: 1}, now=NOW)
    assert tickets.sitting(token=browser.token, secret=browser.secret, now=NOW).hidden == set()

    answering.come_back(token=browser.token, secret=browser.secret, now=NOW)

    assert tickets.sitting(token=browser.token, secret=browser.secret, now=NOW).hidden == {0, 1, 2}
    assert asked(browser).answers == {0: 5, 1: None, 2: 1}


def test_a_new_one_goes_on_where_the_old_one_ended() -> None:
    enrollment = enrolled()
    old = begun(enrollment)
    old.save({0: 5, 1: 4}, now=NOW)

    new = begun(enrollment)

    assert tickets.sitting(token=new.token, secret=new.secret, now=NOW).hidden == {0, 1}
    refuses(UnknownTicket, answering.save, token=old.token, secret=old.secret, given={2: 1}, now=NOW)


def test_one_that_is_handed_in_is_over() -> None:
    enrollment = enrolled()
    token = token_of(ticket(enrollment, now=NOW))
    answered(enrollment)

    refuses(UnknownTicket, tickets.find, token=token, now=NOW)  # a newer one was handed out for it
    newest = token_of(Ticket.objects.get(asking__enrollment=enrollment))
    said = refuses(TicketOver, tickets.find, token=newest, now=NOW)
    assert str(said) == "Thank you. This has been answered already."


def test_a_tablet_locks_itself_and_keeps_what_was_answered() -> None:
    enrollment = enrolled()
    browser = begun(enrollment)
    at = NOW + timedelta(minutes=14)
    browser.save({0: 3}, now=at)
    browser.save({1: 3}, now=at + timedelta(minutes=14))
    late = at + timedelta(minutes=30)

    said = refuses(TicketOver, answering.save, token=browser.token, secret=browser.secret, given={2: 3}, now=late)

    assert str(said) == "This tablet has locked itself. Please hand it back: what you answered is kept."
    assert asked(begun(enrollment, now=late), now=late).answers == {0: 3, 1: 3}


@pytest.mark.parametrize("token", ["", "x", "a" * 32])
def test_an_address_that_nobody_has(token: str) -> None:
    refuses(UnknownTicket, tickets.find, token=token, now=NOW)


def test_what_is_typed_from_paper_is_short_and_what_is_clicked_is_long() -> None:
    assert [len(token_of(ticket(enrolled(), way=way, now=NOW))) for way in (Way.PAPER, Way.TABLET)] == [12, 32]
