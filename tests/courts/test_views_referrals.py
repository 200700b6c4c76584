"""Our referrals: number, name as charged, where it stands, what comes next; and nothing else of anybody."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils.html import escape

from audit.models import Event, name_of
from courts.models import Court, Referral
from tests.access.people import signed_in
from tests.courts.deskside import clerk_of, numbers_on, page, partner_of, queries_of
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, CourtFactory, HearingFactory, ReferralFactory
from tests.factories.participants import ParticipantFactory

pytestmark = pytest.mark.django_db

WHERE = "/court/referrals/"


@pytest.fixture
def court(now: object) -> Court:
    made: Court = CourtFactory()
    return made


def rows_of(court: Court) -> list[list[str]]:
    response = signed_in(clerk_of(court)).get("/court/referrals/csv")
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_shows_the_four_things_and_none_else(court: Court) -> None:
    him = ParticipantFactory(preferred_name="Preferredmarker", first_name="Firstmarker")
    earlier = ReferralFactory(participant=him, case_number="EARLIER-1", closed=True)
    ReferralFactory(
        court=court, participant=him, case_number="K-77", name_as_charged="R. ALVAREZ", judge="Judgemarker",
        again_after=earlier, complete_by=date(2026, 6, 1),
    )  # fmt: skip
    text = page(signed_in(clerk_of(court)), WHERE)

    assert numbers_on(text, "K-77", "R. ALVAREZ", "Received, not yet decided", "Jun 1", "Complete by") == [
        "K-77", "R. ALVAREZ", "Received, not yet decided", "Jun 1", "Complete by",
    ]  # fmt: skip
    hidden = ("EARLIER-1", "Preferredmarker", "Firstmarker", "Judgemarker")
    assert [word for word in hidden if word in text] == []


def test_of_another_court_nothing(court: Court) -> None:
    ReferralFactory(case_number="OTHER-77")
    assert "No referrals yet" in page(signed_in(clerk_of(court)), WHERE)


def test_an_agency_sees_its_own_filed_or_not_and_its_court_the_filed_only(court: Court) -> None:
    agency = AgencyFactory()
    ReferralFactory(agency=agency, court=None, case_number="", incident_number="KPD-1", kind="prefiling_diversion")
    ReferralFactory(agency=agency, court=court, case_number="K-2")
    ReferralFactory(court=court, case_number="K-3")

    assert numbers_on(page(signed_in(partner_of(agency)), WHERE), "KPD-1", "K-2", "K-3") == ["K-2", "KPD-1"]
    assert numbers_on(page(signed_in(clerk_of(court)), WHERE), "KPD-1", "K-2", "K-3") == ["K-3", "K-2"]


def test_the_next_hearing_comes_first_where_it_is_the_earliest(court: Court) -> None:
    referral = ReferralFactory(court=court, complete_by=date(2026, 6, 1))
    HearingFactory(referral=referral, at=NOW - timedelta(days=3))
    HearingFactory(referral=referral, at=NOW + timedelta(days=1), canceled_at=NOW)
    HearingFactory(referral=referral, at=NOW + timedelta(days=9))
    (_, row) = rows_of(court)

    assert row[3:] == [(NOW + timedelta(days=9)).date().isoformat(), "Hearing"]


def test_open_ones_come_first_then_the_newest(court: Court) -> None:
    for number, day, more in (("A-1", 1, {}), ("B-2", 3, {"closed": True}), ("C-3", 2, {})):
        ReferralFactory(court=court, case_number=number, received_on=date(2026, 3, day), **more)
    assert numbers_on(page(signed_in(clerk_of(court)), WHERE), "A-1", "B-2", "C-3") == ["C-3", "A-1", "B-2"]


def test_is_searched_by_post_and_no_name_stands_in_the_address(court: Court) -> None:
    ReferralFactory(court=court, case_number="A-1", name_as_charged="RAFAEL ALVAREZ")
    ReferralFactory(court=court, case_number="B-2", name_as_charged="T. NGUYEN", closed=True)
    client = signed_in(clerk_of(court))

    where = client.post(WHERE, {"q": "alvarez"})["Location"]
    assert "alvarez" not in where
    assert numbers_on(page(client, where), "A-1", "B-2") == ["A-1"]
    assert numbers_on(client.post(WHERE, {"standing": "over"}, follow=True).content.decode(), "A-1", "B-2") == ["B-2"]
    assert numbers_on(client.post(WHERE, {"standing": "open"}, follow=True).content.decode(), "A-1", "B-2") == ["A-1"]
    assert "Nothing found" in client.post(WHERE, {"q": "nobody"}, follow=True).content.decode()


@pytest.mark.parametrize("q", ["a" * 10_000, "a\x00b"], ids=["ten thousand letters", "NUL"])
def test_what_makes_no_sense_gets_a_sentence(court: Court, q: str) -> None:
    ReferralFactory(court=court, case_number="A-1")
    response = signed_in(clerk_of(court)).post(WHERE, {"q": q})
    assert response.status_code == 200
    assert "Please look at this again" in response.content.decode()
    assert "A-1" in response.content.decode()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}zerav", "X" * 500])
def test_a_name_with_markup_or_marks_is_shown_as_it_is(court: Court, name: str) -> None:
    ReferralFactory(court=court, name_as_charged=name)
    text = page(signed_in(clerk_of(court)), WHERE)
    assert f'<bdi class="long-name">{escape(name)}</bdi>' in text


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_are_shown(court: Court, day: date) -> None:
    ReferralFactory(court=court, complete_by=day, received_on=day)
    page(signed_in(clerk_of(court)), WHERE)
    assert len(rows_of(court)) == 2


def test_takes_the_same_few_queries_for_one_and_for_three(court: Court) -> None:
    client = signed_in(clerk_of(court))
    ReferralFactory(court=court)
    page(client, WHERE)
    before = queries_of(client, WHERE)
    ReferralFactory.create_batch(2, court=court)
    assert queries_of(client, WHERE) == before <= 8


class TestCsv:
    def test_has_the_same_four_things_and_is_an_event(self, court: Court) -> None:
        ReferralFactory(court=court, case_number="K-77", name_as_charged="R. ALVAREZ", complete_by=date(2026, 6, 1))
        ReferralFactory()
        assert rows_of(court) == [
            ["Number", "Name as charged", "Status", "Next date", "What it is"],
            ["K-77", "R. ALVAREZ", "Received, not yet decided", "2026-06-01", "Complete by"],
        ]
        assert Event.objects.filter(verb="referrals.exported", record=name_of(court)).count() == 1

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
    def test_no_cell_is_a_formula(self, court: Court, name: str) -> None:
        Referral.objects.filter(pk=ReferralFactory(court=court).pk).update(name_as_charged=name, case_number=name)
        number, charged, *_ = rows_of(court)[1]
        assert (number[0], charged[0]) == ("'", "'")
