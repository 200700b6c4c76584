import ast
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO

import pytest
from celery import current_app
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.actors import Task
from accounts.roles import Role
from audit.actions import record
from audit.models import Event, Seal
from core.jobs import Part
from core.models import Heartbeat
from courts.actions import jobs as courts_jobs
from messaging.models import Message, State
from office import digest
from office.actions import tick
from participants.kinds import ContactKind
from programs.actions import jobs as programs_jobs
from records.actions import retention
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import SeatFactory, SessionFactory
from tests.house import ROOT, source_files

pytestmark = pytest.mark.django_db
# The parts of each job that has more than one.
PARTS = [
    ("programs.plan", programs_jobs.PLAN),
    ("courts.plan", courts_jobs.PLAN),
    ("courts.lists", courts_jobs.LISTS),
    ("courts.deliver", courts_jobs.DELIVER),
    ("office.plan", digest.PLAN),
    ("records.plan", retention.PLAN),
]
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
            # Of the program: what Onus brings along.
            "instruments": 1,
            "sent": 2,
            "sealed": 4,
        }
        assert len(mailoutbox) == 2
        assert Seal.objects.get().events == Event.objects.count()

    def test_alerts_and_sends(self, now: datetime):
        UserFactory.create(roles=[Role.COORDINATOR])
        DeadlineFactory.create(due_on=date(2026, 3, 3), next_alert_on=date(2026, 3, 3))

        assert not_zero(tick(now=NOW)) == {"alerts": 1, "instruments": 1, "sent": 1, "sealed": 2}

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

        assert not_zero(tick(now=NOW)) == {"taken_back": 1, "instruments": 1, "sent": 1, "sealed": 2}

    def test_beats_for_each_job_by_the_real_clock(self, now: datetime):
        tick(now=NOW + timedelta(days=70))

        # A round of a job, by night, has a line of its own beside.
        jobs = Heartbeat.objects.exclude(job__contains=":")
        assert set(jobs.values_list("job", "came_through_at")) == {
            (job, NOW) for job in configured.CELERY_BEAT_SCHEDULE
        }

    def test_leases_by_the_real_clock(self, now: datetime):
        MessageFactory.create(state=State.SENDING, claim="1" * 32, lease_until=NOW + timedelta(seconds=1))

        tick(now=NOW + timedelta(days=70))

        assert Message.objects.get().state == State.SENDING


class TestTheBeatAndTheTick:
    @pytest.mark.parametrize(("job", "parts"), PARTS, ids=[job for job, _ in PARTS])
    def test_do_the_same(self, job: str, parts: dict[str, Part], now: datetime, monkeypatch: pytest.MonkeyPatch):
        current_app.loader.import_default_modules()
        done: list[str] = []
        for name in parts:
            monkeypatch.setitem(parts, name, partial(noted, name, done))

        current_app.tasks[job]()
        by_the_beat = list(done)
        done.clear()
        tick(now=NOW)

        assert by_the_beat == done == list(parts)

    def test_leave_nothing_undone_that_is_there_to_be_done_by_itself(self):
        """It has stood in the tick only, and would never have been done where the beat asks."""
        trees = [ast.parse(path.read_text()) for path in source_files() if path.relative_to(ROOT).parts[0] != "demo"]
        wanted = {name for tree in trees for name in by_itself(tree)}
        used = {name for tree in trees for name in names_in(tree)}

        assert {"plan_asks", "remind_unread", "plan_lists", "mail_queued", "plan_digests"} < wanted
        assert wanted - used == set()


def noted(name: str, done: list[str], *, now: datetime) -> int:
    done.append(name)
    return 0


def by_itself(tree: ast.Module) -> Iterator[str]:
    """Public functions that want to know the time, nothing else, and say how much they did."""
    for one in tree.body:
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and not one.args.args:
            wanted = [
                arg.arg for arg, given in zip(one.args.kwonlyargs, one.args.kw_defaults, strict=True) if not given
            ]
            if wanted == ["now"] and isinstance(one.returns, ast.Name) and one.returns.id == "int":
                yield one.name


def names_in(tree: ast.Module) -> Iterator[str]:
    for one in ast.walk(tree):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr


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
            "drafts_cleared",
            "looks_listed",
            "instruments",
            "questions_asked",
            "questions_missed",
            "links_gone",
            "years_closed",
            "lists_worked_on",
            "lists_cleared",
            "alike",
            "digests",
            "heads",
            "disposals_proposed",
            "urgent",
            "delivered",
            "mailed",
            "settled",
            "taken_back",
            "tended",
            "keys_told",
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
