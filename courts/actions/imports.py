"""A court's list comes in: new referrals, known ones, changed ones; never half a row."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import DataError, IntegrityError, connection, transaction

from accounts.actors import Actor, person
from audit.actions import record
from core.refusal import Refusal
from courts.actions import changes, disposed
from courts.actions.calendars import closures_at_hand
from courts.actions.differences import of_known
from courts.actions.drafts import BATCH, Draft, draft, rows_of, save_all
from courts.actions.likeness import Coming, Known, Mark, coming, known
from courts.kinds import ReferralKind
from courts.lists import Joined, Row
from courts.models import Court, Flag, ListImport, Referral
from courts.moves import OVER
from participants.models import Participant
from programs.models import Program

CLASH = "The database refuses this row. Compare it with the man's other records by hand, then send it again."
NO_COURT = "There is no court. Fill it in, or name the list's court, and send the row again."
LOST_COURT = "There is no readable court. Write its name and send the row again."
NO_NUMBER = "There is a court but no number. Fill in the number, or take out the court, and send the row again."
# Any number that nothing else here locks by.
IMPORT_LOCK = 0x0A5EA2
COURTS_KEPT = 1000
COUNTED = ("added", "known", "changed", "refused")


class AlreadyReferred(Refusal):
    """That very referral is here already."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__("This referral is here already. Open that one.")


class NotFiled(Refusal):
    """A court without a number."""


@dataclass(slots=True)
class Outcome:
    """Referrals, not rows; `refused` counts rows."""

    added: int = 0
    known: int = 0
    changed: int = 0
    refused: int = 0
    flagged: int = 0

    def count(self, other: "Outcome") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


Refuse = Callable[[Row, str], None]


@dataclass(slots=True)
class Taking:
    """What all batches of one list share. `list_import`: None where it is only looked at."""

    program: Program
    default_court: Court | None
    list_import: ListImport | None
    by: Actor
    now: datetime
    refuse: Refuse
    courts: dict[str, Court | str] = field(default_factory=dict)

    def court_of(self, row: Row) -> Court | str | None:
        """The court; None: no court has it (a self-referral); a text: why it can't be told."""
        if not row.court:
            if row.raw.get("court", "").strip():
                return LOST_COURT
            return None if row.referral_kind is ReferralKind.SELF else self.default_court or NO_COURT
        if not row.case_number and not row.incident_number:
            return NO_NUMBER
        if row.court not in self.courts:
            if len(self.courts) >= COURTS_KEPT:
                self.courts.clear()
            self.courts[row.court] = _find_court(row.court)
        return self.courts[row.court]


def _find_court(name: str) -> Court | str:
    found = list(Court.objects.by_code_or_name(name)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        return f'Several courts are called "{name}". Write it as "{found[0].name}, {found[0].city}".'
    return f'We know no court called "{name}". Check its name, or add the court first.'


def import_list(
    *,
    rows: Iterable[Joined],
    program: Program,
    default_court: Court | None,
    sha256: str,
    refuse: Refuse,
    by: Actor,
    now: datetime,
    dry_run: bool = False,
) -> Outcome:
    """Batch by batch, each in a transaction; one that fails is done again row by row. In flat memory.

    `refuse` gets each refused row with a plain reason. `dry_run`: all is done and counted, nothing stays. It is
    one transaction over the whole list, since a row counts by what came before it: on SQLite nobody else writes
    meanwhile, on PostgreSQL no other list comes in.
    """
    if dry_run:
        with transaction.atomic():
            outcome = _import(rows, program, default_court, sha256, refuse, by, now)
            transaction.set_rollback(True)
        return outcome
    return _import(rows, program, default_court, sha256, refuse, by, now)


def _import(
    rows: Iterable[Joined],
    program: Program,
    court: Court | None,
    sha256: str,
    refuse: Refuse,
    by: Actor,
    now: datetime,
) -> Outcome:
    made = ListImport.objects.create(court=court, sha256=sha256, at=now, by=person(by))
    work = Taking(program, court, made, by, now, refuse)
    outcome = Outcome()
    for batch in batches(rows):
        outcome.count(take(batch, work))
    with transaction.atomic():
        count_in(made, outcome)
        came_in(made, by=by, now=now)
    return outcome


def count_in(made: ListImport, outcome: Outcome) -> None:
    for name in COUNTED:
        setattr(made, name, getattr(made, name) + getattr(outcome, name))
    made.save(update_fields=COUNTED)


def came_in(made: ListImport, *, by: Actor, now: datetime) -> None:
    """All of it: the event says how many."""
    record(by=by, now=now, verb="list.imported", on=made, facts={name: getattr(made, name) for name in COUNTED})


def batches(rows: Iterable[Joined]) -> Iterator[list[Joined]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def take(batch: Sequence[Joined], work: Taking) -> Outcome:
    """One batch, in a transaction: of its own, or the caller's."""
    outcome = Outcome()
    readable: list[Coming] = []
    for said in batch:
        court = said.row.refused or work.court_of(said.row)
        if isinstance(court, str):
            outcome.refused += _refuse(said, court, work)
        else:
            readable.append(coming(said, court))
    try:
        with one_list_at_a_time():
            done = _write(readable, work)
    except (IntegrityError, DataError):
        done = _one_by_one(readable, work)
    outcome.count(done)
    return outcome


def _one_by_one(readable: Sequence[Coming], work: Taking) -> Outcome:
    outcome = Outcome()
    with one_list_at_a_time():
        for one in readable:
            try:
                with transaction.atomic():
                    done = _write([one], work)
            except (IntegrityError, DataError):
                done = Outcome(refused=_refuse(one.said, CLASH, work))
            outcome.count(done)
    return outcome


def _refuse(said: Joined, reason: str, work: Taking) -> int:
    for row in rows_of(said):
        work.refuse(row, reason)
    return len(rows_of(said))


@contextmanager
def one_list_at_a_time() -> Iterator[None]:
    """A transaction beside which no other list comes in: two that name one man would add him twice.

    On SQLite the transaction itself, begun IMMEDIATE, lets one writer in.
    """
    with transaction.atomic():
        hold_lists()
        with closures_at_hand():
            yield


def hold_lists() -> None:
    """Until the caller's transaction ends no list, and nothing that came as one would, comes in beside it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def _write(batch: Sequence[Coming], work: Taking) -> Outcome:
    found = known(batch)
    out = disposed.staying_out([_asked(one) for one in batch])
    new: list[Coming] = []
    again: list[tuple[Joined, Referral]] = []
    later: list[Coming] = []
    kept_out: list[Coming] = []
    offered: set[Mark] = set()
    for one, stays_out in zip(batch, out, strict=True):
        standing = found.meant_by(one)
        if standing is not None:
            again.append((one.said, standing))
        elif stays_out:
            kept_out.append(one)
        elif offered.intersection((one.fingerprint, *one.seeks)):
            later.append(one)
        else:
            new.append(one)
            offered.update((one.fingerprint, *one.offers))
    outcome = _add(new, found, work)
    outcome.count(_compare(again, work))
    if later:
        # A row that says otherwise of a man who came in this very batch is compared once he stands.
        outcome.count(_write(later, work))
    # At the very end: a batch that fails is done again row by row, and no row is refused twice.
    outcome.refused += sum(_refuse(one.said, disposed.STAYS_OUT, work) for one in kept_out)
    return outcome


def _asked(one: Coming) -> disposed.Asked:
    """By which a case that had to be forgotten would be known, and whom another one is about."""
    row = one.row
    court = one.court.pk if one.court else None
    return disposed.Asked(court, (row.case_number, row.incident_number), row.first_name, row.last_name)


def _add(new: Sequence[Coming], found: Known, work: Taking) -> Outcome:
    drafts = _drafts(new, found, work.program, work.list_import, work.now)
    save_all(drafts, by=work.by, now=work.now)
    changed = sum(changes.propose_unlike(made, by=work.by, now=work.now) for made in drafts)
    flagged = sum(bool(made.flags) for made in drafts)
    return Outcome(added=len(drafts), changed=changed, flagged=flagged)


def _drafts(
    new: Sequence[Coming], found: Known, program: Program, list_import: ListImport | None, now: datetime
) -> list[Draft]:
    people = men_like(new)
    drafts: list[Draft] = []
    for one in new:
        who = who_is(one, people, found)
        made = draft(one, program=program, known=who, list_import=list_import, now=now)
        if one.who:
            people[one.who] = made.participant
        drafts.append(made)
    _name_the_earlier(drafts)
    return drafts


def who_is(one: Coming, people: Mapping[object, Participant], found: Known) -> Participant | None:
    """By name and birth date; else by an earlier referral under the same number and name. None: he is new here."""
    who = people.get(one.who) if one.who else None
    earlier = found.earlier(one)
    if who is None and earlier is not None and _may_be(earlier.participant, one):
        who = earlier.participant
    return who


def _may_be(participant: Participant, one: Coming) -> bool:
    return one.row.date_of_birth is None or participant.date_of_birth in (None, one.row.date_of_birth)


def men_like(new: Sequence[Coming]) -> dict[object, Participant]:
    """By name and birth date; where a man is there twice, as he came first, and as he goes on."""
    wanted = {one.who for one in new if one.who}
    found = Participant.objects.filter(
        folded_name__in={name for name, _ in wanted}, date_of_birth__in={born for _, born in wanted}
    ).select_related("merged_into")
    return {(one.folded_name, one.date_of_birth): one.merged_into or one for one in found.order_by("-id")}


def _name_the_earlier(drafts: Sequence[Draft]) -> None:
    """A man referred again by the same court: the new referral names the one that is over."""
    there = {made.participant.pk for made in drafts} - {None}
    over = Referral.objects.not_undone().filter(participant__in=there, state__in=OVER).order_by("id")
    earlier = {(one.participant_id, one.court_id): one for one in over}
    for made in drafts:
        made.referral.again_after = earlier.get((made.participant.pk, made.referral.court_id))


def _compare(again: Sequence[tuple[Joined, Referral]], work: Taking) -> Outcome:
    outcome = Outcome()
    for said, referral in again:
        if referral.state in OVER:
            outcome.known += 1
            continue
        found = of_known(referral, said)
        if work.list_import is not None and referral.list_import_id == work.list_import.pk:
            # Another row of this very list, too far down to have been joined: what it adds belongs to it.
            changes.add_of_the_same_list(referral, said, found, by=work.by, now=work.now)
        if found and changes.propose_change(referral, found, by=work.by, now=work.now):
            outcome.changed += 1
        else:
            outcome.known += 1
    return outcome


def receive(
    *,
    said: Joined,
    court: Court | None,
    program: Program,
    by: Actor,
    now: datetime,
    seen: Callable[[Referral], bool] = lambda standing: True,
    prepare: Callable[[Draft], object] = lambda made: None,
) -> Referral:
    """One referral that didn't come by a list; `prepare` completes it before it is saved.

    Raises AlreadyReferred, NotFiled, StaysOut. Where the one that stands isn't `seen` by whoever sends this one, he
    isn't told of it: it is taken in apart from it, and the office compares the two.
    """
    one = coming(said, court)
    if court and not one.row.case_number and not one.row.incident_number:
        raise NotFiled(NO_NUMBER)
    with one_list_at_a_time():
        found = known([one])
        standing = found.meant_by(one)
        if standing is not None and seen(standing):
            raise AlreadyReferred(standing)
        if standing is None:
            disposed.refuse(_asked(one))
        made = _apart(one, standing, program, now) if standing else _drafts([one], found, program, None, now)[0]
        prepare(made)
        save_all([made], by=by, now=now)
    return made.referral


SAME = "Referral {pk} has the same number and name. Compare the two before you accept this one."
_NAMED = re.compile(SAME.replace("{pk}", r"(\d+)"))


def same_as(flag: Flag) -> int | None:
    """The referral with which it says that this one is to be compared. None: it says something else."""
    named = _NAMED.fullmatch(flag.reason)
    return int(named.group(1)) if named else None


def _apart(one: Coming, standing: Referral, program: Program, now: datetime) -> Draft:
    """Of a man of its own, so that nothing of the other one shows in it."""
    made = draft(one, program=program, known=None, list_import=None, now=now)
    made.referral.fingerprint = None
    why = SAME.format(pk=standing.pk)
    made.flags.append(Flag(referral=made.referral, field="", raw="", reason=why, made_at=now))
    return made
