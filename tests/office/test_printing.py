"""The page of what waits for the printer, and the buttons on who gets what."""

import re
import uuid
from datetime import date
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from courts.models import Delivery, Recipient
from messaging.models import Message
from tests.courts.cases import Case, completed, copy_to, delivered, delivery_by, seated
from tests.courts.letters import mailbox, mailed, send
from tests.factories.participants import ContactPointFactory
from tests.office.desk import Desk, refusals, text

pytestmark = pytest.mark.django_db

Channel, Its = Recipient.Channel, Recipient.Role


@pytest.fixture
def desk() -> Desk:
    return Desk(Role.COORDINATOR)


def copy(channel: Recipient.Channel, role: Recipient.Role = Its.PROSECUTOR, **fields: Any) -> tuple[Case, Delivery]:
    case = completed()
    copy_to(case, role, channel, **({"name": "City Attorney", "address": "12 Pier Street"} | fields))
    return case, delivery_by(case.issue(case.in_review()), channel)


def listed(desk: Desk) -> list[tuple[str, str]]:
    lines = desk.get("/office/print/").context["lines"]
    return [(line["whom"], line["address"]) for line in lines]


class TestToPrint:
    def test_is_empty_and_says_what_fills_it(self, desk: Desk):
        assert "Nothing to print" in text(desk.get("/office/print/"))

    def test_lists_what_goes_on_paper_by_fax_and_by_hand_and_nothing_else(self, desk: Desk):
        for channel, address in (("paper", "12 Pier Street"), ("fax", "+1 206 555 0100"), ("by_hand", "")):
            copy(Channel(channel), address=address)
        for channel in (Channel.EMAIL, Channel.EFILING):
            copy(channel, name="not listed", address="a@b.example")

        whom = "Prosecutor City Attorney"
        assert listed(desk) == [(whom, "12 Pier Street"), (whom, "+1 206 555 0100"), (whom, "")]
        assert "+1 206 555 0100" in text(desk.get("/office/print/"))

    def test_prints_and_marks(self, desk: Desk):
        _, delivery = copy(Channel.PAPER)

        answer = desk.client.post(f"/office/print/{delivery.pk}/")

        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        delivery.refresh_from_db()
        assert (delivery.printed_by, delivery.state) == (desk.user, "queued")
        verbs = [e.verb for e in Event.objects.on(delivery)]
        assert verbs == ["delivery.queued", "delivery.printed", "delivery.looked_at"]

    def test_it_went_is_one_press_and_takes_it_off_the_list(self, desk: Desk):
        _, delivery = copy(Channel.PAPER)
        page = desk.get("/office/print/").content.decode()
        (action,) = re.findall(r'action="(/office/do/delivery/[0-9]+/delivered/)"', page)
        (once,) = re.findall(r'name="once" value="([^"]+)"', page)

        answer = desk.client.post(action, {"once": once, "back": "/office/print/"})

        assert answer["Location"] == "/office/print/"
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at is not None, listed(desk)) == ("sent", True, [])

    def test_without_a_safe_address_says_so(self, desk: Desk):
        _, delivery = copy(Channel.PAPER, Its.HIMSELF, name="", address="")
        assert "No safe address" in text(desk.get("/office/print/"))

        answer = desk.client.post(f"/office/print/{delivery.pk}/", follow=True)
        assert "There is no safe address for this copy. Mark one as safe, or hand it over." in text(answer)

    def test_costs_as_much_for_three_as_for_one(self, desk: Desk, django_assert_num_queries: Any):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        copy(Channel.PAPER)
        with CaptureQueriesContext(connection) as one:
            desk.get("/office/print/")
        copy(Channel.PAPER)
        copy(Channel.FAX)
        with django_assert_num_queries(len(one)):
            desk.get("/office/print/")


class TestRecipients:
    def add(self, desk: Desk, case: Case, **other: Any) -> Any:
        said = {"role": "defense", "name": "M. Ostrow", "channel": "email", "address": "ostrow@law.example"}
        return desk.press(case.referral, "add-recipient", **(said | other))

    def test_are_added_then_confirmed_by_calling_back(self, desk: Desk):
        case = seated()

        answer = self.add(desk, case, kinds=["completion"], release_on="2026-03-02")

        assert desk.notice(answer) == "Added. Call back and confirm it."
        made = case.referral.recipients.get()
        assert (made.address, made.kinds, made.release_on, made.confirmed_at) == (
            "ostrow@law.example",
            ["completion"],
            date(2026, 3, 2),
            None,
        )
        desk.press(made, "confirm")
        made.refresh_from_db()
        assert (made.confirmed_by, made.confirmed_at is not None) == (desk.user, True)

    def test_with_a_wrong_address_are_not(self, desk: Desk):
        answer = self.add(desk, seated(), address="ostrow at law")
        assert answer.context["form"].errors == {"address": ["Enter a valid email address."]}

    def test_without_an_address_are_not(self, desk: Desk):
        assert refusals(self.add(desk, seated(), address="")) == ["Give the address to which it goes by e-mail."]

    def test_that_asked_in_writing_get_attachments(self, desk: Desk):
        case = seated()
        self.add(desk, case)
        made = case.referral.recipients.get()
        desk.press(made, "attachment", on="2026-03-02")
        made.refresh_from_db()
        assert made.attachment_asked_on == date(2026, 3, 2)


class TestACopyForHim:
    def test_by_hand_waits_for_the_printer(self, desk: Desk):
        report = delivered().referral.reports.get()
        answer = desk.press(report, "own-copy", channel="by_hand")
        assert desk.notice(answer) == "It waits under To print."
        assert listed(desk) == [("Defendant", "")]

    def test_by_e_mail_goes_by_itself(self, desk: Desk):
        case = delivered()
        ContactPointFactory(participant=case.referral.participant, kind="email", value="him@example.org", safe=True)
        answer = desk.press(case.referral.reports.get(), "own-copy", channel="email")
        assert (desk.notice(answer), listed(desk)) == ("It goes to him by itself.", [])


class TestByMail:
    def test_nobody_says_by_hand_that_it_went(self, desk: Desk):
        _, delivery = mailed()
        assert desk.press(delivery, "delivered").status_code == 409

    def test_a_new_link_goes_to_the_same_address_and_to_none_that_is_typed(self, desk: Desk):
        _, delivery = mailed()
        with mailbox():
            send()

        form = desk.get(desk.button(delivery, "new-link")).context["form"]
        assert list(form.fields) == []
        answer = desk.press(delivery, "new-link", address="elsewhere@example.org")

        assert desk.notice(answer).startswith("A new link is on its way to the same address.")
        assert Message.objects.filter(kind="report_link").count() == 2
        delivery.recipient.refresh_from_db()
        assert delivery.recipient.address == "records@pinewater.example"


def test_a_form_sent_twice_does_it_once(desk: Desk) -> None:
    case, once = seated(), str(uuid.uuid4())
    said = {"role": "defense", "channel": "by_hand", "once": once}
    assert [desk.press(case.referral, "add-recipient", **said).status_code for _ in range(2)] == [302, 200]
    assert case.referral.recipients.count() == 1
