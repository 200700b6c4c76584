from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError

from core.heartbeat import beating
from core.models import Heartbeat
from tests.factories.core import HeartbeatFactory

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=1)


def fail() -> None:
    raise LookupError("Dorian Halloway, +12065550142")


def test_notes_that_a_job_began_and_came_through(now: datetime) -> None:
    with beating("audit.seal"):
        before = Heartbeat.objects.get()

    after = Heartbeat.objects.get()
    assert (before.job, before.began_at, before.came_through_at) == ("audit.seal", now, None)
    assert (after.began_at, after.came_through_at, after.failure) == (now, now, "")


def test_a_failure_goes_on_and_leaves_its_type_but_never_its_text(now: datetime) -> None:
    with pytest.raises(LookupError), beating("audit.seal"):
        fail()

    beat = Heartbeat.objects.get()
    assert (beat.began_at, beat.came_through_at, beat.failure) == (now, None, "LookupError")


def test_a_failure_leaves_the_time_when_it_last_came_through(now: datetime) -> None:
    HeartbeatFactory(job="audit.seal", began_at=now, came_through_at=now)

    with time_machine.travel(now + LATER, tick=False), pytest.raises(LookupError), beating("audit.seal"):
        fail()

    beat = Heartbeat.objects.get()
    assert (beat.began_at, beat.came_through_at) == (now + LATER, now)


def test_the_next_good_run_forgets_the_failure(now: datetime) -> None:
    HeartbeatFactory(job="audit.seal", failure="LookupError", came_through_at=None)

    with time_machine.travel(now + LATER, tick=False), beating("audit.seal"):
        pass

    beat = Heartbeat.objects.get()
    assert (beat.came_through_at, beat.failure) == (now + LATER, "")


def test_one_job_says_nothing_about_another(now: datetime) -> None:
    HeartbeatFactory(job="messaging.sweep", failure="TimeoutError")

    with beating("audit.seal"):
        pass

    assert dict(Heartbeat.objects.values_list("job", "failure")) == {
        "messaging.sweep": "TimeoutError",
        "audit.seal": "",
    }


def test_a_database_that_is_away_hides_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_and_go_away() -> None:
        monkeypatch.setattr(Heartbeat.objects, "filter", _away)
        fail()

    with pytest.raises(LookupError), beating("audit.seal"):
        fail_and_go_away()


def _away(**_: object) -> None:
    raise OperationalError
