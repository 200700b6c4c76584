"""What can be done about a value of a court's list that couldn't be read."""

from datetime import datetime

from accounts.models import User
from courts.actions import flags
from courts.models import Flag
from office.doing import Deed, Done, declare
from office.forms.referrals import SettleFlag
from office.words import plain


def _settle(flag: Flag, *, answer: str, value: str = "", by: User, now: datetime) -> Done:
    flags.settle_flag(flag=flag, answer=answer, value=value, by=by, now=now)
    written = f", and the {plain(flag.field).lower()} is written" if value else ""
    return Done(f"Settled{written}. What you wrote stands in his history.")


declare(
    Deed(
        noun=Flag,
        name="settle",
        label="Settle it",
        form=SettleFlag,
        do=_settle,
        offered=lambda flag: flag.settled_at is None,
        first=True,
    ),
)
