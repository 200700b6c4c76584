"""A court that has left a report unread is told once more."""

from datetime import timedelta

import pytest

from audit.models import Event
from courts.actions import deliveries, reminding
from courts.models import Clerkship, Report
from messaging.models import Message
from tests.courts.cases import AFTER, Case, delivered
from tests.factories.courts import ClerkshipFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

LATER = AFTER + timedelta(days=6)


@pytest.fixture
def case() -> Case:
    made = delivered()
    # Told by now, when it was laid there.
    Message.objects.all().delete()
    return made


@pytest.fixture
def report(case: Case) -> Report:
    found: Report = case.referral.reports.get()
    return found


def test_each_clerk_is_mailed_again(case: Case, report: Report):
    clerks = {*Clerkship.objects.values_list("user", flat=True), ClerkshipFactory(court=case.referral.court).user_id}
    assert reminding.remind(report=report, by=case.by, now=LATER) == len(clerks) == 2
    told = Message.objects.values_list("kind", "channel", "user", "due_at")
    assert set(told) == {("report_waiting", "email", clerk, LATER) for clerk in clerks}
    event = Event.objects.on(report).last()
    assert event is not None
    assert (event.verb, event.facts) == ("report.clerk_reminded", {"clerks": 2})


def test_once_a_day_of_the_court(case: Case, report: Report):
    reminding.remind(report=report, by=case.by, now=LATER)
    said = {"report": report, "by": case.by, "now": LATER + timedelta(hours=1)}
    assert str(refuses(reminding.RemindedToday, reminding.remind, **said)) == (
        "Its clerk was reminded today already. Call the court, or try again tomorrow."
    )
    assert reminding.remind(report=report, by=case.by, now=LATER + timedelta(days=1)) == 1


def test_not_once_it_is_acknowledged(case: Case, report: Report):
    clerk = Clerkship.objects.get().user
    deliveries.acknowledge(report=report, by=clerk, now=AFTER)
    refuses(reminding.NothingUnread, reminding.remind, report=report, by=case.by, now=LATER)


def test_where_nobody_serves_any_more_it_says_so(case: Case, report: Report):
    Clerkship.objects.update(ended_at=AFTER)
    refuses(reminding.NoClerk, reminding.remind, report=report, by=case.by, now=LATER)
