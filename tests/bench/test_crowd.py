from datetime import datetime

import pytest

from bench import crowd
from programs.models import Enrollment, Mark, Session, SessionLeader
from vault.models import Key

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]


def test_each_copy_stands_on_its_own(now: datetime) -> None:
    crowd.lay(enrollments=48, running=2, now=now)

    tonight = Session.objects.not_logged(now).select_related("program")
    rosters = [set(Enrollment.objects.on_roster(session).values_list("pk", flat=True)) for session in tonight]
    assert [len(men) for men in rosters] == [12, 12]
    assert rosters[0].isdisjoint(rosters[1])
    assert len(set(SessionLeader.objects.filter(session__in=tonight).values_list("user", flat=True))) == 2
    assert Enrollment.objects.count() == 48
    assert Enrollment.objects.open().count() == 24
    assert Key.objects.filter(participant__enrollments__isnull=False).count() == 48
    # Two groups have six evenings behind them, two all ten.
    assert Mark.objects.count() == 12 * (2 * 6 + 2 * 10)


def test_what_was_copied_encrypted_can_be_read(now: datetime) -> None:
    crowd.lay(enrollments=36, running=2, now=now)

    newest = Mark.objects.select_related("enrollment__participant__key").latest("id")

    assert newest.comment == ""
