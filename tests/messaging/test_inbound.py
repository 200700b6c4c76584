"""Texts that come in: what each does at once, and what its sender learns."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from audit.models import Event
from messaging.actions import inbound, send_due
from messaging.actions.inbound import AlreadySeen, came_in, seen
from messaging.models import Channel, InboundText, Message, State
from participants.consent import ConsentEvent, may_text
from participants.kinds import ConsentHow, ContactKind, Unreachable
from participants.models import Consent, ContactPoint
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.participants import ConsentFactory, ContactPointFactory
from tests.factories.programs import EnrollmentFactory
from tests.messaging.conftest import Greeting
from tests.messaging.test_post import text_to

pytestmark = pytest.mark.django_db
NUMBER = "+12065550100"
LATER = NOW + timedelta(hours=1)


def agreed(number: str = NUMBER, *, safe: bool = True, **more: object) -> ContactPoint:
    point: ContactPoint = ContactPointFactory(value=number, safe=safe, **more)
    ConsentFactory(contact_point=point)
    return point


def agrees(point: ContactPoint) -> bool:
    said = Consent.objects.filter(contact_point=point)
    return may_text([ConsentEvent(c.pk, c.contact_point_id, c.given, c.at) for c in said], point.pk)


def receive(body: str, *, number: str = NUMBER, sid: str = "SM1", now=LATER) -> InboundText | None:
    return came_in(provider_id=sid, number=number, body=body, now=now)


def answers() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "about"))


class TestStop:
    def test_counts_at_once_and_says_by_whom(self):
        point = agreed()

        text = receive("Please stop")

        revoked = Consent.objects.latest("pk")
        assert text is not None
        assert (text.contact_point, text.meaning, agrees(point)) == (point, "stop", False)
        assert (revoked.given, revoked.how, revoked.at, revoked.recorded_by) == (False, ConsentHow.BY_TEXT, LATER, None)
        assert [e.verb for e in Event.objects.on(text)] == ["text.came_in"]

    def test_gets_one_confirmation_and_silence_after(self):
        agreed()
        text = receive("Stop")
        receive("Stop", sid="SM2")

        assert text is not None
        assert answers() == [("text_stopped", f"messaging.InboundText:{text.pk}")]

    def test_counts_for_everybody_at_that_number_and_nobody_else(self):
        one, other, elsewhere = agreed(), agreed(), agreed("+12065550101")

        receive("stop")

        assert [agrees(point) for point in (one, other, elsewhere)] == [False, False, True]
        assert len(answers()) == 1

    def test_without_consent_writes_none(self):
        point = ContactPointFactory(value=NUMBER, safe=True)
        receive("stop")

        assert not Consent.objects.filter(contact_point=point).exists()
        assert answers() == []

    def test_of_a_stranger_closes_the_number(self):
        point = agreed()
        receive("wrong number")

        point.refresh_from_db()
        assert (point.unreachable_why, point.unreachable_at, agrees(point)) == (Unreachable.WRONG_PERSON, LATER, False)
        assert answers() == [], "a stranger hears nothing more from us"

    def test_from_a_number_that_nobody_has_is_kept_and_does_nothing(self):
        point = agreed("+12065550101")
        text = receive("stop")

        assert text is not None
        assert (text.contact_point, agrees(point), answers()) == (None, True, [])

    def test_from_a_number_that_is_no_longer_his(self):
        point = agreed(ended_at=NOW)
        receive("stop")

        assert agrees(point) is True


class TestStart:
    def test_restores_what_a_stop_ended(self):
        point = agreed()
        receive("stop")
        receive("START", sid="SM2", now=LATER + timedelta(days=30))

        assert agrees(point) is True
        assert [kind for kind, _ in answers()] == ["text_stopped", "text_started"]

    def test_not_after_thirty_days(self):
        point = agreed()
        receive("stop")
        receive("start", sid="SM2", now=LATER + timedelta(days=30, seconds=1))

        assert agrees(point) is False

    def test_not_what_he_said_otherwise(self):
        point = agreed()
        ConsentFactory(contact_point=point, given=False, how=ConsentHow.ORAL, at=NOW + timedelta(minutes=1))
        receive("start")

        assert (agrees(point), answers()) == (False, [])

    def test_not_where_he_never_agreed(self):
        point = ContactPointFactory(value=NUMBER, safe=True)
        receive("start")

        assert (agrees(point), answers()) == (False, [])

    def test_does_nothing_for_who_agrees(self):
        point = agreed()
        receive("start")

        assert Consent.objects.filter(contact_point=point).count() == 1
        assert answers() == []


class TestAnswers:
    """Through the outbox, to the number that wrote, although he no longer agrees."""

    def sent(self) -> list[tuple[str, str]]:
        send_due(now=LATER)
        return list(Message.objects.filter(state=State.SENT).order_by("pk").values_list("address", "body"))

    @pytest.mark.parametrize(
        ("language", "body", "says"),
        [
            ("en", "stop", "You get no more texts from us. Text START to get them again. Questions? Call {number}."),
            ("en", "help", "Reply STOP to end texts. Questions? Call {number}."),
            (
                "es",
                "alto",
                "Ya no va a recibir textos de este remitente. Escriba START para recibirlos otra vez. ¿Preguntas? "
                "Llame al {number}.",
            ),
        ],
    )
    def test_give_the_number_to_call_in_his_language(self, language: str, body: str, says: str):
        point = agreed(participant__language=language)
        program = EnrollmentFactory(participant=point.participant).program
        receive(body)

        assert self.sent() == [(NUMBER, says.format(number=program.callback_number))]

    def test_go_at_night_too(self):
        agreed()
        receive("stop")

        # Five in the morning in Seattle: he has his phone in his hand.
        assert send_due(now=NOW + timedelta(hours=1)).sent == 1

    def test_go_to_nobody_whose_number_nobody_marked_safe(self):
        point = agreed(safe=False)
        receive("stop")

        assert (agrees(point), self.sent()) == (False, [])

    def test_any_other_text_gets_none(self):
        agreed()
        receive("I will be late")

        assert answers() == []


class TestTwice:
    def test_is_one(self):
        agreed()
        receive("stop")

        assert receive("stop") is None
        assert InboundText.objects.count() == 1
        assert len(answers()) == 1

    def test_at_the_same_moment_is_one(self, monkeypatch: pytest.MonkeyPatch):
        def somebody_was_faster(*said: object) -> None:
            InboundTextFactory(provider_id="SM1")
            raise IntegrityError

        monkeypatch.setattr(inbound, "_take", somebody_was_faster)

        assert receive("stop") is None

    def test_another_fault_is_no_second_text(self, monkeypatch: pytest.MonkeyPatch):
        def broken(*said: object) -> None:
            raise IntegrityError

        monkeypatch.setattr(inbound, "_take", broken)

        with pytest.raises(IntegrityError):
            receive("stop")

    def test_what_no_database_takes_is_left_out(self):
        text = receive("ab\0c" + "x" * 5_000)

        assert text is not None
        assert (len(text.body), text.body[:4]) == (1_999, "abcx")


class TestWhatWaits:
    """A notice that nobody may miss changes its way by itself; a reminder just doesn't go."""

    def test_goes_by_mail(self, greeting: Greeting):
        required = text_to(NUMBER, kind="summons")
        reminder = MessageFactory(text=True, participant=required.participant)
        ContactPointFactory(participant=required.participant, kind=ContactKind.EMAIL, value="m@x.example", safe=True)

        receive("stop")

        required.refresh_from_db()
        reminder.refresh_from_db()
        assert (required.state, required.reason) == (State.SKIPPED, "no consent to texts")
        assert reminder.state == State.QUEUED, "skipped when it is looked at again"
        again = Message.objects.get(channel=Channel.EMAIL)
        assert (again.key, again.kind, again.about, again.due_at) == (
            f"{required.key}:email", "summons", required.about, LATER,
        )  # fmt: skip


class TestSeen:
    def test_takes_it_off_the_list(self):
        text, user = InboundTextFactory(), UserFactory()

        seen(text=text, by=user, now=LATER)

        assert (text.seen_at, text.seen_by, list(InboundText.objects.unread())) == (LATER, user, [])
        assert [e.verb for e in Event.objects.on(text)] == ["text.seen"]

    def test_only_once(self):
        text = InboundTextFactory()
        seen(text=text, by=UserFactory(), now=LATER)

        with pytest.raises(AlreadySeen):
            seen(text=text, by=UserFactory(), now=LATER)
