from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from audit.models import Event
from core.refusal import Refusal
from courts.actions import deliveries, life, notices, reports, states
from courts.actions.deliveries import ON_PAPER
from courts.models import Clerkship, Court, Delivery, IssuedDocument, Recipient
from courts.moves import Closing
from courts.steps import Step
from messaging.models import Message
from tests.courts.cases import AFTER, Case, completed, copy_to, issued, rows
from tests.courts.stations import stored_in_clear
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, CourtFactory

pytestmark = pytest.mark.django_db

Channel, State = Recipient.Channel, Delivery.State
LATER = AFTER + timedelta(hours=1)
BY_A_PERSON = [channel for channel in Channel if channel not in (Channel.PORTAL, Channel.EMAIL)]


def steps(document: IssuedDocument) -> list[str]:
    """Those after it was issued."""
    return [step.step for step in document.report.steps.order_by("number")][3:]


def with_a_copy(channel: Recipient.Channel = Channel.PAPER) -> tuple[Case, IssuedDocument, Delivery]:
    """On the court's pages, and one copy more to the prosecutor."""
    case = completed()
    copy_to(case, Recipient.Role.PROSECUTOR, channel, name="City Attorney", address="12 Pier Street")
    document = case.issue(case.in_review())
    return case, document, document.deliveries.get(channel=channel)


def lay(now: Any = LATER) -> int:
    return deliveries.deliver_queued(now=now)


def hand_over(case: Case, delivery: Delivery, envelope: str = "") -> None:
    deliveries.deliver(delivery=delivery, envelope=envelope, by=case.by, now=LATER)


def send_back(case: Case, delivery: Delivery, state: Delivery.State = State.RETURNED) -> None:
    deliveries.deliver_failed(delivery=delivery, state=state, reason="MARKER: no such box", by=case.by, now=LATER)


def clerk_of(case: Case, **fields: Any) -> Clerkship:
    made: Clerkship = ClerkshipFactory.create(court=case.referral.court, **fields)
    return made


def acknowledge(document: IssuedDocument, clerk: Clerkship) -> None:
    deliveries.acknowledge(report=document.report, by=clerk.user, now=LATER)


def refused(error: type[Refusal], act: Any, *args: Any) -> str:
    before = rows()
    with pytest.raises(error) as refusal:
        act(*args)
    assert rows() == before
    return str(refusal.value)


class TestTheCourtsPages:
    def test_have_it_at_once_and_each_clerk_is_told(self):
        case, document = issued()
        clerk_of(case)
        clerks = Clerkship.objects.order_by("id")

        assert (len(clerks), lay()) == (2, 1)

        delivery = document.deliveries.get()
        assert (delivery.state, delivery.sent_at, steps(document)) == (State.SENT, LATER, [Step.DELIVERED])
        assert list(Message.objects.order_by("id").values_list("key", "kind", "channel", "user", "due_at")) == [
            (f"report_waiting:{delivery.pk}:{clerk.user_id}", "report_waiting", "email", clerk.user_id, LATER)
            for clerk in clerks
        ]
        assert [(e.verb, e.actor) for e in Event.objects.on(delivery)] == [
            ("delivery.queued", f"user:{case.by.pk}"),
            ("delivery.sent", "task:courts.deliver"),
        ]

    def test_tell_nobody_who_left_or_serves_elsewhere_or_may_not_sign_in(self):
        case, _ = issued()
        first = Clerkship.objects.get()
        clerk_of(case, ended_at=NOW)
        clerk_of(case, user__is_active=False)
        ClerkshipFactory()

        lay()

        assert [message.user for message in Message.objects.all()] == [first.user]

    def test_tell_nobody_twice(self):
        case, document = issued()
        lay()
        delivery = document.deliveries.get()
        send_back(case, delivery)
        hand_over(case, delivery)
        assert Message.objects.count() == 1

    def test_are_laid_once(self):
        issued()
        assert (lay(), lay()) == (1, 0)

    def test_never_show_what_was_called_back(self):
        case, document = issued()
        reports.withdraw(report=document.report, why="wrong man", by=case.by, now=AFTER)

        assert lay() == 0

        assert (document.deliveries.get().state, steps(document)) == (State.QUEUED, [Step.WITHDRAWN])
        said = refused(deliveries.NotQueued, hand_over, case, document.deliveries.get())
        assert said == "This report was called back. Don't send it any more."

    def test_of_one_that_fails_have_the_others(self, monkeypatch: pytest.MonkeyPatch):
        (_, poisoned), (_, well) = issued(), issued()
        plan = notices.report_waiting

        def stumble(delivery: Delivery, **others: Any) -> Any:
            return 1 / 0 if delivery.document_id == poisoned.pk else plan(delivery, **others)

        monkeypatch.setattr(deliveries, "report_waiting", stumble)
        with pytest.raises(ZeroDivisionError):
            lay()

        assert [document.deliveries.get().state for document in (poisoned, well)] == [State.QUEUED, State.SENT]

    def test_have_it_with_its_mail_or_not_at_all(self):
        case, document = issued()
        clerk_of(case)
        before = rows()
        with transaction.atomic():
            lay()
            assert rows() != before
            transaction.set_rollback(True)
        assert (rows(), document.deliveries.get().state) == (before, State.QUEUED)


class TestWithoutAClerk:
    def issued(self) -> tuple[Case, IssuedDocument]:
        case, document = issued()
        Clerkship.objects.update(ended_at=NOW)
        clerk_of(case, user__is_active=False)
        ClerkshipFactory()
        return case, document

    def test_waits_until_one_is_appointed(self):
        case, document = self.issued()
        before = rows()
        assert (lay(), rows(), steps(document)) == (0, before, [])
        assert document.deliveries.get().state == State.QUEUED

        clerk_of(case)

        assert (lay(), steps(document)) == (1, [Step.DELIVERED])

    def test_is_not_delivered_by_hand_either(self):
        case, document = self.issued()
        said = refused(deliveries.NoClerkYet, hand_over, case, document.deliveries.get())
        assert said == "Nobody at this court can sign in yet. Invite its clerk, or send it another way."


class TestByAPerson:
    @pytest.mark.parametrize("channel", BY_A_PERSON)
    def test_waits_for_a_person(self, channel: Recipient.Channel):
        case, document, copy = with_a_copy(channel)

        lay()
        copy.refresh_from_db()
        assert (copy.state, steps(document)) == (State.QUEUED, [])

        hand_over(case, copy, envelope="9-4412" if channel is Channel.EFILING else "")
        copy.refresh_from_db()
        assert (copy.state, copy.sent_at, steps(document)) == (State.SENT, LATER, [Step.DELIVERED])
        step = document.report.steps.get(step=Step.DELIVERED)
        assert step.by == case.by

    def test_e_filing_gives_its_envelope_number(self):
        case, _, copy = with_a_copy(Channel.EFILING)

        said = refused(deliveries.EnvelopeMissing, hand_over, case, copy)
        assert said == "Give the envelope number that e-filing showed."

        hand_over(case, copy, "9-4412")
        copy.refresh_from_db()
        assert (copy.state, copy.envelope) == (State.SENT, "9-4412")

    @pytest.mark.parametrize("channel", [Channel.EFILING, *ON_PAPER])
    def test_never_goes_to_an_address_that_nobody_confirmed(self, channel: Recipient.Channel):
        case, _, copy = with_a_copy(channel)
        Recipient.objects.filter(pk=copy.recipient_id).update(confirmed_at=None, confirmed_by=None)

        said = refused(deliveries.AddressNotConfirmed, hand_over, case, copy, "9-4412")

        assert said == "Nobody has confirmed this address. Confirm it by calling back, then send the copy."

    def test_by_e_mail_never_says_that_it_went_before_its_message_did(self):
        case, _, copy = with_a_copy(Channel.EMAIL)

        said = refused(deliveries.NotMailed, hand_over, case, copy)

        assert said == "This copy goes by e-mail by itself, and counts when its message has gone."

    def test_is_done_once(self):
        case, _, copy = with_a_copy()
        hand_over(case, copy)
        assert refused(deliveries.NotQueued, hand_over, case, copy) == "This copy has been delivered already."

    def test_before_the_pages_is_not_yet_to_all(self):
        case, document, copy = with_a_copy()
        hand_over(case, copy)
        assert steps(document) == []
        lay()
        assert steps(document) == [Step.DELIVERED]
        assert document.report.steps.get(step=Step.DELIVERED).by is None


class TestThatFails:
    @pytest.mark.parametrize("state", [State.FAILED, State.RETURNED])
    def test_says_why_under_the_referrals_key(self, state: Delivery.State):
        case, document, copy = with_a_copy()

        send_back(case, copy, state)

        copy.refresh_from_db()
        assert (copy.state, copy.reason, copy.sent_at) == (state, "MARKER: no such box", None)
        assert stored_in_clear("MARKER") == []
        lay()
        assert steps(document) == []

    def test_may_be_sent_again(self):
        case, document, copy = with_a_copy()
        send_back(case, copy)
        lay()
        hand_over(case, copy)
        copy.refresh_from_db()
        assert (copy.state, copy.reason, steps(document)) == (State.SENT, None, [Step.DELIVERED])

    def test_after_all_had_it_takes_no_step_twice(self):
        case, document, copy = with_a_copy()
        lay()
        hand_over(case, copy)
        send_back(case, copy)
        hand_over(case, copy)
        assert steps(document) == [Step.DELIVERED]

    def test_after_all_had_it_keeps_the_referral_open(self):
        case, _, copy = with_a_copy()
        lay()
        hand_over(case, copy)
        send_back(case, copy)
        with pytest.raises(states.ReportNotDelivered):
            case.close(Closing.COMPLETED)
        hand_over(case, copy)
        case.close(Closing.COMPLETED)

    def test_cannot_once_it_was_acknowledged(self):
        case, document = issued()
        lay()
        acknowledge(document, clerk_of(case))
        delivery = document.deliveries.get()
        said = refused(deliveries.NotQueued, send_back, case, delivery)
        assert said == "This copy has been acknowledged, so it has arrived."


class TestAcknowledging:
    def test_by_a_clerk_of_the_court(self):
        case, document = issued()
        clerk = clerk_of(case)
        lay()

        acknowledge(document, clerk)

        delivery = document.deliveries.get()
        assert (delivery.acknowledged_at, delivery.acknowledged_by) == (LATER, clerk.user)
        assert steps(document) == [Step.DELIVERED, Step.ACKNOWLEDGED]
        assert document.report.steps.get(step=Step.ACKNOWLEDGED).by == clerk.user
        assert [e.verb for e in Event.objects.on(document.report)][-2:] == [
            "delivery.acknowledged",
            "report.acknowledged",
        ]

    def test_while_a_copy_is_on_its_way_counts_once_all_have_theirs(self):
        case, document, copy = with_a_copy()
        clerk = clerk_of(case)
        lay()

        acknowledge(document, clerk)
        assert steps(document) == []

        hand_over(case, copy)
        assert steps(document) == [Step.DELIVERED, Step.ACKNOWLEDGED]
        assert document.report.steps.get(step=Step.ACKNOWLEDGED).by == clerk.user

    @pytest.mark.parametrize("who", ["another court's clerk", "one who left", "one of the office"])
    def test_by_anybody_else_is_refused(self, who: str):
        case, document = issued()
        lay()
        user = {
            "another court's clerk": lambda: ClerkshipFactory().user,
            "one who left": lambda: clerk_of(case, ended_at=NOW).user,
            "one of the office": UserFactory,
        }[who]()

        said = refused(
            deliveries.NotYourCourt,
            lambda: deliveries.acknowledge(report=document.report, by=user, now=LATER),
        )

        assert (said, steps(document)) == ("This report belongs to another court.", [Step.DELIVERED])

    def test_what_no_court_has_is_refused(self):
        case = completed(kind="prefiling_diversion", court=None, case_number="", incident_number="24-118821")
        document = case.issue(case.in_review())
        lay()
        refused(deliveries.NotYourCourt, acknowledge, document, ClerkshipFactory())

    def test_twice_is_refused(self):
        case, document = issued()
        clerk = clerk_of(case)
        lay()
        acknowledge(document, clerk)
        for again in (clerk, clerk_of(case)):
            said = refused(deliveries.NothingToAcknowledge, acknowledge, document, again)
            assert said == "There is nothing here to acknowledge any more."

    def test_before_it_lies_there_is_refused(self):
        case, document = issued()
        refused(deliveries.NothingToAcknowledge, acknowledge, document, clerk_of(case))

    @pytest.mark.parametrize("step", [Step.WITHDRAWN, Step.SUPERSEDED])
    def test_what_was_called_back_is_refused(self, step: Step):
        case, document = issued()
        lay()
        life.add_step(document.report, step, by=case.by, now=AFTER)
        refused(life.StepNotPossible, acknowledge, document, clerk_of(case))
        assert document.deliveries.get().acknowledged_at is None


class TestByAReply:
    def replied(self, document: IssuedDocument, by: Any) -> None:
        deliveries.acknowledge_for(report=document.report, by=by, now=LATER)

    def test_is_noted_by_the_office(self):
        case, document = issued(court__acknowledges=Court.Acknowledges.REPLY)
        lay()
        self.replied(document, case.by)
        assert steps(document) == [Step.DELIVERED, Step.ACKNOWLEDGED]

    @pytest.mark.parametrize("way", [Court.Acknowledges.PORTAL, Court.Acknowledges.NEVER])
    def test_comes_from_no_other_court(self, way: Court.Acknowledges):
        case, document = issued(court=CourtFactory(acknowledges=way))
        lay()
        refused(deliveries.NothingToAcknowledge, self.replied, document, case.by)

    def test_comes_after_it_was_delivered(self):
        case, document = issued(court__acknowledges=Court.Acknowledges.REPLY)
        refused(life.StepNotPossible, self.replied, document, case.by)
