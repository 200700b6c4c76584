"""The pages on which a man is referred, as somebody at a desk goes through them."""

from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from core.headers import SANDBOX
from courts import papers as fitness
from courts.actions import papers, states, submissions
from courts.models import CourtPaper, Referral, Submission
from courts.views import uploads
from tests.access.people import signed_in
from tests.courts import paper_files as files
from tests.courts.referring import CASE, CONTACT, UNFILED, WHO, clerk, draft, partner, sent
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, CourtPaperFactory
from tests.factories.programs import ProgramFactory
from vault.models import Key

pytestmark = pytest.mark.django_db

MARKUP = "A name has no &lt; and no &gt; in it."
YEAR_9999 = "The year 9999 can&#x27;t be right. Look at it once more."


@pytest.fixture(autouse=True)
def program() -> Any:
    cache.clear()
    return ProgramFactory.create()


def begun(client: Client) -> str:
    """The reference of a draft that was just begun."""
    response = client.post("/court/refer/")
    return str(response["Location"]).split("/")[3]


def post(client: Client, reference: str, name: str, said: dict[str, Any], go: str = "on") -> Any:
    return client.post(f"/court/refer/{reference}/{name}/", {**said, "go": go})


def through(client: Client, **answers: str) -> str:
    """All three steps; the reference."""
    reference = begun(client)
    for name, said in (("who", WHO), ("case", CASE), ("contact", CONTACT)):
        assert post(client, reference, name, {**said, **answers}).status_code == 302
    return reference


class TestThreeSteps:
    def test_lead_to_one_referral_and_a_number(self) -> None:
        by, desk = clerk()
        client = signed_in(by)
        reference = begun(client)
        assert post(client, reference, "who", WHO)["Location"] == f"/court/refer/{reference}/case/"
        assert post(client, reference, "case", CASE)["Location"] == f"/court/refer/{reference}/contact/"
        assert post(client, reference, "contact", CONTACT)["Location"] == f"/court/refer/{reference}/check"
        page = client.get(f"/court/refer/{reference}/check").content.decode()
        assert "Halloway" in page
        assert "Monday, August 31, 2026" in page
        first = client.post(f"/court/refer/{reference}/send")
        second = client.post(f"/court/refer/{reference}/send")
        assert first["Location"] == second["Location"] == f"/court/refer/{reference}/sent"
        assert Referral.objects.get().court == desk.court
        assert reference in client.get(first["Location"]).content.decode()

    def test_a_change_comes_back_to_the_check(self) -> None:
        client = signed_in(clerk()[0])
        reference = through(client)
        response = post(client, reference, "who", {**WHO, "suffix": "Jr."})
        assert response["Location"] == f"/court/refer/{reference}/check"

    def test_can_be_left_at_any_time_and_are_listed(self) -> None:
        client = signed_in(by := clerk()[0])
        reference = begun(client)
        assert post(client, reference, "who", {"last_name": "Halfway"}, go="later")["Location"] == "/court/refer/"
        client.logout()
        text = signed_in(by).get("/court/refer/").content.decode()
        assert "Halfway" in text
        assert f"/court/refer/{reference}/check" in text

    def test_the_check_leads_to_what_is_missing_and_then_to_sending(self) -> None:
        client = signed_in(clerk()[0])
        reference = begun(client)
        shown: list[tuple[str, bool]] = []
        for name, said in (("who", WHO), ("case", CASE), ("contact", CONTACT)):
            response = client.get(f"/court/refer/{reference}/check")
            shown.append((response.context["missing"], f"/court/refer/{reference}/send" in response.content.decode()))
            assert f'btn-primary btn-lg" href="/court/refer/{reference}/{name}/"' in response.content.decode()
            post(client, reference, name, said)
        response = client.get(f"/court/refer/{reference}/check")
        shown.append((response.context["missing"], f"/court/refer/{reference}/send" in response.content.decode()))
        assert shown == [("who", False), ("case", False), ("contact", False), ("", True)]

    def test_what_is_missing_is_asked_for_before_it_is_sent(self) -> None:
        client = signed_in(clerk()[0])
        reference = begun(client)
        post(client, reference, "who", WHO)
        response = client.post(f"/court/refer/{reference}/send")
        assert response["Location"] == f"/court/refer/{reference}/case/"
        assert not Referral.objects.exists()

    def test_one_that_was_referred_already_is_a_sentence(self) -> None:
        by, desk = clerk()
        sent(by, desk)
        client = signed_in(by)
        response = client.post(f"/court/refer/{through(client)}/send")
        assert response.status_code == 409
        assert "You have referred him under 26-CR-0413 already." in response.content.decode()

    def test_a_prosecutor_refers_without_a_court(self) -> None:
        client = signed_in(partner()[0])
        through(client, **UNFILED)
        reference = Submission.objects.get().reference
        client.post(f"/court/refer/{reference}/send")
        assert Referral.objects.get().court is None


@pytest.mark.parametrize(
    ("name", "said", "field", "sentence"),
    [
        pytest.param("who", {"last_name": ""}, "last_name", "Give his last name, or his only one.", id="no name"),
        pytest.param("who", {"last_name": "<b>Halloway"}, "last_name", MARKUP, id="markup"),
        pytest.param("who", {"last_name": "Hallo\u202eway"}, "last_name", "hidden letters", id="right to left"),
        pytest.param("who", {"last_name": "Hallo\0way"}, "last_name", "hidden letters", id="NUL"),
        pytest.param("who", {"last_name": "x" * 10_000}, "last_name", "longer than 150 letters", id="10,000 letters"),
        pytest.param("who", {"aliases": "<i>Al"}, "aliases", "A name has no", id="markup in an alias"),
        pytest.param("who", {"date_of_birth": "2031-01-01"}, "date_of_birth", "in the future", id="born tomorrow"),
        pytest.param("who", {"date_of_birth": "0001-01-01"}, "date_of_birth", "years old", id="born in the year 1"),
        pytest.param("case", {"complete_by": "9999-12-31"}, "complete_by", YEAR_9999, id="year 9999"),
        pytest.param("case", {"ordered_on": "0001-01-01"}, "ordered_on", "The year 1 can&#x27;t be right", id="year 1"),
        pytest.param("case", {"complete_by": "soon"}, "complete_by", "This is no date", id="no date"),
        pytest.param("case", {"case_number": ""}, "case_number", "Give the case number", id="no number"),
        pytest.param("case", {"case_number": "N/A"}, "case_number", "This is no number.", id="n/a"),
        pytest.param("case", {"referral_kind": "self"}, "referral_kind", "Select a valid choice", id="another's kind"),
        pytest.param("case", {"hearing_time": "25:00"}, "hearing_time", "Write the time like 09:00.", id="no time"),
        pytest.param("contact", {"email": "a@b"}, "email", "This is no e-mail address", id="no e-mail"),
        pytest.param("contact", {"phone": "12"}, "phone", "phone number", id="no phone"),
    ],
)  # fmt: skip
def test_what_can_not_be_taken_is_a_sentence_and_nothing_is_kept(
    name: str, said: dict[str, str], field: str, sentence: str
) -> None:
    client = signed_in(clerk()[0])
    reference = begun(client)
    response = post(client, reference, name, {**{"who": WHO, "case": CASE, "contact": CONTACT}[name], **said})
    text = response.content.decode()
    assert response.status_code == 200
    assert f'href="#id_{field}"' in text
    assert sentence in text
    assert Submission.objects.get().answers == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({**UNFILED, "incident_number": ""}, "incident_number", id="unfiled, without an incident"),
        pytest.param({"referral_kind": "sentence", "case_number": "7", "court": ""}, "court", id="filed nowhere"),
        pytest.param({"referral_kind": "sentence", "case_number": "7", "court": "99999"}, "court", id="no such court"),
    ],
)
def test_an_agency_says_where_it_is_filed(said: dict[str, str], field: str) -> None:
    client = signed_in(partner()[0])
    reference = begun(client)
    text = post(client, reference, "case", said).content.decode()
    assert f'href="#id_{field}"' in text


def test_a_pre_filing_diversion_has_no_court() -> None:
    court = CourtFactory.create()
    client = signed_in(partner()[0])
    text = post(client, begun(client), "case", {**UNFILED, "court": str(court.pk)}).content.decode()
    assert "What isn&#x27;t filed has no court yet." in text


class TestPapers:
    def attach(self, client: Client, reference: str, content: bytes, name: str = "order.pdf") -> Any:
        order = SimpleUploadedFile(name, content, "application/pdf")
        return post(client, reference, "contact", {**CONTACT, "order": order}, go="attach")

    def test_are_attached_downloaded_from_a_sandbox_and_taken_away(self) -> None:
        client = signed_in(clerk()[0])
        reference, content = begun(client), files.pdf()
        assert self.attach(client, reference, content).status_code == 302
        paper = CourtPaper.objects.get()
        response = client.get(f"/court/refer/{reference}/papers/{paper.pk}")
        assert (response.content, response["Content-Type"]) == (content, "application/pdf")
        assert response["Content-Disposition"] == f'attachment; filename="paper-{paper.pk}.pdf"'
        assert response["Content-Security-Policy"] == SANDBOX
        assert response["X-Content-Type-Options"] == "nosniff"
        client.post(f"/court/refer/{reference}/papers/{paper.pk}/remove")
        assert client.get(f"/court/refer/{reference}/papers/{paper.pk}").status_code == 404

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            pytest.param(b"PK\x03\x04 not a PDF", fitness.NO_SUCH_KIND, id="a ZIP named .pdf"),
            pytest.param(files.pdf(files.runs_a_script), "This PDF does something when it is opened", id="a script"),
            pytest.param(b"", fitness.EMPTY, id="nothing"),
        ],
    )
    def test_what_is_no_paper_is_a_sentence_and_nothing_is_kept(self, content: bytes, sentence: str) -> None:
        client = signed_in(clerk()[0])
        response = self.attach(client, begun(client), content)
        assert sentence in response.content.decode()
        assert not CourtPaper.objects.exists()
        assert Submission.objects.get().answers == {}

    def test_more_than_it_may_be_is_counted_while_it_comes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As from a browser that says too little of its length."""
        monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
        client = signed_in(clerk()[0])
        response = self.attach(client, begun(client), b"%PDF-" + b"0" * 5000)
        assert fitness.TOO_BIG in response.content.decode()
        assert not CourtPaper.objects.exists()

    def test_five_gigabytes_are_refused_by_what_they_say_and_never_read(self) -> None:
        client = signed_in(clerk()[0])
        reference = begun(client)
        response = client.generic(
            "POST",
            f"/court/refer/{reference}/contact/",
            b"",
            "multipart/form-data; boundary=x",
            **wire(5 * 1024**3, Untouched()),
        )
        assert response.status_code == 413
        assert fitness.TOO_BIG in response.content.decode()

    def test_somewhat_too_much_is_read_to_its_end_so_that_the_sentence_arrives(self) -> None:
        client = signed_in(clerk()[0])
        body = BytesIO(b"0" * (11 * 1024 * 1024))
        response = client.generic(
            "POST",
            f"/court/refer/{begun(client)}/contact/",
            b"",
            "multipart/form-data; boundary=x",
            **wire(11 * 1024 * 1024, body),
        )
        assert response.status_code == 413
        assert body.read(1) == b""

    def test_a_form_without_its_token_is_refused(self) -> None:
        """The check is ours to call here, since the length is looked at first."""
        by, desk = clerk()
        made = draft(by, desk)
        client = signed_in(by, client=Client(enforce_csrf_checks=True))
        assert post(client, made.reference, "who", {"last_name": "Forged"}).status_code == 403
        assert Submission.objects.get().answers["last_name"] == "Halloway"


def wire(length: int, body: Any) -> dict[str, Any]:
    return {"CONTENT_LENGTH": length, "wsgi.input": body}


class Untouched:
    def read(self, *args: Any) -> bytes:
        raise AssertionError("its body was read")

    readline = read


class TestWhoMay:
    @pytest.mark.parametrize("tail", ["who/", "check", "discard"])
    def test_a_colleagues_draft_and_another_courts_are_not_found(self, tail: str) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        for other in (clerk(desk.court)[0], clerk()[0], partner()[0]):
            assert signed_in(other).get(f"/court/refer/{made.reference}/{tail}").status_code == 404
        assert signed_in(by).get(f"/court/refer/{made.reference}/{tail}").status_code == 200

    def test_what_was_sent_is_seen_by_the_desk_and_by_nobody_else(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        paper = papers.attach(submission=made, name="o", content=files.png(), by=by, now=NOW)
        submissions.send(submission=made, by=by, now=NOW)
        for path in (f"/court/refer/{made.reference}/sent", f"/court/refer/{made.reference}/papers/{paper.pk}"):
            assert signed_in(clerk(desk.court)[0]).get(path).status_code == 200
            assert signed_in(clerk()[0]).get(path).status_code == 404

    def test_what_was_sent_is_a_draft_no_more(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        submissions.send(submission=made, by=by, now=NOW)
        client = signed_in(by)
        assert client.post(f"/court/refer/{made.reference}/discard").status_code == 404
        # By the browser's way back.
        for answer in (client.get, client.post):
            back = answer(f"/court/refer/{made.reference}/who/")
            assert (back.status_code, back["Location"]) == (302, f"/court/refer/{made.reference}/sent")
        assert client.get(f"/court/refer/{made.reference}/check")["Location"] == f"/court/refer/{made.reference}/sent"
        assert signed_in(clerk(desk.court)[0]).get(f"/court/refer/{made.reference}/check").status_code == 404

    @pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATOR, Role.ADMINISTRATOR])
    def test_nobody_of_the_program(self, role: Role) -> None:
        assert signed_in(UserFactory.create(roles=[role])).get("/court/refer/").status_code == 403


class TestOutcome:
    def test_declined_says_so_and_never_the_note(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        referral = submissions.send(submission=made, by=by, now=NOW)
        states.decline(referral=referral, why="Notemarker", by=by, now=NOW)
        text = signed_in(by).get(f"/court/refer/{made.reference}/sent").content.decode()
        assert "Not accepted" in text
        assert "A report with the reason follows." in text
        assert "Notemarker" not in text

    def test_of_a_man_whom_we_know_it_is_the_same_page(self) -> None:
        by, desk = clerk()
        other, elsewhere = clerk()
        sent(other, elsewhere)
        made = draft(by, desk)
        referral = submissions.send(submission=made, by=by, now=NOW)
        known = signed_in(by).get(f"/court/refer/{made.reference}/sent").content.decode()
        assert Referral.objects.filter(participant=referral.participant_id).count() == 2
        assert elsewhere.label not in known
        assert "Received, not yet decided" in known


def test_the_list_takes_the_same_queries_for_one_and_for_three() -> None:
    by, desk = clerk()
    client = signed_in(by)

    def add(n: int) -> None:
        draft(by, desk, case_number=f"D-{n}")
        sent(by, desk, case_number=f"S-{n}")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/court/refer/").status_code == 200
        return len(caught)

    add(1)
    queries()
    before = queries()
    add(2)
    add(3)
    assert queries() == before <= 10


def test_what_had_to_be_forgotten_stands_nowhere() -> None:
    by, desk = clerk()
    referral = sent(by, desk)
    made = referral.submission
    paper = CourtPaperFactory.create(referral=referral, submission=made, key=referral.key)
    client = signed_in(by)
    paths = (f"/court/refer/{made.reference}/sent", f"/court/refer/{made.reference}/papers/{paper.pk}")
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert made.reference in client.get("/court/refer/").content.decode()

    Key.objects.filter(pk=referral.key_id).destroy(now=NOW)

    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert made.reference not in client.get("/court/refer/").content.decode()
