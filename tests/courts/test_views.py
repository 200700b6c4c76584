"""What a clerk sees: the own court's reports, and nothing else."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import User
from accounts.roles import Role
from audit.models import Event, name_of
from courts.actions.deliveries import deliver_failed
from courts.models import Clerkship, Court, Delivery, Report
from courts.steps import Step
from participants.actions import write_note
from tests.access.people import signed_in
from tests.courts.cases import Case, delivered
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


def clerk_of(*courts: Court | None) -> User:
    clerk = UserFactory.create(name="Ingrid Halloran", roles=[Role.CLERK])
    for court in filter(None, courts):
        Clerkship.objects.create(court=court, user=clerk, began_at=NOW)
    return clerk


def laid(**fields: object) -> tuple[Case, Report, Client]:
    """A report on its court's pages, and a clerk who is signed in there."""
    case = delivered(**fields)
    report = case.referral.reports.get()
    return case, report, signed_in(clerk_of(case.referral.court))


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestInbox:
    def test_shows_number_kind_and_state_of_what_lies_there(self) -> None:
        case, report, client = laid()
        text = page(client, "/court/")
        assert escape(case.referral.case_number) in text
        assert f"/court/reports/{report.pk}/acknowledge" in text
        assert "1 report waits to be acknowledged" in text

    def test_shows_no_name_and_nothing_of_another_court(self) -> None:
        case, _, client = laid()
        other = delivered(case_number="OTHER-77")
        text = page(client, "/court/")
        assert "OTHER-77" not in text
        assert other.referral.court is not None
        assert other.referral.court.name not in text
        assert case.referral.participant.last_name not in text

    def test_says_why_it_is_empty(self) -> None:
        client = signed_in(clerk_of(CourtFactory.create()))
        assert "No reports yet" in page(client, "/court/")

    def test_a_report_that_is_not_delivered_is_not_there(self) -> None:
        case, report, client = laid()
        returned = report.document.deliveries.get()
        deliver_failed(delivery=returned, state=Delivery.State.RETURNED, reason="no such court", by=case.by, now=NOW)
        assert "No reports yet" in page(client, "/court/")

    def test_the_unread_come_first(self) -> None:
        case, report, client = laid(case_number="FIRST-1")
        delivered(case_number="SECOND-2", court=case.referral.court)
        client.post(f"/court/reports/{report.pk}/acknowledge")
        text = page(client, "/court/")
        assert text.index("SECOND-2") < text.index("FIRST-1")

    def test_takes_the_same_few_queries_for_one_and_for_three(self) -> None:
        case, _, client = laid()
        page(client, "/court/")
        before = queries_of(client)
        for _ in range(2):
            delivered(court=case.referral.court)
        assert queries_of(client) == before <= 10


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as caught:
        page(client, "/court/")
    return len(caught)


class TestReport:
    def test_shows_what_it_says_beside_its_state(self) -> None:
        case, report, client = laid()
        text = page(client, f"/court/reports/{report.pk}/")
        assert escape(case.referral.name_as_charged) in text
        assert report.document.sha256 in text
        assert "Not acknowledged yet" in text

    def test_shows_no_note_no_mark_and_no_other_name(self) -> None:
        case, report, client = laid()
        man = case.referral.participant
        man.preferred_name = "Preferredmarker"
        man.save()
        write_note(participant=man, text="Notemarker", by=case.by, now=NOW)
        text = page(client, f"/court/reports/{report.pk}/")
        assert [word for word in ("Preferredmarker", "Notemarker") if word in text] == []

    @pytest.mark.parametrize("tail", ["", "file", "acknowledge"])
    def test_of_another_court_is_not_found(self, tail: str) -> None:
        _, report, _ = laid()
        client = signed_in(clerk_of(CourtFactory.create()))
        ask = client.post if tail == "acknowledge" else client.get
        assert ask(f"/court/reports/{report.pk}/{tail}").status_code == 404

    @pytest.mark.parametrize("tail", ["", "file", "acknowledge"])
    def test_is_not_found_by_a_clerk_who_left(self, tail: str) -> None:
        case, report, _ = laid()
        clerk = clerk_of(case.referral.court)
        clerk.clerkships.update(ended_at=NOW)
        ask = signed_in(clerk).post if tail == "acknowledge" else signed_in(clerk).get
        assert ask(f"/court/reports/{report.pk}/{tail}").status_code == 404

    def test_a_look_is_an_event(self) -> None:
        _, report, client = laid()
        client.get(f"/court/reports/{report.pk}/")
        client.get(f"/court/reports/{report.pk}/file")
        looks = Event.objects.filter(record=name_of(report), verb__in=("report.looked_at", "report.downloaded"))
        assert list(looks.order_by("id").values_list("verb", flat=True)) == ["report.looked_at", "report.downloaded"]


class TestFile:
    def test_is_the_very_file_that_was_issued_from_a_sandbox(self) -> None:
        _, report, client = laid()
        response = client.get(f"/court/reports/{report.pk}/file")
        assert response.content == bytes(report.document.content)
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'attachment; filename="{report.document.number.text}.pdf"'
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "no-store"


class TestAcknowledge:
    def test_is_written_and_said(self) -> None:
        _, report, client = laid()
        response = client.post(f"/court/reports/{report.pk}/acknowledge", follow=True)
        assert f"Report {report.document.number.text} is acknowledged." in response.content.decode()
        assert list(report.steps.values_list("step", flat=True))[-1] == Step.ACKNOWLEDGED

    def test_twice_says_so_and_writes_nothing_more(self) -> None:
        _, report, client = laid()
        client.post(f"/court/reports/{report.pk}/acknowledge")
        steps = report.steps.count()
        response = client.post(f"/court/reports/{report.pk}/acknowledge", follow=True)
        assert "There is nothing here to acknowledge any more." in response.content.decode()
        assert report.steps.count() == steps

    def test_by_a_mere_link_does_nothing(self) -> None:
        _, report, client = laid()
        assert client.get(f"/court/reports/{report.pk}/acknowledge").status_code == 405
        assert report.steps.filter(step=Step.ACKNOWLEDGED).count() == 0


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_nobody_but_clerks_comes_in(role: Role) -> None:
    client = signed_in(UserFactory.create(roles=[role]))
    assert client.get("/court/").status_code == 403


def test_whoever_is_not_signed_in_is_asked_to() -> None:
    assert Client().get("/court/").status_code == 302
