"""That an evening changed: who hears of it, once, and who is to be called instead."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from messaging.actions import send_due
from messaging.models import Channel, Message, Outcome, State
from participants.kinds import ContactKind
from participants.models import Participant
from programs.actions.changes import AFTERWARDS, LASTS, calls_about, tell, to_be_called, told
from programs.actions.schedules.canceling import cancel_session
from programs.actions.standing import assessment_of
from programs.kinds import Change
from programs.models import Enrollment, Session
from tests.factories.clock import NOW
from tests.factories.participants import ConsentFactory, ContactAttemptFactory, ContactPointFactory
from tests.factories.programs import BookingFactory, MarkFactory
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.django_db
# Ten in the morning in Seattle: no phone is asleep.
MORNING = NOW + timedelta(hours=6)
MINUTE = timedelta(minutes=1)


def by_mail(participant: Participant) -> None:
    ContactPointFactory.create(safe=True, participant=participant, kind=ContactKind.EMAIL, value="his@mail.example")


def by_text(participant: Participant) -> None:
    ConsentFactory.create(contact_point=ContactPointFactory.create(safe=True, participant=participant))


def unsafe(participant: Participant) -> None:
    ContactPointFactory.create(participant=participant, kind=ContactKind.EMAIL, value="shared@mail.example")


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def session(running: Scene) -> Session:
    return running.session(1)


def seated(running: Scene, reach: Callable[[Participant], None] = by_mail, **more: Any) -> Enrollment:
    him = running.seated(**more)
    reach(him.participant)
    return him


def messages() -> list[tuple[str, int | None, str]]:
    return list(Message.objects.order_by("id").values_list("kind", "participant_id", "state"))


class TestTelling:
    def test_each_is_told_by_his_safe_way(self, running: Scene, session: Session):
        mailed = seated(running, participant__language="es")
        texted = seated(running, by_text)

        assert tell(session=session, enrollments=[mailed, texted], what=Change.MOVED, now=NOW) == []

        first, second = Message.objects.order_by("id")
        assert (first.kind, first.about) == ("session_moved", f"programs.Session:{session.pk}")
        assert (first.participant_id, first.channel, first.language) == (mailed.participant_id, Channel.EMAIL, "es")
        assert (second.participant_id, second.channel) == (texted.participant_id, Channel.TEXT)
        assert {(m.due_at, m.expires_at) for m in (first, second)} == {(NOW, session.starts_at)}

    def test_whoever_has_no_safe_way_is_to_be_called(self, running: Scene, session: Session):
        reached, alone = seated(running), seated(running, unsafe)

        assert tell(session=session, enrollments=[reached, alone], what=Change.CANCELED, now=NOW) == [alone]

    def test_the_same_change_is_told_once(self, running: Scene, session: Session):
        him = seated(running)
        for _ in range(2):
            tell(session=session, enrollments=[him], what=Change.MOVED, now=NOW)

        assert len(messages()) == 1

    def test_a_second_change_is_told_again_also_the_way_back(self, running: Scene, session: Session):
        him = seated(running)
        first, second = session.starts_at, session.starts_at + timedelta(days=1)
        for session.starts_at in (second, first, second):
            tell(session=session, enrollments=[him], what=Change.MOVED, now=NOW)

        assert [m.expires_at for m in Message.objects.order_by("id")] == [second, first, second]

    def test_another_place_is_told_for_each_place(self, running: Scene, session: Session):
        him = seated(running)
        for session.place in ("5 Oak Street", "5 Oak Street", "7 Elm Street"):
            tell(session=session, enrollments=[him], what=Change.PLACE, now=NOW)

        assert len(messages()) == 2

    def test_a_second_call_for_the_unreachable_writes_nothing_new(self, running: Scene, session: Session):
        him = seated(running, unsafe)
        told_twice = [tell(session=session, enrollments=[him], what=Change.CANCELED, now=NOW) for _ in range(2)]

        assert told_twice == [[him], [him]]
        assert len(messages()) == 1

    def test_on_hold_he_neither_hears_nor_is_called(self, running: Scene, session: Session):
        on_hold = seated(running, unsafe, silent=True)

        assert tell(session=session, enrollments=[on_hold], what=Change.CANCELED, now=NOW) == []
        assert messages() == []

    @pytest.mark.parametrize("what", [Change.MOVED, Change.PLACE, Change.BOOKED, Change.UNBOOKED])
    def test_what_has_begun_is_told_to_nobody(self, running: Scene, session: Session, what: Change):
        him = seated(running, unsafe)

        assert tell(session=session, enrollments=[him], what=what, now=session.starts_at) == []
        assert messages() == []

    def test_that_it_did_not_take_place_is_told_afterwards_too(self, running: Scene, session: Session):
        him, late = seated(running), session.starts_at + timedelta(hours=3)
        tell(session=session, enrollments=[him], what=Change.CANCELED, now=late)

        assert Message.objects.get().expires_at == late + AFTERWARDS

    def test_but_not_weeks_later(self, running: Scene, session: Session):
        him = seated(running, unsafe)

        assert tell(session=session, enrollments=[him], what=Change.CANCELED, now=session.starts_at + LASTS) == []
        assert messages() == []

    def test_what_its_writer_takes_back_was_told_to_nobody(self, running: Scene, session: Session):
        him = seated(running)
        with transaction.atomic():
            tell(session=session, enrollments=[him], what=Change.MOVED, now=NOW)
            transaction.set_rollback(True)

        assert messages() == []

    @pytest.mark.parametrize("men", [1, 3])
    def test_asks_as_much_for_three_as_for_one(
        self, running: Scene, session: Session, men: int, django_assert_num_queries: DjangoAssertNumQueries
    ):
        people = [seated(running, by_text) for _ in range(men)]

        with django_assert_num_queries(8):
            tell(session=session, enrollments=people, what=Change.MOVED, now=NOW)


class TestToBeCalled:
    @pytest.fixture
    def reached(self, running: Scene) -> Enrollment:
        return seated(running)

    @pytest.fixture
    def alone(self, running: Scene) -> Enrollment:
        return seated(running, unsafe)

    @pytest.fixture
    def canceled(self, running: Scene, session: Session, reached: Enrollment, alone: Enrollment) -> Session:
        cancel_session(session=session, why=Session.Canceled.WEATHER, by=running.coordinator, now=MORNING)
        session.refresh_from_db()
        return session

    def test_whom_nothing_reaches(self, canceled: Session, alone: Enrollment):
        assert to_be_called(canceled, now=MORNING) == [alone]

    def test_still_when_it_was_tried_to_send(self, canceled: Session, alone: Enrollment, reached: Enrollment):
        send_due(now=MORNING)

        assert [m.to for m in mail.outbox] == [["his@mail.example"]]
        assert to_be_called(canceled, now=MORNING + MINUTE) == [alone]
        assert [m.participant_id for m in told(canceled)] == [reached.participant_id]

    def test_on_its_way_counts_as_told(self, canceled: Session, reached: Enrollment):
        assert [m.participant_id for m in told(canceled)] == [reached.participant_id]

    @pytest.mark.parametrize("state", [State.FAILED, State.MISSED])
    def test_whom_it_did_not_reach_after_all(
        self, canceled: Session, reached: Enrollment, alone: Enrollment, state: State
    ):
        Message.objects.filter(participant=reached.participant).update(state=state, reason="SMTPException")

        assert to_be_called(canceled, now=MORNING) == [reached, alone]
        assert told(canceled) == []

    def test_whose_notice_came_back(self, canceled: Session, reached: Enrollment, alone: Enrollment):
        send_due(now=MORNING)
        Message.objects.filter(state=State.SENT).update(outcome=Outcome.NOT_DELIVERED, outcome_at=MORNING)

        assert to_be_called(canceled, now=MORNING) == [reached, alone]
        assert told(canceled) == []

    def test_who_had_agreed_to_texts_while_nobody_hears_a_stop(
        self, canceled: Session, reached: Enrollment, alone: Enrollment
    ):
        Message.objects.update(state=State.SKIPPED, reason="texts can't be answered")

        assert to_be_called(canceled, now=MORNING) == [reached, alone]

    def test_not_whoever_did_not_need_it_any_more(self, canceled: Session, alone: Enrollment):
        Message.objects.update(state=State.SKIPPED, reason="moved")

        assert to_be_called(canceled, now=MORNING) == []

    def test_not_once_somebody_tried(self, canceled: Session, alone: Enrollment):
        ContactAttemptFactory.create(participant=alone.participant, at=MORNING + MINUTE)

        assert to_be_called(canceled, now=MORNING + 2 * MINUTE) == []

    def test_an_attempt_from_before_does_not_count(self, canceled: Session, alone: Enrollment):
        ContactAttemptFactory.create(participant=alone.participant, at=MORNING - MINUTE)

        assert to_be_called(canceled, now=MORNING) == [alone]

    def test_not_once_a_safe_way_was_found_in_time(self, canceled: Session, alone: Enrollment):
        by_mail(alone.participant)

        assert to_be_called(canceled, now=MORNING) == []

    def test_not_while_a_court_holds_his_case(self, canceled: Session, alone: Enrollment):
        Enrollment.objects.filter(pk=alone.pk).update(silent=True)

        assert to_be_called(canceled, now=MORNING) == []

    def test_not_for_ever(self, canceled: Session, alone: Enrollment):
        assert to_be_called(canceled, now=MORNING + LASTS - MINUTE) == [alone]
        assert to_be_called(canceled, now=MORNING + LASTS) == []

    def test_only_of_the_newest_change(self, running: Scene, alone: Enrollment):
        session = running.session(2)
        tell(session=session, enrollments=[alone], what=Change.MOVED, now=MORNING)
        by_mail(alone.participant)
        send_due(now=MORNING)
        session.starts_at += timedelta(days=1)
        session.save()
        tell(session=session, enrollments=[alone], what=Change.MOVED, now=MORNING)

        assert len(messages()) == 2
        assert to_be_called(session, now=MORNING) == []

    def test_of_several_sessions_by_time(self, running: Scene, canceled: Session, alone: Enrollment):
        later = running.session(3)
        tell(session=later, enrollments=[alone], what=Change.PLACE, now=MORNING)

        assert calls_about(Session.objects.all(), now=MORNING) == [(canceled, [alone]), (later, [alone])]

    @pytest.mark.parametrize("men", [1, 3])
    def test_asks_as_much_for_three_as_for_one(
        self, running: Scene, session: Session, men: int, django_assert_num_queries: DjangoAssertNumQueries
    ):
        people = [seated(running, unsafe) for _ in range(men)]
        tell(session=session, enrollments=people, what=Change.MOVED, now=NOW)

        with django_assert_num_queries(6):
            assert len(to_be_called(session, now=NOW)) == men


def test_what_was_marked_before_it_was_canceled_is_nobodys_absence(running: Scene, now: datetime):
    him, session = running.seated(), running.session(1)
    MarkFactory(enrollment=him, session=session, kind="absent")
    before = assessment_of(him, today=session.on)
    cancel_session(
        session=session, why=Session.Canceled.PLACE, by=running.coordinator, now=session.starts_at + timedelta(hours=1)
    )

    assert len(before.unexcused) == 1
    assert assessment_of(him, today=session.on).unexcused == ()
    assert him.marks.count() == 1


def test_of_whom_texts_are_closed_another_way_is_found_and_told_the_same():
    """Stopped between plan and sending: the e-mail that takes its place is as true as the text was."""
    booking = BookingFactory.create(session__cohort=None, session__starts_at=NOW + timedelta(days=3))
    man = booking.enrollment.participant
    phone = ContactPointFactory.create(safe=True, participant=man)
    ConsentFactory.create(contact_point=phone)
    ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL, value="his@mail.example")
    tell(session=booking.session, enrollments=[booking.enrollment], what=Change.BOOKED, now=NOW)
    ConsentFactory.create(contact_point=phone, given=False, at=NOW + timedelta(minutes=1))

    # Noon in Seattle.
    noon = NOW + timedelta(hours=8)
    send_due(now=noon)
    send_due(now=noon + MINUTE)

    states = Message.objects.filter(kind=Change.BOOKED).order_by("id").values_list("channel", "state")
    assert list(states) == [("text", "skipped"), ("email", "sent")]
    tell(session=booking.session, enrollments=[booking.enrollment], what=Change.BOOKED, now=noon)
    assert Message.objects.filter(kind=Change.BOOKED).count() == 2
