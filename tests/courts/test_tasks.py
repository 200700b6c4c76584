from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from core.models import Heartbeat
from courts import tasks
from courts.models import NumberLedger
from courts.steps import Step
from messaging.models import Message
from tests.courts.cases import AFTER, completed, delivered, issued
from tests.factories.courts import DeadlineFactory, NumberLedgerFactory, ProposalFactory, ReferralFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import EnrollmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

JOBS = {"courts.plan": tasks.plan, "courts.propose": tasks.propose, "courts.deliver": tasks.deliver}


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(tasks, "nudge", asked.append)
    return asked


@pytest.mark.parametrize("job", JOBS)
class TestEachTask:
    def test_has_its_name_and_is_asked_for_each_minute(self, job: str):
        assert JOBS[job].name == job
        assert settings.CELERY_BEAT_SCHEDULE[job] == {
            "task": job,
            "schedule": 60.0,
            "options": {"expires": 55},
        }

    def test_leaves_a_heartbeat(self, job: str, now: datetime):
        JOBS[job]()
        beat = Heartbeat.objects.get()
        assert (beat.job, beat.began_at, beat.came_through_at, beat.failure) == (job, now, now, "")

    def test_without_work_wakes_nobody(self, job: str, nudged: list[str]):
        JOBS[job]()
        assert nudged == []


def test_propose_reads_settles_and_voids():
    case = completed()
    hearing = DeadlineFactory(kind="hearing", due_on=date(2026, 3, 2))
    abandoned = NumberLedgerFactory(reserved_at=datetime.fromisoformat("2026-03-03T10:00Z"))

    tasks.propose()

    hearing.refresh_from_db()
    assert [p.kind for p in case.referral.proposals.all()] == ["completion"]
    assert hearing.state == "met"
    assert NumberLedger.objects.get(pk=abandoned.pk).settled == "void"


def test_propose_says_by_what_it_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("courts.actions.proposals.propose_unread", lambda now: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.propose()
    beat = Heartbeat.objects.get()
    assert (beat.failure, beat.came_through_at) == ("ZeroDivisionError", None)


def test_plan_asks_a_man_to_call_and_tells_a_court_again(nudged: list[str]):
    case = delivered()
    Message.objects.all().delete()
    enrollment = EnrollmentFactory.create(program=case.referral.program)
    him = enrollment.participant
    ContactPointFactory.create(safe=True, participant=him, kind="email", value="his@mail.example")
    referral = ReferralFactory.create(
        enrollment=enrollment, participant=him, program=enrollment.program, state="enrolled"
    )
    later = AFTER + timedelta(days=6)
    ProposalFactory.create(referral=referral, kind="warn", made_at=later)

    with time_machine.travel(later, tick=False):
        tasks.plan()

    assert set(Message.objects.values_list("kind", flat=True)) == {"please_call_case", "report_waiting"}
    assert nudged == ["messaging.send_due"]


def test_deliver_lays_and_wakes_the_sender(nudged: list[str]):
    _, document = issued()

    tasks.deliver()

    assert document.report.steps.filter(step=Step.DELIVERED).count() == 1
    assert Message.objects.count() == 1
    assert nudged == ["messaging.send_due"]


def test_issuing_wakes_the_one_that_delivers(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks):
    sent: list[str] = []
    monkeypatch.setattr("core.nudge.current_app.send_task", lambda task, **_: sent.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        issued()
    assert sent == ["courts.deliver"]
