"""What clerks and the office read, and when it is no longer wanted."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from accounts.models import RoleGrant, User
from accounts.roles import Role
from courts.actions.alerts import plan_alerts
from courts.actions.notices import DEADLINE_ALERT, REPORT_WAITING, report_waiting
from courts.deadlines import DeadlineKind
from courts.messages import when
from courts.models import Clerkship, Deadline, Delivery, Referral
from courts.moves import State as ReferralState
from courts.steps import Step
from messaging.actions import plan, send_due
from messaging.models import Channel, Message, State
from messaging.registry import Rendered, kind
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ClerkshipFactory,
    CourtFactory,
    DeadlineFactory,
    DeliveryFactory,
    ReportStepFactory,
)
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    return DeliveryFactory.create(state="sent", sent_at=NOW)


def clerk_of(delivery: Delivery, **more: object) -> User:
    user: User = ClerkshipFactory.create(court=delivery.document.report.referral.court, **more).user
    return user


def wanted(message: Message, now: datetime = NOW) -> str | None:
    return kind(message.kind).still_wanted(message, now)


def said(message: Message, now: datetime = NOW) -> Rendered:
    return kind(message.kind).render(message, now)


class TestReportWaiting:
    def test_goes_to_each_clerk_of_that_court_who_serves(self, delivery: Delivery):
        first, second = clerk_of(delivery), clerk_of(delivery)
        clerk_of(delivery, ended_at=NOW)
        clerk_of(delivery, user__is_active=False)
        ClerkshipFactory.create(court=CourtFactory.create())

        planned = report_waiting(delivery, now=NOW)

        assert [(p.user_id, p.key) for p in planned] == [
            (user.pk, f"report_waiting:{delivery.pk}:{user.pk}") for user in (first, second)
        ]
        assert {(p.kind, p.channel, p.about, p.due_at, p.expires_at) for p in planned} == {
            (REPORT_WAITING, Channel.EMAIL, f"courts.Delivery:{delivery.pk}", NOW, None)
        }

    def test_goes_to_nobody_where_no_court_has_the_case(self, delivery: Delivery):
        Referral.objects.update(court=None)
        delivery = Delivery.objects.get()

        assert report_waiting(delivery, now=NOW) == []

    def test_goes_once(self, delivery: Delivery):
        clerk_of(delivery)

        again = [plan(report_waiting(delivery, now=NOW), now=NOW) for _ in range(2)]

        assert again == [1, 0]

    def test_names_nobody_and_nothing(self, delivery: Delivery, settings: Settings):
        settings.SITE_URL = "https://notices.example"
        clerk_of(delivery)
        plan(report_waiting(delivery, now=NOW), now=NOW)

        assert send_due(now=NOW).sent == 1

        (sent,) = mail.outbox
        assert (sent.subject, sent.body) == (
            "A document is waiting for you",
            "A document is waiting for you. Sign in to read it and to say that you received it:\n"
            "\n"
            f"https://notices.example/court/reports/{delivery.document.report_id}/\n"
            "\n"
            "This address can't read replies.\n",
        )


class TestAReportsNotice:
    @pytest.fixture
    def message(self, delivery: Delivery) -> Message:
        about = f"courts.Delivery:{delivery.pk}"
        return MessageFactory.create(kind=REPORT_WAITING, about=about, user=clerk_of(delivery))

    def test_is_wanted_and_tried_till_it_goes(self, message: Message):
        assert wanted(message) is None
        assert kind(REPORT_WAITING).required

    def test_is_not_once_acknowledged(self, message: Message):
        Delivery.objects.update(acknowledged_at=NOW, acknowledged_by=message.user)

        assert wanted(message) == "acknowledged"

    def test_is_not_for_one_who_left(self, message: Message):
        Clerkship.objects.update(ended_at=NOW)

        assert wanted(message) == "no longer a clerk there"

    def test_is_not_for_one_who_serves_another_court_now(self, message: Message):
        Clerkship.objects.update(court=CourtFactory.create())

        assert wanted(message) == "no longer a clerk there"

    @pytest.mark.parametrize("step", [Step.SUPERSEDED, Step.WITHDRAWN])
    def test_is_not_once_the_report_no_longer_counts(self, message: Message, delivery: Delivery, step: Step):
        ReportStepFactory.create(report=delivery.document.report, number=1)
        ReportStepFactory.create(report=delivery.document.report, number=2, step=step)

        assert wanted(message) == step


class TestDays:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (14, "in 14 days"),
            (1, "in 1 day"),
            (0, "today"),
            (-1, "1 day late"),
            (-30, "30 days late"),
        ],
    )
    def test_are_said_in_words(self, days: int, words: str):
        assert when(days) == words


class TestADeadlinesAlert:
    @pytest.fixture
    def deadline(self) -> Deadline:
        return DeadlineFactory.create(due_on=date(2026, 3, 6), kind=DeadlineKind.PROOF_DUE_BY)

    @pytest.fixture
    def message(self, deadline: Deadline) -> Message:
        about = f"courts.Deadline:{deadline.pk}"
        return MessageFactory.create(
            kind=DEADLINE_ALERT, about=about, user=UserFactory.create(roles=[Role.COORDINATOR])
        )

    def test_says_which_referral_what_and_how_many_days(self, message: Message, deadline: Deadline, settings: Settings):
        settings.SITE_URL = "https://notices.example"

        alert = said(message)

        assert alert.subject == f"Referral {deadline.referral_id}: Proof due by March 6, 2026, in 3 days"
        assert alert.body == (
            f"Referral {deadline.referral_id}\n"
            "Proof due by: Friday, March 6, 2026, in 3 days.\n"
            "\n"
            "Open the office: https://notices.example/office/\n"
        )

    def test_names_nobody(self, message: Message, deadline: Deadline):
        everything = said(message).subject + said(message).body
        referral = deadline.referral
        secrets = [
            referral.case_number,
            referral.court.name,  # type: ignore[union-attr]
            referral.participant.first_name,
            referral.participant.last_name,
            referral.plaintiff,
        ]

        assert [secret for secret in secrets if secret in everything] == []

    def test_counts_the_days_when_it_goes(self, message: Message):
        assert said(message, NOW + timedelta(days=5)).subject.endswith("March 6, 2026, 2 days late")

    def test_counts_them_on_the_courts_calendar(self, message: Message):
        # In UTC it is the 4th already.
        assert said(message, datetime.fromisoformat("2026-03-04T07:30Z")).subject.endswith("in 3 days")

    def test_is_wanted_and_tried_till_it_goes(self, message: Message):
        assert wanted(message) is None
        assert kind(DEADLINE_ALERT).required

    @pytest.mark.parametrize("state", [Deadline.State.MET, Deadline.State.EXTENDED, Deadline.State.WAIVED])
    def test_is_not_once_settled(self, message: Message, state: Deadline.State):
        Deadline.objects.update(state=state, settled_at=NOW, next_alert_on=None)

        assert wanted(message) == f"deadline {state}"

    def test_is_not_while_on_hold(self, message: Message, deadline: Deadline):
        enrolled = DeadlineFactory.create(referral__enrolled=True, referral__state=ReferralState.ON_HOLD)
        message.about = f"courts.Deadline:{enrolled.pk}"

        assert wanted(message) == "on hold"

    def test_is_not_once_the_case_is_closed(self, message: Message):
        Referral.objects.update(state=ReferralState.CLOSED, closing="recalled", closed_at=NOW)

        assert wanted(message) == "referral closed"

    def test_is_not_for_one_who_left_the_office(self, message: Message):
        RoleGrant.objects.update(ended_at=NOW)

        assert wanted(message) == "no longer in the office"

    def test_is_not_for_one_who_became_a_clerk(self, message: Message):
        RoleGrant.objects.update(role=Role.CLERK)

        assert wanted(message) == "no longer in the office"

    def test_is_not_when_a_newer_one_stands(self, message: Message):
        newer = MessageFactory.create(kind=DEADLINE_ALERT, about=message.about, user=message.user)

        assert wanted(message) == "a newer alert stands"
        assert wanted(newer) is None

    def test_is_wanted_whatever_was_said_to_another(self, message: Message):
        MessageFactory.create(kind=DEADLINE_ALERT, about=message.about)

        assert wanted(message) is None

    def test_after_an_outage_of_the_mail_goes_once_with_the_true_number(self, deadline: Deadline):
        UserFactory.create(roles=[Role.COORDINATOR])
        Deadline.objects.update(next_alert_on=date(2026, 3, 3))
        for days in range(8):
            plan_alerts(now=NOW + timedelta(days))

        assert send_due(now=NOW + timedelta(days=7)).sent == 1

        assert [sent.subject.rpartition(", ")[2] for sent in mail.outbox] == ["4 days late"]
        assert Message.objects.filter(state=State.SKIPPED).count() == 1
