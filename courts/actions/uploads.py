"""A list that somebody sends in the office: uploaded, its columns named, looked at, taken in or thrown away.

The row is the truth: what has to be read waits in it, and a job that the beat asks for takes it up
(`courts.actions.taking_in`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from core.nudge import nudge
from core.refusal import Refusal
from courts import cells, mapping, workbooks
from courts.headers import UnreadableList
from courts.mapping import Said
from courts.models import Court, ListImport, ListMapping, ListUpload
from courts.papers import MOST_BYTES
from courts.tables import Held
from programs.models import Program
from vault.models import Key

LONGEST_NAME = 150
# An upload that nobody goes on with is a file of names that nobody needs; refused rows that were fetched, too.
KEPT_FOR, KEPT_AFTER_FETCHING = timedelta(days=7), timedelta(hours=1)
CLEARED_AT_ONCE = 200
CLEARER = Task("courts.lists")
# What sentences call it: its own name may be a man's.
THIS_FILE = "This file"

State = ListUpload.State
THROWN_AWAY = "It was thrown away."


class UnfitList(Refusal):
    """The file can't be read as a list; its text says what to do."""


class NotNow(Refusal):
    """Somebody has gone on with it since."""


class ColumnsMissing(Refusal):
    pass


class NothingComesIn(Refusal):
    pass


def held(content: bytes) -> Held:
    return Held(THIS_FILE, content)


def upload(*, program: Program, court: Court | None, name: str, content: bytes, by: User, now: datetime) -> ListUpload:
    """Keep a file under a key of its own. What its columns are is asked only where nobody said it before.

    Raises UnfitList; nothing is kept then.
    """
    # Before any lock is taken: looking through a workbook may take seconds.
    sheets, sample = _looked_through(content)
    return _keep(program, court, name, content, sheets, sample, by=by, now=now)


def _looked_through(content: bytes) -> tuple[list[str], mapping.Sample | None]:
    """Its sheets, where it has some, and the first rows; None: it must be said first which sheet it is."""
    if not content:
        raise UnfitList("This file is empty. Choose another one.")
    if len(content) > MOST_BYTES:
        raise UnfitList(f"{THIS_FILE} {workbooks.TOO_BIG}")
    try:
        place = held(content)
        sheets = workbooks.sheets(place) if workbooks.is_workbook(place) else []
        if workbooks.is_workbook(place) and not sheets:
            raise UnreadableList(f"{THIS_FILE} {workbooks.EMPTY}")
        return sheets, None if len(sheets) > 1 else mapping.sample(place)
    except UnreadableList as error:
        raise UnfitList(str(error)) from None


@transaction.atomic
def _keep(
    program: Program,
    court: Court | None,
    name: str,
    content: bytes,
    sheets: list[str],
    sample: mapping.Sample | None,
    *,
    by: User,
    now: datetime,
) -> ListUpload:
    key = Key.new(Key.Kind.LIST, now=now)
    key.save(force_insert=True)
    made = ListUpload(
        key=key,
        program=program,
        court=court,
        name=_plain(name),
        content=content,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        sheet=sheets[0] if len(sheets) == 1 else "",
        uploaded_at=now,
        uploaded_by=by,
        changed_at=now,
    )
    _to_be_read_or_mapped(made, sample)
    made.save(force_insert=True)
    facts = {"program": program.pk, "court": court and court.pk, "size": made.size}
    record(by=by, now=now, verb="list.uploaded", on=made, facts=facts)
    return made


def _to_be_read_or_mapped(made: ListUpload, sample: mapping.Sample | None) -> None:
    made.mapping = None
    standing = kept(made.program, made.court)
    if sample is not None and sample.is_ours:
        _to_be_read(made)
    elif sample is not None and standing is not None and mapping.covers(standing.columns, sample.header):
        made.mapping = standing
        _to_be_read(made)
    else:
        made.state = State.MAPPING


def _to_be_read(made: ListUpload) -> None:
    made.state, made.why, made.done, made.total, made.leased_until = State.READING, "", 0, None, None
    nudge("courts.lists")


def _plain(name: str) -> str:
    """Without a path and without hidden letters; it is shown, and never used to find anything."""
    bare, _ = cells.text(name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:], LONGEST_NAME)
    return bare or "list"


def kept(program: Program, court: Court | None) -> ListMapping | None:
    """What was said of the columns of such lists, and stands."""
    return ListMapping.objects.filter(program=program, court=court, ended_at=None).first()


def sample_of(upload: ListUpload) -> mapping.Sample:
    """Raises UnreadableList: also where it isn't said yet which of several sheets it is."""
    return mapping.sample(held(bytes(upload.content or b"")), upload.sheet)


@transaction.atomic
def choose_sheet(*, upload: ListUpload, sheet: str, by: User, now: datetime) -> ListUpload:
    """Of a workbook with several. Raises UnfitList, NotNow."""
    found = _locked(upload, State.MAPPING)
    try:
        found.sheet = sheet
        _to_be_read_or_mapped(found, sample_of(found))
    except UnreadableList as error:
        raise UnfitList(str(error)) from None
    return _moved(found, "list.sheet_chosen", by, now)


@transaction.atomic
def name_columns(*, upload: ListUpload, said: Mapping[str, str], by: User, now: datetime) -> ListUpload:
    """Ours by the key of theirs, "" for one that is left out; kept for the next list of this court.

    Raises ColumnsMissing, NotNow.
    """
    found = _locked(upload, State.MAPPING)
    if wrong := mapping.doubled(said) or mapping.missing(list(said.values())):
        raise ColumnsMissing(wrong)
    found.mapping = _kept_as(found, said, by, now)
    _to_be_read(found)
    return _moved(found, "list.columns_named", by, now, mapping=found.mapping.pk)


def _kept_as(found: ListUpload, said: Said, by: User, now: datetime) -> ListMapping:
    standing = kept(found.program, found.court)
    if standing is not None and standing.columns == said:
        return standing
    if standing is not None:
        standing.ended_at = now
        standing.save(update_fields=["ended_at"])
    made: ListMapping = ListMapping.objects.create(
        program=found.program, court=found.court, columns=dict(said), made_at=now, made_by=by
    )
    return made


@transaction.atomic
def name_columns_again(*, upload: ListUpload, by: User, now: datetime) -> None:
    """The preview shows that a column was taken for another one. Raises NotNow."""
    found = _locked(upload, State.PREVIEWED, State.FAILED)
    if found.list_import_id is not None:
        raise NotNow("Some of it is in already. Try again, or take the list back.")
    found.state, found.why, found.preview, found.refused_rows = State.MAPPING, "", None, None
    _moved(found, "list.columns_asked_again", by, now)


@transaction.atomic
def take_in(*, upload: ListUpload, by: User, now: datetime) -> None:
    """From now on the job takes it in, batch by batch. Raises NothingComesIn, NotNow."""
    found = _locked(upload, State.PREVIEWED)
    counts = (found.preview or {}).get("counts", {})
    if not any(counts.get(name) for name in ("new", "matched", "changed")):
        raise NothingComesIn("None of its rows can come in. Correct the refused rows, and send them again.")
    made = ListImport.objects.create(court=found.court, sha256=found.sha256, at=now, by=by)
    found.list_import, found.refused_rows = made, None
    found.state, found.done, found.total = State.COMING_IN, 0, counts.get("referrals")
    nudge("courts.lists")
    _moved(found, "list.taken_in", by, now, list=made.pk)


@transaction.atomic
def try_again(*, upload: ListUpload, by: User, now: datetime) -> None:
    """After it failed: it goes on where it stopped. Raises NotNow."""
    found = _locked(upload, State.FAILED)
    if found.list_import is not None and found.list_import.undone_at is not None:
        raise NotNow("What came in of it was taken back. Send the corrected list instead.")
    found.state = State.READING if found.list_import_id is None else State.COMING_IN
    found.why, found.leased_until = "", None
    nudge("courts.lists")
    _moved(found, "list.tried_again", by, now)


@transaction.atomic
def discard(*, upload: ListUpload, by: Actor, now: datetime) -> None:
    """Nothing of it came in, and nothing of it stays. Raises NotNow."""
    found = _locked(upload, State.MAPPING, State.READING, State.PREVIEWED, State.FAILED)
    if found.list_import_id is not None:
        raise NotNow("Some of it is in already. Try again, or take the list back.")
    found.state = State.DISCARDED
    _empty(found, now)
    _moved(found, "list.discarded", by, now)


@transaction.atomic
def fetch_refused(*, upload: ListUpload, by: User, now: datetime) -> bytes:
    """The rows that were refused, as a CSV; they are kept for an hour more. Raises NotNow."""
    found = _locked(upload, State.PREVIEWED, State.DONE, State.FAILED)
    rows = bytes(found.refused_rows or b"")
    if not rows:
        raise NotNow("These rows are kept no longer. Take them from the court's own list.")
    if found.state == State.DONE and found.fetched_at is None:
        found.fetched_at = now
        found.save(update_fields=["fetched_at"])
    record(by=by, now=now, verb="list.refused_fetched", on=found, facts={"bytes": len(rows)})
    return rows


def clear_lists(*, now: datetime) -> int:
    """What is done, and what nobody went on with: the bytes go, and the key with them; how many were emptied."""
    over = Q(state=State.DONE, refused_rows=None) | Q(fetched_at__lt=now - KEPT_AFTER_FETCHING)
    found = ListUpload.objects.filter(over | Q(changed_at__lt=now - KEPT_FOR), emptied_at=None)
    pks = list(found.exclude(state=State.COMING_IN).order_by("id").values_list("pk", flat=True)[:CLEARED_AT_ONCE])
    return sum(_clear(pk, now) for pk in pks)


@transaction.atomic
def _clear(pk: int, now: datetime) -> bool:
    found = ListUpload.objects.select_for_update(of=("self",)).get(pk=pk)
    if found.emptied_at is not None or found.state == State.COMING_IN:
        return False
    if found.list_import_id is None:
        found.state = State.DISCARDED
    _empty(found, now)
    _moved(found, "list.cleared", CLEARER, now)
    return True


@transaction.atomic
def empty(*, upload: ListUpload, by: Actor, now: datetime) -> None:
    """Somebody in it is to be forgotten: its bytes go at once. What came in of it stays. Raises NotNow.

    One that is coming in stops where it is: whoever works on it finds that its lease is gone.
    """
    found = _locked(upload, *State)
    if found.state == State.COMING_IN:
        found.state, found.why = State.FAILED, "It was stopped: somebody who stands in it had to be forgotten."
    elif found.list_import_id is None:
        found.state = State.DISCARDED
    _empty(found, now)
    _moved(found, "list.emptied", by, now)


def _empty(found: ListUpload, now: datetime) -> None:
    found.content = found.preview = found.refused_rows = None
    found.emptied_at, found.leased_until = now, None
    Key.objects.filter(pk=found.key_id).destroy(now=now)


def _locked(upload: ListUpload, *states: State) -> ListUpload:
    found = ListUpload.objects.select_related("key", "program", "court").select_for_update(of=("self",))
    one = found.get(pk=upload.pk)
    if one.state not in states:
        raise NotNow("Somebody has gone on with this list since. Look at it again.")
    if one.emptied_at is not None:
        raise NotNow("This file is kept no longer. Send it again.")
    return one


def _moved(found: ListUpload, verb: str, by: Actor, now: datetime, **facts: int) -> ListUpload:
    found.changed_at = now
    found.save()
    record(by=by, now=now, verb=verb, on=found, facts=facts)
    return found
