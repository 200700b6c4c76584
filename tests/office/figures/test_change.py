"""The page of what changed: a year, several together, what is withheld, and what leaves as a file."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.actors import Task
from audit.models import Event
from outcomes.actions.years import close_year
from outcomes.kinds import Moment
from tests.factories.outcomes import AskingFactory, FollowUpFactory
from tests.factories.programs import ProgramFactory
from tests.office.desk import Desk, text
from tests.outcomes.sheets import Answering

URL = "/office/numbers/change/"
FILE = f"{URL}csv/"


@pytest.fixture
def asked(now: datetime) -> Answering:
    """Today is March 3, 2026."""
    return Answering(ProgramFactory(name="Harbor Program"))


def closed(asked: Answering, *years: int) -> None:
    for year in years:
        late = datetime(year + 1, 2, 2, tzinfo=UTC)
        close_year(program=asked.program, year=year, by=Task("outcomes.years"), now=late)


def cells(answer: Any, by: str = "") -> dict[str, list[str]]:
    """By group what is said of its whole score."""
    part = next(part for part in answer.context["one"].parts if part.by == by)
    return {group.label: group.whole.cells for group in part.groups}


def test_without_a_program_and_without_a_year_it_says_why(desk: Desk) -> None:
    assert "No program yet" in text(desk.get(URL))
    ProgramFactory()
    answer = desk.get(URL)
    assert "No year to tell of yet" in text(answer)
    assert "2026: nobody yet" in text(answer)


def test_a_year_in_total_and_its_parts(desk: Desk, asked: Answering) -> None:
    for before, after in [(5, 3), (4, 3), (3, 3), (2, 1)] * 5:
        asked.man(before=before, after=after)
    closed(asked, 2025)
    answer = desk.get(URL)
    # Of 20: 3.5 to 2.5, each fourth changed by 2, 1, 0, 1.
    assert cells(answer) == {"In total": ["20", "3.50", "1.15", "2.50", "0.89", "−1.00", "−1.34", "−0.66", "−1.38"]}
    labels = [line.label for line in answer.context["one"].total.lines]
    assert labels == ["In all", "She enjoys it", "Nobody is harmed", "I only take care of needs", "Guys being guys"]
    assert "Program-authored, not validated" in text(answer)


def test_what_is_withheld_says_so_and_shows_no_number(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    asked.men(5, language="es")
    closed(asked, 2025)
    answer = desk.get(URL)
    assert {label: said[0] for label, said in cells(answer, "language").items()} == {
        "English": "withheld", "Spanish": "withheld",
    }  # fmt: skip
    assert cells(answer)["In total"][0] == "17"


def test_of_too_few_the_text_says_that_nothing_can_be_told(desk: Desk, asked: Answering) -> None:
    asked.men(9)
    closed(asked, 2025)
    answer = desk.get(URL)
    assert answer.context["text"].startswith("Harbor Program, 2025: too few answered both at intake and after the last")
    assert [one.name for one in answer.context["pictures"]] == ["parts"]
    assert "gone" in {shape.kind for shape in answer.context["pictures"][0].picture.shapes}


def test_years_together_are_those_that_were_told(desk: Desk, asked: Answering) -> None:
    asked.men(12, month=date(2023, 5, 1))
    asked.men(3, month=date(2024, 5, 1))
    asked.men(15, month=date(2025, 5, 1))
    closed(asked, 2023, 2024, 2025)
    answer = desk.get(f"{URL}?year=all")
    assert cells(answer)["In total"][0] == "27"
    assert {label: said[0] for label, said in cells(answer, "year").items()} == {
        "2023": "12", "2024": "withheld", "2025": "15",
    }  # fmt: skip
    assert "· of 2023, 2025" in text(answer)
    assert answer.context["text"].startswith("Harbor Program, 2023 and 2025. 27 men answered")


def test_a_year_in_which_nobody_was_asked_at_that_moment(desk: Desk, asked: Answering) -> None:
    asked.men(10)
    closed(asked, 2025)
    assert "Nobody to compare" in text(desk.get(f"{URL}?later=six_months"))


def test_a_year_that_is_running_tells_how_many_and_nothing_else(desk: Desk, asked: Answering) -> None:
    asked.men(10)
    closed(asked, 2025)
    asked.men(19, month=date(2026, 2, 1))
    asked.men(2, month=date(2026, 2, 1), later=Moment.SIX)
    answer = desk.get(URL)
    assert "2026: at least 10 at intake and after the last week; fewer than 10 at intake and six months later." in text(
        answer
    )


def test_new_arrests_as_a_share_with_what_it_is_of(desk: Desk, asked: Answering) -> None:
    men = asked.men(40, later=Moment.SIX)
    for place, man in enumerate(men):
        known = "yes" if place < 10 else "no"
        FollowUpFactory(subject=man, moment=Moment.SIX, month=date(2025, 9, 1), known=known)
    closed(asked, 2025)
    said = text(desk.get(f"{URL}?later=six_months"))
    assert "25% (10 of 40)" in said
    assert "New arrests" not in text(desk.get(URL))


def test_new_arrests_are_told_though_nobody_answered_by_then(desk: Desk, asked: Answering) -> None:
    for place, man in enumerate(asked.men(20)):
        FollowUpFactory(subject=man, moment=Moment.SIX, month=date(2025, 9, 1), known="yes" if place < 10 else "no")
    closed(asked, 2025)
    said = text(desk.get(f"{URL}?later=six_months"))
    assert ("Nobody to compare" in said, "50% (10 of 20)" in said) == (True, True)


def test_how_many_changed_by_how_much_begins_with_a_word(desk: Desk, asked: Answering) -> None:
    asked.men(60)
    closed(asked, 2025)
    rows = desk.get(URL).context["pictures"][2].picture.described
    assert rows == "From −2.75 down: 15; From −2.75 to −1.75: 15; From −1.75 to −0.75: 15; From −0.75 up: 15."


def test_of_nobody_who_was_due_nothing_is_said(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    closed(asked, 2025)
    answer = desk.get(URL)
    assert (answer.context["one"].missing, "Who is missing" in text(answer)) == ((), False)


def test_the_caveats_stand_in_the_text(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    due = {"enrollment__program": asked.program, "moment": Moment.AFTER, "due_on": date(2025, 6, 2)}
    AskingFactory(**due, closes_on=date(2025, 6, 30), state="missed")
    closed(asked, 2025)
    said = desk.get(URL).context["text"]
    for words in ("no control group", "reported on themselves", "program-authored, not validated",
                  "Of those who were to be asked in 2025: answered", "95% confidence interval", "d_z"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("query", ["year=1999", "later=intake", "measure=none", "later=after&year="])
def test_what_cannot_be_asked_is_said_on_the_form(desk: Desk, asked: Answering, query: str) -> None:
    asked.men(1)
    closed(asked, 2025)
    assert desk.get(f"{URL}?{query}").status_code == 400
    assert desk.get(f"{FILE}?{query}").status_code == 404


@pytest.mark.parametrize("program", ["0", "x", "-1"])
def test_a_program_that_is_none_is_not_found(desk: Desk, asked: Answering, program: str) -> None:
    assert desk.get(f"{URL}?program={program}").status_code == 404
    assert desk.get(f"{FILE}?program={program}").status_code == 404


@pytest.mark.parametrize("years", [[2025], [2023, 2024, 2025]], ids=["one", "three"])
def test_as_many_queries_for_one_year_as_for_three(desk: Desk, asked: Answering, years: list[int]) -> None:
    for year in years:
        asked.men(11, month=date(year, 5, 1))
    closed(asked, *years)
    desk.get(URL)
    with CaptureQueriesContext(connection) as queries:
        desk.get(f"{URL}?year={'all' if len(years) > 1 else 2025}")
    assert len(queries) == 8


# --- Files


def test_as_csv_with_its_label_and_caveats_and_kept_in_the_trail(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    closed(asked, 2025)
    answer = desk.get(FILE)
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="change-after-2025.csv"'
    assert rows[1] == ["What do you think?: Program-authored, not validated. Intake and after the last week, 2025"]
    shown = ["In total", "In total", "In all", "12", "4.0", "0.85", "2.5", "1.17", "-1.5"]
    assert (rows[3][:9], rows[3][-1]) == (shown, "2025")
    assert rows[-5:] == [[line] for line in desk.get(URL).context["caveats"]]
    event = Event.objects.get(verb="figures.downloaded")
    assert event.facts == {"section": "change", "kind": "csv", "later": "after", "years": [2025]}


def test_as_xlsx_numbers_are_numbers(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    closed(asked, 2025)
    sheet = load_workbook(BytesIO(desk.get(f"{URL}xlsx/").content)).worksheets[0]
    assert [cell.value for cell in sheet[4]][3:5] == [12, 4]


def test_the_text_and_each_picture_as_a_file(desk: Desk, asked: Answering) -> None:
    asked.men(12)
    asked.men(12, band=1)
    closed(asked, 2025)
    page = desk.get(URL)
    assert desk.get(f"{URL}txt/").content.decode() == page.context["text"]
    names = [one.name for one in page.context["pictures"]]
    assert names == ["parts", "intervals", "spread", "by-band"]
    for one in page.context["pictures"]:
        assert desk.get(one.url)["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert desk.get(f"{URL}pdf/").status_code == 404
