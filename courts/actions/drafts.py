"""A row of a court's list as the records it becomes: made without asking the database, saved hundreds at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from django.db import models

from accounts.actors import Actor, person
from audit.actions import event, record_all
from audit.models import Event
from courts import lists
from courts.actions import deadlines, finding
from courts.actions.likeness import Coming
from courts.kinds import ReferralKind
from courts.lists import Joined, Row
from courts.models import (
    Charge,
    Court,
    Deadline,
    Flag,
    Hearing,
    ListImport,
    Recipient,
    Referral,
    ReferralMove,
)
from courts.moves import State
from courts.numbers import normalized_number
from participants.findable import compare_again, make_findable
from participants.kinds import ContactKind
from participants.models import ContactPoint, OtherName, Participant
from participants.names import folded
from programs.models import Program
from programs.schedule import instant
from vault.models import Key

BATCH = 500
ROLES_NAMED = (Recipient.Role.PROSECUTOR, Recipient.Role.DEFENSE, Recipient.Role.PROBATION)
LONGEST_SOURCE = 150
CONTACT = {"phone": ContactKind.PHONE, "email": ContactKind.EMAIL, "address": ContactKind.POSTAL}


@dataclass(slots=True)
class Draft:
    """Everything that one referral brings. `known`: the man is, by an earlier row or an earlier list."""

    said: Joined
    participant: Participant
    referral: Referral
    known: bool = False
    # Its key stands already: the referral came with papers that are kept under it.
    has_key: bool = False
    contact_points: list[ContactPoint] = field(default_factory=list)
    other_names: list[OtherName] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)


def rows_of(said: Joined) -> tuple[Row, ...]:
    return (said.row, *said.also)


def draft(
    one: Coming, *, program: Program, known: Participant | None, list_import: ListImport | None, now: datetime
) -> Draft:
    row = _filled_up(one.said)
    participant = known or _participant(row, one.name, program, now)
    referral = _referral(row, one, program, participant, list_import, now)
    named = hearings_named(one.said, referral.zone)
    hearings = [Hearing(referral=referral, at=at, time_known=timed) for at, timed in named]
    return Draft(
        said=one.said,
        participant=participant,
        referral=referral,
        known=known is not None,
        contact_points=_contact_points(participant, one.said, one.court, now),
        other_names=_other_names(participant, one.said),
        charges=[Charge(referral=referral, statute=statute, text=text) for statute, text in one.said.charges],
        hearings=hearings,
        flags=flags(referral, rows_of(one.said), now),
        recipients=recipients(referral, one.said),
        deadlines=deadlines.drafted(referral, hearings, now),
    )


def _filled_up(said: Joined) -> Row:
    """The first row; what it leaves out is taken from the further rows of the case."""
    if not said.also:
        return said.row
    blank = [one.name for one in fields(Row) if getattr(said.row, one.name) in ("", None, False)]
    found = {name: value for row in reversed(said.also) for name in blank if (value := getattr(row, name))}
    return replace(said.row, **found)


def _participant(row: Row, name: str, program: Program, now: datetime) -> Participant:
    return Participant(
        key=Key.new(Key.Kind.PERSON, now=now),
        first_name=row.first_name,
        middle_name=row.middle_name,
        last_name=row.last_name,
        suffix=row.suffix,
        folded_name=name,
        date_of_birth=row.date_of_birth,
        language=row.language or "en",
        needs_interpreter=row.interpreter,
        time_zone=program.time_zone,
        made_at=now,
    )


def _referral(
    row: Row,
    one: Coming,
    program: Program,
    participant: Participant,
    list_import: ListImport | None,
    now: datetime,
) -> Referral:
    zone = one.court.zone if one.court else program.zone
    return Referral(
        key=Key.new(Key.Kind.REFERRAL, now=now),
        program=program,
        participant=participant,
        court=one.court,
        kind=row.referral_kind,
        referrer=row.referrer,
        name_as_charged=row.name_as_charged,
        plaintiff=row.plaintiff,
        case_number=row.case_number,
        normalized_case_number=normalized_number(row.case_number),
        incident_number=row.incident_number,
        normalized_incident_number=normalized_number(row.incident_number),
        judge=row.judge,
        ordered_on=row.ordered_on,
        received_on=row.received_on or now.astimezone(zone).date(),
        enroll_by=row.enroll_by,
        start_by=row.start_by,
        complete_by=row.complete_by,
        proof_due_by=row.proof_due_by,
        fingerprint=one.fingerprint,
        list_import=list_import,
    )


def hearings_named(said: Joined, zone: ZoneInfo) -> list[tuple[datetime, bool]]:
    """When, and whether the list gave a time of day. A bare day says no more than the same day with a time."""
    told = {(row.hearing_at, row.hearing_has_time) for row in rows_of(said) if row.hearing_at}
    timed = {at.date() for at, has_time in told if has_time}
    found: dict[datetime, bool] = {}
    for at, has_time in sorted(told):
        if has_time or at.date() not in timed:
            found[instant(at.date(), at.time(), zone)] = has_time
    return list(found.items())


def _contact_points(participant: Participant, said: Joined, court: Court | None, now: datetime) -> list[ContactPoint]:
    source = (f"list of {court.name}" if court else "list")[:LONGEST_SOURCE]
    told = {(kind, getattr(row, name)): None for row in rows_of(said) for name, kind in CONTACT.items()}
    return [
        ContactPoint(participant=participant, kind=kind, value=value, source=source, made_at=now)
        for kind, value in told
        if value
    ]


def _other_names(participant: Participant, said: Joined) -> list[OtherName]:
    return [
        OtherName(participant=participant, kind=OtherName.Kind.ALIAS, name=name, folded=key)
        for key, name in aliases(said).items()
    ]


def aliases(said: Joined) -> dict[str, str]:
    """By their folded form, as they were spelled."""
    names = {folded(alias): alias for row in rows_of(said) for alias in row.aliases}
    return {key: name for key, name in names.items() if key}


def flags(referral: Referral, rows: Iterable[Row], now: datetime) -> list[Flag]:
    """What couldn't be read; rows of one case that repeat it are asked about once."""
    told: dict[lists.Flag, None] = dict.fromkeys(chain.from_iterable(row.flags for row in rows))
    return [Flag(referral=referral, field=one.field, raw=one.raw, reason=one.reason, made_at=now) for one in told]


def people_named(said: Joined) -> dict[str, list[tuple[str, str]]]:
    """Whom the list names beside the court: by role, name and e-mail."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows_of(said):
        named = (
            ("", row.prosecutor_email),
            (row.attorney, row.attorney_email),
            (row.probation_officer, row.probation_email),
        )
        for role, one in zip(ROLES_NAMED, named, strict=True):
            if any(one) and one not in found.setdefault(role, []):
                found[role].append(one)
    return found


def recipient(referral: Referral, role: str, name: str, email: str) -> Recipient:
    """To be confirmed by calling back before anything is sent to him."""
    channel = Recipient.Channel.EMAIL if email else Recipient.Channel.PAPER
    return Recipient(referral=referral, role=role, name=name, channel=channel, address=email)


def recipients(referral: Referral, said: Joined) -> list[Recipient]:
    """The court's own pages, and whomever the list names."""
    # By what the database tells them apart: of several on paper the first is taken.
    others = {
        (role, email): recipient(referral, role, name, email)
        for role, named in people_named(said).items()
        for name, email in reversed(named)
    }
    if referral.court is None or referral.kind == ReferralKind.PREFILING_DIVERSION:
        # An uncharged man is the prosecutor's: no clerk sees him.
        return list(others.values())
    clerk = Recipient(referral=referral, role=Recipient.Role.CLERK, channel=Recipient.Channel.PORTAL)
    return [clerk, *others.values()]


def save_all(drafts: Sequence[Draft], *, by: Actor, now: datetime) -> None:
    """Save them in the caller's transaction, a statement a table and batch."""
    people = {id(d.participant): d.participant for d in drafts if d.participant.pk is None}.values()
    old = {d.participant.pk for d in drafts if d.participant.pk is not None}
    _save(Key, [one.key for one in people] + [d.referral.key for d in drafts if not d.has_key])
    _save(Participant, people)
    _save(ContactPoint, _new_points(chain.from_iterable(d.contact_points for d in drafts), old))
    _save(OtherName, _new_names(chain.from_iterable(d.other_names for d in drafts), old))
    written = (d for d in drafts if not d.known or d.other_names)
    make_findable({d.participant.pk: d.participant for d in written}.values())
    compare_again({d.participant.pk for d in drafts if d.known and d.contact_points})
    _save(Referral, [d.referral for d in drafts])
    finding.lay([d.referral for d in drafts])
    _save(Charge, chain.from_iterable(d.charges for d in drafts))
    _save(Hearing, chain.from_iterable(d.hearings for d in drafts))
    _save(Flag, chain.from_iterable(d.flags for d in drafts))
    _save(Recipient, chain.from_iterable(d.recipients for d in drafts))
    _save(Deadline, chain.from_iterable(d.deadlines for d in drafts))
    _save(ReferralMove, [_first_move(d.referral, by, now) for d in drafts])
    record_all(_received(d, by, now) for d in drafts)


def _save(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _new_points(points: Iterable[ContactPoint], old: set[int]) -> list[ContactPoint]:
    """Without what he has already, or gets twice in one batch. `old`: who may have some."""
    standing = ContactPoint.objects.in_use().filter(participant__in=old)
    seen = set(standing.values_list("participant_id", "kind", "value"))
    fresh: dict[tuple[int, str, str], ContactPoint] = {}
    for one in points:
        fresh.setdefault((one.participant.pk, one.kind, one.value), one)
    return [one for key, one in fresh.items() if key not in seen]


def _new_names(names: Iterable[OtherName], old: set[int]) -> list[OtherName]:
    seen = set(OtherName.objects.filter(participant__in=old).values_list("participant_id", "folded"))
    fresh = {(one.participant.pk, one.folded): one for one in names}
    return [one for key, one in fresh.items() if key not in seen]


def _first_move(referral: Referral, by: Actor, now: datetime) -> ReferralMove:
    return ReferralMove(referral=referral, number=1, new=State.RECEIVED, at=now, by=person(by))


def _received(made: Draft, by: Actor, now: datetime) -> Event:
    referral = made.referral
    # Which of his other names came with it: a list that is taken back takes them with it.
    names = [one.pk for one in made.other_names if one.pk]
    facts = {"participant": made.participant.pk, "list": referral.list_import_id}
    return event(
        by=by,
        now=now,
        verb="referral.received",
        on=referral,
        key=referral.key,
        personal={"name": referral.name_as_charged, "number": referral.number},
        facts=facts | ({"names": names} if names else {}),
    )
