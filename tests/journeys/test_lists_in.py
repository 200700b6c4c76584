"""A court's list of two hundred comes in: twenty rows are refused, corrected, and sent again."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.actions.taking_in import work_on_lists
from courts.models import ListUpload, Referral
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtFactory
from tests.journeys.looking import faults
from tests.journeys.visits import Clock, House, Visitor

THEIRS = ("Cause No.", "Defendant Last Name", "First", "D.O.B.", "Type of Referral", "Complete by", "Bailiff's remarks")
ALL, BAD = 200, 20


def row(number: int) -> tuple[Any, ...]:
    """Each tenth lacks the man's last name."""
    name = "" if number % 10 == 0 else f"Halloway{number}"
    return (f"26-{number:04}", name, "Dorian", "3/14/1979", "Pretrial Diversion", 46174, "in person")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    book.worksheets[0].append(["Kent Municipal Court, week 10"])
    book.worksheets[0].append([])
    for one in (THEIRS, *map(row, range(1, ALL + 1))):
        book.worksheets[0].append(list(one))
    path = tmp_path / "week-10.xlsx"
    book.save(path)
    return path


@pytest.fixture
def dana(transactional_db: None, the_clock: Clock, house: House) -> Visitor:
    user: User = UserFactory.create(name="Dana Kessler", roles=[Role.COORDINATOR])
    cases.program(name="Harbor Program", number_prefix="H")
    CourtFactory.create(name="Kent Municipal Court", city="Kent")
    visitor = house.visitor().is_signed_in(user)
    # Two hundred rows, four times: on a busy machine a page takes its time.
    visitor.page.context.set_default_timeout(30_000)
    return visitor


def test_a_list_of_two_hundred(dana: Visitor, workbook: Path, the_clock: Clock, tmp_path: Path) -> None:
    # Given a list in the court's own words
    dana.opens("/office/")
    dana.follows("Referrals")
    dana.follows("Take in a list")
    when_it_is_sent(dana, workbook)
    # When what could not be told is left out
    dana.sees_heading("Which column is which")
    expect(dana.page.get_by_label("Cause No.")).to_have_value("case_number")
    expect(dana.page.get_by_label("Bailiff's remarks")).to_have_value("")
    assert faults(dana.page) == []
    dana.presses("Read the list")
    # Then it is read by itself, and the page says what would come in
    dana.sees_heading("The list is being read")
    assert faults(dana.page) == []
    when_the_job_runs(the_clock)
    dana.sees_heading("What would come in")
    expect(dana.page.locator(".list-counts")).to_contain_text("180 new")
    expect(dana.page.locator(".list-counts")).to_contain_text("20 rows refused")
    assert faults(dana.page) == []
    assert Referral.objects.count() == 0
    # When it is taken in
    dana.presses("Take it in")
    dana.sees_heading("The list is coming in")
    when_the_job_runs(the_clock)
    dana.sees_heading("The list is in")
    assert Referral.objects.count() == ALL - BAD
    # And the refused rows are corrected, and sent again
    mended = when_the_refused_rows_are_mended(dana, tmp_path)
    dana.follows("Take in a list")
    when_it_is_sent(dana, mended)
    dana.sees_heading("The list is being read")
    when_the_job_runs(the_clock)
    dana.sees_heading("What would come in")
    expect(dana.page.locator(".list-counts")).to_contain_text("20 new")
    expect(dana.page.locator(".list-counts")).to_contain_text("0 rows refused")
    dana.presses("Take it in")
    dana.sees_heading("The list is coming in")
    when_the_job_runs(the_clock)
    # Then all two hundred are in, each once
    dana.sees_heading("The list is in")
    assert Referral.objects.count() == Referral.objects.values("case_number").distinct().count() == ALL
    assert set(ListUpload.objects.values_list("state", flat=True)) == {"done"}
    # When the first list turns out to be the wrong one
    dana.opens(f"/office/take-in/{ListUpload.objects.earliest('id').pk}/")
    dana.follows("Take the list back")
    dana.presses("Take the list back")
    dana.is_told("The list is taken back: 180 referrals are closed as entered by mistake.")


def when_it_is_sent(dana: Visitor, path: Path) -> None:
    dana.selects("Whose list it is", "Kent Municipal Court, Kent")
    dana.page.locator("input[type=file]").set_input_files(path)
    dana.presses("Send the list")


def when_the_job_runs(the_clock: Clock) -> None:
    """The page asks every two seconds by itself."""
    assert work_on_lists(now=the_clock.at) == 1


def when_the_refused_rows_are_mended(dana: Visitor, folder: Path) -> Path:
    with dana.page.expect_download() as waiting:
        dana.presses("Save the refused rows")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == BAD
    assert {one["reason"] for one in rows} == {"There is no last name. Fill it in and send the row again."}
    path = folder / "mended.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(one | {"last_name": f"Brzezik{number}"} for number, one in enumerate(rows))
    return path
