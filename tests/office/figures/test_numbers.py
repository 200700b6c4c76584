"""The office's Numbers: which months, each number with its people, who looked, and what a file of it says."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from audit.models import Event
from core.headers import SANDBOX
from courts.models import Referral
from office.figures import asking
from office.figures.asking import Period, PeriodForm
from office.figures.downloads import INSIDE
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.participants import RestrictionNameFactory
from tests.office.desk import Desk, text

YEAR = "begins=2026-01&ends=2026-12"
URL = f"/office/numbers/?{YEAR}"
PEOPLE = f"/office/numbers/people/?{YEAR}&by=total&figure=referred"


# --- Months


@pytest.mark.parametrize(
    ("begins", "ends", "name"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2026, 3, 1), date(2026, 3, 31), "March 2026"),
        (date(2026, 1, 1), date(2026, 3, 31), "January to March 2026"),
        (date(2025, 11, 1), date(2026, 2, 28), "November 2025 to February 2026"),
    ],
)
def test_a_period_has_a_name(begins: date, ends: date, name: str) -> None:
    assert Period(begins, ends).name == name


@pytest.mark.parametrize(
    ("today", "begins", "ends"),
    [
        (date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2024, 12, 5), date(2024, 7, 1), date(2024, 9, 30)),
    ],
)
def test_the_last_quarter_is_one_that_is_over(today: date, begins: date, ends: date) -> None:
    assert asking.last_quarter(today) == Period(begins, ends)


def test_a_leap_day_is_in_its_month() -> None:
    assert asking.last_of(date(2024, 2, 1)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        ("2026-01", "2026-03", []),
        ("2026-03", "2026-01", ["__all__"]),
        ("2016-01", "2025-12", []),
        ("2015-12", "2025-12", ["__all__"]),
        ("March", "2026-03", ["begins"]),
        ("2026-13", "2026-14", ["begins", "ends"]),
    ],
)
def test_months_that_cannot_be_are_refused(begins: str, ends: str, wrong: list[str]) -> None:
    assert list(PeriodForm({"begins": begins, "ends": ends}).errors) == wrong


# --- The page


def referred(count: int, **fields: Any) -> list[Referral]:
    program = cases.program(name="Harbor Program", number_prefix="H")
    court = CourtFactory(name="Kent Municipal Court")
    return [
        ReferralFactory(program=program, court=court, received_on=date(2026, 2, 3), case_number=f"26-{n}", **fields)
        for n in range(count)
    ]


def test_without_a_program_it_says_what_is_missing(desk: Desk) -> None:
    assert "No program yet" in text(desk.get("/office/numbers/"))
    assert desk.get("/office/numbers/evidence/").status_code == 200


def test_where_nothing_happened_it_says_so(desk: Desk) -> None:
    cases.program()
    answer = desk.get("/office/numbers/?begins=2020-01&ends=2020-02")

    assert {section.is_empty for section in answer.context["sections"]} == {True}
    assert "Nothing to count" in text(answer)


@pytest.mark.parametrize(
    "query", ["begins=2026-03&ends=2026-01", "begins=x", f"{YEAR}&by=nothing", f"{YEAR}&program=0"]
)
def test_what_cannot_be_asked_is_said_on_the_form(desk: Desk, query: str) -> None:
    cases.program()

    assert desk.get(f"/office/numbers/?{query}").status_code == 400


@pytest.mark.parametrize("by", ["total", "month", "court"])
def test_as_many_queries_for_one_as_for_three(desk: Desk, by: str) -> None:
    one = referred(1)[0]
    desk.get(f"{URL}&by={by}")
    counts = []
    for month in (4, 5):
        with CaptureQueriesContext(connection) as made:
            assert desk.get(f"{URL}&by={by}").status_code == 200
        counts.append(len(made))
        ReferralFactory.create_batch(2, program=one.program, received_on=date(2026, month, 3))

    assert counts == [15, 15]


def test_a_number_leads_to_its_people_and_the_look_is_kept(desk: Desk) -> None:
    one, two = referred(2)
    answer = desk.get(URL)
    number = answer.context["sections"][0].total[0]
    page = desk.get(number.url)

    assert (number.text, page.status_code) == ("2", 200)
    assert {man.pk for man in page.context["page"]} == {one.participant_id, two.participant_id}
    event = Event.objects.get(verb="figure.looked_at")
    assert event.facts == {
        "figure": "referred", "by": "total", "key": "", "people": 2, "begins": "2026-01-01", "ends": "2026-12-31",
    }  # fmt: skip
    assert (event.record, event.personal) == (f"programs.Program:{one.program_id}", None)


def test_whose_file_is_shut_is_counted_and_not_named(desk: Desk) -> None:
    one, two = referred(2)
    RestrictionNameFactory(restriction__participant=two.participant, user=UserFactory(roles=[Role.ADMINISTRATOR]))
    page = desk.get(PEOPLE)

    assert [man.pk for man in page.context["page"]] == [one.participant_id]
    assert page.context["not_shown"] == 1
    assert page.context["behind"].number == "2"
    assert two.participant.last_name not in text(page)


@pytest.mark.parametrize(
    "more", ["&figure=nothing", "&figure=referred&by=court&key=0", "&figure=referred&by=month&key=x"]
)
def test_a_number_that_is_none_is_not_found(desk: Desk, more: str) -> None:
    referred(1)

    assert desk.get(f"/office/numbers/people/?{YEAR}&by=total{more}").status_code == 404


# --- Files


def test_a_table_as_csv_says_that_it_stays_inside_and_is_kept_in_the_trail(desk: Desk) -> None:
    referred(3)
    answer = desk.get(f"/office/numbers/file/referrals/csv/?{YEAR}&by=court")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))

    assert lines[0] == [INSIDE]
    assert lines[3][:3] == ["Kent Municipal Court", "3", "3"]
    assert answer["Content-Disposition"] == 'attachment; filename="referrals-2026-01-to-2026-12-inside.csv"'
    event = Event.objects.get(verb="figures.downloaded")
    assert (event.facts["section"], event.facts["kind"]) == ("referrals", "csv")


def test_a_picture_is_saved_from_a_sandbox(desk: Desk) -> None:
    referred(3)
    answer = desk.get(f"/office/numbers/file/referrals/referrals-counts/?{YEAR}")

    assert (answer["Content-Type"], answer["Content-Security-Policy"]) == (
        "image/svg+xml; charset=utf-8",
        SANDBOX,
    )
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer.content.startswith(b"<svg xmlns=")


@pytest.mark.parametrize("what", ["nothing/csv", "referrals/pdf", "referrals/waiting-days"])
def test_a_file_that_is_none_is_not_found_and_leaves_no_trace(desk: Desk, what: str) -> None:
    referred(1)

    assert desk.get(f"/office/numbers/file/{what}/?{YEAR}").status_code == 404
    assert Event.objects.filter(verb="figures.downloaded").count() == 0


def test_evidence_is_by_court(desk: Desk, now: datetime) -> None:
    referred(3)
    answer = desk.get(f"/office/numbers/evidence/?{YEAR}")

    assert [section.table.section for section in answer.context["sections"]] == ["evidence"]
    assert [label for label, _ in answer.context["sections"][0].rows] == ["Kent Municipal Court"]
