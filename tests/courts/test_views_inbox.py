"""The inbox: what waits first; looked for, acknowledged and fetched by the dozen; of one's own desk only."""

import io
import zipfile

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from audit.models import Event, name_of
from core.headers import SANDBOX
from courts.actions import corrections, reports
from courts.actions.deliveries import deliver_failed
from courts.models import Delivery, Report
from courts.steps import ReportKind, Step
from courts.views import asking
from tests.access.people import signed_in
from tests.courts.cases import AFTER, Case, delivered
from tests.courts.deskside import clerk_of, laid, laid_for_agency, numbers_on, page, queries_of
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory

pytestmark = pytest.mark.django_db

# How many queries an inbox may take, whatever lies in it.
QUERIES = 9


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


def three() -> tuple[Case, list[Report], Client]:
    """On one court's pages."""
    case, _, client = laid(case_number="AAA-1", name_as_charged="RAFAEL ALVAREZ")
    for number in ("BBB-2", "CCC-3"):
        delivered(case_number=number, court=case.referral.court, name_as_charged="T. NGUYEN")
    return case, list(Report.objects.order_by("pk")), client


def found(client: Client, **asked: str) -> list[str]:
    """By looking for it, and following to the list."""
    response = client.post("/court/", asked, follow=True)
    assert response.status_code == 200
    return numbers_on(response.content.decode(), "AAA-1", "BBB-2", "CCC-3")


class TestList:
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
        assert case.referral.name_as_charged not in text

    def test_says_why_it_is_empty(self) -> None:
        client = signed_in(clerk_of(CourtFactory.create()))
        assert "No reports yet" in page(client, "/court/")

    def test_a_report_that_is_not_delivered_is_not_there(self) -> None:
        case, report, client = laid()
        returned = report.document.deliveries.get()
        deliver_failed(delivery=returned, state=Delivery.State.RETURNED, reason="no such court", by=case.by, now=NOW)
        assert "No reports yet" in page(client, "/court/")

    def test_what_waits_comes_first(self) -> None:
        _, (first, second, _), client = three()
        for report in (first, second):
            client.post(f"/court/reports/{report.pk}/acknowledge", follow=True)
        assert numbers_on(page(client, "/court/"), "AAA-1", "BBB-2", "CCC-3") == ["CCC-3", "BBB-2", "AAA-1"]

    def test_what_was_called_back_waits_for_nobody(self) -> None:
        case, (first, second, _), client = three()
        reports.withdraw(report=first, why="wrong man", by=case.by, now=AFTER)
        corrections.ask(report=second, text="Wrong judge.", by=case.by, now=AFTER)
        text = page(client, "/court/")
        assert "1 report waits to be acknowledged" in text
        assert numbers_on(text, "Withdrawn", "Correction asked", "wrong man") == ["Correction asked", "Withdrawn"]
        assert numbers_on(text, "AAA-1", "BBB-2", "CCC-3")[0] == "CCC-3"
        assert text.count('/acknowledge" data-once') == 1

    def test_takes_the_same_few_queries_for_one_and_for_three(self) -> None:
        case, _, client = laid()
        page(client, "/court/")
        before = queries_of(client, "/court/")
        for _ in range(2):
            delivered(court=case.referral.court)
        assert queries_of(client, "/court/") == before <= QUERIES

    def test_the_documents_themselves_are_not_read(self) -> None:
        _, _, client = laid()
        with CaptureQueriesContext(connection) as caught:
            page(client, "/court/")
        assert [one["sql"] for one in caught if '"content"' in one["sql"] or '"snapshot"' in one["sql"]] == []


class TestAgency:
    def test_has_its_own_copy_and_its_own_acknowledgment(self) -> None:
        case, report, client = laid_for_agency()
        at_court = signed_in(clerk_of(case.referral.court))
        client.post(f"/court/reports/{report.pk}/acknowledge")

        assert "No report waits to be acknowledged." in page(client, "/court/")
        assert "1 report waits to be acknowledged" in page(at_court, "/court/")
        assert list(report.steps.values_list("step", flat=True))[-1] == Step.DELIVERED

    def test_finds_nothing_of_a_report_that_went_to_the_court_alone(self) -> None:
        _, _, client = laid_for_agency()
        _, report, _ = laid()
        assert client.get(f"/court/reports/{report.pk}/").status_code == 404
        assert client.post("/court/acknowledge", {"report": report.pk}).status_code == 404


class TestLookingFor:
    def test_by_number_name_kind_and_period(self) -> None:
        _, _, client = three()
        assert found(client, q="bbb") == ["BBB-2"]
        assert found(client, q="alvarez") == ["AAA-1"]
        assert found(client, q="nguyen", kind=ReportKind.COMPLETION) == ["CCC-3", "BBB-2"]
        assert found(client, kind=ReportKind.PROGRESS) == []
        assert found(client, since="2026-03-25", until="2026-03-25") == ["CCC-3", "BBB-2", "AAA-1"]
        assert found(client, until="2026-03-24") == []

    def test_no_name_stands_in_an_address_nor_readable_in_the_session(self) -> None:
        _, _, client = three()
        response = client.post("/court/", {"q": "Alvarez"})
        assert response.status_code == 302
        assert "alvarez" not in response["Location"].lower()
        assert "alvarez" not in str(dict(client.session)).lower()

    def test_the_way_back_leads_to_the_same_list_and_shows_what_was_asked(self) -> None:
        _, _, client = three()
        where = client.post("/court/", {"q": "Alvarez"})["Location"]
        found(client, q="Nguyen")
        text = page(client, where)
        assert numbers_on(text, "AAA-1", "BBB-2", "CCC-3") == ["AAA-1"]
        assert 'value="Alvarez"' in text

    def test_another_sessions_word_shows_all(self) -> None:
        case, _, client = three()
        where = client.post("/court/", {"q": "Alvarez"})["Location"]
        colleague = signed_in(clerk_of(case.referral.court))
        assert numbers_on(page(colleague, where), "AAA-1", "BBB-2", "CCC-3") == ["CCC-3", "BBB-2", "AAA-1"]

    def test_only_the_newest_are_kept(self) -> None:
        _, _, client = three()
        for n in range(asking.KEPT + 3):
            client.post("/court/", {"q": f"number {n}"})
        assert len(client.session[asking.ASKED]) == asking.KEPT

    def test_a_key_that_was_changed_shows_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, _, client = three()
        where = client.post("/court/", {"q": "Alvarez"})["Location"]
        session = client.session
        session[asking.ASKED] = [[word, "gAAAAAnonsense"] for word, _ in session[asking.ASKED]]
        session.save()
        assert len(numbers_on(page(client, where), "AAA-1", "BBB-2", "CCC-3")) == 3

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"q": "a" * 10_000}, "That is longer than any number or name."),
            ({"q": "Alva\x00rez"}, "Null characters are not allowed."),
            ({"kind": "nonsense"}, "Select a valid choice."),
            ({"since": "0001-01-01"}, "Give a day between 2000 and 2099."),
            ({"until": "9999-12-31"}, "Give a day between 2000 and 2099."),
            ({"since": "yesterday"}, "Enter a valid date."),
            ({"since": "2026-03-02", "until": "2026-03-01"}, "This day is before the first one."),
        ],
        ids=["ten thousand letters", "NUL", "no such kind", "year 1", "year 9999", "no date", "backwards"],
    )
    def test_what_makes_no_sense_gets_a_sentence_and_the_list_stays(self, asked: dict[str, str], sentence: str) -> None:
        _, _, client = three()
        response = client.post("/court/", asked)
        text = response.content.decode()
        assert response.status_code == 200
        assert sentence in text
        assert len(numbers_on(text, "AAA-1", "BBB-2", "CCC-3")) == 3
        assert asking.ASKED not in client.session

    @pytest.mark.parametrize("q", ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}zerav", "' OR 1=1 --", "%"])
    def test_markup_and_marks_find_nothing_and_come_back_escaped(self, q: str) -> None:
        _, _, client = three()
        response = client.post("/court/", {"q": q}, follow=True)
        text = response.content.decode()
        assert "Nothing found" in text
        assert f'value="{escape(q)}"' in text
        assert "<script>alert" not in text

    @pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99999", "page=x", "asked=%00", "asked=nothing"])
    def test_an_address_that_was_made_up_shows_the_list(self, query: str) -> None:
        _, _, client = three()
        assert client.get(f"/court/?{query}").status_code == 200

    def test_pages_keep_what_was_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("courts.views.inbox.A_PAGE", 1)
        _, _, client = three()
        where = client.post("/court/", {"q": "Nguyen"})["Location"]
        assert numbers_on(page(client, f"{where}&page=2"), "AAA-1", "BBB-2", "CCC-3") == ["BBB-2"]
        assert f"{where}&amp;page=2" in page(client, where).replace("?asked", "/court/?asked")


class TestFoundByName:
    def test_says_whom_it_found(self) -> None:
        case, _, client = laid()
        name = escape(case.referral.name_as_charged)
        where = client.post("/court/", {"q": case.referral.name_as_charged.split()[0]})["Location"]
        assert (name in page(client, where), name in page(client, "/court/")) == (True, False)

    def test_what_waits_is_told_of_all(self) -> None:
        _, (first, _, _), client = three()
        client.post(f"/court/reports/{first.pk}/acknowledge")
        where = client.post("/court/", {"q": "AAA-1"})["Location"]
        assert "2 reports wait to be acknowledged" in page(client, where)


class TestAcknowledgeMany:
    def test_waits_for_the_answer_to_a_correction(self) -> None:
        case, (first, second, _), client = three()
        corrections.ask(report=first, text="Wrong judge.", by=case.by, now=AFTER)
        ticked = {"report": [first.pk, second.pk]}
        text = client.post("/court/acknowledge", ticked, follow=True).content.decode()
        assert f"{first.referral.number}, report {first.document.number.text}: A correction was asked for." in text
        acknowledged = Delivery.objects.exclude(acknowledged_at=None).values_list("document__report", flat=True)
        assert list(acknowledged) == [second.pk]

    def test_says_how_many(self) -> None:
        _, (first, second, third), client = three()
        response = client.post("/court/acknowledge", {"report": [first.pk, second.pk]}, follow=True)
        assert "2 reports are acknowledged." in response.content.decode()
        states = [list(one.steps.values_list("step", flat=True))[-1] for one in (first, second, third)]
        assert states == [Step.ACKNOWLEDGED, Step.ACKNOWLEDGED, Step.DELIVERED]

    def test_names_those_that_could_not_and_why(self) -> None:
        case, (first, second, third), client = three()
        client.post(f"/court/reports/{first.pk}/acknowledge")
        reports.withdraw(report=second, why="wrong man", by=case.by, now=AFTER)
        ticked = {"report": [first.pk, second.pk, third.pk]}
        text = client.post("/court/acknowledge", ticked, follow=True).content.decode()
        assert "1 report is acknowledged." in text
        assert f"{first.document.number.text}: There is nothing here to acknowledge any more." in text
        assert f"{second.document.number.text}: This report is withdrawn." in text
        assert "wrong man" not in text

    def test_of_another_court_none_is_found_and_nothing_is_written(self) -> None:
        _, (first, *_), client = three()
        elsewhere = delivered().referral.reports.get()
        assert client.post("/court/acknowledge", {"report": [first.pk, elsewhere.pk]}).status_code == 404
        assert Delivery.objects.exclude(acknowledged_at=None).count() == 0

    @pytest.mark.parametrize("tail", ["acknowledge", "packet"])
    @pytest.mark.parametrize("asked", ["0", "-1", "x", "1\x00", "٣", "9" * 30, ""])
    def test_what_is_no_number_is_not_found(self, asked: str, tail: str) -> None:
        _, _, client = three()
        assert client.post(f"/court/{tail}", {"report": asked}).status_code == 404

    @pytest.mark.parametrize("tail", ["acknowledge", "packet"])
    def test_without_a_tick_it_says_so(self, tail: str) -> None:
        _, _, client = three()
        text = client.post(f"/court/{tail}", follow=True).content.decode()
        assert "Nothing is ticked." in text

    def test_leads_back_to_the_list_as_it_was_looked_for(self) -> None:
        _, (first, *_), client = three()
        where = client.post("/court/", {"q": "aaa"})["Location"]
        word = where.partition("asked=")[2]
        response = client.post("/court/acknowledge", {"report": first.pk, "asked": word, "page": "1"})
        assert response["Location"] == f"/court/?asked={word}&page=1"
        bent = client.post("/court/acknowledge", {"report": first.pk, "asked": "//evil.example", "page": "x"})
        assert bent["Location"] == "/court/"


class TestPacket:
    def test_holds_the_very_files_and_each_is_a_look(self) -> None:
        _, (first, second, _), client = three()
        response = client.post("/court/packet", {"report": [first.pk, second.pk]})
        assert response["Content-Type"] == "application/zip"
        assert response["Content-Security-Policy"] == SANDBOX
        with zipfile.ZipFile(io.BytesIO(b"".join(response))) as packet:
            assert packet.testzip() is None
            assert {name: packet.read(name) for name in packet.namelist()} == {
                f"{one.document.number.text}.pdf": bytes(one.document.content) for one in (first, second)
            }
        looks = Event.objects.filter(verb="report.downloaded").order_by("id").values_list("record", flat=True)
        assert list(looks) == [name_of(first), name_of(second)]

    def test_is_made_while_it_is_sent(self) -> None:
        """Each file leaves before the next is read."""
        _, (first, second, third), client = three()
        response = client.post("/court/packet", {"report": [first.pk, second.pk, third.pk]})
        sizes = [len(part) for part in response]
        assert len(sizes) == 4
        assert max(sizes) < 2 * len(bytes(first.document.content)) + 1000

    def test_of_another_court_is_not_found_and_no_look_is_written(self) -> None:
        _, (first, *_), client = three()
        elsewhere = delivered().referral.reports.get()
        assert client.post("/court/packet", {"report": [first.pk, elsewhere.pk]}).status_code == 404
        assert Event.objects.filter(verb="report.downloaded").count() == 0

    def test_by_a_mere_link_does_nothing(self) -> None:
        _, _, client = three()
        assert [client.get(f"/court/{tail}").status_code for tail in ("packet", "acknowledge")] == [405, 405]
