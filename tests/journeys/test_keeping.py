"""A court vacates a conviction: the order is noted, two administrators approve, and the case is gone everywhere."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.models import Court, IssuedDocument, Referral, Report
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, CourtFactory, ReferralFactory
from tests.factories.records import LegalHoldFactory, RetentionRuleFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor

pytestmark = pytest.mark.sqlite_only


class Vacated:
    """A report about him was issued and delivered; his case is closed."""

    def __init__(self) -> None:
        self.dana: User = UserFactory.create(name="Dana Kessler", roles=[Role.ADMINISTRATOR])
        self.ruth: User = UserFactory.create(name="Ruth Amsel", roles=[Role.ADMINISTRATOR])
        self.clerk: User = UserFactory.create(name="Ingrid Halloran", roles=[Role.CLERK])
        self.court: Court = CourtFactory.create(name="Kent Municipal Court")
        ClerkshipFactory.create(court=self.court, user=self.clerk)
        self.referral = cases.delivered(
            court=self.court, case_number="26-0413", participant__last_name="Brzezik"
        ).referral
        Referral.objects.filter(pk=self.referral.pk).update(state="closed", closing="dismissed", closed_at=cases.AFTER)
        self.document = IssuedDocument.objects.get()
        self.code: str = self.document.snapshot["verify"]["code"]

    @property
    def case(self) -> str:
        return f"/office/courts/referral/{self.referral.pk}/"


@pytest.fixture
def vacated(transactional_db: None, the_clock: Clock) -> Vacated:
    the_clock.at = cases.AFTER
    return Vacated()


def asks(visitor: Visitor, of: Vacated) -> str:
    """What anybody is told who asks about the report's paper."""
    visitor.opens("/verify/")
    visitor.fills("Report number", of.document.number.text)
    visitor.fills("Code", of.code)
    visitor.presses("Verify")
    return visitor.page.locator("main h2").first.inner_text()


def approves(visitor: Visitor) -> None:
    visitor.opens("/office/")
    visitor.takes_up("An order to vacate", "Look at it")
    visitor.follows("Approve")
    visitor.presses("Approve")
    visitor.sees("This is what will come of it")
    visitor.sees("Can’t be recalled: copies that were delivered to")
    assert faults(visitor.page) == []
    visitor.presses("Approve")


def test_two_administrators_dispose_of_a_vacated_case(house: House, vacated: Vacated) -> None:
    # Given a report that the clerk finds, and that anybody can have verified
    clerk = house.visitor().is_signed_in(vacated.clerk)
    report = f"/court/reports/{Report.objects.get().pk}/"
    found = clerk.opens(report)
    assert found
    assert found.status == 200
    assert asks(house.visitor(), vacated) == "Genuine and current"
    # When Dana notes the order at the case, and approves
    dana = house.visitor().is_signed_in(vacated.dana, again=True)
    dana.opens(vacated.case)
    dana.follows("Note an order to vacate, seal or expunge")
    dana.chooses("An order to vacate")
    dana.fills("Date of the order", "2026-03-20")
    dana.selects("Court that made it", "Kent Municipal Court")
    assert faults(dana.page) == []
    dana.presses("Note an order to vacate, seal or expunge")
    dana.is_told("Noted. It is carried out once it has been approved twice; begin now.")
    assert faults(dana.page) == []
    approves(dana)
    dana.is_told("Approved once. A second approval carries it out.")
    # And Ruth approves, too
    ruth = house.visitor().is_signed_in(vacated.ruth, again=True)
    approves(ruth)
    # Then it is gone: for the office, for the clerk, for whoever asks
    ruth.is_told("Disposed of. It can't be brought back.")
    ruth.opens(vacated.case)
    ruth.sees("Disposed of on Wed, Mar 25.")
    assert faults(ruth.page) == []
    expect(ruth.page.get_by_text("26-0413")).to_have_count(0)
    found = clerk.opens(report)
    assert found
    assert found.status == 404
    assert asks(house.visitor(), vacated) == "Unknown"


def test_what_is_kept_how_long_on_a_phone(house: House, vacated: Vacated) -> None:
    RetentionRuleFactory(kind="draft", months=6, source="RCW 40.14.070", made_by=vacated.dana)
    LegalHoldFactory(participant=ReferralFactory().participant, placed_by=vacated.dana)
    dana = house.visitor(PHONE, scheme="dark").is_signed_in(vacated.dana, again=True)
    for path in ("/office/settings/keeping/", "/office/records/disposal/", "/office/records/legalhold/"):
        dana.opens(path)
        assert faults(dana.page) == []
    dana.opens("/office/settings/keeping/")
    dana.follows("Change how long it is kept")
    dana.chooses("A case, after it was closed")
    dana.fills("For how many months", "120")
    dana.presses("Change how long it is kept")
    dana.sees("7 years until now, 10 years from now on.")
    assert faults(dana.page) == []
    dana.presses("Change how long it is kept")
    dana.is_told("A case, after it was closed: 10 years from now on.")
