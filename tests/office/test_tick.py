import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.actors import Task
from accounts.roles import Role
from audit.actions import record
from audit.models import Event, Seal
from core.models import Heartbeat
from messaging.models import Message, State
from office.actions import tick
from participants.kinds import ContactKind
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import SeatFactory, SessionFactory

pytestmark = pytest.mark.django_db
JOBS = {
    "programs.reassess",
    "courts.propose",
    "programs.plan",
    "courts.plan",
    "courts.deliver",
    "office.plan",
    "messaging.send_due",
    "messaging.sweep",
    "messaging.tend",
    "audit.seal",
}
# Ten in the morning in Seattle.
MORNING = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)


def run(*arguments: str) -> dict[str, int]:
    out = StringIO()
    call_command("tick", *arguments, stdout=out)
    (line,) = out.getvalue().splitlines()
    counts: dict[str, int] = json.loads(line)
    return counts


def not_zero(counts: dict[str, int]) -> dict[str, int]:
    return {what: number for what, number in counts.items() if number}


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True


class TestTick:
    def test_does_nothing_where_nothing_is_to_be_done(self, now: datetime):
        assert not_zero(tick(now=NOW)) == {}

    def test_reminds_sends_and_seals(self, now: datetime, mailoutbox: list[object]):
        seat = SeatFactory.create()
        SessionFactory.create(cohort=seat.cohort, starts_at=MORNING + timedelta(hours=20))
        ContactPointFactory.create(
            safe=True, participant=seat.enrollment.participant, kind=ContactKind.EMAIL, value="h@m.example"
        )
        record(by=Task("courts.propose"), now=NOW, verb="tested", on="core.Heartbeat:x")

        assert not_zero(tick(now=MORNING)) == {
            "reassessed": 1,
            "proposed": 1,
            "reminders": 1,
            # And the welcome.
            "calls": 1,
            "sent": 2,
            "sealed": 2,
        }
        assert len(mailoutbox) == 2
        assert Seal.objects.get().events == Event.objects.count()

    def test_alerts_and_sends(self, now: datetime):
        UserFactory.create(roles=[Role.COORDINATOR])
        DeadlineFactory.create(due_on=date(2026, 3, 3), next_alert_on=date(2026, 3, 3))

        assert not_zero(tick(now=NOW)) == {"alerts": 1, "sent": 1}

    def test_takes_back_what_a_worker_held_too_long_and_sends_it(self, now: datetime):
        clerk = UserFactory.create(roles=[Role.COORDINATOR])
        deadline = DeadlineFactory.create()
        MessageFactory.create(
            kind="deadline_alert",
            about=f"courts.Deadline:{deadline.pk}",
            user=clerk,
            state=State.SENDING,
            claim="1" * 32,
            lease_until=NOW - timedelta(seconds=1),
        )

        assert not_zero(tick(now=NOW)) == {"taken_back": 1, "sent": 1}

    def test_beats_for_each_job_by_the_real_clock(self, now: datetime):
        tick(now=NOW + timedelta(days=70))

        assert set(Heartbeat.objects.values_list("job", "came_through_at")) == {(job, NOW) for job in JOBS}

    def test_leases_by_the_real_clock(self, now: datetime):
        MessageFactory.create(state=State.SENDING, claim="1" * 32, lease_until=NOW + timedelta(seconds=1))

        tick(now=NOW + timedelta(days=70))

        assert Message.objects.get().state == State.SENDING


class TestTheCommand:
    def test_prints_one_object_of_counts(self, now: datetime):
        counts = run()

        assert set(counts) == {
            "reassessed",
            "feeds_ended",
            "proposed",
            "reminders",
            "calls",
            "alerts",
            "asked_to_call",
            "clerks_reminded",
            "digests",
            "urgent",
            "delivered",
            "taken_back",
            "tended",
            "sent",
            "skipped",
            "missed",
            "put_off",
            "retried",
            "failed",
            "unknown",
            "sealed",
        }

    def test_goes_by_the_real_clock(self, now: datetime):
        UserFactory.create(roles=[Role.COORDINATOR])
        DeadlineFactory.create(due_on=date(2026, 3, 4), next_alert_on=date(2026, 3, 4))

        assert run()["alerts"] == 0

    def test_works_as_if_it_were_then(self, demo: None, now: datetime):
        UserFactory.create(roles=[Role.COORDINATOR])
        DeadlineFactory.create(due_on=date(2026, 3, 4), next_alert_on=date(2026, 3, 4))

        assert run("--at", "2026-03-04T09:00:00-08:00")["alerts"] == 1
        # Beside the digest of that morning.
        alert = Message.objects.get(kind="deadline_alert")
        assert alert.sent_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)

    def test_takes_no_time_outside_a_demonstration(self, settings: Settings, now: datetime):
        settings.DEMO = False

        with pytest.raises(CommandError, match="start with DEMO=1"):
            run("--at", "2026-03-04T09:00:00-08:00")

        assert not Heartbeat.objects.exists()

    @pytest.mark.parametrize("wrong", ["tomorrow", "2026-03-04T09:00:00", "2026-13-01T00:00:00Z", ""])
    def test_takes_no_time_that_says_nothing(self, demo: None, wrong: str):
        with pytest.raises(CommandError, match="--at wants a time"):
            run("--at", wrong)
