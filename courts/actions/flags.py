"""A value of a court's list that couldn't be read, until somebody has asked."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import lists
from courts.actions import changes
from courts.actions.deadlines import today_at
from courts.actions.differences import OF_PARTICIPANT, OF_REFERRAL
from courts.actions.drafts import CONTACT
from courts.actions.locks import locked
from courts.models import Flag

# What is written where it belongs once the court has said it; the rest is done by hand.
WRITTEN = (*OF_REFERRAL, *OF_PARTICIPANT, *CONTACT, "referral_kind", "referrer", "hearing_at")
SEVERAL = (*CONTACT, "hearing_at")


class FlagSettled(Refusal):
    pass


class UnreadableStill(Refusal):
    pass


@transaction.atomic
def settle_flag(*, flag: Flag, answer: str, value: str = "", by: User, now: datetime) -> None:
    """`answer`: what came of asking; it stands in the referral's history. `value`: as a list would say it.

    Raises FlagSettled, UnreadableStill, NumberTaken; nothing is written then.
    """
    referral = locked(flag.referral)
    if not Flag.objects.filter(pk=flag.pk, settled_at=None).update(settled_at=now, settled_by=by):
        raise FlagSettled("Somebody has settled this already. Look at it again.")
    flag.refresh_from_db()
    facts = {"field": flag.field, "written": bool(value)}
    record(by=by, now=now, verb="flag.settled", on=flag, key=referral.key, personal={"answer": answer}, facts=facts)
    if value:
        new = {flag.field: _read(flag, value, today_at(referral, now))}
        changes.refuse_a_number_taken(referral, new.get("case_number", ""))
        changes.write(referral, new, told={flag.field: [flag.raw, new[flag.field]]}, by=by, now=now)


def _read(flag: Flag, value: str, today: date) -> Any:
    """By the rules of the list that it came in. Raises UnreadableStill."""
    assert flag.field in WRITTEN, "the form asks for no other"
    row = lists.read_one({flag.field: value}, today=today)
    why = next((one.reason for one in row.flags if one.field == flag.field), "")
    read = getattr(row, flag.field)
    # What is odd but readable was typed by somebody who has asked.
    if not read or (why and flag.field in ("referral_kind", "referrer")):
        raise UnreadableStill(why or "This can't be read. Write it as in the court's papers, or leave it empty.")
    if isinstance(read, datetime):
        said = read.isoformat() if row.hearing_has_time else read.date().isoformat()
    else:
        said = read.isoformat() if isinstance(read, date) else str(read)
    return [said] if flag.field in SEVERAL else said
