"""A value of a court's list that couldn't be read, until somebody has asked."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.models import Flag


class FlagSettled(Refusal):
    pass


@transaction.atomic
def settle_flag(*, flag: Flag, answer: str, by: User, now: datetime) -> None:
    """`answer`: what came of asking; it stands in the referral's history. Raises FlagSettled."""
    if not Flag.objects.filter(pk=flag.pk, settled_at=None).update(settled_at=now, settled_by=by):
        raise FlagSettled("Somebody has settled this already. Look at it again.")
    flag.refresh_from_db()
    record(
        by=by,
        now=now,
        verb="flag.settled",
        on=flag,
        key=flag.referral.key,
        personal={"answer": answer},
        facts={"field": flag.field},
    )
