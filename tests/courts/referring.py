"""Somebody at a desk who refers a man, step by step as on the pages."""

from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.actions import submissions
from courts.actions.desks import Desk
from courts.models import Agency, Court, Referral, Submission
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, ClerkshipFactory, CourtFactory, MembershipFactory

WHO = {"last_name": "Halloway", "first_name": "Bernard", "date_of_birth": "1981-04-09", "language": "en"}
CASE = {
    "referral_kind": "sentence",
    "case_number": "26-CR-0413",
    "ordered_on": "2026-02-20",
    "complete_by": "2026-08-31",
}
CONTACT = {"phone": "206-555-0143", "email": "", "address": ""}
UNFILED = {"referral_kind": "prefiling_diversion", "case_number": "", "incident_number": "PD-77-1", "court": ""}


def clerk(court: Court | None = None, **fields: Any) -> tuple[User, Desk]:
    seat = ClerkshipFactory.create(
        court=court or CourtFactory.create(), user=UserFactory.create(roles=[Role.CLERK], **fields)
    )
    return seat.user, Desk(court=seat.court)


def partner(agency: Agency | None = None, **fields: Any) -> tuple[User, Desk]:
    agency = agency or AgencyFactory.create()
    seat = MembershipFactory.create(agency=agency, user=UserFactory.create(roles=[Role.PARTNER], **fields))
    return seat.user, Desk(agency=seat.agency)


def draft(by: User, desk: Desk, **answers: str) -> Submission:
    made = submissions.begin(desk=desk, by=by, now=NOW)
    return submissions.keep(submission=made, answers={**WHO, **CASE, **CONTACT, **answers}, by=by, now=NOW)


def sent(by: User, desk: Desk, **answers: str) -> Referral:
    return submissions.send(submission=draft(by, desk, **answers), by=by, now=NOW)
