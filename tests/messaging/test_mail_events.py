"""E-mails by a provider's API (django-anymail), and what it tells of them later."""

from base64 import b64encode

import pytest
from anymail.exceptions import AnymailRecipientsRefused
from anymail.signals import AnymailTrackingEvent, tracking
from django.core import mail
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from pytest_django import Settings

from messaging import checks, mail_events
from messaging.actions import send_due
from messaging.bounces import of_error
from messaging.models import Message
from messaging.retries import is_permanent
from participants.kinds import ContactKind, Unreachable
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory
from tests.messaging.conftest import Greeting

pytestmark = pytest.mark.django_db


def tell(event_type: str, message_id: str = "id-1") -> None:
    tracking.send(
        sender=None, event=AnymailTrackingEvent(event_type=event_type, message_id=message_id), esp_name="Test"
    )


def sent() -> Message:
    point = ContactPointFactory(kind=ContactKind.EMAIL, value="m@x.example", safe=True)
    message: Message = MessageFactory(
        user=None, participant=point.participant, contact_point=point, sent=True, provider_id="id-1"
    )
    return message


def test_a_mail_carries_its_own_message_id_and_keeps_the_provider_s(
    greeting: Greeting, settings: Settings, mailoutbox: list[object]
):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    first, second = MessageFactory(), MessageFactory()

    assert send_due(now=NOW).sent == 2

    second.refresh_from_db()
    assert [one.extra_headers["Message-ID"] for one in mail.outbox] == [first.message_id, second.message_id]
    assert second.provider_id == "1", "as the test's provider calls the second one"


@pytest.mark.parametrize(
    ("event_type", "outcome", "unreachable"),
    [
        ("delivered", "delivered", ""),
        ("bounced", "not_delivered", Unreachable.BOUNCED),
        ("rejected", "not_delivered", Unreachable.REFUSED),
        ("complained", "not_delivered", Unreachable.REFUSED),
        ("failed", "not_delivered", ""),
        ("deferred", "", ""),
        ("opened", "", ""),
    ],
)
def test_what_it_tells(event_type: str, outcome: str, unreachable: str):
    message = sent()
    tell(event_type)

    message.refresh_from_db()
    assert message.contact_point is not None
    assert (message.outcome, message.contact_point.unreachable_why) == (outcome, unreachable)


def test_of_a_mail_that_is_not_ours_it_tells_nothing():
    message = sent()
    tell("bounced", message_id="another")
    tell("bounced", message_id="")

    message.refresh_from_db()
    assert message.outcome == ""


def test_refused_for_good_by_its_api():
    refused = AnymailRecipientsRefused()

    assert (is_permanent(refused), of_error(refused)) == (True, Unreachable.BOUNCED)


SECRET = {"WEBHOOK_SECRET": "onus:a-long-random-word"}
MAILGUN = {"MAILGUN_WEBHOOK_SIGNING_KEY": "their-key"}


@pytest.mark.parametrize(
    ("provider", "told", "names"),
    [
        ("", SECRET, []),
        ("postmark", SECRET, ["postmark_tracking_webhook"]),
        # Signs nothing, and no secret was agreed on: whoever finds the address could close any mailbox.
        ("postmark", {}, []),
        ("mailgun", MAILGUN, ["mailgun_tracking_webhook"]),
    ],
    ids=["none named", "by our secret", "by nothing", "by their signature"],
)
def test_only_the_named_provider_has_an_address_here_and_only_guarded(
    settings: Settings, provider: str, told: dict[str, str], names: list[str]
):
    settings.MAIL_PROVIDER, settings.ANYMAIL = provider, told

    assert [one.name for one in mail_events.urls()] == names
    assert [one.id for one in checks.what_became_of_a_mail_is_told_by_its_provider_alone()] == (
        ["onus.W025"] if provider and not names else []
    )


@pytest.mark.parametrize(("sent", "status"), [("", 400), ("onus:guessed", 400), (SECRET["WEBHOOK_SECRET"], 200)])
def test_without_the_secret_nothing_is_heard(rf: RequestFactory, settings: Settings, sent: str, status: int):
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", SECRET
    (webhook,) = mail_events.urls()
    said = {"RecordType": "Bounce", "MessageID": "x", "Type": "HardBounce", "Email": "a@example.org"}
    head = {"Authorization": "Basic " + b64encode(sent.encode()).decode()} if sent else {}
    request = rf.post("/mail/", said, content_type="application/json", headers=head)

    try:
        got = webhook.callback(request).status_code
    except SuspiciousOperation:
        got = 400
    assert got == status
