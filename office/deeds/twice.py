"""Taking two files apart that had been put together."""

from datetime import datetime

from accounts.models import User
from courts.actions.twice import take_apart
from office.doing import Deed, Done, declare
from office.subjects import page
from participants.models import Merge


def _take_apart(merge: Merge, *, by: User, now: datetime) -> Done:
    undone = take_apart(merge=merge, by=by, now=now)
    return Done(f"Taken apart. File {undone.left_id} stands for itself again.", then=page(undone.kept))


declare(
    Deed(
        noun=Merge,
        name="undo",
        label="Take apart again",
        do=_take_apart,
        offered=lambda merge: merge.undone_at is None,
        warning="What came from the other file goes back to it. What was written since stays in this one.",
    ),
)
