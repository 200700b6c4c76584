"""A clerk who knows nothing but the court's name: finds, acknowledges, asks, fetches; also by keys, without scripts."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.models import Court, Delivery, Report
from courts.steps import Step
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, CourtFactory, ReferralFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor

pytestmark = pytest.mark.sqlite_only

NAMES = {"26-0413": "RAFAEL ALVAREZ", "26-0500": "T. NGUYEN", "5A12": "JAMES O'NEIL"}
LONGEST = "MAXIMILIANO-ALEJANDRO BARTHOLOMEW FEATHERSTONEHAUGH-WOLFESCHLEGELSTEINHAUSEN-ÁÑONUEVO"


class Kent:
    """Three reports on its pages; its clerk serves Renton, too."""

    def __init__(self, numbers: int = 3) -> None:
        self.clerk: User = UserFactory.create(name="Ingrid Halloran", roles=[Role.CLERK])
        self.kent: Court = CourtFactory.create(name="Kent Municipal Court")
        self.renton: Court = CourtFactory.create(name="Renton Municipal Court")
        for court in (self.kent, self.renton):
            ClerkshipFactory.create(court=court, user=self.clerk)
        for number, name in list(NAMES.items())[:numbers]:
            cases.delivered(court=self.kent, case_number=number, name_as_charged=name)
        ReferralFactory.create(court=self.renton, case_number="RENTON-1", name_as_charged=LONGEST)

    def comes(self, house: House, **how: object) -> Visitor:
        visitor = house.visitor(**how).is_signed_in(self.clerk)  # type: ignore[arg-type]
        visitor.opens("/court/")
        return visitor


@pytest.fixture
def after(transactional_db: None, the_clock: Clock) -> Clock:
    the_clock.at = cases.AFTER
    return the_clock


def report_of(number: str) -> Report:
    return Report.objects.get(referral__case_number=number)


def steps_of(number: str) -> list[str]:
    return list(report_of(number).steps.values_list("step", flat=True))


def numbers_shown(visitor: Visitor) -> list[str]:
    return [line for line in visitor.lines("tbody .case-number") if line]


def test_one_finds_acknowledges_asks_and_fetches(house: House, after: Clock, tmp_path: Path) -> None:
    kent = Kent()
    visitor = kent.comes(house)
    page = visitor.page
    visitor.sees("3 reports wait to be acknowledged.")

    page.get_by_text("Find a report").click()
    visitor.fills("Case number or name", "alvarez")
    visitor.presses("Find")
    assert numbers_shown(visitor) == ["26-0413"]
    assert "alvarez" not in page.url

    visitor.follows("26-0413")
    visitor.sees("Genuine and current")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download the PDF").click()
    mine = tmp_path / "mine.pdf"
    fetched.value.save_as(mine)
    page.get_by_label("Is a file that you have the same one?").set_input_files(mine)
    visitor.sees("It is the very file that was issued.")
    other = tmp_path / "other.pdf"
    other.write_bytes(mine.read_bytes() + b"%")
    page.get_by_label("Is a file that you have the same one?").set_input_files(other)
    visitor.sees("It is another file.")

    page.get_by_text("Ask for a correction").click()
    visitor.fills("What should be corrected?", "He spells it with one l.")
    visitor.presses("Send the request")
    visitor.is_told("The program has your request.")
    visitor.sees("He spells it with one l.")
    assert steps_of("26-0413")[-1] == Step.CORRECTION_ASKED

    visitor.follows("All reports")
    visitor.sees("2 reports wait to be acknowledged.")
    for number in ("26-0500", "5A12"):
        page.get_by_label(f"Tick {number}").check()
    with page.expect_download() as packet:
        visitor.presses("Download them (ZIP)")
    with zipfile.ZipFile(io.BytesIO(Path(packet.value.path()).read_bytes())) as files:
        assert len(files.namelist()) == 2
    visitor.presses("Acknowledge them")
    visitor.is_told("2 reports are acknowledged.")
    assert [steps_of(number)[-1] for number in ("26-0500", "5A12")] == [Step.ACKNOWLEDGED, Step.ACKNOWLEDGED]


def test_by_keys_alone(house: House, after: Clock) -> None:
    kent = Kent(2)
    visitor = kent.comes(house)
    press = visitor.page.keyboard.press

    visitor.goes_to("Find a report")
    press("Enter")
    visitor.goes_to("Case number or name")
    visitor.types("0413")
    press("Enter")
    expect(visitor.page.locator("tbody tr")).to_have_count(1)
    visitor.goes_to("Tick 26-0413")
    press("Space")
    visitor.goes_to("Acknowledge them")
    press("Enter")
    visitor.is_told("1 report is acknowledged.")

    visitor.goes_to("Pages of Kent Municipal Court")
    press("Enter")
    visitor.goes_to("Renton Municipal Court")
    press("Enter")
    visitor.sees("No reports yet")
    visitor.goes_to("Our referrals")
    press("Enter")
    visitor.sees_heading("Our referrals")
    assert numbers_shown(visitor) == ["RENTON-1"]


def test_without_scripts_all_that_matters_works(house: House, after: Clock) -> None:
    kent = Kent(1)
    visitor = kent.comes(house, scripts=False)

    visitor.page.get_by_label("Tick 26-0413").check()
    visitor.presses("Acknowledge them")
    visitor.sees("1 report is acknowledged.")
    visitor.follows("26-0413")
    expect(visitor.page.get_by_label("Is a file that you have the same one?")).to_be_hidden()
    visitor.page.get_by_text("Ask for a correction").click()
    visitor.fills("What should be corrected?", "The judge.")
    visitor.presses("Send the request")
    visitor.sees("The program has your request.")
    assert Delivery.objects.exclude(acknowledged_at=None).count() == 1


def test_axe_finds_nothing_and_nothing_stands_out(house: House, after: Clock) -> None:
    kent = Kent(2)
    cases.delivered(court=kent.kent, case_number="26-CR-0004130000917-NORTHERN-DIVISION-B", name_as_charged=LONGEST)
    visitor = kent.comes(house)
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {fault}" for fault in faults(visitor.page))
        visitor.page.set_viewport_size({"width": 1280, "height": 844})

    visitor.page.get_by_label("Tick 26-0413").check()
    look("inbox, one ticked")
    visitor.page.get_by_text("Find a report").click()
    visitor.page.locator("#id_since").fill("1999-01-01")
    visitor.presses("Find")
    look("inbox, an error")
    visitor.opens(f"/court/reports/{report_of('26-0413').pk}/")
    visitor.page.get_by_text("Ask for a correction").click()
    visitor.presses("Send the request")
    look("report, an error")
    visitor.opens("/court/referrals/")
    look("referrals")
    visitor.page.locator(".desk-menu > summary").click()
    look("referrals, the other courts open")
    assert found == [], "\n".join(found)


def test_on_a_phone_a_row_is_a_few_lines(house: House, after: Clock) -> None:
    kent = Kent(1)
    visitor = kent.comes(house, width=PHONE)
    visitor.presses("Acknowledge 26-0413")
    visitor.is_told("is acknowledged.")
