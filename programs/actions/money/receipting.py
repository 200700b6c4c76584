"""A receipt is handed out: once as itself, from then on as a copy."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit.actions import record
from programs.actions.money.refusals import NoReceipt
from programs.books import line_of
from programs.fees import balance
from programs.kinds import EntryKind, PaidBy
from programs.models import FeeEntry
from programs.models.money import WITH_RECEIPT
from programs.receipts import Receipt, file_name, render

# Somebody whose printer jammed loads the page again: that is no second receipt.
THE_SAME_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Paper:
    content: bytes
    file_name: str
    is_copy: bool


@transaction.atomic
def give_receipt(*, entry: FeeEntry, by: User, now: datetime) -> Paper:
    """Of a payment or a refund, in his language. Raises NoReceipt."""
    if entry.kind not in WITH_RECEIPT:
        raise NoReceipt("Only a payment and a refund have a receipt.")
    first = FeeEntry.objects.filter(pk=entry.pk, receipt_given_at=None).update(receipt_given_at=now)
    entry.refresh_from_db(fields=["receipt_given_at"])
    assert entry.receipt_given_at, "it was given just now, or before"
    is_copy = now - entry.receipt_given_at > THE_SAME_WITHIN
    receipt = _receipt(entry, is_copy=is_copy)
    verb = "receipt.given" if first else "receipt.given_again"
    facts = {"enrollment": entry.enrollment_id, "year": receipt.year, "number": receipt.number, "copy": is_copy}
    record(by=by, now=now, verb=verb, on=entry, facts=facts)
    return Paper(render(receipt), file_name(receipt), is_copy)


def _receipt(entry: FeeEntry, *, is_copy: bool) -> Receipt:
    his, program = entry.enrollment.participant, entry.program
    until = FeeEntry.objects.of(entry.enrollment).filter(pk__lte=entry.pk).select_related("reverses")
    taken_back = FeeEntry.objects.filter(reverses=entry).first()
    year, number = entry.receipt_year, entry.receipt_number
    assert year is not None, "the database keeps no money without a receipt"
    assert number is not None, "nor without its number"
    return Receipt(
        language=his.language,
        sender=program.neutral_sender,
        callback_number=program.callback_number,
        year=year,
        number=number,
        on=entry.on,
        name="" if his.key.destroyed_at else his.legal_name,
        amount=entry.amount,
        paid_by=PaidBy(entry.paid_by),
        left=balance(map(line_of, until)),
        refund=entry.kind == EntryKind.REFUNDED,
        copy=is_copy,
        taken_back_on=taken_back.on if taken_back else None,
    )
