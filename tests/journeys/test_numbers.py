"""A coordinator makes a funder's report and prints it; an administrator publishes it; anybody reads it."""

from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from office.models import FunderReport
from programs.models import Program
from tests.access.people import signed_in
from tests.courts import cases
from tests.courts.pdf import text_of
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor

pytestmark = pytest.mark.sqlite_only
MARCH = datetime.fromisoformat("2026-03-02T18:00:00+00:00")
MONTHS = "begins=2026-01&ends=2026-01"


@pytest.fixture
def program(transactional_db: None, the_clock: Clock) -> Program:
    the_clock.at = MARCH
    made = cases.program(name="Harbor Program", number_prefix="H")
    for name, count in (("Kent Municipal Court", 24), ("Renton Municipal Court", 14)):
        court = CourtFactory(name=name)
        for n in range(count):
            ReferralFactory(program=made, court=court, received_on=date(2026, 1, 9), case_number=f"{name[0]}-{n}")
    return made


def at_the_office(house: House, *roles: Role) -> Visitor:
    """Who has just shown the second factor once more."""
    user = UserFactory(roles=roles)
    visitor = house.visitor().is_signed_in(user)
    key = signed_in(user, again=True).session.session_key
    cookie = next(one for one in visitor.page.context.cookies() if one["value"] != key)
    again: Any = {**cookie, "value": str(key)}
    visitor.page.context.add_cookies([again])
    return visitor


def test_from_the_numbers_to_the_public_page(house: House, program: Program) -> None:
    # Given the numbers of January, of which one leads to the people behind it
    dana = at_the_office(house, Role.COORDINATOR)
    dana.opens(f"/office/numbers/?{MONTHS}")
    dana.sees_heading("Numbers, January 2026")
    dana.page.locator("#referrals").get_by_role("link", name="38", exact=True).first.click()
    dana.sees_heading("Referrals received: 38")
    # When she looks at what would leave, and makes it
    dana.opens("/office/numbers/reports/")
    dana.fills("From", "2026-01")
    dana.fills("To", "2026-01")
    dana.presses("Look at it first")
    dana.sees_heading("What would leave: January 2026")
    dana.presses("Make the report of January 2026")
    dana.is_told("The report is made.")
    # Then it prints with its definitions
    with dana.page.expect_download() as download:
        dana.follows("PDF")
    printed = " ".join(text_of(download.value.path().read_bytes()).split())
    assert "Figures, January 2026" in printed
    assert "How each figure is counted" in printed
    # And nobody reads it outside
    stranger = house.visitor(PHONE)
    assert stranger.opens("/figures/").status == 404  # type: ignore[union-attr]
    # When an administrator publishes it
    ruth = at_the_office(house, Role.ADMINISTRATOR)
    ruth.opens(f"/office/numbers/reports/{FunderReport.objects.get().pk}/")
    ruth.follows("Publish")
    ruth.presses("Publish")
    ruth.is_told("It stands on the public page")
    # Then anybody does
    stranger.opens("/figures/")
    stranger.sees_heading("Figures, January 2026")
    expect(stranger.page.locator("main")).to_contain_text("Referrals received")


def test_nothing_is_wrong_with_the_pages(house: House, program: Program) -> None:
    visitor = at_the_office(house, Role.ADMINISTRATOR)
    found = []
    for path in (
        f"/office/numbers/?{MONTHS}",
        "/office/numbers/?begins=2025-09&ends=2026-02&by=month",
        f"/office/numbers/?{MONTHS}&by=court",
        "/office/numbers/?begins=2026-03&ends=2026-01",
        f"/office/numbers/evidence/?{MONTHS}",
        f"/office/numbers/people/?{MONTHS}&by=total&figure=referred",
        "/office/numbers/reports/",
        f"/office/numbers/reports/new/?{MONTHS}&program={program.pk}",
    ):
        visitor.opens(path)
        found += [f"{path}: {fault}" for fault in faults(visitor.page)]
    visitor.opens(f"/office/numbers/reports/new/?{MONTHS}&program={program.pk}")
    visitor.presses("Make the report of January 2026")
    found += [f"the report: {fault}" for fault in faults(visitor.page)]
    visitor.follows("Publish")
    visitor.presses("Publish")
    visitor.opens("/figures/")
    found += [f"the public page: {fault}" for fault in faults(visitor.page)]

    assert found == [], "\n".join(found)
