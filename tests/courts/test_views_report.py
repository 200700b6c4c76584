"""One report: what it says, what happened, whether it stands; never a note, a mark or another court."""

import pytest
from django.core.cache import cache
from django.utils.html import escape

from audit.models import Event, name_of
from core.headers import SANDBOX
from courts.actions import corrections, deliveries, reports
from courts.models import IssuedDocument
from courts.steps import Step
from participants.actions import write_note
from tests.access.people import signed_in
from tests.courts.cases import AFTER
from tests.courts.deskside import clerk_of, laid, laid_for_agency, numbers_on, page
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from vault.models import Key

pytestmark = pytest.mark.django_db

TAILS = {"": "get", "file": "get", "acknowledge": "post", "correction": "post"}


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


class TestReport:
    def test_shows_what_it_says_beside_its_state(self) -> None:
        case, report, client = laid()
        text = page(client, f"/court/reports/{report.pk}/")
        assert escape(case.referral.name_as_charged) in text
        assert report.document.sha256 in text
        assert "Not acknowledged yet" in text
        assert "Genuine and current" in text
        assert "The file here is the very one that was issued." in text

    def test_shows_no_note_no_mark_and_no_other_name(self) -> None:
        case, report, client = laid()
        man = case.referral.participant
        man.preferred_name = "Preferredmarker"
        man.save()
        write_note(participant=man, text="Notemarker", by=case.by, now=NOW)
        text = page(client, f"/court/reports/{report.pk}/")
        assert [word for word in ("Preferredmarker", "Notemarker") if word in text] == []

    @pytest.mark.parametrize("tail", TAILS)
    def test_of_another_court_is_not_found(self, tail: str) -> None:
        _, report, _ = laid()
        client = signed_in(clerk_of(CourtFactory.create()))
        assert getattr(client, TAILS[tail])(f"/court/reports/{report.pk}/{tail}").status_code == 404

    @pytest.mark.parametrize("tail", TAILS)
    def test_a_number_that_no_database_holds_is_not_found(self, tail: str) -> None:
        _, _, client = laid()
        assert getattr(client, TAILS[tail])(f"/court/reports/{10**23}/{tail}").status_code == 404

    def test_a_notice_leads_to_it_from_another_desk_of_the_clerk(self) -> None:
        _, first, _ = laid(case_number="AAA-1")
        _, second, _ = laid(case_number="BBB-2")
        both = signed_in(clerk_of(first.referral.court, second.referral.court))
        for report in (second, first):
            response = both.get(f"/court/reports/{report.pk}/")
            assert (response.status_code, response.context["request"].desk.court) == (200, report.referral.court)
            assert numbers_on(page(both, "/court/"), "AAA-1", "BBB-2") == [report.referral.case_number]

    @pytest.mark.parametrize("tail", ["file", "acknowledge", "correction"])
    def test_only_the_look_goes_to_another_desk(self, tail: str) -> None:
        _, first, _ = laid()
        _, second, _ = laid()
        both = signed_in(clerk_of(first.referral.court, second.referral.court))
        other = second if both.get("/court/").context["request"].desk.court == first.referral.court else first
        assert getattr(both, TAILS[tail])(f"/court/reports/{other.pk}/{tail}").status_code == 404

    @pytest.mark.parametrize("tail", TAILS)
    def test_is_not_found_by_a_clerk_who_left(self, tail: str) -> None:
        case, report, _ = laid()
        clerk = clerk_of(case.referral.court)
        clerk.clerkships.update(ended_at=NOW)
        assert getattr(signed_in(clerk), TAILS[tail])(f"/court/reports/{report.pk}/{tail}").status_code == 404

    @pytest.mark.parametrize("tail", TAILS)
    def test_that_was_forgotten_is_not_found(self, tail: str) -> None:
        case, report, client = laid()
        Key.objects.filter(referral=case.referral).destroy(now=AFTER)
        assert getattr(client, TAILS[tail])(f"/court/reports/{report.pk}/{tail}").status_code == 404

    def test_a_look_is_an_event(self) -> None:
        _, report, client = laid()
        client.get(f"/court/reports/{report.pk}/")
        client.get(f"/court/reports/{report.pk}/file")
        looks = Event.objects.filter(record=name_of(report), verb__in=("report.looked_at", "report.downloaded"))
        assert list(looks.order_by("id").values_list("verb", flat=True)) == ["report.looked_at", "report.downloaded"]

    def test_an_agency_reads_what_was_issued_to_it(self) -> None:
        case, report, client = laid_for_agency()
        text = page(client, f"/court/reports/{report.pk}/")
        assert escape(case.referral.name_as_charged) in text

    def test_a_file_that_is_not_the_one_issued_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, report, client = laid()
        monkeypatch.setattr(IssuedDocument, "content", b"%PDF-1.7 bent")
        assert "The file here is not the one that was issued." in page(client, f"/court/reports/{report.pk}/")


class TestHistory:
    def test_says_who_did_what_and_not_why_it_was_withdrawn(self) -> None:
        case, report, client = laid()
        client.post(f"/court/reports/{report.pk}/acknowledge")
        reports.withdraw(report=report, why="Whymarker", by=case.by, now=AFTER)
        text = page(client, f"/court/reports/{report.pk}/")
        for said in (
            "Issued by the program: Denise Kowalski",
            "Delivered to these pages",
            "Acknowledged: Ingrid Halloran",
        ):
            assert said in text
        assert "The program has withdrawn this report." in text
        assert "Genuine and current" not in text
        assert [word for word in ("Whymarker", case.by.name) if word in text] == []

    def test_leads_from_a_superseded_one_to_the_new(self) -> None:
        case, report, client = laid()
        made = corrections.correct(report=report, what_changed="The spelling.", by=case.by, now=AFTER)
        document = case.issue(made)
        deliveries.deliver_queued(now=AFTER)
        text = page(client, f"/court/reports/{report.pk}/")
        assert "A corrected report has taken this one" in text
        assert f'href="/court/reports/{document.report.pk}/"' in text


class TestFile:
    def test_is_the_very_file_that_was_issued_from_a_sandbox(self) -> None:
        _, report, client = laid()
        response = client.get(f"/court/reports/{report.pk}/file")
        assert response.content == bytes(report.document.content)
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'attachment; filename="{report.document.number.text}.pdf"'
        assert response["Content-Security-Policy"] == SANDBOX
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


class TestCorrection:
    def test_is_asked_answered_and_both_are_read_there(self) -> None:
        case, report, client = laid()
        response = client.post(f"/court/reports/{report.pk}/correction", {"text": "One <b>l</b> only."}, follow=True)
        text = response.content.decode()
        assert "The program has your request." in text
        assert "One &lt;b&gt;l&lt;/b&gt; only." in text
        assert "A correction was asked for: Ingrid Halloran" in text
        assert "Ask for a correction" not in text

        corrections.stand(report=report, answer="So it stands in the order.", by=case.by, now=AFTER)
        text = page(client, f"/court/reports/{report.pk}/")
        assert "So it stands in the order." in text
        assert case.by.name not in text

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ("", "Say what is wrong, so that the program can look at it."),
            ("   ", "Say what is wrong, so that the program can look at it."),
            ("a" * 10_000, "at most 4000 characters"),
            ("a\x00b", "Null characters are not allowed."),
        ],
        ids=["nothing", "blanks", "too long", "NUL"],
    )
    def test_what_says_nothing_gets_a_sentence_and_nothing_is_written(self, said: str, sentence: str) -> None:
        _, report, client = laid()
        response = client.post(f"/court/reports/{report.pk}/correction", {"text": said})
        assert response.status_code == 200
        assert sentence in response.content.decode()
        assert report.steps.filter(step=Step.CORRECTION_ASKED).count() == 0

    def test_twice_says_why_not_and_keeps_what_was_typed(self) -> None:
        _, report, client = laid()
        client.post(f"/court/reports/{report.pk}/correction", {"text": "First."})
        response = client.post(f"/court/reports/{report.pk}/correction", {"text": "Second."})
        text = response.content.decode()
        assert response.status_code == 200
        assert "A correction was asked for already. The program has yet to answer." in text
        assert report.steps.filter(step=Step.CORRECTION_ASKED).count() == 1
