"""Which desks a person has, and what lies there; of another's nothing."""

import pytest

from accounts.roles import Role
from courts.actions.desks import Desk, desks_of
from courts.kinds import ReferralKind
from courts.models import Clerkship, Delivery, Membership, Referral
from tests.courts.deskside import clerk_of, laid, laid_for_agency, partner_of
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, CourtFactory, MembershipFactory, ReferralFactory

pytestmark = pytest.mark.django_db


class TestDesksOf:
    def test_the_courts_that_a_clerk_serves_now_by_name(self) -> None:
        kent, auburn, left = (CourtFactory(name=name) for name in ("Kent", "Auburn", "Left"))
        CourtFactory(name="Another's")
        clerk = clerk_of(kent, auburn, left)
        Clerkship.objects.filter(court=left).update(ended_at=NOW)

        assert desks_of(clerk) == [Desk(court=auburn), Desk(court=kent)]

    def test_the_agencies_for_which_a_partner_works_now(self) -> None:
        agency, left = AgencyFactory(), AgencyFactory()
        partner = partner_of(agency, left)
        Membership.objects.filter(agency=left).update(ended_at=NOW)
        MembershipFactory()

        assert desks_of(partner) == [Desk(agency=agency)]

    def test_nothing_without_the_role_that_a_desk_needs(self) -> None:
        user = clerk_of(CourtFactory())
        user.grants.update(ended_at=NOW)
        both = UserFactory(roles=[Role.FACILITATOR])
        MembershipFactory(user=both)

        assert [desks_of(type(user).objects.get(pk=one.pk)) for one in (user, both)] == [[], []]


class TestDesk:
    def test_is_named_by_its_place_and_its_city(self) -> None:
        assert Desk(court=CourtFactory(name="King County Superior Court", city="Kent")).label == (
            "King County Superior Court, Kent"
        )
        assert Desk(agency=AgencyFactory(name="City Attorney", city="")).label == "City Attorney"

    def test_a_court_and_an_agency_of_one_number_are_two_desks(self) -> None:
        court, agency = CourtFactory(), AgencyFactory()
        assert (Desk(court=court).key, Desk(agency=agency).key) == (f"court-{court.pk}", f"agency-{agency.pk}")

    def test_is_served_by_whoever_serves_there_today(self) -> None:
        court, agency = CourtFactory(), AgencyFactory()
        clerk, partner = clerk_of(court), partner_of(agency)
        desks = (Desk(court=court), Desk(agency=agency))
        assert [[desk.is_served_by(who) for who in (clerk, partner)] for desk in desks] == [
            [True, False],
            [False, True],
        ]

        clerk.is_active = False
        clerk.save()
        assert not desks[0].is_served_by(clerk)


class TestWhatLiesThere:
    def test_a_court_has_its_clerks_copies_and_an_agency_its_own(self) -> None:
        case, report, _ = laid_for_agency()
        of_court, of_agency = report.document.deliveries.order_by("recipient__agency_id")[::-1]
        if of_court.recipient.agency_id:
            of_court, of_agency = of_agency, of_court

        assert list(Desk(court=case.referral.court).deliveries) == [of_court]
        assert list(Desk(agency=case.referral.agency).deliveries) == [of_agency]
        assert list(Desk(court=CourtFactory()).deliveries) == list(Desk(agency=AgencyFactory()).deliveries) == []

    @pytest.mark.parametrize("kind", [ReferralKind.PREFILING_DIVERSION, ReferralKind.SELF])
    def test_no_clerk_sees_what_is_the_prosecutors_or_the_mans_own(self, kind: ReferralKind) -> None:
        case, _, _ = laid()
        desk = Desk(court=case.referral.court)
        Referral.objects.filter(pk=case.referral.pk).update(kind=kind)

        assert (list(desk.deliveries), list(desk.referrals)) == ([], [])
        assert list(Delivery.objects.laid().with_a_reader()) == []

    def test_referrals_filed_there_or_made_there(self) -> None:
        agency, court = AgencyFactory(), CourtFactory()
        unfiled = ReferralFactory(agency=agency, court=None, case_number="", incident_number="KPD 12")
        filed = ReferralFactory(agency=agency, court=court)
        ReferralFactory()

        assert set(Desk(agency=agency).referrals) == {unfiled, filed}
        assert list(Desk(court=court).referrals) == [filed]
