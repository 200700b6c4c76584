"""What leaves the program: made once, without small numbers, published by an administrator, off again at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.roles import Role
from audit.models import Event
from courts.models import Court
from office.deeds.figures import ADMINISTRATOR
from office.figures import keeping, leaving, others
from office.figures.kinds import Cell, Dimension, Table
from office.figures.leaving import (
    DIFFERENCE,
    EARLIER,
    FEW,
    NotOver,
    NotToPublish,
    NotWholeMonths,
    make_report,
    publish,
    take_off,
)
from office.figures.together import Published
from office.models import FunderReport
from programs.models import Program
from tests.access.people import signed_in, with_authenticator
from tests.courts import cases
from tests.courts.pdf import text_of
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.office import FunderReportFactory
from tests.office.desk import Desk, buttons, text
from tests.office.figures.test_suppression import table_of

pytestmark = pytest.mark.django_db
BEGINS, ENDS = date(2026, 1, 1), date(2026, 1, 31)
LATER = datetime(2026, 3, 2, 17, tzinfo=UTC)
NEW = "/office/numbers/reports/new/?begins=2026-01&ends=2026-01&program={}"
# So many came from each court in January: 12, 11, and few of the third.
COURTS = {"Kent Municipal Court": 12, "Renton Municipal Court": 11, "Tukwila Municipal Court": 3}


@pytest.fixture
def program(now: datetime) -> Program:
    made = cases.program(name="Harbor Program", number_prefix="H")
    for name, count in COURTS.items():
        refer(made, CourtFactory(name=name), count)
    return made


def refer(program: Program, court: Court, count: int, on: date = date(2026, 1, 9)) -> None:
    for n in range(count):
        ReferralFactory(program=program, court=court, received_on=on, case_number=f"{court.pk}-{on}-{n}")


def made(program: Program, begins: date = BEGINS, ends: date = ENDS) -> FunderReport:
    return make_report(program=program, begins=begins, ends=ends, by=UserFactory(), now=LATER)


def administrator() -> Desk:
    desk = Desk(Role.ADMINISTRATOR)
    desk.client = signed_in(desk.user, again=True)
    return desk


def cells(report: FunderReport) -> Iterator[tuple[Table, str, Cell]]:
    for table in keeping.tables_of(report.figures):
        for row in (*table.rows, table.total):
            yield from ((table, figure.code, cell) for figure, cell in zip(table.figures, row.cells, strict=True))


# --- Made once


def test_the_same_months_give_the_same_report(program: Program) -> None:
    first = made(program)
    refer(program, CourtFactory(), 30)
    again = made(program)

    assert (again.pk, again.figures) == (first.pk, first.figures)
    event = Event.objects.get(verb="funder_report.made")
    assert event.facts == {
        "begins": "2026-01-01", "ends": "2026-01-31", "withheld": sum(cell.withheld for _, _, cell in cells(first)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("begins", "ends", "refusal"),
    [
        (date(2026, 1, 2), date(2026, 1, 31), NotWholeMonths),
        (date(2026, 1, 1), date(2026, 1, 30), NotWholeMonths),
        (date(2026, 2, 1), date(2026, 1, 31), NotWholeMonths),
        (date(2026, 3, 1), date(2026, 3, 31), NotOver),
    ],
)
def test_what_is_not_whole_or_not_over_is_refused(
    program: Program, begins: date, ends: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        made(program, begins, ends)

    assert FunderReport.objects.count() == 0


# --- No small number, anywhere outside


def test_no_cell_that_left_is_of_fewer_than_ten(program: Program) -> None:
    few = [(code, cell) for _, code, cell in cells(made(program)) if not cell.withheld and 0 < cell.people < 10]

    assert few == []


def test_a_small_court_has_no_name_and_no_difference_gives_it_away(program: Program) -> None:
    """Tukwila's three are told together with Renton's, so that neither the total nor Kent's take them away."""
    report = made(program)
    tables = [one for one in others.as_told(keeping.tables_of(report.figures)) if one.dimension == "court" and one.rows]
    shown = {row.label: row.cells[0].value for row in (*tables[0].rows, tables[0].total)}

    assert shown == {"Kent Municipal Court": 12, "Others": 14, "All": 26}


def test_what_left_earlier_and_what_leaves_now_together_tell_nothing(program: Program) -> None:
    """Of January, then of January and February, of which February alone has three."""
    made(program)
    refer(program, Court.objects.get(name="Kent Municipal Court"), 3, on=date(2026, 2, 3))
    later = made(program, BEGINS, date(2026, 2, 28))

    assert later_total(later) is None or later_total(later) != 29
    assert {cell.value for _, code, cell in cells(later) if code == "referred"} & {29, 15, 3} == set()


def later_total(report: FunderReport) -> Any:
    return next(cell.value for table, code, cell in cells(report) if code == "referred" and table.dimension == "total")


def test_nothing_outside_has_a_number_that_is_not_in_the_row(program: Program) -> None:
    """Whatever is read outside, the small court and the one that hides it stand nowhere by their names."""
    report = publish(report=made(program), by=UserFactory(roles=[Role.ADMINISTRATOR]), now=LATER)
    desk, url = administrator(), f"/office/numbers/reports/{report.pk}/"
    book = load_workbook(BytesIO(desk.get(f"{url}xlsx/").content))
    outside = {
        "page": text(desk.get(url)),
        "public": text(Client().get("/figures/")),
        "pdf": " ".join(text_of(desk.get(f"{url}pdf/").content).split()),
        "csv": desk.get(f"{url}csv/").content.decode("utf-8-sig"),
        "evidence": desk.get(f"{url}evidence/").content.decode("utf-8-sig"),
        "xlsx": " ".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line),
    }

    for where, words in outside.items():
        named = [name for name in COURTS if name.removesuffix(" Municipal Court") in words]
        assert (where, named, "Others" in words) == (where, ["Kent Municipal Court"], True)
        assert "withheld" in words, where


def test_the_public_page_shows_the_row_and_not_what_is_counted_today(program: Program) -> None:
    publish(report=made(program), by=UserFactory(), now=LATER)
    before = text(Client().get("/figures/"))
    refer(program, Court.objects.get(name="Kent Municipal Court"), 40)

    assert text(Client().get("/figures/")) == before
    assert "Harbor Program" in before


def test_a_first_report_is_told_of_no_earlier_one() -> None:
    """February is withheld, and May with it; its quarter would still give it away."""
    left = (20, 3, 20, 20, 12, 20)
    months = table_of([(20, one, 20) for one in left], Dimension.MONTH, [f"2026-0{n}" for n in range(1, 7)])
    quarters = table_of([(60, 43, 60), (60, 52, 60)], Dimension.QUARTER, ["2026-01", "2026-04"])
    first = leaving.leaves(Published(BEGINS, date(2026, 6, 30), (months, quarters)), [])
    before = Published(BEGINS, ENDS, (table_of([(20, 20, 20)]),))
    later = leaving.leaves(Published(BEGINS, date(2026, 2, 28), (table_of([(24, 40, 40)]),)), [before])

    assert set(first.reasons.values()) == {FEW, DIFFERENCE}
    assert EARLIER in later.reasons.values()


# --- The public page


def test_it_is_off_until_one_is_published_and_again_when_it_is_taken_off(program: Program) -> None:
    stranger, by, report = Client(), UserFactory(), made(program)
    answers = [stranger.get("/figures/").status_code]
    publish(report=report, by=by, now=LATER)
    shown = stranger.get("/figures/")
    answers.append(shown.status_code)
    take_off(report=report, by=by, now=LATER)
    answers.append(stranger.get("/figures/").status_code)

    assert answers == [404, 200, 404]
    assert "no-store" in shown["Cache-Control"]
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    verbs = Event.objects.filter(verb__startswith="funder_report.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["funder_report.made", "funder_report.published", "funder_report.taken_off"]


def test_one_takes_the_place_of_the_other(now: datetime) -> None:
    first = FunderReportFactory(on_the_page=True)
    second = FunderReportFactory(program=first.program, begins_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    publish(report=second, by=UserFactory(), now=LATER)

    assert list(FunderReport.objects.public()) == [second]


def test_what_was_published_is_not_published_again(now: datetime) -> None:
    report, by = FunderReportFactory(on_the_page=True), UserFactory()
    with pytest.raises(NotToPublish):
        publish(report=report, by=by, now=LATER)
    take_off(report=report, by=by, now=LATER)
    for again in (publish, take_off):
        with pytest.raises(NotToPublish):
            again(report=report, by=by, now=LATER)


def test_an_administrator_publishes_and_nobody_else(now: datetime) -> None:
    report = FunderReportFactory()
    coordinator, desk = Desk(), administrator()

    assert coordinator.press(report, "publish").status_code == 404
    assert desk.notice(desk.press(report, "publish")) == "It stands on the public page, /figures/, from now on."
    assert desk.notice(desk.press(report, "take-off")) == "It is off the public page."
    assert frozenset({Role.ADMINISTRATOR}) == ADMINISTRATOR


# --- The office's pages


def test_the_second_factor_is_asked_for_again(program: Program) -> None:
    desk = Desk()
    with_authenticator(desk.user)
    answers = [desk.get(NEW.format(program.pk)), desk.client.post(NEW.format(program.pk))]

    assert [answer["Location"].partition("?")[0].endswith("/again/") for answer in answers] == [True, True]
    assert FunderReport.objects.count() == 0


def test_one_looks_at_what_is_withheld_and_why_before_it_is_made(program: Program) -> None:
    desk = administrator()
    page = desk.get(NEW.format(program.pk))
    reasons = dict(page.context["reasons"])

    assert page.status_code == 200
    assert reasons[FEW] > 0
    assert FunderReport.objects.count() == 0
    answer = desk.client.post(NEW.format(program.pk))
    report = FunderReport.objects.get()
    assert answer["Location"] == f"/office/numbers/reports/{report.pk}/"
    assert sum(reasons.values()) == sum(cell.withheld for _, _, cell in cells(report))
    assert desk.get(NEW.format(program.pk))["Location"] == f"/office/numbers/reports/{report.pk}/"


def test_what_nobody_chose_does_not_leave(program: Program) -> None:
    desk, url = administrator(), NEW.format(program.pk)
    page = desk.get(f"{url}&by=court&by=kind")
    assert [by for by, _, _ in page.context["shown"]] == ["total", "court", "kind"]
    desk.client.post(f"{url}&by=kind")

    tables = keeping.tables_of(FunderReport.objects.get().figures)
    assert {table.dimension for table in tables} == {"total", "kind"}
    assert {cell.withheld for table in tables for row in table.rows for cell in row.cells[:1]} == {False}


def test_months_that_are_not_over_are_refused_on_the_page(program: Program) -> None:
    desk = administrator()
    answer = desk.client.post(f"/office/numbers/reports/new/?begins=2026-03&ends=2026-12&program={program.pk}")

    assert "aren't over" in text(answer)
    assert FunderReport.objects.count() == 0


def test_the_list_and_a_file_of_each_kind(program: Program) -> None:
    report, desk = made(program), administrator()

    assert "January 2026" in text(desk.get("/office/numbers/reports/"))
    for kind in ("pdf", "csv", "xlsx", "evidence"):
        answer = desk.get(f"/office/numbers/reports/{report.pk}/{kind}/")
        assert (answer.status_code, answer["Content-Disposition"].partition(";")[0]) == (200, "attachment")
    kinds = Event.objects.filter(verb="funder_report.downloaded").order_by("id")
    assert [event.facts["kind"] for event in kinds] == ["pdf", "csv", "xlsx", "evidence"]


def test_the_buttons_are_the_administrators(now: datetime) -> None:
    report = FunderReportFactory()
    url = f"/office/numbers/reports/{report.pk}/"

    assert (buttons(administrator().get(url)), buttons(Desk().get(url))) == (["publish"], [])


def test_nothing_is_measured_against_another_programs_reports(program: Program) -> None:
    FunderReportFactory(begins_on=BEGINS, ends_on=ENDS)

    assert leaving.earlier(program) == []
