"""A sheet of paper: printed while it can be typed in, and typed in by who has nothing to do with him."""

import re
from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from office.on_paper import OVER, TIME_IS_OVER
from outcomes.actions.answering import NOT_YOURS
from outcomes.actions.tickets import token_of
from outcomes.kinds import State, Way
from outcomes.models import Asking, Ticket
from outcomes.paper import spelled
from tests.factories.clock import NOW
from tests.factories.courts import ReportStepFactory
from tests.factories.participants import ParticipantFactory
from tests.office.desk import Desk, text
from tests.outcomes.people import enrolled, ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
IN = "/office/questions/paper/"


@pytest.fixture
def desk() -> Desk:
    return Desk(Role.COORDINATOR)


@pytest.fixture
def made() -> Ticket:
    return ticket(enrolled(), way=Way.PAPER, now=NOW)


@pytest.mark.parametrize(
    ("state", "left", "sentence"),
    [
        ("handed", {"expires_at": NOW}, TIME_IS_OVER),
        ("missed", {"sealed": b""}, TIME_IS_OVER),
        ("done", {"sealed": b""}, OVER[State.DONE]),
        ("declined", {"sealed": b""}, OVER[State.DECLINED]),
    ],
)
def test_what_cant_be_typed_in_isnt_printed(
    desk: Desk, made: Ticket, state: str, left: dict[str, Any], sentence: str
) -> None:
    Asking.objects.update(state=state)
    Ticket.objects.update(**left)

    pdf = desk.get(f"{IN}{made.pk}/pdf/")
    page = desk.get(f"{IN}{made.pk}/")

    assert (pdf.status_code, pdf.get("Location")) == (302, f"{IN}{made.pk}/")
    assert re.findall(r'<p class="prose">(.*?)</p>', page.content.decode()) == [sentence]
    assert "Print the sheet" not in text(page)


def test_until_its_last_moment_it_is_printed(desk: Desk, made: Ticket) -> None:
    Ticket.objects.update(expires_at=NOW + timedelta(seconds=1))

    assert desk.get(f"{IN}{made.pk}/pdf/")["Content-Type"] == "application/pdf"


def test_who_signed_a_report_about_him_does_not_type_it_in(made: Ticket) -> None:
    """Refused as by the rows below: nobody can tell from the sentence by which."""
    signer, nobody = Desk(), Desk()
    code = spelled(token_of(made))
    for colleague, man in ((signer, made.asking.enrollment.participant), (nobody, ParticipantFactory.create())):
        ReportStepFactory.create(report__referral__participant=man, by=colleague.user)

    refused = signer.client.post(IN, {"code": code})
    page = nobody.client.post(IN, {"code": code})
    said_no = {"code": code, "asked": page.context["form"].print, "statistics": "no"}

    assert refused.context["form"].errors["code"] == [NOT_YOURS]
    assert signer.client.post(IN, said_no).context["form"].errors["code"] == [NOT_YOURS]
    assert Asking.objects.get().state == "handed"
    assert nobody.client.post(IN, said_no).status_code == 302
    assert Asking.objects.get().state == "declined"
