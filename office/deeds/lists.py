"""What can be done with a list on its way in, and with one that came in."""

from datetime import datetime

from accounts.models import User
from core import clock
from core.refusal import Refusal
from courts.actions import undoing, uploads
from courts.models import ListImport, ListUpload, Referral
from office.doing import Deed, Done, declare
from office.subjects import page, rows

State = ListUpload.State
UNDOING = (
    "All that it added is closed as entered by mistake, and what it proposed is withdrawn. "
    "It can't be brought back; send the corrected list instead."
)


def _take_in(upload: ListUpload, *, by: User, now: datetime) -> Done:
    uploads.take_in(upload=upload, by=by, now=now)
    return Done("The list is coming in. You may leave this page.", then=page(upload))


def _name_again(upload: ListUpload, *, by: User, now: datetime) -> Done:
    uploads.name_columns_again(upload=upload, by=by, now=now)
    return Done("Say once more which column is which.", then=page(upload))


def _try_again(upload: ListUpload, *, by: User, now: datetime) -> Done:
    uploads.try_again(upload=upload, by=by, now=now)
    return Done("It goes on where it stopped.", then=page(upload))


def _discard(upload: ListUpload, *, by: User, now: datetime) -> Done:
    uploads.discard(upload=upload, by=by, now=now)
    return Done("The list is thrown away. Nothing of it came in.", then=page(upload))


def _undo(made: ListImport, *, by: User, now: datetime) -> Done:
    try:
        closed = undoing.undo(list_import=made, by=by, now=now)
    except undoing.BuiltOn as refusal:
        raise NothingUndone(_of_those_in_scope(refusal)) from None
    many = "referral is" if closed == 1 else "referrals are"
    return Done(f"The list is taken back: {closed} {many} closed as entered by mistake.", then=page(made))


class NothingUndone(Refusal):
    pass


def _of_those_in_scope(refusal: undoing.BuiltOn) -> str:
    """A file that is shut to whoever asks is named by nothing."""
    asked = [one.pk for one, _ in refusal.on]
    seen = set(rows(Referral).filter(pk__in=asked).values_list("pk", flat=True))
    told = [(one, why) for one, why in refusal.on if one.pk in seen]
    if not told:
        return "Nothing was taken back, because somebody has gone on with it in a file that is shut to you."
    return undoing.said_of(told)


def _taken_back(upload: ListUpload) -> bool:
    return upload.list_import is not None and upload.list_import.undone_at is not None


def _in(*states: State) -> frozenset[str]:
    return frozenset(states)


TO_NAME = _in(State.PREVIEWED, State.FAILED)
TO_THROW_AWAY = _in(State.MAPPING, State.READING, State.PREVIEWED, State.FAILED)

declare(
    Deed(
        noun=ListUpload,
        name="take-in",
        label="Take it in",
        do=_take_in,
        offered=lambda one: one.state == State.PREVIEWED,
        within=True,
    ),
    Deed(
        noun=ListUpload,
        name="columns",
        label="Name the columns again",
        do=_name_again,
        offered=lambda one: one.state in TO_NAME and one.list_import_id is None,
    ),
    Deed(
        noun=ListUpload,
        name="again",
        label="Try again",
        do=_try_again,
        offered=lambda one: one.state == State.FAILED and one.emptied_at is None and not _taken_back(one),
    ),
    Deed(
        noun=ListUpload,
        name="discard",
        label="Throw it away",
        do=_discard,
        offered=lambda one: one.state in TO_THROW_AWAY and one.list_import_id is None,
        warning="The file goes for good. The court's own copy is all that is left of it.",
    ),
    Deed(
        noun=ListImport,
        name="undo",
        label="Take the list back",
        do=_undo,
        offered=lambda one: undoing.may_be_undone(one, now=clock.now()),
        warning=UNDOING,
    ),
)
