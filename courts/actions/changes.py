"""When a list says something else of a referral we know: what differs, and taking it over once a person agreed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines, proposals
from courts.actions.states import locked
from courts.lists import Joined, Row
from courts.models import Charge, Hearing, Proposal, Referral
from courts.numbers import normalized_number
from courts.steps import OtherProposal
from participants.actions import add_contact_point
from participants.kinds import ContactKind
from participants.models import Participant
from programs.schedule import instant

OF_REFERRAL = (
    "name_as_charged",
    "plaintiff",
    "case_number",
    "incident_number",
    "judge",
    "ordered_on",
    "enroll_by",
    "start_by",
    "complete_by",
    "proof_due_by",
)
OF_PARTICIPANT = ("middle_name", "date_of_birth", "language")
CONTACT = {"phone": ContactKind.PHONE, "email": ContactKind.EMAIL, "address": ContactKind.POSTAL}
DATES = ("ordered_on", "enroll_by", "start_by", "complete_by", "proof_due_by", "date_of_birth")


class NotAChange(Refusal):
    pass


def differences(referral: Referral, said: Joined) -> dict[str, list[Any]]:
    """Field: old, new, as JSON. What the list leaves out, or leaves unreadable, changes nothing.

    Reads `hearings`, `charges` and the participant's `contact_points`: prefetch them for many.
    """
    found: dict[str, list[Any]] = {}
    for row in (said.row, *said.also):
        found |= _of(referral, OF_REFERRAL, row) | _of(referral.participant, OF_PARTICIPANT, row)
        found |= _contacts(referral, row) | _hearing(referral, row)
    return found | _charges(referral, said)


def _of(record: Referral | Participant, names: Sequence[str], row: Row) -> dict[str, list[Any]]:
    return {
        name: [_json(getattr(record, name)), _json(new)]
        for name in names
        if (new := getattr(row, name)) and new != getattr(record, name)
    }


def _contacts(referral: Referral, row: Row) -> dict[str, list[Any]]:
    known = {(point.kind, point.value) for point in referral.participant.contact_points.all()}
    return {
        name: [[value for k, value in sorted(known) if k == kind], new]
        for name, kind in CONTACT.items()
        if (new := getattr(row, name)) and (kind, new) not in known
    }


def _hearing(referral: Referral, row: Row) -> dict[str, list[Any]]:
    if row.hearing_at is None:
        return {}
    at = instant(row.hearing_at.date(), row.hearing_at.time(), referral.zone)
    standing = [hearing for hearing in referral.hearings.all() if hearing.canceled_at is None]
    if any(hearing.at == at for hearing in standing):
        return {}
    return {"hearing_at": [[hearing.at.isoformat() for hearing in standing], at.isoformat()]}


def _charges(referral: Referral, said: Joined) -> dict[str, list[Any]]:
    known = {(charge.statute, charge.text) for charge in referral.charges.all()}
    new = [list(charge) for charge in said.charges if charge not in known]
    return {"charges": [sorted(map(list, known)), new]} if new else {}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def propose_change(referral: Referral, found: dict[str, list[Any]], *, by: Any, now: datetime) -> bool:
    """Show old and new to a person; False: that very change was shown before."""
    before = referral.proposals.filter(kind=OtherProposal.CHANGED_DATA).order_by("-id").first()
    if before is not None and before.facts == found:
        return False
    proposals.propose(referral=referral, kind=OtherProposal.CHANGED_DATA, facts=found, by=by, now=now)
    return True


@transaction.atomic
def take_over(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Write what the list says. Raises NotAChange, NoLongerOpen."""
    if proposal.kind != OtherProposal.CHANGED_DATA:
        raise NotAChange("This proposal changes no data. Do what it says, or dismiss it.")
    referral = locked(proposal.referral)
    new = {name: after for name, (_, after) in proposal.facts.items()}
    proposals.take(proposal, by=by, now=now)
    _write(referral, OF_REFERRAL, new)
    _write(referral.participant, OF_PARTICIPANT, new)
    for name, kind in CONTACT.items():
        if name in new:
            participant, source = referral.participant, "list"
            add_contact_point(participant=participant, kind=kind, value=new[name], source=source, by=by, now=now)
    if "hearing_at" in new:
        _set_hearing(referral, datetime.fromisoformat(new["hearing_at"]), now)
    add_charges(referral, new.get("charges", ()))
    record(by=by, now=now, verb="referral.changed", on=referral, key=referral.key, personal=proposal.facts)
    deadlines.lay(referral, now=now)
    if referral.enrollment is not None:
        deadlines.bind(referral.enrollment, by=by, now=now)


def _write(target: Referral | Participant, names: Sequence[str], new: dict[str, Any]) -> None:
    changed = [name for name in names if name in new]
    for name in changed:
        setattr(target, name, date.fromisoformat(new[name]) if name in DATES else new[name])
    for number in ("case_number", "incident_number"):
        if number in changed:
            setattr(target, f"normalized_{number}", normalized_number(new[number]))
            changed.append(f"normalized_{number}")
    if changed:
        target.save(update_fields=changed)


def _set_hearing(referral: Referral, at: datetime, now: datetime) -> None:
    """The list names the next hearing: those still to come that it doesn't name were moved."""
    referral.hearings.filter(canceled_at=None, at__gt=now).update(canceled_at=now)
    Hearing.objects.create(referral=referral, at=at)


def add_charges(referral: Referral, charges: Sequence[Sequence[str]]) -> None:
    for statute, text in charges:
        Charge.objects.get_or_create(referral=referral, statute=statute, text=text)
