"""What a funder's report tells of a change: of closed years alone, as they were kept, with what it can't say."""

import io
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.actors import Task
from office.figures import carried, keeping, paper
from office.figures.leaving import make_report, publish
from office.figures.shapes import Dot, Stroke
from office.models import FunderReport
from outcomes.actions.years import close_year
from outcomes.kinds import Moment, State
from tests.courts.pdf import text_of
from tests.factories.accounts import UserFactory
from tests.factories.office import FunderReportFactory
from tests.factories.outcomes import AskingFactory, FollowUpFactory
from tests.factories.programs import ProgramFactory
from tests.office.desk import text
from tests.office.figures.test_leaving import administrator
from tests.outcomes.sheets import Answering

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 2, 17, tzinfo=UTC)
WHOLE = ["In all", "20", "3.50 (1.15)", "2.50 (0.89)", "−1.00", "−1.34 to −0.66", "−1.38"]


@pytest.fixture
def asked(now: datetime) -> Answering:
    """Today is March 3, 2026."""
    return Answering(ProgramFactory(name="Harbor Program"))


def twenty(asked: Answering, **more: Any) -> None:
    """From 3.5 to 2.5: each fourth changes by 2, 1, 0, 1."""
    for before, after in [(5, 3), (4, 3), (3, 3), (2, 1)] * 5:
        asked.man(before=before, after=after, **more)


def closed(asked: Answering, *years: int) -> None:
    for year in years:
        late = datetime(year + 1, 2, 2, tzinfo=UTC)
        close_year(program=asked.program, year=year, by=Task("outcomes.years"), now=late)


def due(asked: Answering, state: State, count: int) -> None:
    """Asked after the last week in 2025, and what became of it."""
    when = {"moment": Moment.AFTER, "due_on": date(2025, 6, 2), "closes_on": date(2025, 6, 30)}
    for _ in range(count):
        AskingFactory(enrollment__program=asked.program, state=state, **when)


def arrests_known(asked: Answering, year: int = 2025) -> None:
    """Of twenty, ten; none of them has answered."""
    for place in range(20):
        man = asked.man(before=None, after=None, band=None)
        FollowUpFactory(subject=man, moment=Moment.SIX, month=date(year, 9, 1), known="yes" if place < 10 else "no")


def kept(asked: Answering, begins: date = date(2025, 1, 1), ends: date = date(2025, 12, 31)) -> carried.Kept:
    """As it comes from its row."""
    told: carried.Kept = json.loads(json.dumps(carried.kept(asked.program, begins, ends)))
    return told


def shown(asked: Answering, *days: date) -> carried.Shown:
    found = carried.shown(kept(asked, *days), "Harbor Program")
    assert found is not None
    return found


def made(asked: Answering) -> FunderReport:
    return make_report(
        program=asked.program, begins=date(2025, 7, 1), ends=date(2025, 12, 31), by=UserFactory(), now=LATER
    )


# --- Of which years


@pytest.mark.parametrize(
    ("begins", "ends", "years"),
    [
        (date(2024, 3, 1), date(2024, 3, 31), [2024]),
        (date(2024, 7, 1), date(2025, 6, 30), [2024, 2025]),
        (date(2026, 1, 1), date(2026, 2, 28), [2025]),
        (date(2022, 1, 1), date(2022, 12, 31), []),
    ],
    ids=["reached into", "two of them", "not closed: the last before", "before all"],
)
def test_of_the_years_that_the_months_reach_into(asked: Answering, begins: date, ends: date, years: list[int]) -> None:
    for year in (2024, 2025):
        twenty(asked, month=date(year, 5, 1))
    closed(asked, 2024, 2025)
    assert kept(asked, begins, ends)["years"] == years


def test_another_programs_years_are_not_its_own(asked: Answering) -> None:
    twenty(asked)
    closed(asked, 2025)
    assert carried.kept(ProgramFactory(), date(2025, 1, 1), date(2025, 12, 31))["years"] == []


def test_of_a_year_that_runs_nothing_is_told(asked: Answering) -> None:
    twenty(asked, month=date(2026, 1, 1))
    found = shown(asked, date(2026, 1, 1), date(2026, 1, 31))
    assert (found.nothing, found.compared, found.caveats) == (carried.NONE_YET, [], [])


def test_of_months_before_the_first_year_that_was_closed(asked: Answering) -> None:
    twenty(asked)
    closed(asked, 2025)
    assert shown(asked, date(2024, 1, 1), date(2024, 12, 31)).nothing == (
        "No year up to 2024 has been closed, so nothing is told of a change: answers were counted of later years only."
    )


@pytest.mark.parametrize(
    ("days", "of"),
    [
        ((date(2025, 7, 1), date(2026, 2, 28)), "Of the answers of 2025."),
        ((date(2024, 7, 1), date(2025, 6, 30)), "Of the answers of 2024 to 2025."),
        (
            (date(2026, 1, 1), date(2026, 1, 31)),
            "Of the answers of 2025: of these months no year was closed when this report was made. A year’s numbers "
            "are made once, in the February after it.",
        ),
    ],
    ids=["reached into", "two of them", "the last before"],
)
def test_it_says_of_which_years_it_is(asked: Answering, days: tuple[date, date], of: str) -> None:
    for year in (2024, 2025):
        twenty(asked, month=date(year, 5, 1))
    closed(asked, 2024, 2025)
    change = kept(asked, *days)
    assert [block[1][1] for block in carried.blocks(change)] == [[of]]
    assert shown(asked, *days).of == of
    assert " ".join(of.split()) in " ".join(text_of(rendered(change)).split())


def test_a_year_that_is_still_to_be_closed_is_warned_of(asked: Answering) -> None:
    begins, ends = date(2024, 1, 1), date(2026, 2, 28)
    assert carried.not_yet(asked.program, begins, ends) == [], "nobody was asked"
    twenty(asked)
    twenty(asked, month=date(2024, 6, 1))
    warned = [
        f"{year} isn’t closed yet: its change comes in February {year + 1} and can’t be added to a report that was "
        "made before."
        for year in (2024, 2025, 2026)
    ]
    assert carried.not_yet(asked.program, begins, ends) == warned[:2]
    closed(asked, 2024)
    assert carried.not_yet(asked.program, begins, ends) == warned[1:]
    months = f"?begins=2025-01&ends=2025-12&program={asked.program.pk}"
    assert warned[1] in text(administrator().get(f"/office/numbers/reports/new/{months}"))
    closed(asked, 2025)
    assert carried.not_yet(asked.program, begins, date(2025, 12, 31)) == []


def test_of_a_year_in_which_nobody_answered_both_times_it_says_so(asked: Answering) -> None:
    closed(asked, 2025)
    assert shown(asked).nothing == (
        "Nobody answered the same questions both before and after in 2025, so nothing is told of a change."
    )


# --- What is told


def test_in_total_and_its_parts_with_the_caveats(asked: Answering) -> None:
    twenty(asked)
    due(asked, State.DONE, 20)
    due(asked, State.MISSED, 1)
    closed(asked, 2025)
    found = shown(asked)

    (one,) = found.compared
    assert one.title == "What do you think? · intake and after the last week, 2025"
    assert one.found.startswith("Harbor Program, 2025. 20 men answered the same questions at intake and after the last")
    assert [row[0] for row in one.rows] == [
        "In all", "She enjoys it", "Nobody is harmed", "I only take care of needs", "Guys being guys",
    ]  # fmt: skip
    assert one.rows[0] == WHOLE
    assert found.caveats == [
        "There was no control group: what changed may have changed without the program as well.",
        "The men reported on themselves, in a program that a court had sent them to.",
        "The questions: program-authored, not validated.",
        "Only those are counted who answered both times; who stayed away may think otherwise.",
        "A number of fewer than 10 people isn't told, nor one that would give such a number away.",
        "Of those who were to be asked in 2025: answered, after the last week (20); did not answer in time, after the "
        "last week (fewer than 10).",
    ]


def test_of_how_many_made_up_no_pair_nothing_comes_out_by_subtraction(asked: Answering) -> None:
    twenty(asked)
    for _ in range(7):
        asked.man(before=None)
    due(asked, State.DONE, 27)
    closed(asked, 2025)
    assert shown(asked).caveats[-1] == (
        "Of those who were to be asked in 2025: answered, after the last week (withheld); answered, and made up no "
        "pair (withheld)."
    )
    desk = administrator()
    outside = {kind: desk.get(f"/office/numbers/change/{kind}/").content.decode() for kind in ("csv", "txt")}
    outside["page"] = text(desk.get("/office/numbers/change/"))
    assert [(where, one) for where, said in outside.items() for one in re.findall(r"\b2?7\b", said)] == []


def test_neither_language_nor_what_he_had_bought_leaves(asked: Answering) -> None:
    twenty(asked, language="en", band=1)
    twenty(asked, language="es", band=3)
    closed(asked, 2025)
    change = kept(asked)
    assert [part["title"] for part in change["told"][0]["parts"]] == ["In total"]
    assert [word for word in ("Spanish", "2 to 5 times") if word in json.dumps(change)] == []


def test_of_fewer_than_ten_no_number_is_in_the_row(asked: Answering) -> None:
    asked.men(9)
    closed(asked, 2025)
    assert {line["change"] for line in kept(asked)["told"][0]["parts"][0]["groups"][0]["lines"]} == {None}
    (one,) = shown(asked).compared
    assert (one.rows, one.drawn) == ([], [])
    assert "too few answered both at intake and after the last week for a number to be told" in one.found


def test_of_several_years_each_stands_below(asked: Answering) -> None:
    twenty(asked, month=date(2024, 5, 1))
    asked.men(3, month=date(2023, 5, 1))
    twenty(asked, month=date(2025, 5, 1))
    closed(asked, 2023, 2024, 2025)
    (one,) = shown(asked, date(2023, 1, 1), date(2025, 12, 31)).compared
    assert [row[:2] for row in (one.rows[0], *one.rows[5:])] == [
        ["In all", "40"], ["In all, 2023", "withheld"], ["In all, 2024", "20"], ["In all, 2025", "20"],
    ]  # fmt: skip


def test_the_total_is_said_of_the_years_that_are_in_it(asked: Answering) -> None:
    for year in (2022, 2025):
        twenty(asked, month=date(year, 5, 1))
    asked.men(3, month=date(2023, 5, 1))
    closed(asked, 2022, 2023, 2024, 2025)
    days = date(2022, 1, 1), date(2025, 12, 31)
    (one,) = shown(asked, *days).compared
    assert one.title == "What do you think? · intake and after the last week, 2022 and 2025"
    assert one.found.startswith("Harbor Program, 2022 and 2025. 40 men answered")
    assert "Intake and after the last week, 2022 and 2025" in str(carried.blocks(kept(asked, *days))[0][1][3][0])


def test_new_arrests_as_a_share_with_what_it_cannot_say_also_where_nobody_answered(asked: Answering) -> None:
    arrests_known(asked)
    closed(asked, 2025)
    found = shown(asked)
    assert (found.of, found.nothing) == ("Of the answers of 2025.", "")
    assert found.arrests == [
        ("New arrest known, six months later", "50% (10 of 20)"), ("Not known either way, six months later", "0"),
    ]  # fmt: skip
    assert found.caveats == [
        "There was no control group: what changed may have changed without the program as well.",
        "A new arrest is counted where the program heard of it: the share is of those of whom it is known either way.",
        "A number of fewer than 10 people isn't told, nor one that would give such a number away.",
    ]
    (block,) = carried.blocks(kept(asked))
    assert block == ("New arrests", [
        ["New arrests"], ["Of the answers of 2025."], *map(list, found.arrests), *([one] for one in found.caveats),
    ])  # fmt: skip
    assert "There was no control group" in " ".join(text_of(rendered(kept(asked))).split())


def test_what_must_be_said_of_both_is_said_once(asked: Answering) -> None:
    twenty(asked)
    arrests_known(asked)
    closed(asked, 2025)
    assert [said for said, times in Counter(shown(asked).caveats).items() if times > 1] == []
    assert len(shown(asked).caveats) == 6


def test_of_two_years_no_arrests_are_told_and_it_says_why(asked: Answering) -> None:
    for year in (2024, 2025):
        arrests_known(asked, year)
    closed(asked, 2024, 2025)
    both = kept(asked, date(2024, 1, 1), date(2025, 12, 31))
    why = "New arrests are told of one year alone, and this report reaches into several."
    found = shown(asked, date(2024, 1, 1), date(2025, 12, 31))
    assert (found.arrests, found.no_arrests, found.nothing) == ([], why, "")
    assert carried.blocks(both) == [("New arrests", [["New arrests"], [why]])]
    assert why in " ".join(text_of(rendered(both)).split())


def test_of_two_years_without_arrests_to_tell_of_it_says_nothing_of_them(asked: Answering) -> None:
    twenty(asked, month=date(2024, 5, 1))
    closed(asked, 2024, 2025)
    assert shown(asked, date(2024, 1, 1), date(2025, 12, 31)).no_arrests == ""


def test_how_sure_a_change_is(asked: Answering) -> None:
    twenty(asked)
    closed(asked, 2025)
    pictures = {one.name: one for one in shown(asked).compared[0].drawn}
    assert list(pictures) == ["parts-1", "intervals-1"]
    picture = pictures["intervals-1"].picture
    assert picture.described.startswith("In all: −1.00 (−1.34 to −0.66); She enjoys it:")
    line = next(one for one in picture.shapes if isinstance(one, Stroke) and one.kind == "line")
    dot = next(one for one in picture.shapes if isinstance(one, Dot))
    # On an axis from -2 to 2.
    assert [round(x, 3) for x in (line.x1, dot.x, line.x2)] == [0.165, 0.25, 0.335]


# --- Kept, and the same wherever it is read


def test_what_is_closed_or_answered_later_changes_no_report(asked: Answering) -> None:
    twenty(asked, month=date(2024, 5, 1))
    closed(asked, 2024)
    report = made(asked)
    twenty(asked, month=date(2025, 5, 1))
    closed(asked, 2025)
    report.refresh_from_db()
    assert made(asked).figures["change"] == report.figures["change"]
    assert report.figures["change"]["years"] == [2024]


def test_the_same_on_each_page_and_in_each_file(asked: Answering) -> None:
    twenty(asked)
    closed(asked, 2025)
    desk = administrator()
    months = f"?begins=2025-07&ends=2025-12&program={asked.program.pk}"
    before = text(desk.get(f"/office/numbers/reports/new/{months}"))
    report = publish(report=made(asked), by=UserFactory(), now=LATER)
    url = f"/office/numbers/reports/{report.pk}/"
    book = load_workbook(BytesIO(desk.get(f"{url}xlsx/").content))
    outside = {
        "before it is made": before,
        "page": text(desk.get(url)),
        "public": text(Client().get("/figures/")),
        "pdf": " ".join(text_of(desk.get(f"{url}pdf/").content).split()),
        "csv": desk.get(f"{url}csv/").content.decode("utf-8-sig"),
        "xlsx": " ".join(str(cell.value) for line in book["Change 1"].iter_rows() for cell in line),
    }
    for where, words in outside.items():
        wanted = ("Change before and after", "There was no control group", "rogram-authored, not validated")
        assert (where, [one for one in wanted if one not in words]) == (where, [])
        assert (where, "−1.34 to −0.66" in words or "-1.34" in words) == (where, True)


def test_a_report_from_before_has_no_such_section(now: datetime) -> None:
    report = FunderReportFactory()
    assert "change" not in report.figures
    assert "Change before and after" not in text(administrator().get(f"/office/numbers/reports/{report.pk}/"))


# --- On paper


def rendered(change: carried.Kept) -> bytes:
    row = keeping.kept([], letterhead=["Harbor Program"], callback_number="206-555-0100", program="Harbor Program")
    return paper.render(row | {"change": change}, period="2025", made_on="2026-03-02")


def test_on_paper_it_is_tagged_and_its_pictures_have_words(asked: Answering) -> None:
    twenty(asked)
    closed(asked, 2025)
    sheet = rendered(kept(asked))
    words = " ".join(text_of(sheet).split())
    assert [one for one in (*WHOLE, "Student’s t") if one not in words] == []
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        said = [str(one["/Alt"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert [alt.partition(".")[0] for alt in said] == ["Mean score before and after", "Change, and how sure it is"]
    assert rendered(kept(asked)) == sheet


def test_on_paper_without_a_closed_year_stands_a_sentence(asked: Answering) -> None:
    words = " ".join(text_of(rendered(kept(asked))).split())
    assert ("Change before and after" in words, " ".join(carried.NONE_YET.split()) in words) == (True, True)
    assert "There was no control group" not in words
