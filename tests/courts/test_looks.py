"""Which of a desk's people looked at which report, and the mail that says that a month's list is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from audit.actions import record
from courts.actions import looks as looking
from courts.actions import people
from courts.models import Clerkship
from messaging.actions import send_due
from messaging.models import Message
from tests.courts.cases import delivered
from tests.courts.referring import clerk, partner
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, CourtFactory

pytestmark = pytest.mark.django_db

# On the first of April at Seattle, at one in the morning; in UTC it is eight.
APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
MARCH = date(2026, 3, 1)


def look(by, report, at, verb="report.looked_at"):
    record(by=by, now=at, verb=verb, on=report)


class TestLooks:
    def test_are_those_of_its_people_at_its_reports_the_newest_first(self) -> None:
        case = delivered()
        report = case.referral.reports.get()
        by, desk = clerk(case.referral.court)
        look(by, report, APRIL - timedelta(days=3))
        look(by, report, APRIL - timedelta(days=2), "report.downloaded")
        look(UserFactory.create(), report, APRIL - timedelta(days=2))
        assert [(one.who, one.did, one.report) for one in looking.looks(desk=desk, month=MARCH)] == [
            (by.name, "Downloaded", report.document.number.text),
            (by.name, "Looked at", report.document.number.text),
        ]

    def test_of_a_clerk_of_two_courts_each_court_sees_its_own(self) -> None:
        here, there = delivered(), delivered()
        by, desk = clerk(here.referral.court)
        ClerkshipFactory.create(user=by, court=there.referral.court)
        for case in (here, there):
            look(by, case.referral.reports.get(), APRIL - timedelta(days=3))
        assert [one.number for one in looking.looks(desk=desk, month=MARCH)] == [here.referral.number]

    def test_also_of_one_who_has_left(self) -> None:
        case = delivered()
        by, desk = clerk(case.referral.court)
        leaving, _ = clerk(desk.court)
        look(leaving, case.referral.reports.get(), APRIL - timedelta(days=3))
        people.end(seat=leaving.clerkships.get(), by=by, now=APRIL)
        assert [one.who for one in looking.looks(desk=desk, month=MARCH)] == [leaving.name]

    def test_the_month_is_the_courts_own(self) -> None:
        case = delivered()
        by, desk = clerk(case.referral.court)
        midnight = datetime(2026, 4, 1, 7, tzinfo=UTC)
        look(by, case.referral.reports.get(), midnight - timedelta(seconds=1))
        look(by, case.referral.reports.get(), midnight)
        assert len(looking.looks(desk=desk, month=MARCH)) == 1
        assert len(looking.looks(desk=desk, month=date(2026, 4, 1))) == 1

    def test_of_an_agency_are_its_own(self) -> None:
        by, desk = partner()
        look(by, delivered().referral.reports.get(), APRIL - timedelta(days=3))
        assert looking.looks(desk=desk, month=MARCH) == []


class TestMail:
    def test_goes_once_a_month_to_each_who_serves(self) -> None:
        clerk(), partner()
        assert looking.plan_lists(now=APRIL) == 2
        assert looking.plan_lists(now=APRIL + timedelta(minutes=1)) == 0
        assert looking.plan_lists(now=APRIL + timedelta(days=20)) == 0
        assert looking.plan_lists(now=APRIL + timedelta(days=31)) == 2

    def test_says_nothing_but_where(self) -> None:
        by, desk = clerk(CourtFactory.create(name="Kentmarker Municipal Court"))
        looking.plan_lists(now=APRIL)
        send_due(now=APRIL)
        (sent,) = mail.outbox
        assert sent.to == [by.email]
        assert "/court/looks/?month=2026-03" in sent.body
        assert sent.subject == "A list for March 2026 is ready"
        assert "Kentmarker" not in sent.subject + sent.body
        assert desk.court

    def test_after_an_outage_it_goes_late(self) -> None:
        clerk()
        assert looking.plan_lists(now=APRIL + timedelta(days=27)) == 1

    def test_not_before_the_courts_own_month_is_over(self) -> None:
        clerk()
        before = datetime(2026, 4, 1, 6, 59, tzinfo=UTC)
        looking.plan_lists(now=before)
        assert [key.split(":")[1] for key in Message.objects.values_list("key", flat=True)] != ["2026-03"]

    def test_not_to_one_who_came_since_nor_to_one_who_left(self) -> None:
        fresh, _ = clerk()
        Clerkship.objects.update(began_at=APRIL)
        by, desk = clerk()
        leaving, _ = clerk(desk.court)
        looking.plan_lists(now=APRIL + timedelta(hours=1))
        people.end(seat=leaving.clerkships.get(), by=by, now=APRIL + timedelta(hours=1))
        Message.objects.exclude(kind=looking.DESK_LOOKS).delete()
        send_due(now=APRIL + timedelta(hours=1))
        assert [sent.to for sent in mail.outbox] == [[by.email]]
        assert fresh.is_active


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [
        (date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1)),
        (date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1)),
        (date(2024, 2, 1), date(2024, 1, 1), date(2024, 3, 1)),
    ],
)
def test_months(month: date, before: date, after: date) -> None:
    assert (looking.previous(month), looking.following(month)) == (before, after)
