"""What a court itself imposes, noted beside the case. It is never the program's, and stands in no sum of ours."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.models import Imposed, Referral


class NothingImposed(Refusal):
    pass


class MemoEnded(Refusal):
    pass


@transaction.atomic
def note_imposed(
    *, referral: Referral, kind: Imposed.Kind, amount: Decimal, note: str = "", by: User, now: datetime
) -> Imposed:
    """In US dollars, as the court's order says it. Raises NothingImposed."""
    if amount <= 0:
        raise NothingImposed("Give an amount above nothing, as it stands in the court's order.")
    made = Imposed.objects.create(
        referral=referral, kind=kind, amount=amount, note=note, noted_at=now, noted_by=by
    )  # fmt: skip
    said = {"amount": str(amount), "note": note}
    record(by=by, now=now, verb="imposed.noted", on=made, key=referral.key, personal=said, facts=_facts(made))
    return made


@transaction.atomic
def end_imposed(*, memo: Imposed, by: User, now: datetime) -> None:
    """It was noted wrongly, or the court took it back. Raises MemoEnded."""
    if not Imposed.objects.filter(pk=memo.pk, ended_at=None).update(ended_at=now, ended_by=by):
        raise MemoEnded("Somebody has taken this memo back already. Look at the file again.")
    memo.refresh_from_db()
    record(by=by, now=now, verb="imposed.ended", on=memo, facts=_facts(memo))


def _facts(memo: Imposed) -> dict[str, object]:
    return {"referral": memo.referral_id, "kind": memo.kind}
