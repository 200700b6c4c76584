"""What goes on paper: the letter as issued, behind a sheet that names nobody it is about."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event
from courts import cover
from courts.actions import deliveries, reports
from courts.actions.printing import print_copy
from courts.models import Delivery, Recipient
from tests.courts.cases import AFTER, Case, completed, copy_to, delivery_by
from tests.courts.pdf import bare, drawn, opened
from tests.factories.participants import ContactPointFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

Channel, Role = Recipient.Channel, Recipient.Role
LATER = AFTER + timedelta(hours=1)


def copy(channel: Recipient.Channel, role: Recipient.Role = Role.PROSECUTOR, **fields: Any) -> tuple[Case, Delivery]:
    case = completed()
    copy_to(case, role, channel, **({"name": "City Attorney", "address": "12 Pier Street"} | fields))
    return case, delivery_by(case.issue(case.in_review()), channel)


def printed(case: Case, delivery: Delivery) -> bytes:
    return print_copy(delivery=delivery, by=case.by, now=LATER)


def sheets(pdf: bytes) -> list[str]:
    """The text of each, without spaces: where lines break, none is drawn."""
    with opened(pdf) as document:
        return [bare(drawn(page)) for page in document.pages]


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.FAX])
def test_a_sheet_lies_before_the_letter(channel: Recipient.Channel):
    case, delivery = copy(channel)
    letter = bytes(delivery.document.content)

    made = printed(case, delivery)

    sheet, *rest = sheets(made)
    assert rest == sheets(letter)
    assert all(bare(said) in sheet for said in ("City Attorney", "12 Pier Street", f"{len(rest) + 1} with this one"))
    referral = case.referral
    private = [*referral.participant.legal_name.split(), referral.case_number, "court", "report"]
    assert [word for word in private if word.casefold() in sheet.casefold()] == []


def test_what_is_handed_over_has_no_sheet():
    case, delivery = copy(Channel.BY_HAND)
    assert printed(case, delivery) == bytes(delivery.document.content)


def test_it_is_marked_and_told_and_has_not_gone_yet():
    case, delivery = copy(Channel.PAPER)
    printed(case, delivery)

    delivery.refresh_from_db()
    assert (delivery.printed_at, delivery.printed_by, delivery.state) == (LATER, case.by, "queued")
    assert [(e.verb, e.facts) for e in Event.objects.on(delivery)][-1] == ("delivery.printed", {"channel": "paper"})


def test_his_own_goes_to_the_address_that_is_safe_today():
    case, delivery = copy(Channel.PAPER, Role.HIMSELF, name="", address="")
    refuses(deliveries.AddressNotConfirmed, print_copy, delivery=delivery, by=case.by, now=LATER)

    ContactPointFactory(participant=case.referral.participant, kind="postal", value="77 Quiet Lane", safe=True)
    assert bare("77 Quiet Lane") in sheets(printed(case, delivery))[0]


def test_nothing_is_printed_for_an_address_that_nobody_confirmed():
    case, delivery = copy(Channel.FAX)
    Recipient.objects.filter(pk=delivery.recipient_id).update(confirmed_at=None, confirmed_by=None)
    refuses(deliveries.AddressNotConfirmed, print_copy, delivery=delivery, by=case.by, now=LATER)


def test_nothing_is_printed_that_was_called_back():
    case, delivery = copy(Channel.PAPER)
    reports.withdraw(report=delivery.document.report, why="wrong", by=case.by, now=LATER)
    refuses(deliveries.NotQueued, print_copy, delivery=delivery, by=case.by, now=LATER)


def test_nothing_is_printed_that_has_gone():
    case, delivery = copy(Channel.PAPER)
    deliveries.deliver(delivery=delivery, by=case.by, now=LATER)
    refuses(deliveries.NotQueued, print_copy, delivery=delivery, by=case.by, now=LATER)


def test_nothing_is_printed_that_goes_another_way():
    case, delivery = copy(Channel.EFILING)
    refuses(deliveries.NotOnPaper, print_copy, delivery=delivery, by=case.by, now=LATER)


def test_a_name_that_the_typeface_lacks_is_printed_as_far_as_it_can():
    made = cover.cover(
        {"to": "Ann \U0001f600 Lee", "address": "", "fax": "", "sender": "O", "number": "1", "on": "today", "pages": 2}
    )
    assert bare("Ann ? Lee") in sheets(made)[0]
