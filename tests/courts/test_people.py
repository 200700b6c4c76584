"""The people of a desk: the first one after a call-back, the others by a colleague, and an end at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.actions import NoRoles, NotOpen, accept_invitation, give_access_again, invite
from accounts.models import Invitation, RoleGrant, User
from accounts.roles import Role
from audit.models import Event
from courts.actions import people
from courts.actions.desks import Desk
from courts.actions.notices import report_waiting
from courts.actions.people import CannotJoin, EndedBefore, NotAnAdministrator, NotCalledBack, NotServing
from courts.models import Clerkship, DeskInvitation, Membership
from messaging.actions import plan, send_due
from messaging.models import Message
from tests.access.people import signed_in
from tests.courts.cases import delivered
from tests.courts.referring import clerk, partner
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, ClerkshipFactory, CourtFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

CALLED: dict[str, Any] = {"called_back_on": date(2026, 3, 2), "called_back_at": "Ms. Court, 206-555-0100"}


def administrator() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


class TestFirst:
    def test_is_let_in_by_an_administrator_who_called_back(self) -> None:
        by, court = administrator(), CourtFactory.create()
        made = people.invite_first(desk=Desk(court=court), email="first@court.example", by=by, now=NOW, **CALLED)
        assert made is not None
        said = DeskInvitation.objects.get(invitation=made.invitation)
        assert (said.court, said.agency, said.called_back_on) == (court, None, CALLED["called_back_on"])
        user = accept_invitation(token=token(made.link), name="Fay First", password="x" * 14, now=NOW)
        assert Clerkship.objects.current().get(user=user).court == court
        assert user.grants.current().roles() == {Role.CLERK}

    def test_of_an_agency_is_a_partner(self) -> None:
        agency = AgencyFactory.create()
        made = people.invite_first(
            desk=Desk(agency=agency), email="p@da.example", by=administrator(), now=NOW, **CALLED
        )
        assert made is not None
        user = accept_invitation(token=token(made.link), name="Pat", password="x" * 14, now=NOW)
        assert Membership.objects.current().get(user=user).agency == agency
        assert user.grants.current().roles() == {Role.PARTNER}

    def test_not_by_a_coordinator(self) -> None:
        desk, by = Desk(court=CourtFactory.create()), UserFactory.create(roles=[Role.COORDINATOR])
        with pytest.raises(NotAnAdministrator):
            people.invite_first(desk=desk, email="a@b.example", by=by, now=NOW, **CALLED)

    @pytest.mark.parametrize(
        "called", [{"called_back_on": date(2026, 12, 31)}, {"called_back_at": "  "}], ids=["to come", "nobody"]
    )
    def test_not_before_somebody_called_back(self, called: dict[str, object]) -> None:
        desk = Desk(court=CourtFactory.create())
        with pytest.raises(NotCalledBack):
            people.invite_first(desk=desk, email="a@b.example", by=administrator(), now=NOW, **{**CALLED, **called})
        assert not Invitation.objects.exists()

    def test_an_invitation_to_the_staff_brings_no_desk(self) -> None:
        made = invite(email="c@onus.example", roles=[Role.COORDINATOR], by=administrator(), now=NOW)
        accept_invitation(token=token(made.link), name="Co", password="x" * 14, now=NOW)
        assert not Clerkship.objects.exists()


class TestLetInAgain:
    def again(self, desk: Desk, user: User) -> Any:
        return people.invite_first(desk=desk, email=user.email.upper(), by=administrator(), now=NOW, **CALLED)

    def test_by_an_administrator_who_called_back(self) -> None:
        back, desk = clerk()
        people.end(seat=back.clerkships.get(), by=administrator(), now=NOW)

        assert self.again(desk, back) is None

        back.refresh_from_db()
        assert (back.is_active, desk.is_served_by(back), back.grants.current().roles()) == (True, True, {Role.CLERK})
        verbs = Event.objects.order_by("id").values_list("verb", flat=True)
        assert list(verbs)[-3:] == ["user.access_given_again", "seat.began", "desk.let_in_again"]
        assert not Invitation.objects.exists()

    def test_a_clerk_elsewhere_serves_there_too(self) -> None:
        other, elsewhere = clerk()
        desk = Desk(court=CourtFactory.create())
        assert self.again(desk, other) is None
        assert (desk.is_served_by(other), elsewhere.is_served_by(other)) == (True, True)

    def test_not_one_who_serves_there(self) -> None:
        there, desk = clerk()
        by = administrator()
        refuses(CannotJoin, people.invite_first, desk=desk, email=there.email, by=by, now=NOW, **CALLED)

    @pytest.mark.parametrize("roles", [[Role.COORDINATOR], [Role.PARTNER], [Role.CLERK, Role.FACILITATOR]])
    def test_not_somebody_who_is_something_else_here(self, roles: list[Role]) -> None:
        user, desk = UserFactory.create(roles=roles), Desk(court=CourtFactory.create())
        by = administrator()
        refuses(CannotJoin, people.invite_first, desk=desk, email=user.email, by=by, now=NOW, **CALLED)

    def test_not_one_who_would_come_back_to_another_court(self) -> None:
        back, _ = clerk()
        User.objects.filter(pk=back.pk).update(is_active=False)  # as ended on his own page
        desk, by = Desk(court=CourtFactory.create()), administrator()
        refuses(CannotJoin, people.invite_first, desk=desk, email=back.email, by=by, now=NOW, **CALLED)

    def test_on_his_own_page_he_would_come_back_to_nothing(self) -> None:
        back, _ = clerk()
        by = administrator()
        people.end(seat=back.clerkships.get(), by=by, now=NOW)
        back.refresh_from_db()
        refuses(NoRoles, give_access_again, user=back, by=by, now=NOW)


class TestColleague:
    def test_gets_the_link_by_mail_and_nobody_else_does(self) -> None:
        by, desk = clerk()
        made = people.invite_colleague(desk=desk, email="New@Court.example", by=by, now=NOW)
        assert made is not None
        send_due(now=NOW)
        (sent,) = mail.outbox
        assert sent.to == ["new@court.example"]
        assert made.link in sent.body
        assert desk.label not in f"{sent.body} {sent.subject}"
        assert token(made.link) not in Message.objects.get().body

    def test_serves_at_the_same_desk_once_it_is_accepted(self) -> None:
        by, desk = partner()
        made = people.invite_colleague(desk=desk, email="new@da.example", by=by, now=NOW)
        assert made is not None
        user = accept_invitation(token=token(made.link), name="Nel", password="x" * 14, now=NOW)
        assert [seat.user for seat in people.seats(desk)] == [by, user]

    def test_withdrawn_the_mail_is_not_sent(self) -> None:
        by, desk = clerk()
        made = people.invite_colleague(desk=desk, email="new@court.example", by=by, now=NOW)
        assert made is not None
        people.withdraw(desk=desk, invitation=made.invitation, by=by, now=NOW)
        send_due(now=NOW)
        assert mail.outbox == []
        with pytest.raises(NotOpen):
            accept_invitation(token=token(made.link), name="N", password="x" * 14, now=NOW)

    def test_a_clerk_of_another_court_serves_at_both(self) -> None:
        by, desk = clerk()
        other, elsewhere = clerk()
        assert people.invite_colleague(desk=desk, email=other.email, by=by, now=NOW) is None
        assert {seat.court for seat in other.clerkships.all()} == {desk.court, elsewhere.court}
        with pytest.raises(CannotJoin, match="already"):
            people.invite_colleague(desk=desk, email=other.email, by=by, now=NOW)

    @pytest.mark.parametrize(
        ("roles", "active"),
        [([Role.COORDINATOR], True), ([Role.PARTNER], True), ([Role.CLERK, Role.FACILITATOR], True), ([], False)],
        ids=["staff", "a partner", "a clerk who is staff too", "one who left"],
    )
    def test_somebody_else_who_signs_in_here_is_not_let_in(self, roles: list[Role], active: bool) -> None:
        by, desk = clerk()
        known = UserFactory.create(roles=roles, is_active=active)
        with pytest.raises(CannotJoin, match="Call the program"):
            people.invite_colleague(desk=desk, email=known.email, by=by, now=NOW)
        assert not desk.is_served_by(known)

    def test_not_by_one_who_does_not_serve_there(self) -> None:
        _, desk = clerk()
        other, _ = clerk()
        with pytest.raises(NotServing):
            people.invite_colleague(desk=desk, email="a@b.example", by=other, now=NOW)

    def test_only_so_many_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(people, "MOST_OPEN", 1)
        by, desk = clerk()
        people.invite_colleague(desk=desk, email="a@b.example", by=by, now=NOW)
        # Asked again, the first one is sent a new link.
        people.invite_colleague(desk=desk, email="a@b.example", by=by, now=NOW + timedelta(hours=1))
        with pytest.raises(people.TooManyOpen):
            people.invite_colleague(desk=desk, email="c@b.example", by=by, now=NOW)


class TestEnd:
    def test_disables_one_who_serves_nowhere_else_and_signs_him_out(self) -> None:
        by, desk = clerk()
        leaving, _ = clerk(desk.court)
        client = signed_in(leaving)
        assert client.get("/court/").status_code == 200
        people.end(seat=leaving.clerkships.get(), by=by, now=NOW)
        leaving.refresh_from_db()
        assert (leaving.is_active, leaving.grants.current().count()) == (False, 0)
        assert client.get("/court/").status_code == 302
        assert set(Event.objects.filter(record__contains=f"User:{leaving.pk}").values_list("verb", flat=True)) == {
            "user.disabled", "user.signed_out_everywhere",
        }  # fmt: skip

    def test_leaves_the_other_desk_of_one_who_serves_two(self) -> None:
        by, desk = clerk()
        leaving, _ = clerk(desk.court)
        ClerkshipFactory.create(user=leaving, court=CourtFactory.create())
        people.end(seat=leaving.clerkships.get(court=desk.court), by=by, now=NOW)
        leaving.refresh_from_db()
        assert leaving.is_active
        assert leaving.grants.current().roles() == {Role.CLERK}
        assert not desk.is_served_by(leaving)

    def test_leaves_another_role_as_it_was(self) -> None:
        by, desk = clerk()
        leaving, _ = clerk(desk.court)
        RoleGrant.objects.create(user=leaving, role=Role.FACILITATOR, began_at=NOW)
        people.end(seat=leaving.clerkships.get(), by=by, now=NOW)
        leaving.refresh_from_db()
        assert leaving.is_active
        assert leaving.grants.current().roles() == {Role.FACILITATOR}

    def test_withdraws_what_he_had_invited(self) -> None:
        by, desk = clerk()
        leaving, _ = clerk(desk.court)
        people.invite_colleague(desk=desk, email="friend@court.example", by=leaving, now=NOW)
        kept = people.invite_colleague(desk=desk, email="kept@court.example", by=by, now=NOW)
        people.end(seat=leaving.clerkships.get(), by=by, now=NOW)
        assert kept is not None
        assert [one.email for one in people.open_invitations(desk, NOW)] == ["kept@court.example"]

    def test_no_mail_goes_from_that_second_also_none_that_waits(self) -> None:
        case = delivered()
        by, desk = clerk(case.referral.court)
        leaving, _ = clerk(desk.court)
        ClerkshipFactory.create(user=leaving, court=CourtFactory.create())  # may still sign in
        copy = case.referral.reports.get().document.deliveries.get()
        Message.objects.all().delete()
        plan(report_waiting(copy, now=NOW), now=NOW)
        people.end(seat=leaving.clerkships.get(court=desk.court), by=by, now=NOW)
        send_due(now=NOW)
        assert leaving.email not in [one for sent in mail.outbox for one in sent.to]
        assert by.email in [one for sent in mail.outbox for one in sent.to]

    def test_an_administrator_may_and_a_stranger_may_not(self) -> None:
        leaving, _ = clerk()
        with pytest.raises(NotServing):
            people.end(seat=leaving.clerkships.get(), by=clerk()[0], now=NOW)
        people.end(seat=leaving.clerkships.get(), by=administrator(), now=NOW)
        with pytest.raises(EndedBefore):
            people.end(seat=leaving.clerkships.get(), by=administrator(), now=NOW)

    def test_one_may_end_his_own_time(self) -> None:
        by, desk = clerk()
        people.end(seat=by.clerkships.get(), by=by, now=NOW)
        by.refresh_from_db()
        assert (by.is_active, desk.is_served_by(by)) == (False, False)
