"""A head of a mail is one line, whatever somebody put into a name: it is refused, not sent with a line of theirs."""

from datetime import datetime

import pytest
from django.core import mail
from django.core.mail import BadHeaderError

from messaging.looking import Ready
from messaging.post import Post
from messaging.registry import Rendered
from office.forms.settings import ChangeProgram
from tests.attacks import hostile
from tests.factories.messaging import MessageFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db
SPLIT = ["a\r\nBcc: evil@evil.example", "a\nBcc: evil@evil.example", "a\rBcc: evil@evil.example", hostile.LINES]


@pytest.mark.parametrize("words", SPLIT)
@pytest.mark.parametrize("where", ["subject", "sender", "address"])
def test_a_line_more_is_never_sent(where: str, words: str, now: datetime) -> None:
    said = {"subject": "Hello", "sender": "Pier Street Office", "address": "records@court.example"} | {where: words}
    message = MessageFactory(message_id="<1@notices.example>")
    ready = Ready(said["address"], Rendered(said["subject"], "Please call.", said["sender"]))
    with pytest.raises(BadHeaderError):
        Post().hand_over(message, ready)

    assert mail.outbox == []


@pytest.mark.parametrize("words", SPLIT)
def test_nor_does_the_form_of_the_sender_take_one(words: str, now: datetime) -> None:
    form = ChangeProgram({"neutral_sender": words}, record=ProgramFactory())

    assert "This is one line. Take the line breaks out." in form.errors["neutral_sender"]
