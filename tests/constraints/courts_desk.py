"""courts: what the tables of its desks, submissions and papers refuse."""

from datetime import date, timedelta

from courts.models import Agency, Recipient
from tests.constraints.writing import Listed, again
from tests.factories.clock import NOW
from tests.factories.courts import (
    AgencyFactory,
    ClosureFactory,
    CourtPaperFactory,
    DeskInvitationFactory,
    DisposedNumberFactory,
    MembershipFactory,
    NumberTokenFactory,
    RecipientFactory,
    ReferralFactory,
    SubmissionFactory,
)


def to_an_agency(**fields: object) -> object:
    named: dict[str, object] = {"agency": AgencyFactory(), "role": Recipient.Role.PROSECUTOR}
    return RecipientFactory(**(named | fields))


def twice_to_one_agency(**fields: object) -> None:
    first = to_an_agency(**fields)
    to_an_agency(referral=first.referral, agency=first.agency, **fields)  # type: ignore[attr-defined]


def two_agencies_of_one_role() -> None:
    first = to_an_agency()
    to_an_agency(referral=first.referral)  # type: ignore[attr-defined]


def state_closed(**fields: object) -> object:
    return ClosureFactory(court=None, **fields)


def state_closed_twice(**fields: object) -> None:
    for _ in range(2):
        state_closed(**fields)


def two_of_one_referral() -> None:
    referral = ReferralFactory()
    for _ in range(2):
        SubmissionFactory(sent_at=NOW, referral=referral)


REFUSED: Listed = [
    ("courts.DisposedNumber.mac", lambda: again(DisposedNumberFactory, "mac")),
    ("courts_agency_once", lambda: again(AgencyFactory, "name")),
    ("courts_membership_once", lambda: again(MembershipFactory, "agency", "user")),
    ("courts_membership_in_order", lambda: MembershipFactory(ended_at=NOW - timedelta(seconds=1))),
    ("courts.DeskInvitation.invitation", lambda: again(DeskInvitationFactory, "invitation")),
    ("courts_deskinvitation_to_one", lambda: DeskInvitationFactory(court=None)),
    ("courts_deskinvitation_to_one", lambda: DeskInvitationFactory(agency=AgencyFactory())),
    ("courts_deskinvitation_called_back_somewhere", lambda: DeskInvitationFactory(called_back_on=date(2026, 3, 2))),
    ("courts_recipient_once_an_agency", twice_to_one_agency),
    ("courts_recipient_agency_by_its_pages", lambda: to_an_agency(channel="email")),
    ("courts_recipient_agency_by_its_pages", lambda: to_an_agency(role="clerk")),
    ("courts_closure_once_a_court", lambda: again(ClosureFactory, "court")),
    ("courts_closure_once_a_state", state_closed_twice),
    ("courts.Submission.reference", lambda: again(SubmissionFactory, "reference")),
    ("courts.Submission.key", lambda: again(SubmissionFactory, "key")),
    ("courts.Submission.referral", two_of_one_referral),
    ("courts_submission_from_one", lambda: SubmissionFactory(court=None)),
    ("courts_submission_from_one", lambda: SubmissionFactory(agency=AgencyFactory())),
    ("courts_submission_sent_is_a_referral", lambda: SubmissionFactory(sent_at=NOW)),
    ("courts_submission_sent_is_a_referral", lambda: SubmissionFactory(sent=True, discarded_at=NOW)),
    ("courts_courtpaper_of_something", lambda: CourtPaperFactory(key=SubmissionFactory().key, submission=None)),
    ("courts_courtpaper_read_at_and_by", lambda: CourtPaperFactory(read_at=NOW)),
    ("courts_courtpaper_not_empty", lambda: CourtPaperFactory(size=0)),
    ("courts_numbertoken_once", lambda: again(NumberTokenFactory, "referral", "token")),
    ("courts_numbertoken_says_something", lambda: NumberTokenFactory(token="")),
]

ALLOWED: Listed = [
    ("courts_membership_once", lambda: again(MembershipFactory, "agency", "user", ended_at=NOW)),
    ("courts_recipient_once_an_agency", lambda: twice_to_one_agency(ended_at=NOW)),
    # A prosecutor's office and a city attorney's, both told on their pages here.
    ("courts_recipient_once", two_agencies_of_one_role),
    ("courts_recipient_agency_by_its_pages", lambda: to_an_agency(agency=AgencyFactory(kind=Agency.Kind.PROBATION))),
    ("courts_closure_once_a_court", lambda: again(ClosureFactory, "court", ended_at=NOW)),
    ("courts_closure_once_a_state", lambda: state_closed_twice(ended_at=NOW)),
]
