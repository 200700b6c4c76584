"""Taking a list back: all that it added, or nothing where something was built on one of them since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit.actions import event, record, record_all
from audit.models import Event, name_of
from core.refusal import Refusal
from courts.actions import deadlines, proposals
from courts.actions.imports import one_list_at_a_time
from courts.models import (
    CourtPaper,
    Deadline,
    Flag,
    Imposed,
    ListImport,
    ListUpload,
    Proposal,
    Recipient,
    Referral,
    ReferralMove,
    Report,
)
from courts.moves import Closing, State, may_move
from courts.steps import OtherProposal
from messaging.models import Message
from messaging.models import State as MessageState
from participants.findable import make_findable
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    NonAssociation,
    Note,
    OtherName,
    Participant,
    Restriction,
)
from programs.models import Enrollment

WITHIN = timedelta(hours=24)
AT_ONCE = 500
NAMED = 5
WHY = "The list that brought this was taken back."
# Nothing is built by these: what the import itself says, who looked, and whose line of Today it is.
QUIET = Q(verb__in=("referral.received", "charge.added")) | Q(verb__endswith=".looked_at") | Q(verb__startswith="line.")

Built = dict[int, str]


class TooLate(Refusal):
    pass


class UndoneBefore(Refusal):
    pass


class StillComingIn(Refusal):
    pass


class BuiltOn(Refusal):
    """`on`: which, each with what was built on it."""

    def __init__(self, on: Sequence[tuple[Referral, str]]) -> None:
        self.on = on
        super().__init__(said_of(on))


def said_of(on: Sequence[tuple[Referral, str]]) -> str:
    some = "; ".join(f"{one.number or 'no number'}: {why}" for one, why in on[:NAMED])
    more = f"; and {len(on) - NAMED} more" if len(on) > NAMED else ""
    return f"Nothing was taken back, because somebody has gone on with {len(on)} of them: {some}{more}."


def may_be_undone(made: ListImport, *, now: datetime) -> bool:
    return made.undone_at is None and now < made.at + WITHIN


@transaction.atomic
def undo(*, list_import: ListImport, by: User, now: datetime) -> int:
    """Close what it added as entered by mistake, and take back what it proposed; how many were closed.

    Raises UndoneBefore, TooLate, StillComingIn, BuiltOn; nothing is written then.
    """
    with one_list_at_a_time():
        made = ListImport.objects.select_for_update().get(pk=list_import.pk)
        _check(made, now)
        added = list(
            Referral.objects.filter(list_import=made)
            .select_related("key")
            .select_for_update(of=("self",))
            .order_by("id")
        )
        changed = list(_proposed(made).select_related("referral").order_by("id"))
        if on := [*_built_on(added, made), *_settled(changed)]:
            raise BuiltOn(on)
        _withdraw(changed, {one.pk for one in added}, made, by, now)
        for some in _chunks(added):
            _close(some, made, by, now)
        made.undone_at, made.undone_by = now, by
        made.save(update_fields=["undone_at", "undone_by"])
        record(by=by, now=now, verb="list.undone", on=made, facts={"closed": len(added), "proposals": len(changed)})
    return len(added)


def _check(made: ListImport, now: datetime) -> None:
    if made.undone_at is not None:
        raise UndoneBefore("This list was taken back already.")
    if now >= made.at + WITHIN:
        raise TooLate("A list can be taken back for a day. Close its referrals one by one, as entered by mistake.")
    if ListUpload.objects.filter(list_import=made, state=ListUpload.State.COMING_IN).exists():
        raise StillComingIn("This list is still coming in. Wait until it is in, then take it back.")


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


# --- What was built


def _built_on(added: Sequence[Referral], made: ListImport) -> Iterator[tuple[Referral, str]]:
    for some in _chunks(added):
        found = _of_referrals(some, made) | _of_people(some, made)
        yield from ((one, found[one.pk]) for one in some if one.pk in found)


def _of_referrals(some: Sequence[Referral], made: ListImport) -> Built:
    of = Q(referral__in=some)
    asked: list[tuple[str, Any]] = [
        ("a value was asked for", Flag.objects.filter(of, settled_at__isnull=False)),
        ("a recipient was confirmed", Recipient.objects.filter(of, confirmed_at__isnull=False)),
        ("a date was met, extended or waived", Deadline.objects.filter(of).exclude(state=Deadline.State.OPEN)),
        ("a paper came with it", CourtPaper.objects.filter(of)),
        ("a memo was written", Imposed.objects.filter(of)),
        ("something is proposed", Proposal.objects.filter(of).exclude(kind=OtherProposal.CHANGED_DATA)),
        ("there is a report", Report.objects.filter(of)),
        ("he was referred again", Referral.objects.filter(again_after__in=some).exclude(list_import=made)),
    ]
    found = _touched(name_of, some, made)
    for why, rows in asked:
        owner = "again_after" if rows.model is Referral else "referral"
        found |= dict.fromkeys(rows.values_list(owner, flat=True), why)
    return found | {one.pk: "it was decided" for one in some if one.state != State.RECEIVED}


def _touched(name: Callable[[Any], str], some: Sequence[Any], made: ListImport) -> Built:
    """Whatever else somebody did to these very records: each deed is an event."""
    by_name = {name(one): one.pk for one in some}
    events = Event.objects.filter(record__in=by_name, at__gte=made.at).exclude(QUIET)
    return {by_name[one]: "it was changed" for one in events.values_list("record", flat=True)}


def _of_people(some: Sequence[Referral], made: ListImport) -> Built:
    """What was done with the men since then; with a man who was here before, only what was done since."""
    men = {one.participant_id for one in some}
    since = made.at
    own = Q(participant__in=men)
    asked: list[tuple[str, Any, str]] = [
        ("a note was written", Note.objects.filter(own, at__gte=since), "participant"),
        ("somebody tried to reach him", ContactAttempt.objects.filter(own, at__gte=since), "participant"),
        ("a phone or address was marked safe", ContactPoint.objects.filter(own, safe_at__gte=since), "participant"),
        ("a phone or address was added", _points_by_hand(own, made), "participant"),
        (
            "his consent was recorded",
            Consent.objects.filter(contact_point__participant__in=men, at__gte=since),
            "contact_point__participant",
        ),
        ("his file was restricted", Restriction.objects.filter(own, began_at__gte=since), "participant"),
        ("he is kept apart", NonAssociation.objects.filter(one__in=men, made_at__gte=since), "one"),
        ("he is kept apart", NonAssociation.objects.filter(other__in=men, made_at__gte=since), "other"),
        ("a message was sent", _messages(own, since), "participant"),
    ]
    found: dict[int, str] = {}
    for why, rows, owner in asked:
        found |= dict.fromkeys(rows.values_list(owner, flat=True), why)
    found |= _appointments(own, since) | _enrolled(men, some)
    people = {one.participant_id: f"participants.Participant:{one.participant_id}" for one in some}
    seen = Event.objects.filter(record__in=people.values(), at__gte=since).exclude(QUIET)
    found |= {int(one.rpartition(":")[2]): "his file was changed" for one in seen.values_list("record", flat=True)}
    return {one.pk: found[one.participant_id] for one in some if one.participant_id in found}


def _points_by_hand(own: Q, made: ListImport) -> Any:
    return ContactPoint.objects.filter(own, made_at__gt=made.at)


def _messages(own: Q, since: datetime) -> Any:
    gone = (MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN)
    return Message.objects.filter(own, state__in=gone, planned_at__gte=since)


def _appointments(own: Q, since: datetime) -> dict[int, str]:
    """When one was planned, its event says."""
    by_name = {name_of(one): one.participant_id for one in Appointment.objects.filter(own)}
    seen = Event.objects.filter(record__in=by_name, at__gte=since).exclude(QUIET).values_list("record", flat=True)
    return {by_name[one]: "an appointment was planned" for one in seen}


def _enrolled(men: Iterable[int], some: Sequence[Referral]) -> dict[int, str]:
    """Of men whom nothing else brought here; whoever was here before may be enrolled by an earlier referral."""
    others = Referral.objects.filter(participant__in=men).exclude(list_import=some[0].list_import_id)
    known = set(others.values_list("participant", flat=True))
    enrolled = Enrollment.objects.filter(participant__in=set(men) - known)
    return dict.fromkeys(enrolled.values_list("participant", flat=True), "he is enrolled")


# --- What it proposed


def _proposed(made: ListImport) -> Any:
    """All batches of a list have one moment: by it what it proposed is told from what others did."""
    return Proposal.objects.filter(kind=OtherProposal.CHANGED_DATA, made_at=made.at)


def _settled(changed: Sequence[Proposal]) -> Iterator[tuple[Referral, str]]:
    for one in changed:
        if one.state in (Proposal.State.TAKEN, Proposal.State.DISMISSED):
            yield one.referral, "its changes were decided"


def _withdraw(changed: Sequence[Proposal], added: set[int], made: ListImport, by: User, now: datetime) -> None:
    """An earlier proposal that gave way to this list's stands again."""
    before: dict[int, Proposal] = {}
    gave_way = Proposal.objects.filter(
        referral__in={one.referral_id for one in changed} - added,
        kind=OtherProposal.CHANGED_DATA,
        state=Proposal.State.WITHDRAWN,
        settled_at=made.at,
        made_at__lt=made.at,
    )
    for one in gave_way.select_related("referral__key").order_by("id"):
        before[one.referral_id] = one
    of_referral: dict[int, list[Proposal]] = defaultdict(list)
    for one in changed:
        of_referral[one.referral_id].append(one)
    for pk, of_it in of_referral.items():
        proposals.withdraw_all(of_it[0].referral, (OtherProposal.CHANGED_DATA,), by=by, now=now)
        if pk in before:
            older = before[pk]
            proposals.propose(referral=older.referral, kind=older.kind, facts=older.facts, by=by, now=now)


# --- What it added


def _close(some: Sequence[Referral], made: ListImport, by: User, now: datetime) -> None:
    assert may_move(State.RECEIVED, State.CLOSED), "nothing was decided: it may be closed"
    closed = {"state": State.CLOSED, "closing": Closing.BY_MISTAKE, "closed_at": now}
    # Without its fingerprint the corrected list brings it anew.
    Referral.objects.filter(pk__in=[one.pk for one in some]).update(**closed, fingerprint=None)
    deadlines.waive_all(some, by=by, now=now)
    ContactPoint.objects.filter(
        participant__in={one.participant_id for one in some}, made_at=made.at, safe_at=None, ended_at=None
    ).update(ended_at=now)
    _take_names_back(some)
    facts = {"closing": Closing.BY_MISTAKE, "list": made.pk}
    ReferralMove.objects.bulk_create(
        ReferralMove(
            referral=one, number=2, old=State.RECEIVED, new=State.CLOSED, at=now, by=by, why=WHY, facts=facts
        )
        for one in some
    )  # fmt: skip
    told = {"from": State.RECEIVED, **facts}
    record_all(event(by=by, now=now, verb="referral.closed", on=one, facts=told) for one in some)


def _take_names_back(some: Sequence[Referral]) -> None:
    """Other names that came with it, as its event says: by them he would be found, and taken for somebody."""
    came = Event.objects.filter(record__in=[name_of(one) for one in some], verb="referral.received")
    brought = {pk for facts in came.values_list("facts", flat=True) for pk in facts.get("names", ())}
    if brought:
        names = OtherName.objects.filter(pk__in=brought)
        men = list(Participant.objects.filter(other_names__in=names).distinct())
        names.delete()
        make_findable(men)
