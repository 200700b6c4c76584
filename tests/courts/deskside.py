"""A report on the pages of a court or of an agency, and somebody who is signed in there."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from courts.actions import deliveries
from courts.models import Agency, Court, Recipient, Report
from tests.access.people import signed_in
from tests.courts.cases import AFTER, Case, completed, delivered
from tests.factories.accounts import UserFactory
from tests.factories.courts import AgencyFactory, ClerkshipFactory, MembershipFactory, RecipientFactory


def clerk_of(*courts: Court | None) -> User:
    clerk: User = UserFactory.create(name="Ingrid Halloran", roles=[Role.CLERK])
    for court in filter(None, courts):
        ClerkshipFactory.create(court=court, user=clerk)
    return clerk


def partner_of(*agencies: Agency) -> User:
    partner: User = UserFactory.create(name="Paula Prosek", roles=[Role.PARTNER])
    for agency in agencies:
        MembershipFactory.create(agency=agency, user=partner)
    return partner


def laid(**fields: object) -> tuple[Case, Report, Client]:
    """A report on its court's pages, and a clerk who is signed in there."""
    case = delivered(**fields)
    report = case.referral.reports.get()
    return case, report, signed_in(clerk_of(case.referral.court))


def laid_for_agency(agency: Agency | None = None, **fields: Any) -> tuple[Case, Report, Client]:
    """A report for the court's clerk and, on its own pages, for an agency; somebody of the agency is signed in."""
    agency = agency or AgencyFactory.create()
    case = completed(agency=agency, **fields)
    RecipientFactory.create(referral=case.referral, role=Recipient.Role.PROSECUTOR, agency=agency)
    partner = partner_of(agency)
    document = case.issue(case.in_review())
    deliveries.deliver_queued(now=AFTER)
    return case, document.report, signed_in(partner)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def numbers_on(text: str, *numbers: str) -> list[str]:
    """Those of these that the page shows, in its order."""
    return sorted((number for number in numbers if number in text), key=text.index)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        page(client, path)
    return len(caught)
