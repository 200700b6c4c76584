"""A court that has left a report unread is told once more."""

from datetime import timedelta

import pytest

from audit.models import Event
from courts.actions import deliveries, reminding
from courts.deadlines import add_business_days
from courts.models import Clerkship, Report
from messaging.models import Message
from tests.courts.cases import AFTER, Case, delivered
from tests.factories.courts import ClerkshipFactory, ClosureFactory
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


class TestByItself:
    """Laid there on the day that `cases.AFTER` names; nobody has read it."""

    def keys(self) -> list[str]:
        return [key.rpartition(":")[2] for key in Message.objects.order_by("id").values_list("key", flat=True)]

    def each_day(self, days: range) -> list[int]:
        return [reminding.remind_unread(now=AFTER + timedelta(days=day)) for day in days]

    def test_after_three_working_days_and_after_seven(self, case: Case):
        assert sum(self.each_day(range(14))) == 2
        assert self.keys() == ["after3", "after7"]

    def test_no_sooner(self, case: Case):
        sent_at = case.referral.reports.get().document.deliveries.get().sent_at
        assert sent_at is not None
        day = add_business_days(sent_at.astimezone(case.referral.zone).date(), 3, set())
        (planned,) = [AFTER + timedelta(days=n) for n in range(10) if reminding.remind_unread(
            now=AFTER + timedelta(days=n)) and "after7" not in self.keys()]  # fmt: skip
        assert planned.astimezone(case.referral.zone).date() == day

    def test_after_an_outage_one_goes(self, case: Case):
        assert self.each_day(range(14, 17)) == [1, 0, 0]
        assert self.keys() == ["after7"]

    def test_not_what_is_read(self, case: Case, report: Report):
        deliveries.acknowledge(report=report, by=Clerkship.objects.get().user, now=AFTER)

        assert sum(self.each_day(range(14))) == 0

    def test_not_on_a_day_on_which_somebody_pressed_the_button(self, case: Case, report: Report):
        reminding.remind(report=report, by=case.by, now=AFTER + timedelta(days=14))

        assert reminding.remind_unread(now=AFTER + timedelta(days=14, hours=1)) == 0

    def test_nobody_who_serves_no_longer(self, case: Case):
        Clerkship.objects.update(ended_at=AFTER)

        assert sum(self.each_day(range(14))) == 0

    def test_a_day_on_which_the_court_is_closed_does_not_count(self, case: Case):
        sent_at = case.referral.reports.get().document.deliveries.get().sent_at
        assert sent_at is not None
        laid_on = sent_at.astimezone(case.referral.zone).date()
        for number in (1, 2, 3):
            closed = add_business_days(laid_on, number, set())
            ClosureFactory.create(court=case.referral.court, on=closed)
        third = (add_business_days(laid_on, 3, set()) - laid_on).days

        assert sum(self.each_day(range(third + 1))) == 0
