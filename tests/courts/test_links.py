"""A letter by e-mail: a link and a code, over a real server on loopback, to confirmed addresses only."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from audit.models import Event
from courts.actions import deliveries, links, mailing, recipients, reports
from courts.messages import LetterCode
from courts.models import Delivery, DeliveryLink, Recipient
from courts.steps import Step
from messaging.discretion import given_away
from messaging.models import Message, State
from tests.courts.cases import AFTER, Case
from tests.courts.letters import LATER, MAILBOX, code_in, mailbox, mailed, path_in, send, words
from tests.courts.stations import stored_in_clear
from tests.factories.participants import ContactPointFactory
from tests.messaging.mail_servers import Refusing
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def at(settings: Settings) -> Iterator[Any]:
    """Says what time it is on the pages."""
    # Whose links are like no other run's: what that one tried is still counted in the cache.
    settings.SECRET_KEY = uuid.uuid4().hex
    with time_machine.travel(LATER, tick=False) as clock:

        def is_(now: datetime) -> datetime:
            clock.move_to(now, tick=False)
            return now

        yield is_


def browser() -> Client:
    return Client(REMOTE_ADDR=str(IPv4Address(0x0B000000 + uuid.uuid4().int % 2**24)))


def steps(delivery: Delivery) -> list[str]:
    return [step.step for step in delivery.document.report.steps.order_by("number")][3:]


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def lay(now: datetime = LATER) -> None:
    deliveries.deliver_queued(now=now)


def link_mail(**fields: Any) -> tuple[Case, Delivery, Any]:
    """It went; the mail that carries the link."""
    case, delivery = mailed(**fields)
    with mailbox() as server:
        send()
    (mail,) = server.mails
    return case, delivery, mail


def asked(client: Client, path: str, now: datetime = LATER) -> str:
    """The code that came."""
    with mailbox() as server:
        assert client.post(f"{path}code").status_code == 302
        send(now)
    (mail,) = [one for one in server.mails if one["Subject"] == "Your code"]
    return code_in(mail)


def opened(path: str) -> Client:
    client = browser()
    code = asked(client, path)
    assert client.post(path, {"code": code}).status_code == 302
    return client


def title(answer: Any) -> str:
    (found,) = re.findall(r"<h1>(.*?)</h1>", answer.content.decode())
    return str(found)


class TestTheMailWithTheLink:
    def test_goes_to_the_confirmed_address_and_gives_nothing_away(self):
        case, delivery, mail = link_mail()

        assert (mail["To"], mail["Subject"]) == (MAILBOX, "A letter is waiting for you")
        assert given_away(words(mail)) == []
        man = case.referral.participant
        private = [*man.legal_name.split(), case.referral.case_number, delivery.document.number.text]
        assert [word for word in private if word.casefold() in str(mail).casefold()] == []

    def test_is_what_delivers_the_copy(self):
        _, delivery = mailed()
        lay()

        with mailbox():
            mailing.mail_queued(now=LATER)
            mailing.settle_mailed(now=LATER)
            assert (state(delivery), steps(delivery)) == ("queued", [])
            send()

        assert (state(delivery), delivery.sent_at, steps(delivery)) == ("sent", LATER, [Step.DELIVERED])

    def test_goes_once(self):
        _, delivery = mailed()
        with mailbox() as server:
            for _ in range(3):
                send()
        assert (len(server.mails), delivery.links.count()) == (1, 1)

    def test_says_the_same_when_it_has_to_go_twice(self):
        _, _, mail = link_mail()
        Message.objects.update(state=State.QUEUED, sent_at=None)

        with mailbox() as server:
            send()

        (again,) = server.mails
        assert (again["Message-ID"], words(again)) == (mail["Message-ID"], words(mail))

    def test_leaves_no_way_in_behind(self):
        _, _, mail = link_mail()
        token = path_in(mail).split("/")[2]

        assert stored_in_clear(token) == []
        assert "/letter/…/" in Message.objects.get(kind="report_link").body

    def test_that_is_refused_makes_the_copy_fail_and_says_why(self):
        _, delivery = mailed()
        lay()

        with mailbox(Refusing(550, of=MAILBOX)):
            send()

        assert (state(delivery), delivery.reason) == ("failed", "The e-mail was not sent: SMTPRecipientsRefused.")
        assert steps(delivery) == []

    def test_never_goes_once_the_report_was_called_back(self):
        case, delivery = mailed()
        mailing.mail_queued(now=LATER)
        reports.withdraw(report=delivery.document.report, why="wrong", by=case.by, now=LATER)

        with mailbox() as server:
            send()

        assert (server.mails, Message.objects.get(kind="report_link").reason) == ([], "withdrawn")

    def test_never_goes_to_a_recipient_who_was_ended(self):
        case, delivery = mailed()
        recipients.end(recipient=delivery.recipient, by=case.by, now=LATER)

        with mailbox() as server:
            send()

        assert server.mails == []
        assert (state(delivery), delivery.reason) == (
            "failed",
            "The e-mail was not sent: nothing more goes to this recipient.",
        )

    def test_goes_to_one_who_was_ended_before_it_was_issued_to_correct_what_he_has(self):
        _, delivery = mailed()
        Recipient.objects.filter(pk=delivery.recipient_id).update(ended_at=AFTER - DAY)

        with mailbox() as server:
            send()

        assert ([mail["To"] for mail in server.mails], state(delivery)) == ([MAILBOX], "sent")

    def test_never_goes_to_an_address_that_nobody_confirmed(self):
        _, delivery = mailed()
        Recipient.objects.filter(pk=delivery.recipient_id).update(confirmed_at=None, confirmed_by=None)

        with mailbox() as server:
            send()

        assert (server.mails, state(delivery), Message.objects.filter(kind="report_link").count()) == ([], "queued", 0)


class TestTheAttachment:
    def test_comes_only_where_the_court_asked_for_it_in_writing(self):
        _, delivery, mail = link_mail(attachment_asked_on=AFTER.date())

        _, attached = mail.get_payload()
        assert re.findall("/letter/", words(mail)) == []
        assert (attached.get_content_type(), attached.get_filename()) == (
            "application/pdf",
            f"{delivery.document.number.text}.pdf",
        )
        assert attached.get_payload(decode=True) == bytes(delivery.document.content)
        assert state(delivery) == "sent"

    def test_is_kept_in_no_row_of_the_outbox(self):
        _, delivery, _ = link_mail(attachment_asked_on=AFTER.date())
        assert stored_in_clear(delivery.document.number.text + ".pdf") == []

    def test_never_comes_to_himself(self):
        case, _ = mailed(Recipient.Role.HIMSELF, address="", attachment_asked_on=AFTER.date())
        ContactPointFactory(participant=case.referral.participant, kind="email", value="him@example.org", safe=True)

        with mailbox() as server:
            send(AFTER + timedelta(hours=3))

        (mail,) = server.mails
        assert (mail["To"], mail.is_multipart()) == ("him@example.org", False)


class TestHisOwnCopy:
    def test_goes_nowhere_without_a_safe_contact_point(self):
        case, delivery = mailed(Recipient.Role.HIMSELF, address="")
        ContactPointFactory(participant=case.referral.participant, kind="email", value="home@example.org")

        with mailbox() as server:
            send(AFTER + timedelta(hours=3))

        assert server.mails == []
        assert (state(delivery), delivery.reason) == ("failed", "The e-mail was not sent: no safe contact point.")

    def test_does_not_keep_the_court_from_having_its_own(self):
        _, delivery = mailed(Recipient.Role.HIMSELF, address="")
        lay()
        assert (state(delivery), steps(delivery)) == ("queued", [Step.DELIVERED])

    def test_waits_for_the_morning_but_his_code_does_not(self):
        case, delivery = mailed(Recipient.Role.HIMSELF, address="")
        ContactPointFactory(participant=case.referral.participant, kind="email", value="him@example.org", safe=True)
        night = datetime.fromisoformat("2026-03-26T08:00Z")  # one o'clock in Seattle

        with mailbox() as server:
            send(night)
            assert server.mails == []
            link = delivery.links.get()
            links.send_code(link=link, now=night)
            send(night)

        (mail,) = server.mails
        assert (mail["To"], mail["Subject"]) == ("him@example.org", "Your code")
        assert given_away(words(mail)) == []


class TestThePageBehindTheLink:
    def test_is_neutral(self, at: Any):
        case, _, mail = link_mail()
        answer = browser().get(path_in(mail))

        assert (answer.status_code, title(answer)) == (200, "A letter is waiting")
        shown = answer.content.decode().casefold()
        private = ["court", "report", "program", "case", *case.referral.participant.legal_name.casefold().split()]
        body = re.sub(r"<[^>]+>", " ", shown[shown.index("<main") :])
        assert [word for word in private if re.search(rf"\b{word}\b", body)] == []
        assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex, nofollow", "no-store")

    def test_sends_no_code_before_it_is_asked_to(self, at: Any):
        _, _, mail = link_mail()
        browser().get(path_in(mail))
        assert Message.objects.filter(kind="letter_code").count() == 0

    def test_opens_with_the_code_that_came_to_the_same_address(self, at: Any):
        _, delivery, mail = link_mail()
        path, client = path_in(mail), browser()

        code = asked(client, path)
        assert re.fullmatch("[0-9]{8}", code)
        client.post(path, {"code": f" {code[:4]} {code[4:]} "})

        assert title(client.get(path)) == "Your letter"
        answer = client.get(f"{path}file")
        assert answer.content == bytes(delivery.document.content)
        assert (answer["Content-Disposition"], answer["X-Robots-Tag"]) == (
            'attachment; filename="letter.pdf"',
            "noindex, nofollow",
        )

    def test_writes_down_each_look_and_from_where(self, at: Any):
        _, delivery, mail = link_mail()
        before = Event.objects.count()
        client = opened(path_in(mail))
        client.get(f"{path_in(mail)}file")

        seen = [e for e in Event.objects.order_by("id")[before:] if e.verb.startswith("delivery.")]
        address = client.defaults["REMOTE_ADDR"]
        assert [(e.actor, e.verb, e.record, e.origin) for e in seen] == [
            ("task:courts.letter", verb, f"courts.Delivery:{delivery.pk}", address)
            for verb in ("delivery.code_sent", "delivery.opened", "delivery.downloaded")
        ]
        assert delivery.links.get().opened_at == LATER

    def test_shows_another_browser_nothing(self, at: Any):
        _, _, mail = link_mail()
        opened(path_in(mail))

        other = browser()
        assert title(other.get(path_in(mail))) == "A letter is waiting"
        assert other.get(f"{path_in(mail)}file").status_code == 302
        assert other.post(f"{path_in(mail)}received").status_code == 404

    def test_stays_open_for_half_an_hour(self, at: Any):
        _, _, mail = link_mail()
        client = opened(path_in(mail))
        at(LATER + timedelta(minutes=30))
        assert client.get(f"{path_in(mail)}file").status_code == 302

    def test_leaves_no_code_behind(self, at: Any):
        _, _, mail = link_mail()
        code = asked(browser(), path_in(mail))
        assert stored_in_clear(code) == []


class TestTheCode:
    @pytest.fixture
    def path(self, at: Any) -> str:
        return path_in(link_mail()[2])

    def test_opens_once(self, path: str):
        client = browser()
        code = asked(client, path)
        client.post(path, {"code": code})

        answer = browser().post(path, {"code": code})
        assert answer.context["form"].errors == {"code": [
            "This code isn't right, or its time is over. Look at the newest message, or ask for another code."
        ]}  # fmt: skip

    def test_is_over_after_a_quarter_of_an_hour(self, path: str, at: Any):
        client = browser()
        code = asked(client, path)
        at(LATER + timedelta(minutes=15))
        assert client.post(path, {"code": code}).status_code == 200

    def test_before_that_still_opens(self, path: str, at: Any):
        client = browser()
        code = asked(client, path)
        at(LATER + timedelta(minutes=14, seconds=59))
        assert client.post(path, {"code": code}).status_code == 302

    def test_is_over_when_a_newer_one_was_asked_for(self, path: str, at: Any):
        client = browser()
        old = asked(client, path)
        new = asked(client, path, at(LATER + timedelta(minutes=1)))
        assert old != new
        assert [client.post(path, {"code": code}).status_code for code in (old, new)] == [200, 302]

    def test_after_five_wrong_tries_opens_nothing_and_says_whom_to_call(self, path: str):
        client = browser()
        code = asked(client, path)
        wrong = f"{(int(code) + 1) % 10**8:08}"
        answers = [client.post(path, {"code": wrong}).status_code for _ in range(5)]
        assert answers == [200, 200, 200, 200, 302]

        answer = client.post(path, {"code": code})
        call = Delivery.objects.get(channel="email").document.report.referral.program.callback_number
        assert answer.status_code == 410
        assert f"This link can't be used any more. Call {call} and ask for a new one." in (
            answer.content.decode().replace("&#x27;", "'")
        )

    def test_is_sent_five_times_an_hour_and_no_more(self, path: str):
        with mailbox():
            codes = [browser().post(f"{path}code").status_code for _ in range(6)]
        assert codes == [302, 302, 302, 302, 302, 429]

    def test_tried_from_one_address_waits_at_last(self, path: str):
        client = browser()
        for _ in range(31):
            DeliveryLink.objects.update(tries=0)
            answer = client.post(path, {"code": "1"})
        assert answer.status_code == 429

    def test_of_a_link_that_was_changed_meanwhile_is_not_sent(self, path: str):
        link = DeliveryLink.objects.get()
        links.send_code(link=link, now=LATER)
        message = Message.objects.get(kind="letter_code")
        DeliveryLink.objects.update(code_hash="", code_expires_at=None)
        assert LetterCode().still_wanted(message, LATER) == "used, or a newer one was asked for"


class TestALinkThatIsOver:
    def over(self, path: str) -> int:
        return browser().get(path).status_code

    def test_after_fourteen_days(self, at: Any):
        path = path_in(link_mail()[2])
        at(LATER + 14 * DAY - timedelta(seconds=1))
        assert self.over(path) == 200
        at(LATER + 14 * DAY)
        assert self.over(path) == 410

    def test_once_the_report_was_called_back(self, at: Any):
        case, delivery, mail = link_mail()
        client = opened(path_in(mail))
        reports.withdraw(report=delivery.document.report, why="wrong", by=case.by, now=LATER)
        assert [client.get(path_in(mail) + more).status_code for more in ("", "file")] == [410, 410]

    def test_once_the_recipient_was_ended(self, at: Any):
        case, delivery, mail = link_mail()
        recipients.end(recipient=delivery.recipient, by=case.by, now=LATER)
        assert self.over(path_in(mail)) == 410

    def test_that_never_was(self, at: Any):
        answer = browser().get("/letter/aaaa/")
        assert (answer.status_code, title(answer)) == (404, "This page can't be opened")

    def test_is_replaced_by_a_new_one_to_the_same_address(self, at: Any):
        case, delivery, mail = link_mail()
        later = at(LATER + DAY)
        mailing.send_new_link(delivery=delivery, by=case.by, now=later)

        with mailbox() as server:
            send(later)

        (new,) = server.mails
        assert new["To"] == MAILBOX
        assert [self.over(path_in(one)) for one in (mail, new)] == [410, 200]
        assert state(delivery) == "sent"

    def test_that_failed_goes_again(self):
        case, delivery = mailed()
        with mailbox(Refusing(550, of=MAILBOX)):
            send()
        assert state(delivery) == "failed"

        mailing.send_new_link(delivery=delivery, by=case.by, now=LATER + DAY)
        assert (state(delivery), delivery.reason) == ("queued", None)
        with mailbox() as server:
            send(LATER + DAY)
        assert (len(server.mails), state(delivery)) == (1, "sent")

    def test_whose_second_mail_is_refused_makes_the_copy_fail(self):
        case, delivery, _ = link_mail()
        mailing.send_new_link(delivery=delivery, by=case.by, now=LATER + DAY)
        with mailbox(Refusing(550, of=MAILBOX)):
            send(LATER + DAY)
        assert state(delivery) == "failed"

    def test_has_no_new_one_for_an_address_that_is_gone(self):
        case, delivery, _ = link_mail()
        recipients.end(recipient=delivery.recipient, by=case.by, now=LATER)
        refuses(mailing.NoAddress, mailing.send_new_link, delivery=delivery, by=case.by, now=LATER + DAY)

    def test_has_no_new_one_where_none_goes_by_mail(self):
        case, delivery = mailed()
        other = delivery.document.deliveries.get(channel="portal")
        refuses(mailing.NotByMail, mailing.send_new_link, delivery=other, by=case.by, now=LATER)


class TestWeHaveReceivedIt:
    def test_is_the_courts_acknowledgement_where_it_replies(self, at: Any):
        _, delivery, mail = link_mail(court__acknowledges="reply")
        lay()

        client = opened(path_in(mail))
        assert "We have received it" in client.get(path_in(mail)).content.decode()
        client.post(f"{path_in(mail)}received")

        assert steps(delivery) == [Step.DELIVERED, Step.ACKNOWLEDGED]
        assert delivery.document.report.steps.get(step=Step.ACKNOWLEDGED).by is None
        (event,) = Event.objects.filter(verb="delivery.acknowledged")
        assert (event.actor, event.record) == ("task:courts.letter", f"courts.Delivery:{delivery.pk}")
        assert "We have received it" not in client.get(path_in(mail)).content.decode()

    @pytest.mark.parametrize(
        "fields",
        [{"court__acknowledges": "portal"}, {"court__acknowledges": "reply", "role": Recipient.Role.DEFENSE}],
        ids=["the court signs in", "not the court"],
    )
    def test_is_not_offered_to_others(self, at: Any, fields: dict[str, Any]):
        _, delivery, mail = link_mail(**fields)
        lay()
        client = opened(path_in(mail))
        assert "We have received it" not in client.get(path_in(mail)).content.decode()
        client.post(f"{path_in(mail)}received")
        assert steps(delivery) == [Step.DELIVERED]

    def test_waits_until_all_have_theirs(self, at: Any):
        _, delivery, mail = link_mail(court__acknowledges="reply")
        opened(path_in(mail)).post(f"{path_in(mail)}received")
        assert steps(delivery) == []
