"""Who is welcomed, and who is asked to call: once, whatever happened, and not when it turned out otherwise."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from messaging.models import Channel, Message, State
from messaging.registry import kind
from participants.kinds import ContactKind, ContactResult
from participants.models import Participant
from programs.actions.calling import PLEASE_CALL, WELCOME, Ask, ask_to_call, plan_calls
from programs.models import Enrollment, Mark
from tests.factories.clock import NOW
from tests.factories.participants import (
    ConsentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    ParticipantFactory,
)
from tests.factories.programs import EnrollmentFactory, MarkFactory, SessionFactory

pytestmark = pytest.mark.django_db
# Nine in the evening of Monday, March 2, in Seattle; ten on the next morning; ten a day later.
MARKED = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
LATER = MORNING + timedelta(days=1)


def by_mail(man: Participant) -> Participant:
    ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL, value="his@mail.example")
    return man


def absent(**more: Any) -> Mark:
    session = SessionFactory.create(starts_at=MARKED - timedelta(hours=3))
    given = {"enrollment__opened_at": NOW - timedelta(days=60), "kind": "absent", "at": MARKED, **more}
    mark: Mark = MarkFactory.create(session=session, **given)
    by_mail(mark.enrollment.participant)
    return mark


def corrected(mark: Mark, **more: Any) -> Mark:
    made: Mark = MarkFactory.create(
        enrollment=mark.enrollment,
        session=mark.session,
        supersedes=mark,
        idempotency_key=uuid.uuid4(),
        **{"kind": "absent", "at": MARKED + timedelta(hours=1), **more},
    )
    return made


def why(message: Message) -> str | None:
    return kind(message.kind).still_wanted(message, MORNING)


class TestAMissedEvening:
    def test_he_is_asked_to_call_on_the_next_morning(self):
        mark = absent(enrollment__participant__language="es")

        assert plan_calls(now=MARKED) == 1

        message = Message.objects.get()
        assert (message.kind, message.about, message.channel) == (PLEASE_CALL, f"programs.Mark:{mark.pk}", "email")
        assert (message.participant, message.language) == (mark.enrollment.participant, "es")
        assert (message.due_at, message.expires_at) == (MORNING, MORNING + timedelta(days=3))

    def test_once(self):
        absent()

        assert [plan_calls(now=MARKED + timedelta(hours=h)) for h in range(0, 60, 12)] == [1, 0, 0, 0, 0]

    def test_says_a_number_and_nothing_else(self):
        mark = absent()
        plan_calls(now=MARKED)
        message = Message.objects.get()

        said = kind(PLEASE_CALL).render(message, MORNING)
        assert (said.subject, said.body) == ("Please call", f"Please call {mark.session.program.callback_number}.\n")
        message.channel = Channel.TEXT
        assert kind(PLEASE_CALL).render(message, MORNING).body == ("Please call +12065550100. Reply STOP to end texts.")

    @pytest.mark.parametrize(
        "more",
        [
            {"kind": "present"},
            {"kind": "not_provided"},
            {"excuse": "illness"},
            {"at": MARKED - timedelta(days=5)},
            {"enrollment__silent": True},
            {"enrollment__state": "ended", "enrollment__ended": True},
        ],
        ids=str,
    )
    def test_is_not_planned_where_there_is_nothing_to_call_about(self, more: dict[str, Any]):
        absent(**more)

        assert plan_calls(now=MARKED) == 0

    def test_nor_of_an_evening_that_is_long_over(self):
        mark = absent()
        mark.session.starts_at = MARKED - timedelta(days=8)
        mark.session.save()

        assert plan_calls(now=MARKED) == 0

    def test_by_post_where_nothing_else_leads_to_him(self):
        mark = absent()
        mark.enrollment.participant.contact_points.update(kind=ContactKind.POSTAL, value="7 Elm Street, Kent")

        assert plan_calls(now=MARKED) == 1
        message = Message.objects.get(kind=PLEASE_CALL)
        assert message.channel == Channel.LETTER
        assert kind(PLEASE_CALL).render(message, MORNING).subject == "Please call"

    def test_nor_where_nothing_safe_leads_to_him(self):
        mark = absent()
        mark.enrollment.participant.contact_points.update(safe_at=None, safe_by=None)

        assert plan_calls(now=MARKED) == 0

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"kind": "present"}, "was there after all"),
            ({"kind": "late", "minutes": 5}, "was there after all"),
            ({"excuse": "work"}, "excused"),
            ({"comment": "the same"}, None),
        ],
        ids=str,
    )
    def test_what_stands_by_then_counts(self, more: dict[str, Any], reason: str | None):
        mark = absent()
        plan_calls(now=MARKED)
        corrected(mark, **more)

        assert why(Message.objects.get()) == reason

    def test_a_mark_corrected_to_and_fro_is_one_evening(self):
        mark = absent()
        plan_calls(now=MARKED)
        corrected(corrected(mark, kind="present"), at=MARKED + timedelta(hours=2))

        assert plan_calls(now=MARKED + timedelta(hours=3)) == 0

    def test_not_wanted_once_on_hold_or_gone_or_reached(self):
        mark = absent()
        plan_calls(now=MARKED)
        message = Message.objects.get()

        Enrollment.objects.update(silent=True)
        assert why(message) == "on hold"
        Enrollment.objects.update(silent=False, state="ended", ended_why="discharged", closed_at=NOW)
        assert why(message) == "enrollment closed"
        Enrollment.objects.update(state="seated", ended_why="", closed_at=None)
        attempt = {"participant": mark.enrollment.participant, "at": MARKED + timedelta(hours=1)}
        ContactAttemptFactory.create(result=ContactResult.NO_ANSWER, **attempt)
        assert why(message) is None
        ContactAttemptFactory.create(result=ContactResult.REACHED, **attempt)
        assert why(message) == "was reached"

    def test_skipped_while_on_hold_it_is_planned_anew(self):
        absent()
        plan_calls(now=MARKED)
        Message.objects.update(state=State.SKIPPED, reason="on hold")

        assert [plan_calls(now=MARKED + timedelta(minutes=m)) for m in (1, 2)] == [1, 0]


class TestOnceWhateverHappened:
    def ask(self, man: Participant, key: str, since: datetime) -> Ask:
        zone = ZoneInfo("America/Los_Angeles")
        return Ask(key, PLEASE_CALL, f"programs.Mark:{key}", man.pk, "en", since, zone)

    def test_two_things_at_once_are_one_call(self):
        man = by_mail(ParticipantFactory.create())
        asks = [self.ask(man, "a", MARKED), self.ask(man, "b", MARKED + timedelta(minutes=1))]

        assert [ask_to_call(asks, now=MARKED), ask_to_call(asks, now=MARKED)] == [1, 0]

    def test_what_happens_before_he_is_asked_is_said_with_it(self):
        man = by_mail(ParticipantFactory.create())
        ask_to_call([self.ask(man, "a", MARKED)], now=MARKED)

        assert ask_to_call([self.ask(man, "b", MORNING - timedelta(hours=1))], now=MORNING) == 0
        assert ask_to_call([self.ask(man, "c", MORNING + timedelta(hours=1))], now=LATER) == 1

    def test_nobody_who_was_reached_since(self):
        man = by_mail(ParticipantFactory.create())
        ContactAttemptFactory.create(participant=man, at=MARKED, result=ContactResult.REACHED)

        assert ask_to_call([self.ask(man, "a", MARKED - timedelta(hours=1))], now=MORNING) == 0
        assert ask_to_call([self.ask(man, "a", MARKED + timedelta(hours=1))], now=MORNING) == 1

    def test_another_man_is_another_call(self):
        men = [by_mail(ParticipantFactory.create()) for _ in range(2)]

        assert ask_to_call([self.ask(man, str(man.pk), MARKED) for man in men], now=MARKED) == 2

    def test_one_skipped_again_and_again_ends(self):
        man, planned = by_mail(ParticipantFactory.create()), []
        for _ in range(6):
            planned.append(ask_to_call([self.ask(man, "a", MARKED)], now=MARKED))
            Message.objects.update(state=State.SKIPPED, reason="no address")

        assert planned == [1, 1, 1, 1, 0, 0]


class TestWelcome:
    def test_once_he_is_enrolled_and_agreed(self):
        enrollment = EnrollmentFactory.create()
        assert plan_calls(now=NOW) == 0

        ConsentFactory.create(contact_point=ContactPointFactory.create(safe=True, participant=enrollment.participant))

        assert [plan_calls(now=NOW), plan_calls(now=NOW)] == [1, 0]
        message = Message.objects.get()
        assert (message.kind, message.channel, message.about) == (
            WELCOME,
            "text",
            f"programs.Enrollment:{enrollment.pk}",
        )
        assert kind(WELCOME).render(message, NOW).body == (
            "Your appointments will be sent to this number. Questions? Call +12065550100. Reply STOP to end texts."
        )

    @pytest.mark.parametrize(
        "more", [{"silent": True}, {"ended": True}, {"opened_at": NOW - timedelta(days=31)}], ids=str
    )
    def test_not_who_is_on_hold_gone_or_here_for_long(self, more: dict[str, Any]):
        by_mail(EnrollmentFactory.create(**more).participant)

        assert plan_calls(now=NOW) == 0

    def test_not_again_because_he_has_another_number(self):
        man = by_mail(EnrollmentFactory.create().participant)
        plan_calls(now=NOW)
        ConsentFactory.create(contact_point=ContactPointFactory.create(safe=True, participant=man))

        assert plan_calls(now=NOW + timedelta(days=1)) == 0

    def test_not_once_on_hold_or_gone(self):
        by_mail(EnrollmentFactory.create().participant)
        plan_calls(now=NOW)
        message = Message.objects.get()
        assert why(message) is None

        Enrollment.objects.update(silent=True)
        assert why(message) == "on hold"


@pytest.mark.parametrize("men", [1, 3])
def test_asks_as_many_questions_for_three_as_for_one(men: int, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(men):
        absent(enrollment__opened_at=NOW)

    with django_assert_num_queries(15):
        plan_calls(now=MARKED)
