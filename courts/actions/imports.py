"""A court's list comes in: new referrals, known ones, changed ones; never half a row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import DataError, IntegrityError, transaction

from accounts.actors import Actor, person
from audit.actions import record
from core.refusal import Refusal
from courts.actions import changes
from courts.actions.drafts import BATCH, Draft, draft, fingerprint, folded_name, save_all
from courts.kinds import ReferralKind
from courts.lists import Joined, Row
from courts.models import Court, ListImport, Referral
from courts.moves import OVER
from courts.numbers import normalized_number
from participants.models import Participant
from participants.names import folded
from programs.models import Program

CLASH = "This row clashes with a record that is already there. Compare the two by hand, then send it again."


class AlreadyReferred(Refusal):
    """That very referral is here already."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__("This referral is here already. Open that one.")


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
class _Import:
    """What all batches of one list share."""

    program: Program
    default_court: Court | None
    list_import: ListImport | None
    by: Actor
    now: datetime
    refuse: Refuse
    courts: dict[str, Court | str] = field(default_factory=dict)

    def court_of(self, row: Row) -> Court | str | None:
        """The court; None: no court has it (a self-referral); a text: why it can't be told."""
        name = row.court.strip()
        if row.referral_kind is ReferralKind.SELF and not name:
            return None
        if not name:
            return self.default_court or "There is no court. Fill it in, or name the list's court, and send it again."
        if name not in self.courts:
            self.courts[name] = _find_court(name)
        return self.courts[name]


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

    `refuse` gets each refused row with a plain reason. `dry_run`: all is looked up and counted, nothing stays.
    """
    if dry_run:
        with transaction.atomic():
            outcome = _import(rows, _Import(program, default_court, None, by, now, refuse))
            transaction.set_rollback(True)
        return outcome
    coming = ListImport.objects.create(court=default_court, sha256=sha256, at=now, by=person(by))
    outcome = _import(rows, _Import(program, default_court, coming, by, now, refuse))
    with transaction.atomic():
        coming.added, coming.known = outcome.added, outcome.known
        coming.changed, coming.refused = outcome.changed, outcome.refused
        coming.save()
        record(by=by, now=now, verb="list.imported", on=coming, facts={"added": outcome.added})
    return outcome


def _import(rows: Iterable[Joined], work: _Import) -> Outcome:
    outcome = Outcome()
    for batch in _batches(rows):
        outcome.count(_take(batch, work))
    return outcome


def _batches(rows: Iterable[Joined]) -> Iterator[list[Joined]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _take(batch: Sequence[Joined], work: _Import) -> Outcome:
    try:
        return _at_once(batch, work)
    except (IntegrityError, DataError):
        outcome = Outcome()
        for one in batch:
            outcome.count(_alone(one, work))
        return outcome


def _alone(one: Joined, work: _Import) -> Outcome:
    try:
        return _at_once([one], work)
    except (IntegrityError, DataError):
        work.refuse(one.row, CLASH)
        return Outcome(refused=1)


def _at_once(batch: Sequence[Joined], work: _Import) -> Outcome:
    refused: list[tuple[Row, str]] = []
    with transaction.atomic():
        readable: list[tuple[Joined, Court | None]] = []
        for one in batch:
            court = work.court_of(one.row)
            if one.row.refused or isinstance(court, str):
                refused.append((one.row, one.row.refused or str(court)))
            else:
                readable.append((one, court))
        outcome = _write(readable, work)
    # Told only once the batch stands: a batch that is done again would tell it twice.
    for row, reason in refused:
        work.refuse(row, reason)
    outcome.refused = len(refused)
    return outcome


Read = tuple[Joined, Court | None]
# Court, number and name: by which a row is known although it now gives another birth or order date.
Likeness = tuple[int | None, str, str]


def _write(readable: Sequence[Read], work: _Import) -> Outcome:
    known = _known(readable)
    new: list[Read] = []
    again: list[tuple[Joined, Referral]] = []
    later: list[Read] = []
    coming: set[object] = set()
    for one, court in readable:
        marks = {fingerprint(one.row, court), *_likenesses(one.row, court)}
        standing = next((known[mark] for mark in marks if mark in known), None)
        if standing is not None:
            again.append((one, standing))
        elif marks & coming:
            later.append((one, court))
        else:
            new.append((one, court))
            coming |= marks
    outcome = _add(new, work)
    outcome.count(_compare(again, work))
    if later:
        # A row that says otherwise of a man who came in this very batch is compared once he stands.
        outcome.count(_write(later, work))
    return outcome


def _likenesses(row: Row, court: Court | None) -> list[Likeness]:
    name = folded_name(row) + folded(row.suffix)
    numbers = filter(None, map(normalized_number, (row.case_number, row.incident_number)))
    return [(court.pk if court else None, number, name) for number in numbers]


def _known(readable: Sequence[Read]) -> dict[object, Referral]:
    """The referrals that rows of this batch may mean, by fingerprint and by likeness."""
    prints = [fingerprint(one.row, court) for one, court in readable]
    numbers = {number for one, court in readable for _, number, _ in _likenesses(one.row, court)}
    related = Referral.objects.select_related("court", "program", "key", "participant__key").prefetch_related(
        "hearings", "charges", "participant__contact_points"
    )
    standing: dict[object, Referral] = {}
    for field_name in ("normalized_incident_number", "normalized_case_number"):
        for referral in related.open().filter(**{f"{field_name}__in": numbers}):
            name = referral.participant.folded_name + folded(referral.participant.suffix)
            standing[(referral.court_id, getattr(referral, field_name), name)] = referral
    return standing | {referral.fingerprint: referral for referral in related.filter(fingerprint__in=prints)}


def _add(new: Sequence[Read], work: _Import) -> Outcome:
    drafts = _drafts(new, work.program, work.list_import, work.now)
    save_all(drafts, by=work.by, now=work.now)
    return Outcome(added=len(drafts), flagged=sum(bool(made.flags) for made in drafts))


def _drafts(
    new: Sequence[Read], program: Program, list_import: ListImport | None, now: datetime
) -> list[Draft]:
    people = _people(new)
    drafts: list[Draft] = []
    for one, court in new:
        who = _who(one.row)
        known = people.get(who) if who else None
        made = draft(one, court=court, program=program, known=known, list_import=list_import, now=now)
        if who:
            people[who] = made.participant
        drafts.append(made)
    _name_the_earlier(drafts)
    return drafts


def _who(row: Row) -> tuple[str, object] | None:
    """By name and birth date; None: without one nobody is taken for somebody we know."""
    return (folded_name(row), row.date_of_birth) if row.date_of_birth else None


def _people(new: Sequence[Read]) -> dict[tuple[str, object], Participant]:
    wanted = {who for one, _ in new if (who := _who(one.row))}
    found = Participant.objects.select_related("key").filter(
        folded_name__in={name for name, _ in wanted}, date_of_birth__in={born for _, born in wanted}
    )
    return {(one.folded_name, one.date_of_birth): one for one in found}


def _name_the_earlier(drafts: Sequence[Draft]) -> None:
    """A man referred again by the same court: the new referral names the one that is over."""
    known = [made.participant.pk for made in drafts if made.participant.pk]
    over = Referral.objects.filter(participant__in=known, state__in=OVER).order_by("id")
    earlier = {(one.participant_id, one.court_id): one for one in over}
    for made in drafts:
        made.referral.again_after = earlier.get((made.participant.pk, made.referral.court_id))


def _compare(again: Sequence[tuple[Joined, Referral]], work: _Import) -> Outcome:
    outcome = Outcome()
    for one, referral in again:
        found = changes.differences(referral, one)
        if found and work.list_import is not None and referral.list_import_id == work.list_import.pk:
            # Another row of this very list, too far down to have been joined: its charge belongs to it.
            changes.add_charges(referral, found.pop("charges", [[], []])[1])
        if found and changes.propose_change(referral, found, by=work.by, now=work.now):
            outcome.changed += 1
        else:
            outcome.known += 1
    return outcome


@transaction.atomic
def receive(*, said: Joined, court: Court | None, program: Program, by: Actor, now: datetime) -> Referral:
    """One referral that didn't come by a list. Raises AlreadyReferred."""
    known = _known([(said, court)])
    marks = (fingerprint(said.row, court), *_likenesses(said.row, court))
    standing = next((known[mark] for mark in marks if mark in known), None)
    if standing is not None:
        raise AlreadyReferred(standing)
    drafts = _drafts([(said, court)], program, None, now)
    save_all(drafts, by=by, now=now)
    return drafts[0].referral
