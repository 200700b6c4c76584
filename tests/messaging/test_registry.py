from datetime import datetime

import pytest

from accounts.models import User
from messaging import registry
from messaging.models import Channel, Message
from messaging.registry import Kind, KindRegisteredTwice, Rendered, UnknownKind
from participants.kinds import ContactKind
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory, ParticipantFactory
from tests.messaging.conftest import Greeting


def test_a_kind_is_found_by_its_name(kinds: dict[str, Kind]):
    made = Greeting()
    registry.register(made)

    assert registry.kind("greeting") is made


def test_two_of_one_name_are_refused(greeting: Greeting):
    with pytest.raises(KindRegisteredTwice):
        registry.register(Greeting())

    assert registry.kind("greeting") is greeting


def test_an_unknown_kind_says_so(kinds: dict[str, Kind]):
    with pytest.raises(UnknownKind):
        registry.kind("greeting")


def test_every_kind_of_the_house_is_registered_when_the_apps_are_ready():
    kinds = {"session_reminder", "appointment_reminder", "report_waiting", "deadline_alert"}

    assert kinds <= {registry.kind(name).name for name in registry._kinds}


class TestAddressOfAUser:
    @pytest.mark.django_db
    def test_is_his_own(self):
        user = UserFactory.create(email="staff@onus.example")

        assert Greeting().address(MessageFactory.create(user=user), NOW) == "staff@onus.example"

    @pytest.mark.django_db
    def test_is_none_once_he_may_not_sign_in(self):
        MessageFactory.create()
        User.objects.update(is_active=False)
        message = Message.objects.get()

        assert Greeting().address(message, NOW) is None


@pytest.mark.django_db
class TestAddressOfAParticipant:
    def test_is_none_while_nobody_marked_it_safe(self):
        point = ContactPointFactory.create(kind=ContactKind.EMAIL, value="home@family.example")

        assert _mail_to(point.participant) is None

    def test_is_none_once_it_is_out_of_use(self):
        point = ContactPointFactory.create(safe=True, kind=ContactKind.EMAIL, value="old@mail.example", ended_at=NOW)

        assert _mail_to(point.participant) is None

    def test_is_the_one_last_marked_safe(self):
        him = ParticipantFactory.create()
        for day, value in enumerate(["old@mail.example", "new@mail.example"], start=1):
            ContactPointFactory.create(
                safe=True, participant=him, kind=ContactKind.EMAIL, value=value, safe_at=NOW.replace(day=day)
            )

        assert _mail_to(him) == "new@mail.example"

    def test_never_is_another_mans(self):
        ContactPointFactory.create(safe=True, kind=ContactKind.EMAIL, value="other@mail.example")

        assert _mail_to(ParticipantFactory.create()) is None

    def test_for_a_text_is_the_number_he_agreed_to(self):
        him = ParticipantFactory.create()
        agreed = ContactPointFactory.create(safe=True, participant=him, safe_at=NOW.replace(day=1))
        ConsentFactory.create(contact_point=agreed)
        ContactPointFactory.create(safe=True, participant=him)

        message = MessageFactory.create(text=True, participant=him)

        assert Greeting().address(message, NOW) == agreed.value

    def test_for_a_text_is_never_his_mailbox(self):
        point = ContactPointFactory.create(safe=True, kind=ContactKind.EMAIL, value="his@mail.example")

        assert Greeting().address(MessageFactory.create(text=True, participant=point.participant), NOW) is None


def _mail_to(participant: object, now: datetime = NOW) -> str | None:
    message = MessageFactory.create(channel=Channel.EMAIL, user=None, participant=participant)
    return Greeting().address(message, now)


def test_the_outbox_keeps_no_key_of_what_was_sent() -> None:
    said = Rendered("A letter", "Open /letter/abc/ with 12345678, or /letter/abc/.", keys=("abc", "12345678"))
    assert said.kept == "Open /letter/…/ with …, or /letter/…/."
    assert Rendered("A letter", "As it is.").kept == "As it is."
