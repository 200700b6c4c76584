"""The office lets in the first one of a desk, ends anybody's time there, adds an agency, and reads the orders."""

import re

import pytest

from accounts.models import Invitation
from accounts.roles import Role
from audit.models import Event
from core.headers import SANDBOX
from courts.actions import papers, submissions
from courts.models import Agency, Clerkship, CourtPaper, DeskInvitation
from tests.courts import paper_files as files
from tests.courts.referring import clerk, draft
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, CourtFactory
from tests.factories.programs import ProgramFactory
from tests.office.desk import Desk, refusals
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db

CALLED = {"called_back_on": "2026-03-02", "called_back_at": "Ms. Court, 206-555-0100"}


@pytest.fixture
def administrator() -> Desk:
    return Desk(Role.ADMINISTRATOR)


@pytest.mark.parametrize(("make", "where"), [(CourtFactory, "court"), (AgencyFactory, "agency")])
def test_the_first_one_is_invited_after_a_call_back(administrator: Desk, make: type, where: str) -> None:
    place = make.create()  # type: ignore[attr-defined]
    said = administrator.notice(administrator.press(place, "invite", email="first@court.example", **CALLED))
    invited = DeskInvitation.objects.get()
    assert getattr(invited, where) == place
    assert invited.called_back_at == "Ms. Court, 206-555-0100"
    assert len(re.findall(r"http://localhost:8000/\S+", said)) == 1


def test_who_was_there_before_is_let_in_again_without_a_link(administrator: Desk) -> None:
    back, desk = clerk()
    administrator.press(back.clerkships.get(), "end")
    assert desk.court is not None
    said = administrator.notice(administrator.press(desk.court, "invite", email=back.email, **CALLED))
    assert said == f"{back.email} has signed in here before, and serves there from now on, with the password of before."
    back.refresh_from_db()
    assert (back.is_active, desk.is_served_by(back)) == (True, True)


def test_without_a_call_back_nobody_is_invited(administrator: Desk) -> None:
    court = CourtFactory.create()
    with nothing_written():
        answer = administrator.press(court, "invite", email="first@court.example")
    assert sorted(answer.context["form"].errors) == ["called_back_at", "called_back_on"]
    with nothing_written():
        later = {**CALLED, "called_back_on": "2099-01-01"}
        answer = administrator.press(court, "invite", email="first@court.example", **later)
    assert refusals(answer) == ["Call back first: that day is still to come."]
    assert not Invitation.objects.exists()


def test_a_coordinator_does_none_of_it(desk: Desk) -> None:
    _, at = clerk()
    assert desk.get(desk.button(CourtFactory.create(), "invite")).status_code == 404
    assert desk.get(desk.button(ProgramFactory.create(), "agency")).status_code == 404
    assert desk.get(desk.button(Clerkship.objects.get(court=at.court), "end")).status_code == 404


def test_a_clerks_time_is_ended(administrator: Desk) -> None:
    user, _ = clerk(name="Otto Leaving")
    said = administrator.notice(administrator.press(user.clerkships.get(), "end"))
    assert said == "Otto Leaving no longer serves there."
    user.refresh_from_db()
    assert not user.is_active


def test_an_agency_is_added_once(administrator: Desk) -> None:
    program = ProgramFactory.create()
    form = {"kind": "probation", "name": "Pinewater Probation", "city": "", "state": "wa", "phone": "",
            "time_zone": "America/Los_Angeles"}  # fmt: skip
    administrator.press(program, "agency", **form)
    made = Agency.objects.get()
    assert (made.kind, made.name, made.state) == ("probation", "Pinewater Probation", "WA")
    answer = administrator.press(program, "agency", **form)
    assert refusals(answer) == ["An agency of this name is there already. Open that one, or add the city."]


class TestPapers:
    def paper(self) -> CourtPaper:
        ProgramFactory.create()
        by, at = clerk()
        made = draft(by, at)
        paper = papers.attach(submission=made, name="order.png", content=files.png(), by=by, now=NOW)
        submissions.send(submission=made, by=by, now=NOW)
        return CourtPaper.objects.get(pk=paper.pk)

    def test_is_downloaded_and_read_from_then_on(self, desk: Desk) -> None:
        paper = self.paper()
        response = desk.get(f"/office/papers/{paper.pk}/")
        assert (response.content, response["Content-Type"]) == (files.png(), "image/png")
        assert response["Content-Security-Policy"] == SANDBOX
        assert response["Content-Disposition"].startswith("attachment")
        paper.refresh_from_db()
        assert paper.read_by == desk.user
        assert Event.objects.on(paper).filter(verb="paper.read", actor=f"user:{desk.user.pk}").count() == 1

    def test_stands_on_the_referrals_page(self, desk: Desk) -> None:
        paper = self.paper()
        text = desk.get(f"/office/courts/referral/{paper.referral_id}/").content.decode()
        assert f'href="/office/papers/{paper.pk}/"' in text
        assert "(unread)" in text

    def test_of_a_draft_is_nobodys_business_yet(self, desk: Desk) -> None:
        ProgramFactory.create()
        by, at = clerk()
        paper = papers.attach(submission=draft(by, at), name="o", content=files.png(), by=by, now=NOW)
        assert desk.get(f"/office/papers/{paper.pk}/").status_code == 404
        text = desk.get(f"/office/courts/courtpaper/{paper.pk}/").content.decode()
        assert f"/office/papers/{paper.pk}/" not in text
