"""Somebody at a court, who knows nothing but that, refers a man: by mouse, by keyboard alone, without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.models import CourtPaper, Referral
from tests.courts import paper_files as files
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, CourtFactory
from tests.factories.programs import ProgramFactory
from tests.journeys.looking import faults
from tests.journeys.town import LONG_COURT, LONGEST
from tests.journeys.visits import PHONE, House, Visitor

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def clerk(transactional_db: None) -> User:
    ProgramFactory.create()
    user: User = UserFactory.create(name="Ines Calder", roles=[Role.CLERK])
    ClerkshipFactory.create(court=CourtFactory.create(name=LONG_COURT), user=user)
    return user


def fills(visitor: Visitor, **said: str) -> None:
    for name, value in said.items():
        visitor.page.locator(f"#id_{name}").fill(value)


def refers(visitor: Visitor, order: Path) -> None:
    visitor.opens("/court/")
    visitor.page.get_by_role("link", name="Refer a person").click()
    visitor.presses("Begin a new referral")
    fills(visitor, last_name="Halloway", first_name="Bernard", date_of_birth="1981-04-09")
    go_on(visitor)
    visitor.page.locator("#id_referral_kind").select_option("sentence")
    fills(visitor, case_number="26-CR-0413", ordered_on="2026-02-20", complete_by="2026-08-31")
    go_on(visitor)
    visitor.page.locator("#id_order").set_input_files(order)
    visitor.presses("Attach this file")
    visitor.sees("order.pdf")
    visitor.page.locator("button.btn-primary", has_text="Save and check").click()
    visitor.sees_heading("Check the answers, then send")


def go_on(visitor: Visitor) -> None:
    visitor.page.locator("button.btn-primary", has_text="Save and go on").click()


@pytest.fixture
def order(tmp_path: Path) -> Path:
    path = tmp_path / "order.pdf"
    path.write_bytes(files.pdf())
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_clerk_refers_a_man_and_keeps_a_number(house: House, clerk: User, order: Path, scripts: bool) -> None:
    # Given
    visitor = house.visitor(PHONE, scripts=scripts).is_signed_in(clerk)
    # When
    refers(visitor, order)
    visitor.presses("Send the referral")
    # Then
    visitor.sees_heading("The referral was sent")
    referral = Referral.objects.get()
    expect(visitor.page.locator(".reference")).to_contain_text(referral.submission.reference)
    assert CourtPaper.objects.get().referral == referral
    # When
    visitor.page.go_back()
    visitor.page.go_forward()
    # Then
    assert Referral.objects.count() == 1


def test_by_keyboard_alone(house: House, clerk: User) -> None:
    visitor = house.visitor().is_signed_in(clerk)
    visitor.opens("/court/refer/")
    visitor.goes_to("Begin a new referral")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Who")
    visitor.goes_to("Last name")
    visitor.types("Halloway")
    # What the Enter key presses is going on, not putting it off.
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("The case and its dates")
    visitor.goes_to("Kind of referral")
    visitor.page.keyboard.press("C")
    visitor.goes_to("Case number")
    visitor.types("26-CR-0413")
    visitor.goes_to("Save and go on")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Contact and the order")
    visitor.goes_to("Save and check")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Check the answers, then send")
    visitor.goes_to("Send the referral")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("The referral was sent")
    assert Referral.objects.get().number == "26-CR-0413"


def test_a_mistake_is_named_at_the_top_and_leads_to_its_field(house: House, clerk: User) -> None:
    visitor = house.visitor().is_signed_in(clerk)
    visitor.opens("/court/refer/")
    visitor.presses("Begin a new referral")
    fills(visitor, last_name="<b>Halloway")
    go_on(visitor)
    expect(visitor.page.locator("[data-error-summary]")).to_be_focused()
    visitor.page.locator("[data-error-summary] a").click()
    expect(visitor.page.locator("#id_last_name")).to_be_focused()


def test_nothing_is_wrong_with_the_pages(house: House, clerk: User, order: Path) -> None:
    visitor = house.visitor().is_signed_in(clerk)
    ClerkshipFactory.create(court=clerk.clerkships.get().court, user=UserFactory.create(name=" ".join(LONGEST)[:150]))
    found: dict[str, list[str]] = {}
    refers(visitor, order)
    reference = visitor.page.url.split("/")[5]
    pages = {name: f"/court/refer/{reference}/{name}" for name in ("who/", "case/", "contact/", "check", "discard")}
    pages |= {"list": "/court/refer/", "people": "/court/people/", "looks": "/court/looks/"}
    for name, path in pages.items():
        visitor.opens(path)
        found[name] = faults(visitor.page)
    visitor.opens(pages["check"])
    visitor.presses("Send the referral")
    found["sent"] = faults(visitor.page)
    visitor.opens("/court/people/")
    visitor.page.get_by_role("link", name="End access").first.click()
    found["end"] = faults(visitor.page)
    assert {name: faults_ for name, faults_ in found.items() if faults_} == {}
