"""A row of a court's list as the records it becomes: made without asking the database, saved hundreds at once."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.db import models

from accounts.actors import Actor, person
from audit.actions import event, record_all
from courts.actions import deadlines
from courts.kinds import ReferralKind
from courts.lists import Joined, Row, fingerprint_parts
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
from participants.kinds import ContactKind
from participants.models import ContactPoint, OtherName, Participant
from participants.names import folded
from programs.models import Program
from programs.schedule import instant
from vault.models import Key

BATCH = 500


@dataclass(slots=True)
class Draft:
    """Everything that one new referral brings. `participant` may be somebody we know: then he is saved already."""

    participant: Participant
    referral: Referral
    row: Row
    contact_points: list[ContactPoint] = field(default_factory=list)
    other_names: list[OtherName] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)


def fingerprint(row: Row, court: Court | None) -> str:
    """Keyed, so that the column alone says nothing about who was referred where."""
    parts = "\x1f".join(fingerprint_parts(row, court.pk if court else ""))
    return hmac.new(settings.FINGERPRINT_KEY.encode(), parts.encode(), hashlib.sha256).hexdigest()


def folded_name(row: Row) -> str:
    return folded(f"{row.first_name} {row.last_name}")


def draft(
    said: Joined,
    *,
    court: Court | None,
    program: Program,
    known: Participant | None,
    list_import: ListImport | None,
    now: datetime,
) -> Draft:
    row = said.row
    participant = known or _participant(row, program, now)
    referral = _referral(row, court, program, participant, list_import, now)
    hearings = [_hearing(referral, one) for one in _hearings_of(said)]
    made = Draft(
        participant=participant,
        referral=referral,
        row=row,
        contact_points=_contact_points(participant, row, court, now),
        other_names=_other_names(participant, row),
        charges=[Charge(referral=referral, statute=statute, text=text) for statute, text in said.charges],
        hearings=hearings,
        flags=[_flag(referral, flag, now) for one in (row, *said.also) for flag in one.flags],
        recipients=recipients(referral, row),
    )
    made.deadlines = deadlines.drafted(referral, hearings, now)
    return made


def _participant(row: Row, program: Program, now: datetime) -> Participant:
    return Participant(
        key=Key.new(Key.Kind.PERSON, now=now),
        first_name=row.first_name,
        middle_name=row.middle_name,
        last_name=row.last_name,
        suffix=row.suffix,
        folded_name=folded_name(row),
        date_of_birth=row.date_of_birth,
        language=row.language or "en",
        needs_interpreter=row.interpreter,
        time_zone=program.time_zone,
        made_at=now,
    )


def _referral(
    row: Row,
    court: Court | None,
    program: Program,
    participant: Participant,
    list_import: ListImport | None,
    now: datetime,
) -> Referral:
    zone = court.zone if court else program.zone
    return Referral(
        key=Key.new(Key.Kind.REFERRAL, now=now),
        program=program,
        participant=participant,
        court=court,
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
        fingerprint=fingerprint(row, court),
        list_import=list_import,
    )


def _hearings_of(said: Joined) -> list[Row]:
    """One row for each time at which a hearing is set; rows of one case repeat it."""
    return list({row.hearing_at: row for row in (said.row, *said.also) if row.hearing_at}.values())


def _hearing(referral: Referral, row: Row) -> Hearing:
    assert row.hearing_at is not None, "only rows with a hearing come here"
    at = instant(row.hearing_at.date(), row.hearing_at.time(), referral.zone)
    return Hearing(referral=referral, at=at, time_known=row.hearing_has_time)


def _contact_points(
    participant: Participant, row: Row, court: Court | None, now: datetime
) -> list[ContactPoint]:
    source = f"list of {court.name}" if court else "list"
    told = ((ContactKind.PHONE, row.phone), (ContactKind.EMAIL, row.email), (ContactKind.POSTAL, row.address))
    return [
        ContactPoint(participant=participant, kind=kind, value=value, source=source, made_at=now)
        for kind, value in told
        if value
    ]


def _other_names(participant: Participant, row: Row) -> list[OtherName]:
    names = {folded(alias): alias for alias in row.aliases}
    return [
        OtherName(participant=participant, kind=OtherName.Kind.ALIAS, name=name, folded=key)
        for key, name in names.items()
        if key
    ]


def _flag(referral: Referral, flag: object, now: datetime) -> Flag:
    return Flag(referral=referral, field=flag.field, raw=flag.raw, reason=flag.reason, made_at=now)  # type: ignore[attr-defined]


def recipients(referral: Referral, row: Row) -> list[Recipient]:
    """The court's own pages, and whomever the list names; those are confirmed by calling back first."""
    role, channel = Recipient.Role, Recipient.Channel
    named = (
        (role.PROSECUTOR, "", row.prosecutor_email),
        (role.DEFENSE, row.attorney, row.attorney_email),
        (role.PROBATION, row.probation_officer, row.probation_email),
    )
    others = [
        Recipient(
            referral=referral, role=who, name=name, channel=channel.EMAIL if email else channel.PAPER, address=email
        )
        for who, name, email in named
        if name or email
    ]
    if referral.court is None or referral.kind == ReferralKind.PREFILING_DIVERSION:
        # An uncharged man is the prosecutor's: no clerk sees him.
        return others
    return [Recipient(referral=referral, role=role.CLERK, channel=channel.PORTAL), *others]


def save_all(drafts: Sequence[Draft], *, by: Actor, now: datetime) -> None:
    """Save them in the caller's transaction, a statement a table and batch."""
    people = {id(d.participant): d.participant for d in drafts if d.participant.pk is None}.values()
    _save(Key, [one.key for one in people] + [d.referral.key for d in drafts])
    _save(Participant, people)
    _save(ContactPoint, _new(ContactPoint, chain.from_iterable(d.contact_points for d in drafts), "kind", "value"))
    _save(OtherName, _new(OtherName, chain.from_iterable(d.other_names for d in drafts), "folded"))
    _save(Referral, (d.referral for d in drafts))
    for model, rows in (
        (Charge, (d.charges for d in drafts)),
        (Hearing, (d.hearings for d in drafts)),
        (Flag, (d.flags for d in drafts)),
        (Recipient, (d.recipients for d in drafts)),
        (Deadline, (d.deadlines for d in drafts)),
    ):
        _save(model, chain.from_iterable(rows))
    _save(
        ReferralMove,
        (ReferralMove(referral=d.referral, number=1, new=State.RECEIVED, at=now, by=person(by)) for d in drafts),
    )
    record_all(_received(d, by, now) for d in drafts)


def _save(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _new(model: type[ContactPoint] | type[OtherName], rows: Iterable[models.Model], *by: str) -> list[models.Model]:
    """Leave out what a known person has already, or gets twice in one batch."""
    rows = list(rows)
    people = {row.participant_id for row in rows}  # type: ignore[attr-defined]
    open_ones = model._default_manager.filter(participant__in=people)
    if model is ContactPoint:
        open_ones = open_ones.filter(ended_at=None)
    seen = set(open_ones.values_list("participant_id", *by))
    fresh = []
    for row in rows:
        key = (row.participant_id, *(getattr(row, name) for name in by))  # type: ignore[attr-defined]
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh


def _received(made: Draft, by: Actor, now: datetime) -> object:
    return event(
        by=by,
        now=now,
        verb="referral.received",
        on=made.referral,
        key=made.referral.key,
        personal={"name": made.referral.name_as_charged, "number": made.referral.number},
        facts={"participant": made.participant.pk, "list": made.referral.list_import_id},
    )
