"""What was sent to a person, and for a report: the page and the affidavit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from audit.models import Event, name_of
from courts.models import Delivery
from messaging.models import State
from messaging.proof import said_hash
from participants.models import Participant
from tests.access.people import signed_in
from tests.courts.cases import delivered
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.messaging.papers import words_of
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
HASH = said_hash("+12065550100", "", "Please call.")


@pytest.fixture
def desk() -> Desk:
    return Desk(Role.COORDINATOR)


def sent_to(man: Participant, **more: Any) -> Any:
    point = man.contact_points.first() or ContactPointFactory(participant=man, value="+12065550100", safe=True)
    said = {"text": True, "participant": man, "contact_point": point, "sent": True, "said_hash": HASH, "wording": 2}
    return MessageFactory(**said | {"kind": "session_reminder"} | more)


@pytest.fixture
def man() -> Participant:
    him: Participant = ParticipantFactory()
    sent_to(him, outcome="not_delivered", outcome_at=NOW, outcome_why="code 30003")
    sent_to(him, sent=False, state=State.SKIPPED, reason="on hold", due_at=NOW + timedelta(days=1))
    sent_to(ParticipantFactory())
    return him


class TestOfAPerson:
    def url(self, man: Participant) -> str:
        return f"/office/people/{man.pk}/proof/"

    def test_tells_each_message_of_his_and_nobody_else_s(self, desk: Desk, man: Participant):
        rows = desk.get(self.url(man)).context["proof"].rows

        assert [(row.what, row.channel, row.to, row.became, row.why) for row in rows] == [
            ("Session reminder", "Text", "+12065550100", "Not delivered", "code 30003"),
            ("Session reminder", "Text", "+12065550100", "Not sent", "on hold"),
        ]

    def test_is_a_look(self, desk: Desk, man: Participant):
        desk.get(self.url(man)), desk.get(self.url(man) + "pdf/")

        assert [(e.verb, e.facts) for e in Event.objects.on(man)] == [
            ("proof.looked_at", {"messages": 2}),
            ("proof.printed", {"messages": 2}),
        ]

    def test_the_affidavit_says_the_same_and_the_hash(self, desk: Desk, man: Participant):
        answer = desk.get(self.url(man) + "pdf/")
        said = words_of(answer.content)[0]

        assert answer["Content-Type"] == "application/pdf"
        assert HASH in said.replace(" ", "")
        for word in (man.legal_name, "Session reminder wording 2", "Not delivered: code 30003", "Not sent: on hold"):
            assert word in said

    def test_with_nothing_says_so(self, desk: Desk):
        assert "Nothing was planned or sent yet." in text(desk.get(self.url(ParticipantFactory())))

    def test_costs_as_much_for_many_as_for_one(self, desk: Desk, django_assert_num_queries: Any):
        him = ParticipantFactory()
        sent_to(him)
        with CaptureQueriesContext(connection) as one:
            desk.get(self.url(him))
        sent_to(him), sent_to(him)
        with django_assert_num_queries(len(one)):
            desk.get(self.url(him))

    @pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLERK, Role.PARTNER])
    def test_is_the_office_s(self, man: Participant, role: Role):
        client = signed_in(UserFactory(roles=[role]))

        assert [client.get(self.url(man) + end).status_code for end in ("", "pdf/")] == [403, 403]


class TestOfAReport:
    def test_tells_the_copies_and_what_told_of_them(self, desk: Desk):
        report = delivered().referral.reports.get()
        copies = list(Delivery.objects.filter(document__report=report))
        told = MessageFactory(
            kind="report_waiting", about=name_of(copies[0]), sent=True, due_at=NOW + timedelta(days=400)
        )
        MessageFactory(kind="report_waiting", about="courts.Delivery:0", sent=True)

        answer = desk.get(f"/office/reports/{report.pk}/proof/")
        rows = answer.context["proof"].rows

        assert [row.what for row in rows].count("Report itself") == len(copies)
        assert (rows[-1].what, rows[-1].to) == ("Report waiting", told.user.name)
        assert copies[0].document.sha256 in [row.hash for row in rows]
        said = words_of(desk.get(f"/office/reports/{report.pk}/proof/pdf/").content)[0]
        assert copies[0].document.number.text in said
        verbs = [e.verb for e in Event.objects.on(report) if e.verb.startswith("proof")]
        assert verbs == ["proof.looked_at", "proof.printed"]
