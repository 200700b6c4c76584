"""A receipt is handed out once as itself, and from then on as a copy."""

from datetime import date, timedelta

import pytest

from audit.models import Event
from messaging.discretion import given_away
from programs.actions import money
from programs.actions.money import NoReceipt, Paper
from programs.models import FeeEntry
from tests.courts.pdf import bare, text_of
from tests.programs.treasury import Treasury, noon
from tests.refusals import refuses
from vault.models import Key

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
NOW = noon(DAY)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


@pytest.fixture
def entry(treasury: Treasury) -> FeeEntry:
    his = treasury.owing(DAY)
    paid = treasury.pay(his, 300, DAY)
    treasury.pay(his, 100, DAY)
    return paid


def give(treasury: Treasury, entry: FeeEntry, minutes: int = 0) -> Paper:
    return money.give_receipt(entry=entry, by=treasury.by, now=NOW + timedelta(minutes=minutes))


def test_tells_of_the_line_as_it_was_entered(treasury: Treasury, entry: FeeEntry) -> None:
    paper = give(treasury, entry)

    program, his = treasury.program, entry.enrollment.participant
    assert (paper.file_name, paper.is_copy) == ("receipt-2026-00001.pdf", False)
    said = text_of(paper.content)
    assert bare(said) == bare(
        f"{program.neutral_sender} Receipt 2026-00001 Number 2026-00001 Date March 3, 2026 "
        f"Received from {his.legal_name} Amount $300.00 Paid by Cash Left to pay $600.00 "
        f"Questions? Call {program.callback_number}."
    )
    assert given_away(said, names=[program.name, *program.letterhead.splitlines()]) == []
    entry.refresh_from_db()
    assert entry.receipt_given_at == NOW


def test_from_then_on_it_is_a_copy_that_says_so(treasury: Treasury, entry: FeeEntry) -> None:
    papers = [give(treasury, entry, minutes) for minutes in (0, 5, 6)]

    assert [one.is_copy for one in papers] == [False, False, True]
    copied = "Copyofareceiptthatwasgivenbefore."
    assert [copied in bare(text_of(one.content)) for one in papers] == [False, False, True]
    entry.refresh_from_db()
    assert entry.receipt_given_at == NOW
    events = Event.objects.filter(verb__startswith="receipt.").order_by("id")
    assert [(one.verb, one.facts["copy"]) for one in events] == [
        ("receipt.given", False),
        ("receipt.given_again", False),
        ("receipt.given_again", True),
    ]
    assert events[0].facts == {"enrollment": entry.enrollment_id, "year": 2026, "number": 1, "copy": False}


def test_one_that_was_taken_back_says_so(treasury: Treasury, entry: FeeEntry) -> None:
    treasury.reverse(entry, date(2026, 3, 9))

    assert "ItwastakenbackonMarch9,2026." in bare(text_of(give(treasury, entry).content))


def test_a_refund_has_one_in_his_language(treasury: Treasury, entry: FeeEntry) -> None:
    his = entry.enrollment.participant
    his.language = "es"
    his.save()
    back = treasury.refund(entry.enrollment, 50, DAY)

    paper = give(treasury, back)

    assert paper.file_name == "recibo-2026-00003.pdf"
    assert "Recibodeunadevolución2026-00003" in bare(text_of(paper.content))


def test_what_moves_no_money_has_none(treasury: Treasury, entry: FeeEntry) -> None:
    others = [entry.enrollment.fee_entries.get(kind="assessed"), treasury.waive(entry.enrollment, 1, DAY)]

    for one in [*others, treasury.reverse(entry, DAY)]:
        refuses(NoReceipt, money.give_receipt, entry=one, by=treasury.by, now=NOW)


def test_of_a_forgotten_man_it_names_nobody_and_adds_up(treasury: Treasury, entry: FeeEntry) -> None:
    his = entry.enrollment.participant
    Key.objects.filter(pk=his.key_id).destroy(now=NOW)

    said = bare(text_of(give(treasury, FeeEntry.objects.get(pk=entry.pk)).content))

    program = treasury.program
    assert said == bare(
        f"{program.neutral_sender} Receipt 2026-00001 Number 2026-00001 Date March 3, 2026 "
        f"Amount $300.00 Paid by Cash Left to pay $600.00 Questions? Call {program.callback_number}."
    )
