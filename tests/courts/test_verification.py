"""The public page: number and code in, a word and a day out, and nothing private ever."""

import re
import uuid
from datetime import date, datetime
from ipaddress import IPv4Address
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from pytest_django import Settings

from audit.models import Event
from courts.actions import life, reports, signing
from courts.actions.verification import Found, check
from courts.models import IssuedDocument
from courts.steps import Step
from courts.verifying import Answer, digest, read_code
from tests.courts.cases import issued
from tests.courts.stations import stored_in_clear
from tests.factories.courts import IssuedDocumentFactory, ReportStepFactory

pytestmark = pytest.mark.django_db

LATER = datetime.fromisoformat("2026-04-02T05:30Z")  # still April 1 in Seattle


def address() -> str:
    """Of a network that nobody has tried from yet."""
    return str(IPv4Address(0x0A000000 + uuid.uuid4().int % 2**24))


@pytest.fixture
def visitor() -> Client:
    """From a network address of its own: what others tried doesn't count."""
    return Client(REMOTE_ADDR=address())


def code_of(document: IssuedDocument) -> str:
    return str(document.snapshot["verify"]["code"])


def ask(document: IssuedDocument, **other: str) -> Found:
    said = {"number": document.number.text, "code": code_of(document)} | other
    return check(**said, now=LATER)


def withdrawn() -> IssuedDocument:
    case, document = issued()
    reports.withdraw(report=document.report, why="wrong man", by=case.by, now=LATER)
    return document


def superseded() -> IssuedDocument:
    case, document = issued()
    life.add_step(document.report, Step.SUPERSEDED, by=case.by, now=LATER)
    return document


WRONG = {"code": "0000-0000-0000-0000"}


class TestIssuing:
    def test_prints_a_code_of_its_own_and_keeps_its_hash_only(self, settings: Settings):
        settings.SITE_URL = "https://onus.example"
        (_, one), (_, other) = issued(), issued()

        codes = [read_code(code_of(document)) for document in (one, other)]

        assert [document.code_hash for document in (one, other)] == [digest(code) for code in codes]
        assert codes[0] != codes[1]
        assert one.snapshot["verify"]["url"] == f"https://onus.example/verify/#{one.number.text}.{codes[0]}"

    def test_leaves_the_code_nowhere_else_in_clear(self):
        _, document = issued()
        ask(document)
        code = read_code(code_of(document))

        assert stored_in_clear(code) == []
        assert stored_in_clear(code_of(document)) == []


class TestTheAnswer:
    def test_of_one_that_stands(self):
        _, document = issued()
        assert ask(document) == Found(Answer.GENUINE, date(2026, 3, 25))

    @pytest.mark.parametrize(
        ("made", "answer"), [(superseded, Answer.SUPERSEDED), (withdrawn, Answer.WITHDRAWN)], ids=["superseded", "gone"]
    )
    def test_of_one_that_was_called_back_has_the_day_at_its_court(self, made: Any, answer: Answer):
        assert ask(made()) == Found(answer, date(2026, 4, 1))

    @pytest.mark.parametrize("made", [superseded, withdrawn], ids=["superseded", "gone"])
    def test_without_the_code_tells_nothing_of_that(self, made: Any):
        assert ask(made(), **WRONG) == Found(Answer.UNKNOWN)

    @pytest.mark.parametrize(
        "wrong", [WRONG, {"code": "?"}, {"number": "K-1999-00001"}, {"number": "?"}, {"number": "", "code": ""}]
    )
    def test_of_a_wrong_number_and_a_wrong_code_is_the_same(self, wrong: dict[str, str]):
        _, document = issued()
        assert ask(document, **wrong) == Found(Answer.UNKNOWN)

    def test_of_another_reports_code_is_unknown(self):
        (_, one), (_, other) = issued(), issued()
        assert ask(one, code=code_of(other)) == Found(Answer.UNKNOWN)

    def test_of_one_issued_before_there_were_codes_is_unknown(self):
        document = IssuedDocumentFactory.create(code_hash="")
        ReportStepFactory(report=document.report, step=Step.PROPOSED)
        for code in ("", "0000-0000-0000-0000"):
            assert check(number=document.number.text, code=code, now=LATER) == Found(Answer.UNKNOWN)

    def test_costs_the_same_whatever_is_wrong(self):
        _, document = issued()
        said = [{}, WRONG, {"number": "K-1999-00001"}, {"number": "?"}]

        costs = []
        for wrong in said:
            with CaptureQueriesContext(connection) as queries:
                ask(document, **wrong)
            costs.append([re.sub(r"'[^']*'|[0-9]+", "…", query["sql"]).split("VALUES")[0] for query in queries])

        assert costs[0] == costs[1] == costs[2] == costs[3]

    def test_is_an_event_that_has_no_code(self):
        _, document = issued()
        before = Event.objects.count()

        for wrong in ({}, WRONG, {"number": "K-1999-00001"}):
            ask(document, **wrong)

        seen = Event.objects.order_by("id")[before:]
        named = f"courts.IssuedDocument:{document.pk}"
        assert [(e.actor, e.verb, e.record, e.facts, e.personal) for e in seen] == [
            ("task:courts.verify", "report.verified", named, {"answer": "genuine"}, None),
            ("task:courts.verify", "report.verified", named, {"answer": "unknown"}, None),
            ("task:courts.verify", "report.verified", "courts.IssuedDocument:unknown", {"answer": "unknown"}, None),
        ]


NOTICE = re.compile(r'<div class="notice[^>]*role="status"[^>]*>\s*<h2>(.*?)</h2>', re.DOTALL)


def notice(page: Any) -> str:
    (found,) = re.findall(
        r'<div class="notice[^>]*role="status"[^>]*>\s*<h2>(.*?)</h2>', page.content.decode(), re.DOTALL
    )
    return str(found)


def post(visitor: Client, document: IssuedDocument, **other: str) -> Any:
    return visitor.post("/verify/", {"number": document.number.text, "code": code_of(document)} | other)


class TestThePage:
    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (lambda: issued()[1], "Genuine and current"),
            (superseded, "Superseded on Wed, Apr 1"),
            (withdrawn, "Withdrawn on Wed, Apr 1"),
        ],
        ids=["genuine", "superseded", "withdrawn"],
    )
    @pytest.mark.usefixtures("now")
    def test_says_one_word_and_nothing_private(self, visitor: Client, made: Any, said: str):
        document = made()
        referral = document.report.referral
        referral.charges.create(statute="RCW 9A.88.110", text="Patronizing a prostitute")

        answer = post(visitor, document)

        assert (answer.status_code, notice(answer)) == (200, said)
        page = answer.content.decode().casefold()
        man = referral.participant
        private = [
            *man.legal_name.split(), *referral.name_as_charged.split(), referral.court.name,
            referral.case_number, referral.plaintiff, referral.program.name,
            "Patronizing", "9A.88.110", "Kowalski", "completion", "defendant",
        ]  # fmt: skip
        shown = strip_tags(re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL))
        assert [word for word in private if re.search(rf"\b{re.escape(word.casefold())}\b", shown)] == []

    def test_answers_a_wrong_number_and_a_wrong_code_byte_for_byte_alike(self, visitor: Client):
        _, document = issued()

        def plain(answer: Any, typed: str) -> str:
            assert answer.status_code == 200
            page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", answer.content.decode())
            return page.replace(typed, "…")

        code = plain(post(visitor, document, **WRONG), document.number.text).replace(WRONG["code"], "…")
        number = plain(post(visitor, document, number="K-1999-00001"), "K-1999-00001").replace(code_of(document), "…")

        assert code == number

    def test_is_kept_nowhere_and_found_by_no_search(self, visitor: Client):
        answer = visitor.get("/verify/")

        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"

    def test_takes_no_code_by_get(self, visitor: Client):
        _, document = issued()
        before = Event.objects.count()

        answer = visitor.get("/verify/", {"number": document.number.text, "code": code_of(document)})

        assert NOTICE.findall(answer.content.decode()) == []
        assert Event.objects.count() == before

    def test_shows_the_fingerprint_of_the_certificate_that_signs(self, visitor: Client):
        page = visitor.get("/verify/").content.decode()

        (shown,) = re.findall(r'<code class="fingerprint">([0-9A-F: ]+)</code>', page)
        assert shown.replace(" ", ":") == signing.loaded_key().fingerprint

    def test_says_so_where_nothing_is_signed(self, visitor: Client, settings: Settings):
        settings.SIGNING_KEY = ""
        page = visitor.get("/verify/").content.decode()
        assert "There is no certificate here just now" in page

    def test_asks_for_what_is_missing(self, visitor: Client):
        before = Event.objects.count()
        answer = visitor.post("/verify/", {"number": "K-2026-00001"})
        assert (answer.status_code, answer.context["form"].errors) == (200, {"code": ["This field is required."]})
        assert Event.objects.count() == before


class TestTooManyTries:
    def test_from_one_address_wait(self, visitor: Client):
        _, document = issued()
        for n in range(20):
            assert post(visitor, document, number=f"K-2026-{n:05}").status_code == 200
        before = Event.objects.count()

        answer = post(visitor, document)

        assert answer.status_code == 429
        assert "Too many tries. Wait some minutes, then try again." in answer.content.decode()
        assert Event.objects.count() == before

    def test_leave_everybody_else_alone(self, visitor: Client):
        _, document = issued()
        for _ in range(21):
            post(visitor, document, number="K-1999-00001")

        assert post(Client(REMOTE_ADDR=address()), document).status_code == 200

    def test_at_one_number_wait_wherever_they_come_from_and_whether_it_is_there_or_not(self):
        number = f"K-2026-{uuid.uuid4().int % 10**9}"
        asked = {"number": number, "code": "0000-0000-0000-0000"}
        for _ in range(60):
            assert Client(REMOTE_ADDR=address()).post("/verify/", asked).status_code == 200

        assert Client(REMOTE_ADDR=address()).post("/verify/", asked).status_code == 429
